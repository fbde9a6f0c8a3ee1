package figure

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Band shades the figure between two values of x; an infinite one means its edge.
type Band struct{ From, To float64 }

func (b Band) key() *legendKey { return nil }
func (b Band) extent() extent  { return nothing() }

// Plot draws the band.
func (b Band) Plot(c draw.Canvas, p *plot.Plot) {
	tx, _ := p.Transforms(&c)
	x0, x1 := c.Min.X, c.Max.X
	if finite(b.From) {
		x0 = max(x0, tx(b.From))
	}
	if finite(b.To) {
		x1 = min(x1, tx(b.To))
	}
	if x0 >= x1 {
		return
	}
	c.SetColor(shade)
	c.Fill(vg.Rectangle{Min: vg.Point{X: x0, Y: c.Min.Y}, Max: vg.Point{X: x1, Y: c.Max.Y}}.Path())
}

// Rule is a straight line across the figure: level at a value of y, or Vertical at one of x.
type Rule struct {
	At       float64
	Vertical bool
	Dashed   bool
	Label    string // at the top of a vertical rule

	words  lettering // set by the figure
	others []float64 // places of other vertical rules, which should not cross the label; set by the figure
}

func (r Rule) key() *legendKey { return nil }

func (r Rule) extent() extent {
	e := nothing()
	if r.Vertical {
		e.add(r.At, math.NaN())
	} else {
		e.add(math.NaN(), r.At)
	}
	return e
}

// Plot draws the rule.
func (r Rule) Plot(c draw.Canvas, p *plot.Plot) {
	if !finite(r.At) {
		return
	}
	tx, ty := p.Transforms(&c)
	style := stroke(line, 0.9)
	if r.Dashed {
		style.Dashes = []vg.Length{3.5, 2.5}
	}
	if !r.Vertical {
		y := ty(r.At)
		strokeLine(c, style, vg.Point{X: c.Min.X, Y: y}, vg.Point{X: c.Max.X, Y: y})
		return
	}
	x := tx(r.At)
	strokeLine(c, style, vg.Point{X: x, Y: c.Min.Y}, vg.Point{X: x, Y: c.Max.Y})
	if r.Label == "" || r.words.chain == nil {
		return
	}
	label := r.words.shorten(r.Label, noteSize, max(c.Max.X-x, x-c.Min.X)-3)
	w := r.words.chain.Width(label, noteSize)
	at := vg.Point{X: x + 3, Y: c.Max.Y - noteSize}
	crossed := func(from, to vg.Length) bool {
		return slices.ContainsFunc(r.others, func(o float64) bool { return tx(o) > from && tx(o) < to })
	}
	left := x - 3 - w
	switch {
	case at.X+w > c.Max.X: // no room to the right of the line
		at.X = left
	case crossed(x, at.X+w+1) && left >= c.Min.X && !crossed(left-1, x):
		at.X = left
	}
	c.SetColor(grey)
	r.words.set(c, label, noteSize, at)
}

// gridLines are faint lines at the ticks of an axis.
type gridLines struct{ vertical bool }

func (g gridLines) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	style := stroke(color.Color(faint), gridWidth)
	if g.vertical {
		for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
			if x := tx(t.Value); t.Value >= p.X.Min && t.Value <= p.X.Max {
				strokeLine(c, style, vg.Point{X: x, Y: c.Min.Y}, vg.Point{X: x, Y: c.Max.Y})
			}
		}
		return
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if y := ty(t.Value); t.Value >= p.Y.Min && t.Value <= p.Y.Max {
			strokeLine(c, style, vg.Point{X: c.Min.X, Y: y}, vg.Point{X: c.Max.X, Y: y})
		}
	}
}
