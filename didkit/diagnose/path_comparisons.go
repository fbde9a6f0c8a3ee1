package diagnose

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// ComparisonPath leads from the two-way estimate of s to att, Callaway & Sant'Anna's average effect under o, by way of
// Goodman-Bacon's comparisons of two cohorts. Controls go first, then units with gaps, until β = Σ b_kl DD_kl. Then
//
//	forbidden   comparisons whose control group is treated already go, and the others' weights grow in proportion
//	base        DD_kl, mean after less mean before adoption, becomes the mean after of the changes since the last period before, δ_kl(t)
//	comparison  δ_kl(t) becomes ATT(k, t), cohort k against the method's comparison group
//	shares      the weights Σ_l b_kl / (periods of kl) that ATT(k, t) then has become the cells' shares of treated rows
//	method      what o and the controls and gaps that were left aside change in the average
//
// Errors are those of the two methods, and of samples that the comparisons are not made for.
func ComparisonPath(p *panel.Panel, s did.Spec, o did.StaggeredSpec, att *did.ATTResult) (*Path, error) {
	fit, m, err := did.TWFEModel(p, s)
	if err != nil {
		return nil, err
	}
	c, _ := fit.Coefficient(fit.Treatment)
	w := newPath(att.Method, c.Estimate)
	if !twoWay(m.Design, p) {
		return nil, &OtherEffects{p.UnitName(), p.TimeName()}
	}
	s, m, err = plainSample(p, s, m, w, c.StdError)
	if err != nil {
		return nil, err
	}
	k, err := cohortsOf(p, m, s.Treat)
	if err != nil {
		return nil, err
	}
	pairs := &Bacon{}
	k.plain(pairs)
	clean := k.clean()
	if len(clean) == 0 {
		return nil, fmt.Errorf("every comparison is with units that are treated already")
	}
	mean, long := 0.0, 0.0
	share := map[[2]int]float64{} // of cohort and period, among the comparisons
	for _, x := range clean {
		after := k.since(x, x.adopt, x.to)
		mean += x.weight * (after - k.since(x, 0, x.adopt))
		long += x.weight * after
		for t := x.adopt; t < x.to; t++ {
			share[[2]int{x.treated, t}] += x.weight / float64(x.to-x.adopt)
		}
	}
	if len(clean) < len(pairs.Comparisons) {
		w.add(StepForbidden, mean)
	}
	w.add(StepBase, long)
	o.Spec, o.Anticipation, o.Aggregate, o.Draws = s, 0, "", 0
	own, err := did.Staggered(p, o)
	if err != nil {
		return nil, err
	}
	effect, err := k.weigh(own, periodsOf(m.Design, p), share)
	if err != nil {
		return nil, err
	}
	w.add(StepComparison, effect)
	w.add(StepShares, own.Averages[did.Simple].Estimate)
	simple := att.Averages[did.Simple].Estimate
	w.move(StepMethod, simple, c.StdError)
	w.move(StepAggregate, att.Overall.Estimate, c.StdError)
	return w, nil
}

// plainSample takes controls and units with gaps out of the model, a step each where there are such.
func plainSample(p *panel.Panel, s did.Spec, m *regress.Model, w *Path, scale float64) (did.Spec, *regress.Model, error) {
	used := make([]bool, p.Rows())
	for i := range m.Design.N {
		used[m.Design.PanelRow(i)] = true
	}
	s.Design.Rows = used
	again := func(kind StepKind) error {
		fit, model, err := did.TWFEModel(p, s)
		if err != nil {
			return err
		}
		c, _ := fit.Coefficient(fit.Treatment)
		w.move(kind, c.Estimate, scale)
		m = model
		return nil
	}
	f, _, err := s.Prepared(p)
	if err != nil {
		return s, nil, err
	}
	if len(m.Kept) > 1 {
		plain := *f
		plain.Terms = []formula.Term{{Factors: []formula.Expr{&formula.Name{Name: s.Treat}}}}
		s.Parsed = &plain
		if err := again(StepControls); err != nil {
			return s, nil, err
		}
	}
	seen, periods := map[int32]int{}, map[int32]bool{}
	for i, is := range used {
		if is {
			seen[p.Units().Codes[i]]++
			periods[p.Periods().Codes[i]] = true
		}
	}
	gaps, units := 0, 0
	for _, n := range seen {
		units++
		if n < len(periods) {
			gaps++
		}
	}
	if gaps > 0 {
		if gaps == units {
			return s, nil, fmt.Errorf("no unit is seen in all %d periods", len(periods))
		}
		whole := slices.Clone(used)
		for i := range whole {
			whole[i] = whole[i] && seen[p.Units().Codes[i]] == len(periods)
		}
		s.Design.Rows = whole
		if err := again(StepSample); err != nil {
			return s, nil, err
		}
		w.Notes = append(w.Notes, counting.Sprintf("%d of %d units are not seen in all %d periods and were left out", gaps, units, len(periods)))
	}
	return s, m, nil
}

// pair is a comparison in which no unit of the control cohort is treated: from period 0 to before to.
type pair struct {
	treated, control, adopt, to int
	weight                      float64
}

// clean are the comparisons of a cohort with one that is treated later or never; their weights add up to one.
func (c *cohorts) clean() []pair {
	var out []pair
	total := 0.0
	for k, ak := range c.start {
		for l, al := range c.start {
			if ak == 0 || ak >= al {
				continue
			}
			dk, dl := c.treatedShare(k), c.treatedShare(l)
			x := pair{k, l, ak, al, c.weight[k] * c.weight[l] * (dk - dl) * (1 - dk)}
			total += x.weight
			out = append(out, x)
		}
	}
	for i := range out {
		out[i].weight /= total
	}
	return out
}

// since is the mean over periods from to before to of the treated cohort's change since the last period before adoption,
// less the control cohort's.
func (c *cohorts) since(x pair, from, to int) float64 {
	own, other := c.mean[x.treated], c.mean[x.control]
	return average(own[from:to]) - own[x.adopt-1] - average(other[from:to]) + other[x.adopt-1]
}

// weigh averages the effects of cohorts and periods by the shares.
func (c *cohorts) weigh(r *did.ATTResult, periods []float64, share map[[2]int]float64) (float64, error) {
	at := map[[2]float64]float64{}
	for _, x := range r.GroupTime {
		at[[2]float64{x.Cohort, x.Time}] = x.Estimate
	}
	sum := 0.0
	for k, start := range c.start {
		for t := start; t < c.periods; t++ {
			weight := share[[2]int{k, t}]
			if weight == 0 {
				continue
			}
			effect, ok := at[[2]float64{periods[start], periods[t]}]
			if !ok {
				return 0, fmt.Errorf("cohort %g has no effect in %g by method=%s", periods[start], periods[t], r.Method)
			}
			sum += weight * effect
		}
	}
	return sum, nil
}

// periodsOf are the sample's periods as numbers, ascending.
func periodsOf(d *design.Design, p *panel.Panel) []float64 {
	var out []float64
	for i := range d.N {
		out = append(out, did.PeriodValue(p.Periods(), d.PanelRow(i)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
