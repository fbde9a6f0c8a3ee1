// Package estimators sets every estimator of staggered adoption on one model side by side, and tells what parts them.
package estimators

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TwoWay names the two-way regression among the methods.
const TwoWay did.Method = "twfe"

// Spec asks for the estimators. Of StaggeredSpec, Method is not read, Base is UniversalBase where it is empty, so that all
// curves are measured from the same period, Window is that of the event studies too, and the other fields go to the methods
// that know them.
type Spec struct {
	did.StaggeredSpec
	Methods []did.Method // in the order of the columns; the two-way regression comes first, named or not
}

// Result is the plain-data result of all estimators.
type Result struct {
	Outcome   string           `json:"outcome"`
	Treatment string           `json:"treatment"`
	Formula   string           `json:"formula"`
	Controls  []string         `json:"controls"`
	Level     float64          `json:"level"`
	Vcov      regress.VcovInfo `json:"vcov"`
	Columns   []Column         `json:"columns"` // the two-way regression first
	Paths     []*diagnose.Path `json:"paths"`   // from the two-way estimate to others
	Untold    []NoPath         `json:"no_paths,omitempty"`
	Simulated bool             `json:"simulated,omitempty"`
	Data      string           `json:"data,omitempty"`
	Notes     []string         `json:"notes,omitempty"`
}

// Column is one estimator.
type Column struct {
	Label  did.Method            `json:"label"`
	Result any                   `json:"result"` // *regress.Fit of the two-way regression, else *did.ATTResult; nil with Error
	Events *did.EventStudyResult `json:"event_study,omitempty"`
	Error  string                `json:"error,omitempty"` // why there is no estimate

	Cohorts  int      `json:"cohorts,omitempty"`          // treated ones that the estimate averages over
	Negative int      `json:"negative_weights,omitempty"` // of the two-way regression: treated rows that count with a negative weight
	Notes    []string `json:"notes,omitempty"`
}

// NoPath says why no path leads to a method.
type NoPath struct {
	To     did.Method `json:"to"`
	Reason string     `json:"reason"`
}

// ATT is the estimator's average effect, ok false if it failed.
func (c *Column) ATT() (e did.Effect, ok bool) {
	switch r := c.Result.(type) {
	case *regress.Fit:
		k, found := r.Coefficient(r.Treatment)
		return did.Effect{Estimate: k.Estimate, StdError: k.StdError, ConfLow: k.ConfLow, ConfHigh: k.ConfHigh, PValue: k.PValue}, found
	case *did.ATTResult:
		return r.Overall, true
	}
	return did.Effect{}, false
}

// Fit is the estimator's average effect as a regression with one coefficient, nil if it failed.
func (c *Column) Fit() *regress.Fit {
	switch r := c.Result.(type) {
	case *regress.Fit:
		return r
	case *did.ATTResult:
		return r.Fit()
	}
	return nil
}

// MarkSimulated marks the result and all that it holds as made from simulated data.
func (r *Result) MarkSimulated() {
	r.Simulated = true
	for _, c := range r.Columns {
		switch v := c.Result.(type) {
		case *regress.Fit:
			v.Simulated = true
		case *did.ATTResult:
			v.Simulated = true
		}
		if c.Events != nil && c.Events.Fit != nil {
			c.Events.Fit.Simulated = true
		}
	}
}

// Run estimates the two-way regression and each method on the model of s. A method that fails keeps its column, with the
// reason; the two-way regression must not fail. progress may be nil. If ctx ends, so does the work, with its error.
func Run(ctx context.Context, p *panel.Panel, s Spec, progress func(done, total int)) (*Result, error) {
	methods := slices.DeleteFunc(slices.Clone(s.Methods), func(m did.Method) bool { return m == TwoWay })
	if s.Base == "" {
		s.Base = did.UniversalBase
	}
	total, done := len(methods)+3, 0
	step := func() error {
		done++
		if progress != nil {
			progress(done, total)
		}
		return ctx.Err()
	}
	r := &Result{Treatment: s.Treat, Columns: []Column{}, Paths: []*diagnose.Path{}}
	if err := s.oneCluster(p, r); err != nil {
		return nil, err
	}
	first, fit, err := s.twoWay(p)
	if err != nil {
		return nil, err
	}
	r.Outcome, r.Formula, r.Level, r.Vcov = fit.Outcome, fit.Formula, fit.Level, fit.Vcov
	r.Columns = append(r.Columns, first)
	if err := step(); err != nil {
		return nil, err
	}
	for _, m := range methods {
		r.Columns = append(r.Columns, s.column(p, m))
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := s.reached(r); err != nil {
		return nil, err
	}
	for _, to := range []func(*panel.Panel, *Result){s.toImputation, s.toComparisons} {
		to(p, r)
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// reached refuses a window in which no method has an effect.
func (s *Spec) reached(r *Result) error {
	if s.Window == [2]int{} || slices.ContainsFunc(r.Columns, func(c Column) bool { return c.Events != nil }) {
		return nil
	}
	return &did.WindowError{Message: fmt.Sprintf("no effect lies in the window %d:%d by any method", s.Window[0], s.Window[1])}
}

// oneCluster reads the controls, and makes the errors those that every method knows: clustered by one variable, the unit unless the model's are so.
func (s *Spec) oneCluster(p *panel.Panel, r *Result) error {
	f, v, err := s.Prepared(p)
	if err != nil {
		return err
	}
	r.Controls = []string{}
	for _, t := range f.Terms {
		if name := t.String(); name != formula.Quote(s.Treat) {
			r.Controls = append(r.Controls, name)
		}
	}
	if v.Type != vcov.Cluster || len(v.By) != 1 {
		r.Notes = append(r.Notes, "the model's errors are "+v.String()+"; here all are clustered by "+p.UnitName()+", which every method knows")
		v = vcov.Spec{Type: vcov.Cluster, By: []string{p.UnitName()}}
	}
	s.Vcov = v
	return nil
}

// twoWay estimates the two-way regression and its event study.
func (s *Spec) twoWay(p *panel.Panel) (Column, *regress.Fit, error) {
	fit, m, err := did.TWFEModel(p, s.Spec)
	if err != nil {
		return Column{}, nil, err
	}
	c := Column{Label: TwoWay, Result: fit}
	if timing, err := did.TimingOf(p, s.Treat, true); err == nil {
		treat, _ := m.Design.Column(s.Treat)
		starts := map[float64]bool{}
		for k, x := range treat {
			if x == 1 {
				starts[timing.Start[p.Units().Codes[m.Design.PanelRow(k)]]] = true
			}
		}
		c.Cohorts = len(starts)
	}
	if w, err := diagnose.TWFEWeights(p, s.Spec); err == nil {
		c.Negative = w.Negative
	}
	ref := did.LastBefore(p)
	events, err := did.EventStudy(p, did.EventSpec{Spec: s.Spec, Ref: &ref})
	if err == nil {
		events, err = within(events, s.Window)
	}
	if err != nil {
		c.Notes = append(c.Notes, "no event study: "+err.Error())
	} else {
		c.Events = events
	}
	return c, fit, nil
}

// within leaves event times outside the window out, which the other methods do likewise.
func within(r *did.EventStudyResult, window [2]int) (*did.EventStudyResult, error) {
	if window == [2]int{} {
		return r, nil
	}
	out := *r
	out.Window, out.Coef = window, nil
	for _, c := range r.Coef {
		if c.EventTime >= window[0] && c.EventTime <= window[1] {
			out.Coef = append(out.Coef, c)
		}
	}
	if !slices.ContainsFunc(out.Coef, func(c did.EventCoef) bool { return !r.IsReference(c.EventTime) }) {
		return nil, errors.New("no effect lies in the window")
	}
	return &out, nil
}

// column estimates one method.
func (s *Spec) column(p *panel.Panel, m did.Method) Column {
	one := s.StaggeredSpec
	one.Method = m
	if m == did.Stacked || m == did.Switching { // the figure's window would leave out cohorts that are not seen through it, and the others keep
		one.Window = [2]int{}
	}
	if s.Resampling == did.PlaceboUnits && (m == did.InteractiveEffects || m == did.MatrixCompletion) { // who have none
		one.Resampling = ""
	}
	c := Column{Label: m}
	r, err := did.Staggered(p, one)
	if err == nil && math.IsNaN(r.Overall.Estimate) {
		err = errors.New("no average effect can be computed from its cells")
	}
	if err != nil {
		c.Error = err.Error()
		return c
	}
	c.Result, c.Cohorts = r, r.Cohorts
	if starts := averaged(r); len(starts) > 0 {
		c.Cohorts = len(starts)
	}
	if c.Events, err = r.EventStudy(s.Window); err != nil {
		c.Notes = append(c.Notes, "no event study: "+err.Error())
	}
	return c
}

// averaged are the cohorts with an effect after adoption; none of a method without effects by cohort.
func averaged(r *did.ATTResult) map[float64]bool {
	starts := map[float64]bool{}
	for _, g := range r.GroupTime {
		if g.Time >= g.Cohort {
			starts[g.Cohort] = true
		}
	}
	return starts
}

// toImputation takes the path to the first method that imputes.
func (s *Spec) toImputation(p *panel.Panel, r *Result) {
	s.path(r, func(m did.Method) bool { return m == did.Imputation || m == did.TwoStage }, func(att *did.ATTResult) (*diagnose.Path, error) {
		return diagnose.ImputationPath(p, s.Spec, att)
	})
}

// toComparisons takes the path to Callaway & Sant'Anna's average.
func (s *Spec) toComparisons(p *panel.Panel, r *Result) {
	s.path(r, func(m did.Method) bool { return m == did.CallawaySantAnna }, func(att *did.ATTResult) (*diagnose.Path, error) {
		o := s.StaggeredSpec
		o.Method = att.Method
		return diagnose.ComparisonPath(p, s.Spec, o, att)
	})
}

func (s *Spec) path(r *Result, leads func(did.Method) bool, take func(*did.ATTResult) (*diagnose.Path, error)) {
	for _, c := range r.Columns {
		att, ok := c.Result.(*did.ATTResult)
		if !ok || !leads(c.Label) {
			continue
		}
		if w, err := take(att); err != nil {
			r.Untold = append(r.Untold, NoPath{c.Label, err.Error()})
		} else {
			r.Paths = append(r.Paths, w)
		}
		return
	}
}
