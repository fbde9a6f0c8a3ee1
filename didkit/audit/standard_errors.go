package audit

import "github.com/seed2d25c7c2/didnb/didkit/audit/paper"

// residual is the range of s², the variance of a two-way regression's residuals: sd² (1 − R²)(n − 1)/(n − N − T + 1 − k)
// with the overall R².
func (a *auditor) residual(p place) (s2 interval, df float64, formula string, numbers []string, ok bool) {
	units, periods := a.panel()
	y, table := a.summary(p.Outcome)
	if y == nil || !y.SD.Known() || y.N != p.N || p.R2 == nil || p.R2Kind == "within" || p.R2Kind == "adjusted" || units < 2 || periods < 2 {
		return interval{}, 0, "", nil, false
	}
	k := len(slopes(p.Column))
	df = float64(p.N - units - periods + 1 - k)
	if df < 10 {
		return interval{}, 0, "", nil, false
	}
	rest := exact(1).sub(of(*p.R2))
	rest.lo = max(rest.lo, 0)
	sd := of(y.SD)
	sd.lo = max(sd.lo, 0)
	s2 = sd.square().mul(rest).mul(exact(float64(p.N-1) / df))
	formula = sprint("s² = %s² (1 − %s) %d / (%d − %d − %d + 1 − %d) = %s", y.SD, p.R2, p.N-1, p.N, units, periods, k, s2)
	return s2, df, formula, []string{table + " " + y.Variable + " sd", p.number("r2"), p.number("n")}, true
}

// What a column's errors turn out to be.
const (
	classicalErrors = "iid"
	notClustered    = "iid or hetero"
	clustering      = "cluster"
)

// standardErrors asks of columns that print all their terms whether their errors are classical. The constant gives it
// away: with one regressor its variance is s²/n + x̄² se² if errors are classical, about the same if they are robust to heteroskedasticity,
// and x̄² se² if they are clustered by units, whose residuals add up to zero. The treatment's own error, compared with s over
// the root of its two-way sum of squares where the sample sizes say what that can be, tells classical from robust ones.
func (a *auditor) standardErrors() {
	for _, p := range a.columns() {
		if !complete(p.Column) || p.Role != paper.PlainColumn || !p.LeastSquares() {
			continue
		}
		s2, df, formula, numbers, ok := a.residual(p)
		if !ok {
			continue
		}
		if len(slopes(p.Column)) == 1 {
			a.constantError(p, s2, formula, numbers)
		}
		a.treatmentError(p, s2, formula, numbers)
		if len(slopes(p.Column)) == 1 {
			a.within(p, df)
		}
	}
}

func (a *auditor) constantError(p place, s2 interval, formula string, numbers []string) {
	x := slopes(p.Column)[0]
	m, table := a.summary(x.Term)
	if m == nil || !m.Mean.Known() || m.N != p.N {
		return
	}
	slope := infer(p, x)
	var constant inference
	name := ""
	for _, t := range p.Terms {
		if t.Constant() {
			constant, name = infer(p, t), t.Term
		}
	}
	if !slope.se.finite() || !constant.se.finite() {
		return
	}
	clustered := of(m.Mean).abs().mul(slope.se)
	classical := s2.mul(exact(1 / float64(p.N))).add(clustered.square()).sqrt()
	f := Finding{Check: "errors", Where: p.number(name), Published: "se ∈ " + constant.se.String(), Computed: sprint("classical %s, clustered by units %s", classical, clustered),
		Verdict: Consistent, Arithmetic: sprint("%s; √(s²/%d + %s² · se²) = %s, %s · se = %s", formula, p.N, m.Mean, classical, m.Mean, clustered),
		Numbers: append(append([]string{table + " " + x.Term + " mean", p.number(x.Term + " estimate"), p.number(x.Term + " statistic"), p.number(name + " estimate")}, numbers...), constant.numbers...)}
	isClassical, isClustered := constant.se.meets(classical), constant.se.meets(clustered)
	switch {
	case isClassical && !isClustered:
		a.errors[p.where()] = notClustered
		if p.Errors == "cluster" {
			f.Verdict = Inconsistent
			a.find(f, text{"The constant's error is that of errors that are not clustered.", "常数项的标准误与未聚类的标准误相符。"})
			return
		}
		a.find(f, text{"The constant's error is that of errors that are not clustered.", "常数项的标准误与未聚类的标准误相符。"})
		a.learn(Fact{Name: "standard_errors", Where: p.where(), Value: "not clustered: classical (iid) or robust", Arithmetic: f.Arithmetic + sprint("; printed %s", constant.se)},
			text{"Errors clustered by units would make the constant's several times smaller than printed.", "若按单位聚类，常数项的标准误会小得多。"})
	case isClustered && !isClassical:
		a.errors[p.where()] = clustering
		if p.Errors == "iid" {
			f.Verdict = Inconsistent
			a.find(f, text{"The constant's error is that of clustered errors, not of classical ones.", "常数项的标准误与聚类标准误相符，而非经典标准误。"})
			return
		}
		a.find(f, text{"The constant's error is that of errors clustered by units.", "常数项的标准误与按单位聚类的标准误相符。"})
		a.learn(Fact{Name: "standard_errors", Where: p.where(), Value: "clustered by units", Arithmetic: f.Arithmetic + sprint("; printed %s", constant.se)},
			text{"Classical errors would make the constant's larger than printed.", "若为经典标准误，常数项的标准误会更大。"})
	case isClassical:
		a.find(f, text{"Either kind of errors fits.", "两类标准误均相符。"})
	default:
		f.Verdict = Undetermined
		a.find(f, text{"Neither classical errors nor clustering by units gives the constant's; robust errors or another clustering might.", "经典标准误与按单位聚类均不符；可能为稳健标准误或其他聚类。"})
	}
}

// treatmentError compares the treatment's error with the classical one.
func (a *auditor) treatmentError(p place, s2 interval, formula string, numbers []string) {
	x := treatmentTerm(p.Column)
	s := a.book.Sample
	if x == nil || x.Term != a.treated.name || a.treated.units == 0 || !a.balanced() || a.treated.years == nil {
		return
	}
	i := infer(p, *x)
	if !i.se.finite() {
		return
	}
	ss := demeaned(a.treated, s.Units, s.First, s.Last)
	classical := s2.sqrt().div(ss.sqrt())
	computed := classical.String()
	one := len(slopes(p.Column)) == 1
	if !one { // controls take variation away from the treatment
		classical.hi = classical.hi * 1e9
		computed = "at least " + short(classical.lo)
	}
	f := Finding{Check: "classical", Where: p.number(x.Term), Published: "se ∈ " + i.se.String(), Computed: "classical se " + computed, Verdict: Consistent,
		Arithmetic: sprint("%s; SS(%s) ∈ %s; s / √SS = %s", formula, x.Term, ss, computed),
		Numbers:    append(append([]string{p.number(x.Term + " estimate")}, i.numbers...), numbers...)}
	switch {
	case i.se.meets(classical):
		a.find(f, text{"Classical errors give such a standard error.", "经典标准误可得此值。"})
		if one {
			a.isClassical(p)
			a.learn(Fact{Name: "classical_error", Where: p.number(x.Term), Value: sprint("printed %s, classical %s", i.se, classical), Arithmetic: f.Arithmetic},
				text{"What classical errors give, over all adoption periods that the sample sizes allow.", "在样本量允许的所有处理时期组合下，经典标准误的取值范围。"})
		}
	case i.se.hi < classical.lo:
		f.Verdict = Undetermined
		a.find(f, text{"Smaller than classical errors can be; robust or clustered ones might be.", "小于经典标准误的下限；稳健或聚类标准误可能如此。"})
	default:
		f.Verdict = Undetermined
		a.find(f, text{"Larger than classical errors can be, as clustered ones often are.", "大于经典标准误的上限；聚类标准误常如此。"})
	}
}

// isClassical notes that both the constant's and the treatment's error are those of classical errors.
func (a *auditor) isClassical(p place) {
	if a.errors[p.where()] != notClustered {
		return
	}
	a.errors[p.where()] = classicalErrors
	for i := range a.facts {
		if f := &a.facts[i]; f.Name == "standard_errors" && f.Where == p.where() {
			f.Value = "classical (iid)"
		}
	}
}

// within: with one regressor and classical errors the within R² is t²/(t² + df), so that the printed R² is told apart.
func (a *auditor) within(p place, df float64) {
	x := slopes(p.Column)[0]
	i := infer(p, x)
	if !i.hasT || a.errors[p.where()] != classicalErrors {
		return
	}
	t2 := i.t.abs().square()
	within := interval{t2.lo / (t2.lo + df), t2.hi / (t2.hi + df)}
	printed := of(*p.R2)
	value, note := "overall", text{"The printed R² counts what the fixed effects explain.", "所印 R² 包含固定效应的解释力。"}
	if printed.meets(within) {
		value, note = "within", text{"The printed R² is the within R².", "所印 R² 为组内 R²。"}
	}
	a.learn(Fact{Name: "r2", Where: p.where(), Value: value, Arithmetic: sprint("t² / (t² + df) = %s² / (%s² + %s) = %s ≟ %s", i.t.abs(), i.t.abs(), short(df), within, p.R2)}, note)
}
