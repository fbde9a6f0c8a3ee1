package robust

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Kind is what a check changes.
type Kind string

const (
	PSM       Kind = "psm"       // the sample: rows matched on the controls, weighted by how often they were matched
	PSMRows   Kind = "psm(rows)" // the sample: matched rows, each counted once, as is often done
	Lag       Kind = "lag"       // the treatment: one period earlier
	Policy    Kind = "policy"    // the controls: a rival policy added
	Winsor    Kind = "winsor"    // the data: tails of continuous variables cut
	DropUnits Kind = "dropcities"
)

// Check is one variation of the model.
type Check struct {
	Kind  Kind
	Var   string   // of Policy
	Share float64  // of Winsor: each tail
	Units []string // of DropUnits: labels
}

// Label names the check as the notebook writes it.
func (c Check) Label() string {
	switch c.Kind {
	case Policy:
		return "policy(" + c.Var + ")"
	case Winsor:
		return fmt.Sprintf("winsor(%g)", c.Share)
	case DropUnits:
		return "dropcities(" + strings.Join(c.Units, ", ") + ")"
	}
	return string(c.Kind)
}

// CheckError is the error of one check, the Index-th from 0.
type CheckError struct {
	Index int
	Check Check
	Err   error
}

func (e *CheckError) Error() string { return "check " + e.Check.Label() + ": " + e.Err.Error() }
func (e *CheckError) Unwrap() error { return e.Err }

// Run estimates the two-way model of s once for each check, a column each, in the order given. progress may be nil. If
// ctx ends, so does the work, with its error.
func Run(ctx context.Context, p *panel.Panel, s did.Spec, checks []Check, progress func(done, total int)) (*Result, error) {
	f, _, err := s.Prepared(p)
	if err != nil {
		return nil, err
	}
	r := &Result{Outcome: f.Outcome.String(), Treatment: formula.Quote(s.Treat)}
	for i, c := range checks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v, err := c.apply(p, s, f)
		if err != nil {
			return nil, &CheckError{i, c, err}
		}
		fit, err := v.estimate()
		if err == nil && c.Kind == Policy && slices.Contains(fit.Collinear, formula.Quote(c.Var)) {
			err = fmt.Errorf("%s does not vary beyond the model's regressors and fixed effects", c.Var)
		}
		if err != nil {
			return nil, &CheckError{i, c, err}
		}
		fit.Notes = append(fit.Notes, v.notes...)
		r.Columns = append(r.Columns, Column{c.Label(), fit})
		if progress != nil {
			progress(i+1, len(checks))
		}
	}
	return r, nil
}

// variation is a model ready to be estimated.
type variation struct {
	p       *panel.Panel
	spec    did.Spec
	formula *formula.Formula
	lagged  bool // the treatment is a lag, which is no 0/1 column of the panel
	notes   []string
}

func (v *variation) estimate() (*regress.Fit, error) {
	if !v.lagged {
		s := v.spec
		s.Parsed = v.formula
		return did.TWFE(v.p, s)
	}
	_, cov, err := v.spec.Prepared(v.p)
	if err != nil {
		return nil, err
	}
	fits, err := regress.Estimate(v.p, regress.Spec{Parsed: []*formula.Formula{v.formula}, Vcov: cov, Level: v.spec.Level, Design: v.spec.Design})
	if err != nil {
		return nil, err
	}
	fits[0].Method, fits[0].Treatment = "twfe", v.formula.Terms[0].String()
	return fits[0], nil
}

// apply changes the model as the check says; panel and spec given stay as they are.
func (c Check) apply(p *panel.Panel, s did.Spec, f *formula.Formula) (*variation, error) {
	g := *f
	v := &variation{p: p, spec: s, formula: &g}
	switch c.Kind {
	case PSM, PSMRows:
		return v, v.matched(c.Kind == PSM)
	case Lag:
		v.lagged = true
		name := &formula.Name{Name: s.Treat}
		lag := &formula.Call{Func: "l", Args: []formula.Arg{{Value: name}, {Value: &formula.Number{Value: 1}}}}
		g.Terms = append([]formula.Term{{Factors: []formula.Expr{lag}}}, without(f.Terms, formula.Quote(s.Treat))...)
	case Policy:
		if _, err := p.Numbers(c.Var); err != nil {
			return nil, err
		}
		if formula.Quote(c.Var) == f.Outcome.String() {
			return nil, fmt.Errorf("%s is the outcome and can't control for itself", c.Var)
		}
		if f.Has(formula.Quote(c.Var)) || c.Var == s.Treat {
			return nil, fmt.Errorf("%s is in the model already", c.Var)
		}
		g.Terms = append(slices.Clone(f.Terms), formula.Term{Factors: []formula.Expr{&formula.Name{Name: c.Var}}})
	case Winsor:
		return v, v.winsorised(c.Share)
	case DropUnits:
		return v, v.dropped(c.Units)
	default:
		return nil, fmt.Errorf("no check %q%s", c.Kind, suggest.Phrase(string(c.Kind), []string{"psm", "lag", "policy", "winsor", "dropcities"}))
	}
	return v, nil
}

func without(terms []formula.Term, name string) []formula.Term {
	return slices.DeleteFunc(slices.Clone(terms), func(t formula.Term) bool { return t.String() == name })
}

// matched pairs the rows of ever-treated units with rows of never-treated ones on the model's controls, one nearest
// neighbour with replacement on the pooled logit score (the paper's scheme), and keeps the matched rows.
func (v *variation) matched(weights bool) error {
	t, err := did.TimingOf(v.p, v.spec.Treat, v.spec.AllowReversal)
	if err != nil {
		return err
	}
	if v.spec.Design.Weights != "" {
		return fmt.Errorf("matching gives weights of its own and can't be combined with weights=%s", v.spec.Design.Weights)
	}
	ever := make([]float64, v.p.Rows())
	for i, u := range v.p.Units().Codes {
		if t.Start[u] == t.Start[u] {
			ever[i] = 1
		}
	}
	const everName, weightName = "ever treated", "matching weight"
	q, err := v.p.With(&panel.Variable{Name: everName, Values: ever})
	if err != nil {
		return err
	}
	controls := without(v.formula.Terms, formula.Quote(v.spec.Treat))
	if len(controls) == 0 {
		return fmt.Errorf("the model has no controls to match on")
	}
	score := &formula.Formula{Outcome: &formula.Name{Name: everName}, Terms: controls}
	r, err := match.Run(q, match.Spec{Formula: score.String(), Design: v.spec.Design})
	if err != nil {
		return err
	}
	keep := make([]bool, v.p.Rows())
	for i, w := range r.Weights {
		keep[i] = w > 0
	}
	if v.spec.Design.Rows != nil {
		for i, k := range v.spec.Design.Rows {
			keep[i] = keep[i] && k
		}
	}
	v.spec.Design.Rows = keep
	v.notes = append(v.notes, r.Notes...)
	if weights {
		if v.p, err = q.With(&panel.Variable{Name: weightName, Values: r.Weights}); err != nil {
			return err
		}
		v.spec.Design.Weights = weightName
		v.notes = append(v.notes, "controls count as often as they were matched")
	} else {
		v.notes = append(v.notes, "each matched row counts once, however often it was matched")
	}
	return nil
}

// winsorised cuts both tails of every continuous variable of the formula (more than two values), over the whole sample.
func (v *variation) winsorised(share float64) error {
	if !(share > 0 && share < 0.5) {
		return fmt.Errorf("the tail is %g; it must be between 0 and 0.5", share)
	}
	var vars []*panel.Variable
	skip := map[string]bool{v.p.UnitName(): true, v.p.TimeName(): true, v.spec.Treat: true}
	for _, e := range v.formula.Effects {
		for _, x := range e.Vars {
			for _, n := range formula.Names(x) {
				skip[n] = true
			}
		}
	}
	for _, name := range v.formula.Names() {
		x, err := v.p.Variable(name)
		if err != nil {
			return err
		}
		if skip[name] || x.Kind == panel.Text || twoValues(x.Values) {
			continue
		}
		e := &formula.Call{Func: "winsor", Args: []formula.Arg{{Value: &formula.Name{Name: name}}, {Value: &formula.Number{Value: share}}}}
		out, err := evaluate.Expr(v.p, e, "")
		if err != nil {
			return err
		}
		w := *x
		w.Values = out.Values
		vars = append(vars, &w)
	}
	if len(vars) == 0 {
		return fmt.Errorf("the model has no continuous variable to winsorise")
	}
	q, err := v.p.With(vars...)
	if err != nil {
		return err
	}
	v.p = q
	v.notes = append(v.notes, fmt.Sprintf("%d continuous variables cut at the quantiles %g and %g", len(vars), share, 1-share))
	return nil
}

func twoValues(x []float64) bool {
	a, b := math.NaN(), math.NaN()
	for _, v := range x {
		switch {
		case v != v || v == a || v == b:
		case a != a:
			a = v
		case b != b:
			b = v
		default:
			return false
		}
	}
	return true
}

// dropped leaves units out by their labels.
func (v *variation) dropped(labels []string) error {
	if len(labels) == 0 {
		return fmt.Errorf("no unit is named")
	}
	units := v.p.Units()
	var all []string
	for u := range units.Levels() {
		all = append(all, units.Label(u))
	}
	out := make([]bool, units.Levels())
	for _, l := range labels {
		u := slices.Index(all, l)
		if u < 0 {
			return fmt.Errorf("no %s %q%s", v.p.UnitName(), l, suggest.Phrase(l, all))
		}
		out[u] = true
	}
	keep := make([]bool, v.p.Rows())
	for i, u := range units.Codes {
		keep[i] = !out[u] && (v.spec.Design.Rows == nil || v.spec.Design.Rows[i])
	}
	v.spec.Design.Rows = keep
	v.notes = append(v.notes, counting.Sprintf("%d units left out", len(labels)))
	return nil
}
