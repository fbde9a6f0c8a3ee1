package placebo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// NotRandomised is the error for a method whose estimate randomisation inference has nothing to say of.
type NotRandomised struct {
	Method did.Method
	Why    string
}

func (e *NotRandomised) Error() string {
	return fmt.Sprintf("inf=ri assigns adoption dates anew, and %s; method=%s has vcov= alone", e.Why, e.Method)
}

// RandomiseStaggered is Randomise for the overall effect of a method of staggered adoption: each draw permutes the dates and
// estimates the effect anew. The interval needs an estimate that is linear in the outcome, so that those of y and of the
// true treatment under the drawn dates tell that of y − τD; where weights or a mean function are found from the outcome, as
// by sdid, sc, ifect, mc and etwfe with a family, or it stands among the controls, there is none. r is the estimate under the true dates.
func RandomiseStaggered(ctx context.Context, p *panel.Panel, s did.StaggeredSpec, r *did.ATTResult, o Randomisation) (*regress.Inference, error) {
	o, err := o.filled(DefaultReestimations)
	if err != nil {
		return nil, err
	}
	if m := r.FactorModel; m != nil { // chosen once
		if s.Factors = m.Factors; m.Factors == 0 {
			s.Factors = did.NoFactors
		}
		if m.Lambda != nil {
			s.Factors, s.Lambda = 0, *m.Lambda
		}
	}
	re, err := newReestimation(p, s, o)
	if err != nil {
		return nil, err
	}
	stats := &statistics{}
	se := r.Overall.StdError
	stats.actual = drawn{b: r.Overall.Estimate, c: 1, v0: se * se}
	if re.errors && !(se > 0) {
		return nil, fmt.Errorf("the overall effect has no standard error, so that its t statistics can't be compared; write stat=coef")
	}
	if re.errors && re.linear { // of most methods the error does not depend on an effect that is the same for all
		if x, ok := re.estimate(re.groups.starts); ok {
			stats.actual.v1, stats.actual.v2 = x.v1, x.v2
		}
	}
	redrawn, err := stats.take(ctx, re.groups, o, func() func([]float64) (drawn, bool) {
		return func(starts []float64) (drawn, bool) {
			if slices.Equal(starts, re.groups.starts) {
				return stats.actual, true
			}
			return re.estimate(starts)
		}
	})
	if err != nil {
		return nil, err
	}
	i := stats.inference(re.groups, o, r.Level, re.errors)
	i.Term = formula.Quote(r.Treat)
	if i.Vcov = ""; re.errors {
		i.Vcov = r.Vcov.Type
	}
	if !re.linear {
		i.ConfLow, i.ConfHigh = math.NaN(), math.NaN()
	}
	i.Redrawn = redrawn
	i.Notes = notes(i, r.Level)
	return i, nil
}

// reestimation estimates a method under other dates.
type reestimation struct {
	panel  *panel.Panel
	spec   did.StaggeredSpec
	groups *groups
	linear bool
	errors bool // for t statistics
	code   []int32
	time   []float64 // one a row of the panel
	keep   []float64 // the treatment of rows that keep it: NaN where it is assigned anew
	truth  *did.StaggeredSpec
	mixed  *did.StaggeredSpec
}

// trueName is what the treatment as it is is called beside the drawn one.
const trueName = "treatment as it is"

func newReestimation(p *panel.Panel, s did.StaggeredSpec, o Randomisation) (*reestimation, error) {
	switch s.Method {
	case did.CallawaySantAnna, did.SunAbraham, did.Imputation, did.TwoStage, did.Stacked, did.ExtendedTwoWay, did.LocalProjections, did.Switching:
	case did.SyntheticDID, did.SyntheticControl, did.InteractiveEffects, did.MatrixCompletion:
		s.Progress = nil
		s.Resampling = did.WithoutErrors
		if o.Stat == T {
			return nil, &NotRandomised{s.Method, "its errors are drawn themselves, so that comparing t statistics would take draws of draws; write stat=coef"}
		}
	case did.TripleDifference:
		return nil, &NotRandomised{s.Method, "they belong to the groups that are enabled while who is eligible in them stays"}
	case did.ContinuousTreatment:
		return nil, &NotRandomised{s.Method, "who is assigned one would need a dose, which only the treated have"}
	default:
		return nil, &NotRandomised{s.Method, "how it would estimate under others is not known"}
	}
	if s.Sampling == did.CrossSections || !p.IsPanel() {
		return nil, &NotRandomised{s.Method, "repeated cross-sections have no units that have them"}
	}
	if s.Treat == "" {
		return nil, &NotRandomised{s.Method, "the line has none but cohort=; name the treatment by treat="}
	}
	re := &reestimation{spec: s, linear: s.Resampling != did.WithoutErrors && (s.Family == "" || s.Family == did.Gaussian), errors: o.Stat == T}
	re.spec.Draws = 0
	timing, err := did.TimingOf(p, s.Treat, false)
	var off *did.Reversal
	var dose *did.NotBinary
	if s.Method == did.Switching && (errors.As(err, &off) || errors.As(err, &dose)) { // which the method itself takes
		return nil, &NotRandomised{s.Method, fmt.Sprintf("of %s, which switches off or has doses, a date tells but the beginning", s.Treat)}
	}
	if err != nil {
		return nil, err
	}
	f, v, err := s.Prepared(p)
	if err != nil {
		return nil, err
	}
	untreated := *f
	untreated.Terms = slices.DeleteFunc(slices.Clone(f.Terms), func(t formula.Term) bool { return t.String() == formula.Quote(s.Treat) })
	sample := s.Design
	sample.KeepSingletons = true
	sample.Present = append(slices.Clone(sample.Present), s.Treat)
	sample.Require = append(slices.Clone(sample.Require), v.Needs()...)
	d, err := design.Build(p, &untreated, sample)
	if err != nil {
		return nil, err
	}
	names := formula.Names(untreated.Outcome)
	for _, t := range untreated.Terms {
		for _, x := range t.Factors {
			for _, n := range formula.Names(x) {
				re.linear = re.linear && !slices.Contains(names, n)
			}
		}
	}
	if err := re.group(p, d, timing, s.Treat, o.Assign, v); err != nil {
		return nil, err
	}
	return re, re.outcomes(p, &untreated)
}

// group finds what the dates are assigned to, as assignment does, on the panel's own rows.
func (re *reestimation) group(p *panel.Panel, d *design.Design, t *did.Timing, treat, by string, v vcov.Spec) error {
	x, err := p.Numbers(treat)
	if err != nil {
		return err
	}
	units, periods := p.Units(), p.Periods()
	re.time, re.keep = make([]float64, p.Rows()), slices.Clone(x)
	for i := range re.time {
		re.time[i] = did.PeriodValue(periods, i)
	}
	try := func(by string) error {
		f := units
		if by != "" && by != p.UnitName() {
			if f, err = p.Factor(by); err != nil {
				return err
			}
		}
		g := &groups{by: by, starts: make([]float64, f.Levels())}
		if by == "" {
			g.by = p.UnitName()
		}
		seen := make([]bool, f.Levels())
		for k := range d.N {
			i := d.PanelRow(k)
			c, start := f.Codes[i], t.Start[units.Codes[i]]
			if start != start {
				start = math.Inf(1)
			}
			if seen[c] && g.starts[c] != start {
				return &VariesWithin{treat, g.by, f.Label(int(c))}
			}
			seen[c], g.starts[c] = true, start
		}
		place, n := make([]int32, f.Levels()), int32(0)
		for c, s := range seen {
			if place[c] = -1; s {
				place[c], g.starts[n] = n, g.starts[c]
				n++
			}
		}
		g.starts = g.starts[:n]
		re.code = make([]int32, p.Rows())
		for i, c := range f.Codes {
			if re.code[i] = -1; c >= 0 {
				re.code[i] = place[c]
			}
		}
		if len(slices.Compact(slices.Sorted(slices.Values(g.starts)))) < 2 {
			return &NothingToPermute{g.by}
		}
		re.groups = g
		return nil
	}
	if by == "" && v.Type == vcov.Cluster && len(v.By) == 1 {
		var varies *VariesWithin
		var none *NothingToPermute
		if err := try(v.By[0]); !errors.As(err, &varies) && !errors.As(err, &none) {
			return err
		}
	}
	return try(by)
}

// outcomes are the specs that estimate from the true treatment in the outcome's place, and from the outcome less it.
func (re *reestimation) outcomes(p *panel.Panel, untreated *formula.Formula) error {
	x, err := p.Numbers(re.spec.Treat)
	if err != nil {
		return err
	}
	if re.panel, err = p.With(&panel.Variable{Name: trueName, Values: x}); err != nil {
		return err
	}
	instead := func(text string) (*did.StaggeredSpec, error) {
		y, err := formula.ParseExpr(text)
		if err != nil {
			return nil, err
		}
		s, f := re.spec, *untreated
		f.Outcome = y
		s.Formula, s.Parsed = "", &f
		return &s, nil
	}
	y := untreated.Outcome.String()
	if re.truth, err = instead(formula.Quote(trueName) + " + 0*(" + y + ")"); err != nil { // missing where the outcome is
		return err
	}
	re.mixed, err = instead("(" + y + ") - " + formula.Quote(trueName))
	return err
}

// estimate is what the starts, one a group, say.
func (re *reestimation) estimate(starts []float64) (x drawn, ok bool) {
	d := slices.Clone(re.keep)
	cohort := make([]float64, len(d))
	for i, g := range re.code {
		if g < 0 || d[i] != d[i] {
			cohort[i] = math.NaN()
			continue
		}
		if d[i] = 0; re.time[i] >= starts[g] {
			d[i] = 1
		}
		cohort[i] = starts[g]
	}
	vars := []*panel.Variable{{Name: re.spec.Treat, Values: d}}
	if re.spec.Cohort != "" && re.spec.Cohort != re.spec.Treat {
		vars = append(vars, &panel.Variable{Name: re.spec.Cohort, Values: cohort})
	}
	p, err := re.panel.With(vars...)
	if err != nil {
		return x, false
	}
	effect := func(s *did.StaggeredSpec) (b, v float64, ok bool) {
		r, err := did.Staggered(p, *s)
		if err != nil {
			return 0, 0, false
		}
		b, v = r.Overall.Estimate, r.Overall.StdError*r.Overall.StdError
		return b, v, b == b
	}
	if x.b, x.v0, ok = effect(&re.spec); !ok || re.errors && !(x.v0 > 0) {
		return x, false
	}
	if !re.linear {
		return x, true
	}
	if x.c, x.v2, ok = effect(re.truth); x.c == x.c && x.v2 != x.v2 {
		x.v2 = 0 // nothing of the true treatment is left but rounding, and so there is no error; y has one, by the same design
		return x, true
	}
	if !ok || !re.errors {
		return x, ok
	}
	if !(x.v2 > 0) { // the drawn dates explain the true treatment wholly: it leaves no residual to move the error
		x.v2 = 0
		return x, true
	}
	_, both, ok := effect(re.mixed)
	x.v1 = (x.v0 + x.v2 - both) / 2
	return x, ok
}
