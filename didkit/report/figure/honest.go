package figure

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Honest shows the interval under each bound on the violation of parallel trends beside the original one, which stands
// first (Rambachan & Roth 2023, Figure 4).
func Honest(r *diagnose.Honest, l wording.Language) *Figure {
	original := Intervals{Name: l.Pick("parallel trends", "平行趋势成立"), Color: 1,
		Points: []Interval{{Estimate: r.Estimate, Low: r.Original.ConfLow, High: r.Original.ConfHigh,
			Title: fmt.Sprintf("%.3f [%.3f, %.3f]", r.Estimate, r.Original.ConfLow, r.Original.ConfHigh)}}}
	robust := Intervals{Name: l.Pick("robust", "稳健区间")}
	ticks := []Tick{{Value: 0, Label: l.Pick("original", "原区间"), Keep: true}}
	unbounded := 0
	for i, x := range r.Intervals {
		mid := (x.ConfLow + x.ConfHigh) / 2
		if math.IsInf(x.ConfLow, 0) || math.IsInf(x.ConfHigh, 0) {
			unbounded++
		}
		robust.Points = append(robust.Points, Interval{At: float64(i + 1), Estimate: mid, Low: x.ConfLow, High: x.ConfHigh, Hollow: true,
			Title: fmt.Sprintf("M = %g: [%.3f, %.3f]", x.M, x.ConfLow, x.ConfHigh)})
		ticks = append(ticks, Tick{Value: float64(i + 1), Label: strconv.FormatFloat(x.M, 'g', 4, 64), Keep: true})
	}
	f := &Figure{
		Name: l.Pick("Robust intervals under violations of parallel trends", "偏离平行趋势时的稳健区间"),
		Description: fmt.Sprintf(l.Pick("%d robust intervals beside the original one; zero is left out up to a bound of %.3g.",
			"%d 个稳健区间与原区间；界限不超过 %.3g 时区间不含零。"), len(r.Intervals), r.Breakdown),
		Language: l, Simulated: r.Simulated,
		X:      Axis{Label: BoundName(r.Type, l), Ticks: ticks, Min: -0.5, Max: float64(len(r.Intervals)) + 0.5},
		Y:      Axis{Label: fmt.Sprintf(l.Pick("Effect, %g%% interval", "效应（%g%% 区间）"), 100*r.Level), Grid: true},
		Layers: []Layer{Rule{At: 0}, original, robust},
		Notes:  []string{BreakdownText(r, l)},
	}
	if unbounded > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("%d intervals have no bound and are not drawn.", "%d 个区间无界，未画出。"), unbounded))
	}
	return f
}

// BoundName is what M bounds, in words.
func BoundName(t diagnose.Restriction, l wording.Language) string {
	if t == diagnose.Smoothness {
		return l.Pick("M: largest change of the trend's slope between periods", "M：趋势斜率逐期变化的上限")
	}
	return l.Pick("Mbar: violation after adoption, relative to the largest before", "Mbar：处理后偏离相对于处理前最大偏离的倍数")
}

// BreakdownText says up to which bound zero is left out.
func BreakdownText(r *diagnose.Honest, l wording.Language) string {
	b := strconv.FormatFloat(r.Breakdown, 'g', 3, 64)
	switch {
	case r.Breakdown == 0:
		return l.Pick("Even without a violation (M = 0) the interval holds zero.", "即使不允许偏离（M = 0），区间也包含零。")
	case math.IsInf(r.Breakdown, 1):
		return l.Pick("No bound tried makes the interval hold zero.", "所试各界限下区间均不含零。")
	}
	return fmt.Sprintf(l.Pick("Breakdown value: zero is left out up to %s.", "临界值：界限不超过 %s 时区间不含零。"), b)
}
