package did

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// EventSpec asks for a dynamic specification.
type EventSpec struct {
	Spec
	Window [2]int // first and last event time; both 0: all that occur
	Clip   bool   // leave rows of treated units outside the window out, instead of gathering them in the ends
	Ref    *int   // reference period; nil: -1

	// Untreated keeps the rows that are not yet treated only, of periods before the last adoption: the leads are estimated
	// from these alone (Dette & Schumann 2024, section 3), and there are no effects from adoption on.
	Untreated bool
}

// EventStudy estimates outcome_it = Σ_k β_k 1{t - g_i = k} + γ'x_it + μ_i + λ_t + ε_it, k over the window but the
// reference, by least squares; g_i is the unit's first treated period, and never-treated units have no event time. Rows
// beyond the window count at its ends unless Clip is set. Pretrend is the joint Wald test that β_k = 0 for all k < 0,
// F with the clusters' degrees of freedom. With effects that vary over cohorts β_k mixes them (Sun & Abraham 2021).
func EventStudy(p *panel.Panel, s EventSpec) (*EventStudyResult, error) {
	r, _, err := EventStudyModel(p, s)
	return r, err
}

// EventStudyModel is EventStudy that also hands out the estimated model, for what is built on its residuals and columns.
func EventStudyModel(p *panel.Panel, s EventSpec) (*EventStudyResult, *regress.Model, error) {
	pre, err := s.prepare(p)
	if err != nil {
		return nil, nil, err
	}
	if s.Untreated {
		if s.Design.Rows, err = untreatedRows(p, pre.timing, s.Design); err != nil {
			return nil, nil, err
		}
	}
	ref := -1
	if s.Ref != nil {
		ref = *s.Ref
	}
	ev, err := eventTimes(p, pre.timing, s, ref)
	if err != nil {
		return nil, nil, err
	}
	q, err := p.With(&panel.Variable{Name: ev.name, Values: ev.values})
	if err != nil {
		return nil, nil, err
	}
	f := *pre.formula
	f.Terms = []formula.Term{{Factors: []formula.Expr{ev.term(ref)}}}
	for _, t := range pre.formula.Terms {
		if t.String() != formula.Quote(s.Treat) {
			f.Terms = append(f.Terms, t)
		}
	}
	s.Design.Beyond = ev.beyond
	run := func(refs ...int) (*regress.Model, *regress.Fit, error) {
		f.Terms[0] = formula.Term{Factors: []formula.Expr{ev.term(refs...)}}
		m, err := regress.Run(q, &f, regress.Spec{Vcov: pre.vcov, Level: s.Level, Design: s.Design})
		if err != nil {
			return nil, nil, err
		}
		if err := treatedSample(p, m, pre.timing); err != nil && !s.Untreated {
			return nil, nil, err
		}
		fit, err := m.Fit(pre.vcov, s.Level)
		return m, fit, err
	}
	refs := []int{ref}
	m, fit, err := run(refs...)
	if err != nil {
		return nil, nil, err
	}
	if first, ok := ev.secondReference(p, m, fit, ref); ok {
		if m2, fit2, err := run(ref, first); err == nil && len(ev.lost(p, m2, fit2, ref, first)) == 0 {
			m, fit, refs = m2, fit2, []int{ref, first}
		}
	}
	fit.Method, fit.Weights, fit.Treatment, fit.Singletons = "twfe", s.Design.Weights, s.Treat, s.Design.KeepSingletons
	if s.Design.If != nil {
		fit.If = s.Design.If.String()
	}
	fit.Notes = append(pre.notes, fit.Notes...)
	shown := *pre.formula // the formula as a reader would write it
	shown.Terms = append([]formula.Term{{Factors: []formula.Expr{ev.shownTerm(refs...)}}}, f.Terms[1:]...)
	fit.Formula = shown.String()
	if note := oneTreatedCluster(m.Design, pre.vcov, isOne(m.Design, s.Treat)); note != "" {
		fit.Notes = append(fit.Notes, note)
	}
	if len(refs) > 1 {
		fit.Notes = append(fit.Notes, fmt.Sprintf("without never-treated units the effects are known up to a straight line in event time, "+
			"so event time %d, the first, is a second reference; a test of the periods before adoption sees departures from that line only", refs[1]))
	}
	return ev.result(p, m, fit, s, refs, pre.timing), m, nil
}

// events is the coded event time of every row.
type events struct {
	name   string
	values []float64 // binned event time; the code never for units never treated; NaN where left out
	never  float64   // a value outside the window
	window [2]int

	gathered bool   // rows beyond the window were moved to its ends
	beyond   []bool // rows beyond the window that are left out, with EventSpec.Clip
}

// WindowError is the error for a window or reference that does not fit the panel.
type WindowError struct{ Message string }

func (e *WindowError) Error() string { return e.Message }

func eventTimes(p *panel.Panel, t *Timing, s EventSpec, ref int) (*events, error) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, x := range t.Event {
		if x != x {
			continue
		}
		if x != math.Trunc(x) {
			return nil, &WindowError{fmt.Sprintf("event time is %g in row %d; periods must be whole numbers apart", x, i+1)}
		}
		lo, hi = math.Min(lo, x), math.Max(hi, x)
	}
	w := s.Window
	if w == [2]int{} {
		w = [2]int{int(lo), int(hi)}
	}
	if s.Untreated {
		w[1] = -1
	}
	switch {
	case w[0] >= w[1]:
		return nil, &WindowError{fmt.Sprintf("the window %d:%d is empty; it runs from before adoption to after, as in -6:8", w[0], w[1])}
	case ref < w[0] || ref > w[1]:
		return nil, &WindowError{fmt.Sprintf("the reference %d lies outside the window %d:%d", ref, w[0], w[1])}
	case float64(w[0]) > hi || float64(w[1]) < lo:
		return nil, &WindowError{fmt.Sprintf("no row lies in the window %d:%d; event times run from %g to %g", w[0], w[1], lo, hi)}
	}
	ev := &events{name: "event_time", window: w, never: float64(w[0]) - 1000, values: make([]float64, p.Rows())}
	for p.Has(ev.name) {
		ev.name += "_"
	}
	d, err := p.Numbers(t.Treat)
	if err != nil {
		return nil, err
	}
	if s.Clip {
		ev.beyond = make([]bool, p.Rows())
	}
	reached, last := false, math.Inf(-1) // last: the last event time before adoption that is seen
	for i, x := range t.Event {
		if x < 0 {
			last = math.Max(last, x)
		}
		switch {
		case d[i] != d[i]:
			x = math.NaN() // treatment unknown
		case x != x:
			x = ev.never
		case s.Untreated && x > float64(w[1]): // such rows were left out
			x = math.NaN()
		case x < float64(w[0]) || x > float64(w[1]):
			if s.Clip {
				ev.beyond[i] = true
				x = math.NaN()
			} else {
				x = math.Max(float64(w[0]), math.Min(float64(w[1]), x))
				ev.gathered = true
			}
		}
		reached = reached || x == float64(ref)
		ev.values[i] = x
	}
	if !reached && last >= float64(w[0]) && last != float64(ref) {
		return nil, &WindowError{fmt.Sprintf("no treated unit is seen at the reference %d; the last event time before adoption is %g: take ref=%g", ref, last, last)}
	}
	if !reached {
		return nil, &WindowError{fmt.Sprintf("no treated unit is seen at the reference %d; event times run from %g to %g", ref, lo, hi)}
	}
	return ev, nil
}

func (ev *events) hasNever() bool { return slices.Contains(ev.values, ev.never) }

// lost is the event times that the sample holds but the fit does not, the references aside.
func (ev *events) lost(p *panel.Panel, m *regress.Model, fit *regress.Fit, refs ...int) []int {
	units := ev.unitsSeen(p, m)
	var out []int
	for k := ev.window[0]; k <= ev.window[1]; k++ {
		if _, ok := fit.Coefficient(ev.label(k)); !ok && units[k] > 0 && !slices.Contains(refs, k) {
			out = append(out, k)
		}
	}
	return out
}

// secondReference is the first event time of the sample, where unit and time effects leave one effect after adoption
// unknown, as they do when every unit is treated at some time. Setting that effect to zero would tilt the whole curve
// by it, the periods before adoption included; two references before adoption do not (Borusyak, Jaravel & Spiess 2024).
func (ev *events) secondReference(p *panel.Panel, m *regress.Model, fit *regress.Fit, ref int) (int, bool) {
	lost := ev.lost(p, m, fit, ref)
	if len(lost) != 1 || lost[0] < 0 {
		return 0, false
	}
	units := ev.unitsSeen(p, m)
	for k := ev.window[0]; k < min(ref, 0); k++ {
		if units[k] > 0 {
			return k, true
		}
	}
	return 0, false
}

// term is i(event_time, ref=c(refs, never)).
func (ev *events) term(refs ...int) formula.Expr {
	args := references(refs)
	if ev.hasNever() {
		args = append(args, formula.Arg{Value: &formula.Number{Value: ev.never}})
	}
	return ev.call(&formula.Call{Func: "c", Args: args})
}

func (ev *events) shownTerm(refs ...int) formula.Expr {
	if args := references(refs); len(args) > 1 {
		return ev.call(&formula.Call{Func: "c", Args: args})
	}
	return ev.call(&formula.Number{Value: float64(refs[0])})
}

func (ev *events) call(ref formula.Expr) formula.Expr {
	return &formula.Call{Func: "i", Args: []formula.Arg{{Value: &formula.Name{Name: ev.name}}, {Key: "ref", Value: ref}}}
}

func references(refs []int) []formula.Arg {
	var args []formula.Arg
	for _, k := range refs {
		args = append(args, formula.Arg{Value: &formula.Number{Value: float64(k)}})
	}
	return args
}

// label is the coefficient's name of event time k.
func (ev *events) label(k int) string { return formula.Quote(ev.name) + "::" + strconv.Itoa(k) }

func (ev *events) result(p *panel.Panel, m *regress.Model, fit *regress.Fit, s EventSpec, refs []int, t *Timing) *EventStudyResult {
	ref := refs[0]
	r := &EventStudyResult{Method: "twfe", Formula: fit.Formula, Outcome: fit.Outcome, Treat: s.Treat, Ref: ref, Level: fit.Level,
		Window: ev.window, Binned: ev.gathered, N: fit.N, Fit: fit}
	units := ev.unitsSeen(p, m)
	for k := ev.window[0]; k <= ev.window[1]; k++ {
		c := EventCoef{EventTime: k, Units: units[k]}
		if k == ref {
			c.StdError, c.PValue, c.ConfLow, c.ConfHigh = math.NaN(), math.NaN(), math.NaN(), math.NaN()
			r.Coef = append(r.Coef, c)
			continue
		}
		b, ok := fit.Coefficient(ev.label(k))
		if !ok {
			switch {
			case slices.Contains(refs, k): // said by the caller
			case units[k] == 0:
				fit.Notes = append(fit.Notes, fmt.Sprintf("no treated unit is seen at event time %d", k))
			default:
				fit.Notes = append(fit.Notes, fmt.Sprintf("event time %d can't be told apart from the fixed effects and is a second reference", k))
			}
			continue
		}
		c.Estimate, c.StdError, c.PValue, c.ConfLow, c.ConfHigh = b.Estimate, b.StdError, b.PValue, b.ConfLow, b.ConfHigh
		r.Coef = append(r.Coef, c)
	}
	if t.Gaps > 0 {
		fit.Notes = append(fit.Notes, counting.Sprintf("%d units are not seen in the period before their first treated one; their event time counts from the first treated row seen", t.Gaps))
	}
	var before []string
	for k := ev.window[0]; k < 0; k++ {
		if _, ok := fit.Coefficient(ev.label(k)); ok && k != ref {
			before = append(before, ev.label(k))
		}
	}
	if len(before) > 0 {
		if w, err := WaldTest(fit, before); err == nil {
			r.Pretrend = w
		} else {
			fit.Notes = append(fit.Notes, "no joint test of the periods before adoption: "+err.Error())
		}
	} else {
		fit.Notes = append(fit.Notes, "no period before adoption but the reference: the joint test has nothing to test")
	}
	return r
}

// unitsSeen counts the units of the sample at each event time.
func (ev *events) unitsSeen(p *panel.Panel, m *regress.Model) map[int]int {
	seen := map[[2]int]bool{}
	count := map[int]int{}
	units := p.Units()
	for k := range m.Design.N {
		r := k
		if m.Design.Rows != nil {
			r = int(m.Design.Rows[k])
		}
		if x := ev.values[r]; x != ev.never {
			if key := [2]int{int(units.Codes[r]), int(x)}; !seen[key] {
				seen[key] = true
				count[int(x)]++
			}
		}
	}
	return count
}

// WaldTest tests that the coefficients of the terms are all zero: F = b'V⁻¹b / q on q and df_t degrees of freedom (fixest
// 0.14: the smallest number of clusters less one under clustering, n - K otherwise). It fails if the terms are unknown
// or their covariance is singular (more terms than clusters, for instance).
func WaldTest(f *regress.Fit, terms []string) (*Wald, error) {
	q := len(terms)
	if q == 0 {
		return nil, errors.New("a joint test needs a coefficient to test")
	}
	at := make([]int, q)
	for i, term := range terms {
		at[i] = slices.IndexFunc(f.Coef, func(c regress.Coef) bool { return c.Term == term })
		if at[i] < 0 {
			return nil, fmt.Errorf("no coefficient %s", term)
		}
	}
	v := mat.NewSymDense(q, nil)
	b := mat.NewVecDense(q, nil)
	for i := range q {
		// scaled by the standard errors, so that the condition of V does not depend on units of measurement
		b.SetVec(i, f.Coef[at[i]].Estimate/f.Coef[at[i]].StdError)
		for j := i; j < q; j++ {
			v.SetSym(i, j, f.V[at[i]][at[j]]/(f.Coef[at[i]].StdError*f.Coef[at[j]].StdError))
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(v) || chol.Cond() > 1e13 {
		return nil, fmt.Errorf("the covariance of %d coefficients is singular", q)
	}
	var x mat.VecDense
	if err := chol.SolveVecTo(&x, b); err != nil {
		return nil, fmt.Errorf("the covariance of %d coefficients is singular", q)
	}
	w := &Wald{Statistic: mat.Dot(b, &x) / float64(q), DF1: float64(q), DF2: f.DFT}
	w.PValue = distribution.UpperF(w.Statistic, w.DF1, w.DF2)
	return w, nil
}
