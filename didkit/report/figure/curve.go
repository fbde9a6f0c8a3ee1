package figure

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
)

// Curve draws a specification curve: the estimates in ascending order with their 95 % intervals, the model as given
// marked, and below them which sample, controls and errors each one has (Simonsohn, Simmons & Nelson 2020).
func Curve(r *robust.Result, l wording.Language, m wording.Labels) *Figure {
	k := r.Curve
	low, high := 0.0, 0.0
	for _, p := range k.Points {
		low, high = math.Min(low, p.ConfLow), math.Max(high, p.ConfHigh)
	}
	rest, main := Intervals{Color: 4}, Intervals{Name: l.Pick("model as given", "基准模型"), Color: 1}
	choices := append(append(append([]string{}, k.Samples...), k.Controls...), k.Errors...)
	step := (high - low) * 0.07
	row := func(i int) float64 { return low - step*float64(i+1) }
	marks := Points{Small: true}
	for i, p := range k.Points {
		v := Interval{At: float64(i + 1), Estimate: p.Estimate, Low: p.ConfLow, High: p.ConfHigh,
			Title: fmt.Sprintf("%s, %s, %s: %.3f", m.Check(p.Sample, l), m.Check(p.Controls, l), p.Errors, p.Estimate)}
		if p.Main {
			main.Points = append(main.Points, v)
		} else {
			rest.Points = append(rest.Points, v)
		}
		at := 0
		for _, list := range []struct {
			all []string
			has string
		}{{k.Samples, p.Sample}, {k.Controls, p.Controls}, {k.Errors, p.Errors}} {
			for j, c := range list.all {
				if c == list.has {
					marks.X, marks.Y = append(marks.X, float64(i+1)), append(marks.Y, row(at+j))
				}
			}
			at += len(list.all)
		}
	}
	var ticks []Tick
	for _, t := range (roundTicks{l}).Ticks(low, high) {
		ticks = append(ticks, Tick{Value: t.Value, Label: t.Label})
	}
	for i, c := range choices {
		prefix := ""
		switch {
		case i < len(k.Samples):
			prefix = l.Pick("sample: ", "样本：")
		case i < len(k.Samples)+len(k.Controls):
			prefix = l.Pick("controls: ", "控制变量：")
		}
		ticks = append(ticks, Tick{Value: row(i), Label: prefix + m.Check(c, l), Keep: true})
	}
	return &Figure{
		Name: l.Pick("Specification curve", "设定曲线"),
		Description: fmt.Sprintf(l.Pick("%d specifications, median estimate %.3g, %.0f%% positive, %.0f%% significant at 5%% with the median's sign.",
			"%d 种设定，估计值中位数 %.3g，%.0f%% 为正，%.0f%% 在 5%% 水平上显著且与中位数同号。"), len(k.Points), k.Median, 100*k.Positive, 100*k.Signif),
		Language: l, Simulated: r.Simulated, Height: 3 + 0.17*float64(len(choices)),
		X:      Axis{Label: l.Pick("Specification, in ascending order of the estimate", "设定（按估计值升序）")},
		Y:      Axis{Label: l.Pick("Estimate, 95% interval; below: what it is made of", "估计值（95% 置信区间）；下方为设定"), Ticks: ticks},
		Layers: []Layer{Rule{At: 0}, rest, main, marks},
	}
}
