package figure

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// Dose shows the effects of a continuous treatment by dose, ATT(d), or its slopes, ACRT(d), in a band of their intervals, with
// their mean over the doses received. nil for a result without doses.
func Dose(r *did.ATTResult, target did.Target, o Options) *Figure {
	d := r.Dose
	if d == nil {
		return nil
	}
	f := o.figure()
	f.Simulated = f.Simulated || r.Simulated
	outcome, dose := o.label(r.Outcome), o.label(d.Variable)
	points, mean, band := d.Levels, d.ATT, d.LevelBand
	f.Name = fmt.Sprintf(o.pick("Effect on %s by dose", "剂量对%s的效应"), spacedIn(o, outcome))
	f.Y.Label = or(o.YLabel, o.pick("ATT(d), effect on "+outcome, "ATT(d)，对"+spaced(outcome)+"的效应"))
	if target == did.DoseSlope {
		points, mean, band = d.Slopes, d.ACRT, d.SlopeBand
		f.Name = fmt.Sprintf(o.pick("Causal response of %s by dose", "%s对剂量的因果反应"), spacedIn(o, outcome))
		f.Y.Label = or(o.YLabel, o.pick("ACRT(d), effect on "+outcome+" per unit", "ACRT(d)，每单位剂量对"+spaced(outcome)+"的效应"))
	}
	f.X.Label, f.Y.Grid = or(o.XLabel, dose), true
	var x, y []float64
	var up, down, around [][2]float64
	var bounds []float64
	for _, p := range points {
		x, y = append(x, p.Dose), append(y, p.Estimate)
		if finite(p.ConfLow) && finite(p.ConfHigh) {
			up, down = append(up, [2]float64{p.Dose, p.ConfHigh}), append(down, [2]float64{p.Dose, p.ConfLow})
		}
		bounds = append(bounds, p.Estimate)
	}
	around = append(around, up...)
	for i := len(down) - 1; i >= 0; i-- {
		around = append(around, down[i])
	}
	fill := hue(0)
	fill.A = 60
	digits := decimals(bounds...)
	f.Layers = []Layer{Areas{Shapes: []Area{{Rings: [][][2]float64{around}, Fill: fill}}}, Rule{At: 0},
		Rule{At: mean.Estimate, Dashed: true, Label: o.pick("mean ", "均值 ") + number(mean.Estimate, digits, o.Language)},
		Lines{X: x, Y: y, NoMark: len(x) > 12}}
	how := o.pick("pointwise", "逐点")
	if band != nil {
		how = o.pick("uniform over all doses", "对全部剂量一致")
	}
	f.Notes = append(f.Notes, fmt.Sprintf(o.pick("Band: %s, %s; dashed: mean over the doses received, %s.", "带：%s %s区间；虚线：按实际剂量的均值 %s。"), percent(r.Level), how, o.interval(mean.Estimate, mean.ConfLow, mean.ConfHigh, digits)),
		fmt.Sprintf(o.pick("Spline of degree %d with %d inner knots; doses from %s to %s.", "%d 次样条，%d 个内部节点；剂量从 %s 到 %s。"), d.Degree, len(d.Knots), number(d.Lowest, decimals(d.Lowest), o.Language), number(d.Highest, decimals(d.Highest), o.Language)))
	f.Notes = append(f.Notes, o.Notes...)
	first, last := points[0], points[len(points)-1]
	f.Description = fmt.Sprintf(o.pick("From %s at a dose of %s to %s at %s; %s on average.", "剂量 %[2]s 时为 %[1]s，%[4]s 时为 %[3]s；平均 %[5]s。"),
		number(first.Estimate, digits, o.Language), number(first.Dose, decimals(first.Dose), o.Language), number(last.Estimate, digits, o.Language), number(last.Dose, decimals(last.Dose), o.Language), number(mean.Estimate, digits, o.Language))
	return f
}

// spacedIn is a name inside a sentence.
func spacedIn(o Options, s string) string { return o.pick(s, spaced(s)) }
