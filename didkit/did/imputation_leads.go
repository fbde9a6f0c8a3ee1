package did

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// leads are the effects before adoption as Borusyak, Jaravel & Spiess test them: a regression on untreated rows only, with
// a dummy for each event time but the last, -1 unless no cohort is seen then, or for the last Leads event times with all earlier ones as the reference. Their
// scores carry fixest's small-sample factor.
func (im *imputed) leads(p *panel.Panel, r *ATTResult) (gathered, error) {
	none := gathered{}
	im.findReference()
	found := map[float64]int{} // units
	for k := range im.unit {
		if event, ok := im.lead(k); ok {
			found[event]++
		}
	}
	if ref := int(im.reference); float64(ref) == im.reference {
		r.Ref = &ref
	}
	if len(found) == 0 {
		return none, nil
	}
	if out, ok := im.sparseLeads(found); ok {
		return im.withReference(out), nil
	}
	out, err := im.regressLeads(p, r, found)
	return im.withReference(out), err
}

// findReference takes the last event time before adoption for the reference, unless Leads says which are.
func (im *imputed) findReference() {
	im.reference = math.Inf(-1)
	if im.spec.Leads != 0 {
		return
	}
	for k, u := range im.unit {
		if e := im.periods[im.time[k]] - im.start[u]; im.model.use[k] && e < 0 {
			im.reference = math.Max(im.reference, e)
		}
	}
}

// regressLeads is the regression with a column for each event time.
func (im *imputed) regressLeads(p *panel.Panel, r *ATTResult, found map[float64]int) (gathered, error) {
	none := gathered{}
	name := "event_time"
	for p.Has(name) {
		name += "_"
	}
	const never = -1e6
	rows, values := make([]bool, p.Rows()), make([]float64, p.Rows())
	refs := []formula.Arg{{Value: &formula.Number{Value: never}}}
	for k := range im.unit {
		if !im.model.use[k] {
			continue
		}
		i := im.d.PanelRow(k)
		rows[i], values[i] = true, never
		if event, ok := im.lead(k); ok {
			values[i] = event
		}
	}
	q, err := p.With(&panel.Variable{Name: name, Values: values})
	if err != nil {
		return none, err
	}
	f := *im.formula
	f.Terms = append([]formula.Term{{Factors: []formula.Expr{&formula.Call{Func: "i", Args: []formula.Arg{{Value: &formula.Name{Name: name}},
		{Key: "ref", Value: &formula.Call{Func: "c", Args: refs}}}}}}}, f.Terms...)
	o := im.spec.Design
	o.Rows, o.KeepSingletons = rows, true
	m, err := regress.Run(q, &f, regress.Spec{Vcov: im.vcov, Design: o})
	if err != nil {
		r.Untested = "no effects before adoption: " + err.Error()
		return none, nil
	}
	fit, err := m.Fit(im.vcov, im.spec.Level)
	if err != nil {
		r.Untested = "no effects before adoption: " + err.Error()
		return none, nil
	}
	var events []float64
	for e := range found {
		events = append(events, e)
	}
	slices.Sort(events)
	cluster, place := make([]int32, p.Rows()), im.clustersByCohort()
	for k := range im.unit {
		cluster[im.d.PanelRow(k)] = place[im.clusters[k]] // as the other parts number them
	}
	out := gathered{}
	for _, e := range events {
		term := fmt.Sprintf("%s::%g", formula.Quote(name), e)
		b, ok := fit.Coefficient(term)
		if !ok {
			r.Notes = append(r.Notes, fmt.Sprintf("the effect at event time %g can't be told apart from the fixed effects: it is a reference too", e))
			continue
		}
		score := make([]float64, im.groups)
		for k, v := range m.Influence(term) {
			score[cluster[m.Design.PanelRow(k)]] += v
		}
		raw := 0.0
		for _, v := range score {
			raw += v * v
		}
		factor := b.StdError / math.Sqrt(raw)
		for c := range score {
			score[c] *= factor
		}
		im.parts = append(im.parts, influence{{0, score}})
		by := make([]float64, len(im.parts))
		by[len(by)-1] = 1
		out.keys, out.values, out.scores, out.units = append(out.keys, e), append(out.values, b.Estimate), append(out.scores, by), append(out.units, found[e])
	}
	return out, nil
}

// lead is the event time of an untreated row that has a dummy.
func (im *imputed) lead(k int) (event float64, ok bool) {
	if !im.model.use[k] {
		return 0, false
	}
	event = im.periods[im.time[k]] - im.start[im.unit[k]]
	if event != event || im.spec.Leads == 0 && event == im.reference || im.spec.Leads > 0 && event < -float64(im.spec.Leads) {
		return 0, false
	}
	return event, true
}

// withReference adds the reference's event time, zero by construction.
func (im *imputed) withReference(out gathered) gathered {
	if im.spec.Leads != 0 {
		return out
	}
	units := 0
	for k, u := range im.unit {
		if im.periods[im.time[k]]-im.start[u] == im.reference {
			units++
		}
	}
	out.keys, out.values, out.scores, out.units = append(out.keys, im.reference), append(out.values, 0), append(out.scores, nil), append(out.units, units)
	return out
}

// sparseLeads is the regression without columns; ok is false where it does not apply: with controls, effects other than
// two, units that cross clusters, or an event time that can't be told apart.
func (im *imputed) sparseLeads(found map[float64]int) (out gathered, ok bool) {
	if len(im.d.X) > 0 || len(im.d.Effects) != 2 || !im.nested() {
		return out, false
	}
	number := map[float64]int32{}
	for e := range found {
		out.keys = append(out.keys, e)
	}
	slices.Sort(out.keys)
	for j, e := range out.keys {
		number[e] = int32(j)
	}
	code := make([]int32, len(im.unit))
	groups, seen := 0, make([]bool, im.groups)
	for k := range code {
		code[k] = -1
		if e, ok := im.lead(k); ok {
			code[k] = number[e]
		}
		if c := im.clusters[k]; im.model.use[k] && !seen[c] {
			seen[c] = true
			groups++
		}
	}
	r := im.model.dummies(code, len(out.keys), im.tau)
	if r == nil || groups < 2 {
		return gathered{}, false
	}
	parts, scores := r.scores(im.clusters, im.clustersByCohort(), im.groups)
	im.parts = append(im.parts, parts...)
	factor := math.Sqrt(r.factor(im.adoption, groups))
	for j, s := range scores {
		for k := range s {
			s[k] *= factor
		}
		out.values, out.scores, out.units = append(out.values, r.b[j]), append(out.scores, s), append(out.units, found[out.keys[j]])
	}
	return out, true
}
