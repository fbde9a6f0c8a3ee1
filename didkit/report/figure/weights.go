package figure

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Weights shows the weight of each treated row's effect in the two-way estimate by periods since adoption, relative to
// an equal weight; negative ones are marked apart.
func Weights(r *diagnose.Weights, l wording.Language, m wording.Labels) *Figure {
	treatment, _ := m.Term(r.Treatment)
	positive := Points{Name: l.Pick("positive", "正权重"), Small: true, Hollow: true}
	negative := Points{Name: l.Pick("negative", "负权重"), Color: 1, Small: true}
	last := 0.0
	for _, c := range r.Weights {
		p := &positive
		if c.Weight < 0 {
			p = &negative
		}
		p.X, p.Y = append(p.X, c.Exposure), append(p.Y, c.Weight*float64(r.Cells))
		last = max(last, c.Exposure)
	}
	if r.Negative == 0 {
		negative.Name = ""
	}
	return &Figure{
		Name: fmt.Sprintf(l.Pick("Weights of the effects of %s", "%s效应的权重"), named(treatment, l)),
		Description: fmt.Sprintf(l.Pick("%d treated rows, %d of them with a negative weight; negative weights add up to %.3g.",
			"%d 个处理观测，其中 %d 个权重为负；负权重之和为 %.3g。"), r.Cells, r.Negative, r.SumNegative),
		Language: l, Simulated: r.Simulated,
		X:      Axis{Label: l.Pick("Periods since adoption", "处理后期数"), Min: -0.4, Max: last + 0.4},
		Y:      Axis{Label: l.Pick("Weight of the effect, relative to an equal weight (dashes)", "效应的权重（相对于等权重，虚线）"), Grid: true},
		Layers: []Layer{Rule{At: 0}, Rule{At: 1, Dashed: true}, positive, negative},
		Notes: []string{fmt.Sprintf(l.Pick("%s of %s weights are negative; they add up to %s.", "%s 个权重为负（共 %s 个），其和为 %s。"),
			wording.Count(r.Negative, l), wording.Count(r.Cells, l), number(r.SumNegative, 3, l))},
	}
}
