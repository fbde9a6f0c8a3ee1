package robust

import (
	"context"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// SpecificationCurve estimates the model in every combination of samples (as given, and under each check that changes
// sample or coding), controls (all, none, each left out once) and errors (iid, robust, clustered by unit). A
// combination that can't be estimated is left out and named in the second result. progress may be nil. If ctx ends, so
// does the work, with its error.
func SpecificationCurve(ctx context.Context, p *panel.Panel, s did.Spec, checks []Check, progress func(done, total int)) (*Curve, []string, error) {
	f, cov, err := s.Prepared(p)
	if err != nil {
		return nil, nil, err
	}
	type controls struct {
		label string
		terms []formula.Term
	}
	all := without(f.Terms, formula.Quote(s.Treat))
	sets := []controls{{"all", all}}
	if len(all) > 0 {
		sets = append(sets, controls{"none", nil})
	}
	if len(all) > 1 {
		for i, t := range all {
			sets = append(sets, controls{"without " + t.String(), slices.Delete(slices.Clone(all), i, i+1)})
		}
	}
	errors := []vcov.Spec{{Type: vcov.IID}, {Type: vcov.Hetero}, {Type: vcov.Cluster, By: []string{p.UnitName()}}}
	if !slices.ContainsFunc(errors, func(v vcov.Spec) bool { return v.String() == cov.String() }) {
		errors = append(errors, cov)
	}
	samples := append([]Check{{}}, checks...)
	c := &Curve{}
	var failed []string
	total, done := len(samples)*len(sets), 0
	for _, check := range samples {
		label := "as given"
		if check.Kind != "" {
			label = check.Label()
		}
		c.Samples = append(c.Samples, label)
		for _, set := range sets {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			base := *f
			base.Terms = append([]formula.Term{{Factors: []formula.Expr{&formula.Name{Name: s.Treat}}}}, set.terms...)
			v := &variation{p: p, spec: s, formula: &base}
			if check.Kind != "" {
				full := *f // matching needs the controls, whether or not the regression has them
				matching := check.Kind == PSM || check.Kind == PSMRows
				if !matching {
					full = base
				}
				if v, err = check.apply(p, s, &full); err == nil && matching {
					v.formula = &base
				}
			}
			for _, e := range errors {
				if err == nil {
					v.spec.Vcov = e
					var pt *Point
					if pt, err = v.point(label, set.label, e); err == nil {
						pt.Main = check.Kind == "" && set.label == "all" && e.String() == cov.String()
						c.Points = append(c.Points, *pt)
					}
				}
			}
			if err != nil {
				failed = append(failed, label+" with controls "+set.label+": "+err.Error())
				err = nil
			}
			if done++; progress != nil {
				progress(done, total)
			}
		}
	}
	for _, set := range sets {
		c.Controls = append(c.Controls, set.label)
	}
	for _, e := range errors {
		c.Errors = append(c.Errors, e.String())
	}
	c.summarise()
	return c, failed, nil
}

func (v *variation) point(sample, controls string, e vcov.Spec) (*Point, error) {
	fit, err := v.estimate()
	if err != nil {
		return nil, err
	}
	b, _ := fit.Coefficient(fit.Treatment)
	half := distribution.CriticalT(0.95, fit.DFT) * b.StdError
	return &Point{Sample: sample, Controls: controls, Errors: e.String(), Estimate: b.Estimate, StdError: b.StdError, PValue: b.PValue,
		ConfLow: b.Estimate - half, ConfHigh: b.Estimate + half, N: fit.N}, nil
}

func (c *Curve) summarise() {
	slices.SortStableFunc(c.Points, func(a, b Point) int {
		switch {
		case a.Estimate < b.Estimate:
			return -1
		case a.Estimate > b.Estimate:
			return 1
		}
		return 0
	})
	n := len(c.Points)
	if n == 0 {
		return
	}
	c.Median = (c.Points[(n-1)/2].Estimate + c.Points[n/2].Estimate) / 2
	for _, p := range c.Points {
		if p.Estimate > 0 {
			c.Positive += 1 / float64(n)
		}
		if p.PValue < 0.05 && p.Estimate*c.Median > 0 {
			c.Signif += 1 / float64(n)
		}
	}
}
