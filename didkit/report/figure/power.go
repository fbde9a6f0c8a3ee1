package figure

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/power"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Power draws the power curve with the intervals of its simulation, the power asked for, and the minimum detectable effect.
func Power(r *power.Result, l wording.Language, m wording.Labels) *Figure {
	treatment, _ := m.Term(r.Treatment)
	curve := Lines{NoMark: true}
	shares := Intervals{Name: l.Pick("share of draws that reject", "拒绝的抽样比例")}
	for _, p := range r.Curve {
		curve.X, curve.Y = append(curve.X, p.Effect), append(curve.Y, p.Share.Share)
		shares.Points = append(shares.Points, Interval{At: p.Effect, Estimate: p.Share.Share, Low: p.Low, High: p.High,
			Title: fmt.Sprintf(l.Pick("effect %s: rejected by %s", "效应 %s：拒绝比例 %s"), strconv.FormatFloat(p.Effect, 'g', 4, 64), percent(p.Share.Share))})
	}
	layers := []Layer{Rule{At: r.Alpha, Dashed: true}, Rule{At: r.Target, Dashed: true}}
	mde := strconv.FormatFloat(r.MDE.Effect, 'g', 3, 64)
	description := fmt.Sprintf(l.Pick("No average effect is found with probability %g.", "没有平均效应能以概率 %g 被发现。"), r.Target)
	if !math.IsNaN(r.MDE.Effect) {
		layers = append(layers, Rule{At: r.MDE.Effect, Vertical: true, Label: l.Pick("minimum detectable effect ", "最小可检测效应 ") + mde})
		description = fmt.Sprintf(l.Pick("The power rises from %.2f without an effect to %g at an average effect of %s.", "功效由无效应时的 %.2f 升至平均效应为 %[3]s 时的 %[2]g。"), r.Size.Share, r.Target, mde)
	}
	return &Figure{
		Name:        fmt.Sprintf(l.Pick("Power of the test of %s", "%s检验的功效"), named(treatment, l)),
		Description: description,
		Language:    l, Simulated: r.Simulated,
		X:      Axis{Label: l.Pick("Average effect on the treated rows", "处理组观测的平均效应")},
		Y:      Axis{Label: fmt.Sprintf(l.Pick("Probability that it is found at the %s level", "在 %s 水平上被发现的概率"), percent(r.Alpha)), Grid: true, Min: 0, Max: 1},
		Layers: append(layers, curve, shares),
		Notes: []string{fmt.Sprintf(l.Pick("%s simulated draws; bars: 95%% intervals of the simulation; dashed: the level of the test and a power of %g.",
			"模拟 %s 次；竖线为模拟的 95%% 区间，虚线为检验水平与功效 %g。"), wording.Count(r.Reps, l), r.Target)},
	}
}
