package figure

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Pretrends draws the hypothesised trend on the event study, and what it adds on average to estimates that pass the test
// of the periods before adoption (Roth 2022, Figure 3).
func Pretrends(r *diagnose.Pretrends, l wording.Language) *Figure {
	z := diagnose.Critical(r.Level)
	estimates := Intervals{Name: l.Pick("estimate", "估计值")}
	trend := Lines{Name: l.Pick("hypothesised trend", "假设的趋势"), Color: 1, NoMark: true, InLegend: true}
	passed := Lines{Name: l.Pick("mean if the test is passed", "通过检验时的均值"), Color: 2, NoMark: true, InLegend: true}
	var ticks []Tick
	for _, k := range r.Rows {
		p := Interval{At: float64(k.EventTime), Estimate: k.Estimate, Low: k.Estimate - z*k.StdError, High: k.Estimate + z*k.StdError, Hollow: k.EventTime == r.Ref}
		p.Title = fmt.Sprintf("%d: %.3f, %s %.3f", k.EventTime, k.Estimate, trend.Name, k.Trend)
		estimates.Points = append(estimates.Points, p)
		trend.X, trend.Y = append(trend.X, p.At), append(trend.Y, k.Trend)
		passed.X, passed.Y = append(passed.X, p.At), append(passed.Y, k.Conditional)
		ticks = append(ticks, Tick{Value: p.At, Label: integer(k.EventTime), Keep: k.EventTime == 0})
	}
	first, last := r.Rows[0].EventTime, r.Rows[len(r.Rows)-1].EventTime
	slope := strconv.FormatFloat(r.Slope, 'g', 3, 64)
	return &Figure{
		Name: l.Pick("Hypothesised trend on the event study", "事件研究与假设的趋势"),
		Description: fmt.Sprintf(l.Pick("Event study with a linear trend of %s per period, which the test finds with probability %.2f.",
			"事件研究与每期 %s 的线性趋势；检验发现该趋势的概率为 %.2f。"), slope, r.Power),
		Language: l, Simulated: r.Simulated,
		X:      Axis{Label: l.Pick("Periods since adoption", "距政策实施的期数"), Ticks: ticks, Min: float64(first) - 0.6, Max: float64(last) + 0.6},
		Y:      Axis{Label: fmt.Sprintf(l.Pick("Effect, %s interval", "效应（%s 区间）"), percent(r.Level)), Grid: true},
		Layers: []Layer{Band{From: math.Inf(-1), To: -0.5}, Rule{At: 0}, trend, passed, estimates},
		Notes: []string{fmt.Sprintf(l.Pick("Trend: %s per period; a test of each period before adoption finds it with probability %s.", "趋势：每期 %s；逐期检验发现该趋势的概率为 %s。"),
			slope, number(r.Power, 2, l))},
	}
}
