package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Belt shades the figure between two values of y, its edges dashed.
type Belt struct {
	From, To float64
	Name     string // in the legend
}

func (b Belt) key() *legendKey { return &legendKey{name: b.Name, color: faint, swatch: true} }

func (b Belt) extent() extent {
	e := nothing()
	e.add(math.NaN(), b.From)
	e.add(math.NaN(), b.To)
	return e
}

// Plot draws the belt.
func (b Belt) Plot(c draw.Canvas, p *plot.Plot) {
	_, ty := p.Transforms(&c)
	lo, hi := ty(b.From), ty(b.To)
	c.SetColor(shade)
	c.Fill(vg.Rectangle{Min: vg.Point{X: c.Min.X, Y: lo}, Max: vg.Point{X: c.Max.X, Y: hi}}.Path())
	for _, y := range []vg.Length{lo, hi} {
		strokeLine(c, stroke(line, 0.9, 3.5, 2.5), vg.Point{X: c.Min.X, Y: y}, vg.Point{X: c.Max.X, Y: y})
	}
}

// Equivalence draws the effects before adoption in the band of the threshold, or of the smallest one at which they are shown
// to lie in it. Intervals are at 1 - 2α: with the intersection-union test, those inside the band pass.
func Equivalence(r *diagnose.Equivalence, l wording.Language) *Figure {
	delta, name := r.Smallest, l.Pick("smallest threshold", "最小阈值")
	if r.Threshold != nil {
		delta, name = *r.Threshold, l.Pick("threshold", "阈值")
	}
	z := diagnose.Critical(1 - 2*r.Alpha)
	estimates := Intervals{Name: l.Pick("effect before adoption", "事前效应")}
	var ticks []Tick
	digits, leaves := decimals(delta), false
	for _, k := range r.Leads {
		p := Interval{At: float64(k.EventTime), Estimate: k.Estimate, Low: k.Estimate - z*k.StdError, High: k.Estimate + z*k.StdError}
		p.Title = fmt.Sprintf("%d: %s [%s, %s]", k.EventTime, number(p.Estimate, digits, l), number(p.Low, digits, l), number(p.High, digits, l))
		estimates.Points = append(estimates.Points, p)
		leaves = leaves || max(-p.Low, p.High) > delta*(1+1e-9) && k.Smallest <= delta*(1+1e-9)
		ticks = append(ticks, Tick{Value: p.At, Label: integer(k.EventTime)})
	}
	estimates.Points = append(estimates.Points, Interval{At: float64(r.Ref), Hollow: true, Low: math.NaN(), High: math.NaN()})
	ticks = append(ticks, Tick{Value: float64(r.Ref), Label: integer(r.Ref), Keep: true})
	f := &Figure{
		Name: l.Pick("Effects before adoption and the equivalence band", "事前效应与等价区间"),
		Description: fmt.Sprintf(l.Pick("%d effects before adoption in a band of ±%s, the %s.", "%d 期事前效应与 ±%s 的区间（%s）。"),
			len(r.Leads), number(delta, digits, l), name),
		Language: l, Simulated: r.Simulated,
		X:      Axis{Label: l.Pick("Periods since adoption", "距政策实施的期数"), Ticks: ticks, Min: float64(r.Leads[0].EventTime) - 0.6, Max: float64(r.Ref) + 0.6},
		Y:      Axis{Label: fmt.Sprintf(l.Pick("Effect, %s interval", "效应（%s 区间）"), percent(1-2*r.Alpha)), Grid: true},
		Layers: []Layer{Belt{From: -delta, To: delta, Name: fmt.Sprintf("±%s (%s)", number(delta, digits, l), name)}, Rule{At: 0}, estimates},
	}
	if l == wording.Chinese {
		f.Layers[0] = Belt{From: -delta, To: delta, Name: fmt.Sprintf("±%s（%s）", number(delta, digits, l), name)}
	}
	switch {
	case r.Method == diagnose.IntersectionUnion && leaves:
		f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("An effect passes if an estimate as small came about in at most %s of samples were it at the threshold; its interval may leave the band.",
			"若真实效应恰为阈值而估计值如此之小的概率不超过 %s，该期即通过检验；其区间可超出所示范围。"), percent(r.Alpha)))
	case r.Type == diagnose.EquivalenceMean:
		f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("The band is for the mean, %s in absolute value.", "区间针对均值（绝对值 %s）。"), number(r.Statistic, digits, l)))
	case r.Type == diagnose.EquivalenceRMS:
		f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("The band is for the root mean square, %s.", "区间针对均方根（%s）。"), number(r.Statistic, digits, l)))
	}
	if r.Reject != nil {
		if *r.Reject {
			f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("Equivalence is shown at %g: %s.", "在 %g 水平上等价性成立：%s。"), r.Alpha, pValue(r.PValue)))
		} else {
			f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("Equivalence is not shown at %g: %s.", "在 %g 水平上未能证明等价性：%s。"), r.Alpha, pValue(r.PValue)))
		}
	}
	return f
}
