package figure

import (
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// Paths draws what carries the two-way estimate to others: from above a row a step, a bar from the estimate before it to
// the one behind it, which has the marker; one colour a path. step names a step of a path. nil without paths.
func Paths(paths []*diagnose.Path, step func(k diagnose.StepKind, to did.Method) string, o Options) *Figure {
	if len(paths) == 0 {
		return nil
	}
	f := o.figure()
	f.Name = o.pick("From the two-way estimate to others", "从双向固定效应估计到其他估计量")
	f.X.Label = or(o.XLabel, o.pick("Estimate", "估计值"))
	f.X.Grid, f.Y.Reverse = true, true
	row := 0
	var said []string
	for i, w := range paths {
		layer := Intervals{Name: string(w.To), Color: i, Horizontal: true}
		var values []float64
		for _, s := range w.Steps {
			values = append(values, s.Estimate)
		}
		digits := decimals(values...)
		for j, s := range w.Steps {
			name := step(s.Kind, w.To)
			p := Interval{At: float64(row), Estimate: s.Estimate, Low: s.Estimate, High: s.Estimate, Hollow: j == 0, Title: name + o.pick(": ", "\uff1a") + number(s.Estimate, digits, o.Language)}
			if j > 0 {
				before := w.Steps[j-1].Estimate
				p.Low, p.High = min(before, s.Estimate), max(before, s.Estimate)
			}
			f.Y.Ticks = append(f.Y.Ticks, Tick{Value: float64(row), Label: name})
			layer.Points = append(layer.Points, p)
			said = append(said, p.Title)
			row++
		}
		row++ // a blank between paths
		f.Layers = append(f.Layers, layer)
	}
	f.Y.Min, f.Y.Max = -0.6, float64(row)-1.4
	if f.Height == 0 {
		f.Height = 1.2 + 0.26*float64(row)
	}
	f.Notes = append([]string{o.pick("Each bar leads from the estimate before a step to the one behind it.", "每条横线由该步之前的估计值指向之后的估计值。")}, o.Notes...)
	f.Description = o.Language.Sentences(o.Language.Sentences(f.Notes...), strings.Join(said, "; ")+o.pick(".", "。"))
	return f
}
