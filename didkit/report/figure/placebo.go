package figure

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Placebo shows the draws of a placebo test: their p values as points, their density, scaled to a peak of 1, as a line,
// and the true estimate as a dashed line (the paper's Figure 2).
func Placebo(r *placebo.Result, l wording.Language, m wording.Labels) *Figure {
	treatment, _ := m.Term(r.Treatment)
	draws, actual, what := r.Estimates, r.Actual, l.Pick("Placebo coefficient", "安慰剂系数")
	if r.Stat == placebo.T {
		draws, actual, what = r.TStatistics, r.ActualT, l.Pick("Placebo t statistic", "安慰剂 t 值")
	}
	x, y := Density(draws, nil)
	peak := 0.0
	for _, v := range y {
		peak = math.Max(peak, v)
	}
	for i := range y {
		y[i] /= peak
	}
	return &Figure{
		Name: fmt.Sprintf(l.Pick("Placebo test of %s", "%s的安慰剂检验"), named(treatment, l)),
		Description: fmt.Sprintf(l.Pick("Density and p values of %d placebo estimates around %.3g; the true estimate is %.3g, and the two-sided p is %.3g.",
			"%d 次安慰剂估计（均值 %.3g）的核密度与 p 值；真实估计值为 %.3g，双侧 p 值为 %.3g。"), r.Reps, r.Mean, actual, r.P.TwoSided),
		Language: l, Simulated: r.Simulated,
		X: Axis{Label: what},
		Y: Axis{Label: l.Pick("p value of each draw; density (peak = 1)", "各次抽样的 p 值；核密度（峰值为 1）"), Grid: true, Min: 0, Max: 1},
		Layers: []Layer{
			Points{Name: l.Pick("p value", "p 值"), X: draws, Y: r.PValues, Color: 1, Small: true, Hollow: true},
			Lines{Name: l.Pick("density", "核密度"), X: x, Y: y, NoMark: true, InLegend: true},
			Rule{At: 0.1, Dashed: true},
			Rule{At: 0, Vertical: true},
			Rule{At: actual, Vertical: true, Dashed: true, Label: l.Pick("actual ", "真实值 ") + strconv.FormatFloat(actual, 'f', 3, 64)},
		},
		Notes: []string{fmt.Sprintf(l.Pick("%s draws, seed %d. Level dashes: p = 0.1.", "抽取 %s 次，种子 %d；水平虚线为 p = 0.1。"), wording.Count(r.Reps, l), r.Seed)},
	}
}
