package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// bound fills in the bounds: with R_D and R_Y the benchmark's partial R² with treatment and outcome, and
// R_Z = k_D R_D² / ((1 - k_D R_D)(1 - R_D)) the confounder's with the benchmark given the treatment,
// R²_D = k_D R_D/(1 - R_D) and R²_Y = ((√k_Y + √R_Z)/√(1 - R_Z))² R_Y/(1 - R_Y) (Cinelli & Hazlett 2020, eqs 18 and 19),
// at most 1.
func (s *Sensitivity) bound(m *regress.Model, o SensitivityOptions) error {
	if len(o.Benchmarks) == 0 {
		return nil
	}
	b, err := newBenchmarks(m, s.Treatment)
	if err != nil {
		return err
	}
	full := 0
	for _, k := range o.Benchmarks {
		columns, effects, err := b.find(k)
		if err != nil {
			return err
		}
		rd, ry, err := b.partial(columns, effects)
		if err != nil {
			return err
		}
		if rd >= 1-1e-12 {
			return fmt.Errorf("%s explains all of %s that the other covariates leave, so nothing can be as strong as it", k, s.Treatment)
		}
		for i, kd := range o.KD {
			one := Bound{Benchmark: k.String(), KD: kd, KY: o.KY[i], R2DXJ: rd, R2YXJ: ry, R2DZ: kd * rd / (1 - rd)}
			if one.R2DZ >= 1 {
				return &TooStrong{k.String(), kd, (1 - rd) / rd}
			}
			rz := kd * rd * rd / ((1 - kd*rd) * (1 - rd))
			root := (math.Sqrt(one.KY) + math.Sqrt(rz)) / math.Sqrt(1-rz)
			one.R2YZ = root * root * ry / (1 - ry)
			if !(one.R2YZ <= 1) {
				one.R2YZ = 1
				full++
			}
			one.Adjusted = s.Adjust(one.R2DZ, one.R2YZ)
			s.Bounds = append(s.Bounds, one)
		}
	}
	if full > 0 {
		above := "one bound on the confounder's R² with the outcome lies above 1 and was set to 1"
		if full > 1 {
			above = fmt.Sprintf("%d bounds on the confounder's R² with the outcome lie above 1 and were set to 1", full)
		}
		s.Notes = append(s.Notes, above+", which leaves no error, t and interval; lower kd= or ky=")
	}
	return nil
}

// benchmarks are the covariates of a model as regressors of the outcome and of the treatment.
type benchmarks struct {
	m       *regress.Model // of the outcome
	d       *regress.Model // of the treatment on the other columns
	treat   string
	columns []string // of d, in order
}

func newBenchmarks(m *regress.Model, treat string) (*benchmarks, error) {
	b := &benchmarks{m: m, treat: treat}
	sub := *m.Design
	sub.X, sub.Terms, sub.Outcome = nil, nil, treat
	for _, j := range m.Kept {
		if m.Design.Terms[j] == treat {
			sub.Y = m.Design.X[j]
			continue
		}
		sub.X, sub.Terms = append(sub.X, m.Design.X[j]), append(sub.Terms, m.Design.Terms[j])
	}
	b.columns = sub.Terms
	var err error
	b.d, err = regress.Solve(&sub)
	return b, err
}

// find gives the columns and the absorbed effects of a benchmark.
func (b *benchmarks) find(k Benchmark) (columns []string, effects []int, err error) {
	for _, term := range k.Terms {
		found := false
		for _, c := range b.columns {
			if c == term || strings.HasPrefix(c, factorOf(term)+"::") {
				if found = true; slices.Contains(columns, c) {
					return nil, nil, fmt.Errorf("%s stands twice in the benchmark %s", term, k)
				}
				columns = append(columns, c)
			}
		}
		if found {
			continue
		}
		at := slices.IndexFunc(b.m.Design.Effects, func(e absorb.Effect) bool { return e.Name == term })
		switch {
		case at >= 0 && slices.Contains(effects, at):
			return nil, nil, fmt.Errorf("%s stands twice in the benchmark %s", term, k)
		case at >= 0:
			effects = append(effects, at)
		case term == b.treat:
			return nil, nil, fmt.Errorf("%s is the treatment itself and no benchmark for what confounds it", term)
		default:
			e := &UnknownBenchmark{Term: term, Terms: b.names()}
			e.Collinear = slices.Contains(b.m.Collinear, term) || slices.Contains(b.d.Collinear, term)
			return nil, nil, e
		}
	}
	return columns, effects, nil
}

// factorOf is the variable whose levels i(…) spells out; the term itself if it is none.
func factorOf(term string) string {
	if within, ok := strings.CutPrefix(term, "i("); ok {
		first, _, _ := strings.Cut(strings.TrimSuffix(within, ")"), ",")
		return strings.TrimSpace(first)
	}
	return term
}

// names are the benchmarks that there are.
func (b *benchmarks) names() []string {
	out := slices.Clone(b.columns)
	for _, e := range b.m.Design.Effects {
		out = append(out, e.Name)
	}
	return out
}

// partial is the partial R² of a group with the treatment, given the other covariates, and with the outcome, given the
// treatment as well.
func (b *benchmarks) partial(columns []string, effects []int) (rd, ry float64, err error) {
	if rd, err = partialR2(b.d, columns, effects); err != nil {
		return 0, 0, err
	}
	ry, err = partialR2(b.m, columns, effects)
	return rd, ry, err
}

// partialR2 is the share of what the others leave that the group explains, 1 - SSR/SSR without it. For columns alone the
// difference is b'V⁻¹b, b their coefficients and V their block of (X̃'WX̃)⁻¹; with an effect in the group the model is
// solved without it.
func partialR2(m *regress.Model, columns []string, effects []int) (float64, error) {
	if len(effects) > 0 {
		without := *m.Design
		without.X, without.Terms, without.Effects = nil, nil, nil
		for _, j := range m.Kept {
			if !slices.Contains(columns, m.Design.Terms[j]) {
				without.X, without.Terms = append(without.X, m.Design.X[j]), append(without.Terms, m.Design.Terms[j])
			}
		}
		for i, e := range m.Design.Effects {
			if !slices.Contains(effects, i) {
				without.Effects = append(without.Effects, e)
			}
		}
		without.Intercept = len(without.Effects) == 0
		smaller, err := regress.Solve(&without)
		if err != nil {
			return 0, err
		}
		return max(0, 1-m.SSR/smaller.SSR), nil
	}
	var at []int
	for i, j := range m.Kept {
		if slices.Contains(columns, m.Design.Terms[j]) {
			at = append(at, i)
		}
	}
	q := len(at)
	v, c := mat.NewSymDense(q, nil), mat.NewVecDense(q, nil)
	unit := make([]float64, q) // so that units of measurement don't matter
	for i, a := range at {
		unit[i] = math.Sqrt(m.Bread.At(a, a))
		c.SetVec(i, m.Beta[a]/unit[i])
	}
	for i, a := range at {
		for j := i; j < q; j++ {
			v.SetSym(i, j, m.Bread.At(a, at[j])/(unit[i]*unit[j]))
		}
	}
	var chol mat.Cholesky
	var x mat.VecDense
	if !chol.Factorize(v) || chol.SolveVecTo(&x, c) != nil {
		return 0, fmt.Errorf("the columns of the benchmark %s are nearly collinear", strings.Join(columns, " + "))
	}
	explained := mat.Dot(c, &x)
	return explained / (explained + m.SSR), nil
}

// ParseBenchmark reads a + b: the group of the terms a and b.
func ParseBenchmark(text string) Benchmark {
	var b Benchmark
	depth, from, quoted := 0, 0, false
	add := func(term string) {
		if term = strings.TrimSpace(term); term != "" {
			b.Terms = append(b.Terms, canonical(term))
		}
	}
	for i, r := range text {
		switch {
		case r == '`':
			quoted = !quoted
		case quoted:
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == '+' && depth == 0:
			add(text[from:i])
			from = i + 1
		}
	}
	add(text[from:])
	return b
}

// canonical writes a term as designs name it: log( x ) as log(x).
func canonical(term string) string {
	if strings.ContainsAny(term, ":^[") && !strings.ContainsAny(term, "(") {
		return term
	}
	if e, err := formula.ParseExpr(term); err == nil {
		return e.String()
	}
	return term
}
