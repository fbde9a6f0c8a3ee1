package figure

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Groups shows the effect in each group with its interval.
func Groups(r *hetero.Result, l wording.Language, m wording.Labels) *Figure {
	v := Intervals{}
	var ticks []Tick
	simulated, level := r.Simulated, 0.95
	for i, g := range r.Groups {
		c, _ := g.Fit.Coefficient(g.Fit.Treatment)
		v.Points = append(v.Points, Interval{At: float64(i + 1), Estimate: c.Estimate, Low: c.ConfLow, High: c.ConfHigh,
			Title: fmt.Sprintf("%s: %.3f [%.3f, %.3f]", m.Group(g.Label, l), c.Estimate, c.ConfLow, c.ConfHigh)})
		ticks = append(ticks, Tick{Value: float64(i + 1), Label: m.Group(g.Label, l), Keep: true})
		level = g.Fit.Level
	}
	by, _ := m.Term(r.By)
	if r.By == "exposure" {
		by = l.Pick("periods since adoption", "处理持续时间")
	}
	return &Figure{
		Name:        l.Pick("Effects by group: ", "分组效应：") + by,
		Description: fmt.Sprintf(l.Pick("Estimates of %d groups; the test that they are equal has p = %.3g.", "%d 组的估计；各组相等检验 p = %.3g。"), len(r.Groups), r.Difference.PValue),
		Language:    l, Simulated: simulated, Height: 3.1,
		X:      Axis{Ticks: ticks, Min: 0.5, Max: float64(len(r.Groups)) + 0.5},
		Y:      Axis{Label: fmt.Sprintf(l.Pick("Effect, %g%% interval", "效应（%g%% 置信区间）"), 100*level), Grid: true},
		Layers: []Layer{Rule{At: 0}, v},
	}
}
