package figure

import (
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// NamedPoints are marks with their names beside them, which turn to the left at the figure's edge, and stand in a
// column right of all marks, each with a line to its own, where some would overlap.
type NamedPoints struct {
	X, Y   []float64
	Names  []string
	Titles []string // shown when a reader points at a mark; nil for none
	Color  int

	words lettering // set by the figure
}

func (v NamedPoints) key() *legendKey { return nil }

func (v NamedPoints) extent() extent { return Points{X: v.X, Y: v.Y}.extent() }

// Plot draws points and names.
func (v NamedPoints) Plot(c draw.Canvas, p *plot.Plot) {
	if v.words.chain == nil {
		Points{X: v.X, Y: v.Y, Titles: v.Titles, Color: v.Color}.Plot(c, p)
		return
	}
	tx, ty := p.Transforms(&c)
	type label struct {
		at   vg.Point // of its beginning, on its baseline
		mark vg.Point
		w    vg.Length
		name string
	}
	var labels []label
	for i, name := range v.Names {
		if !finite(v.X[i]) || !finite(v.Y[i]) || name == "" {
			continue
		}
		x, y := tx(v.X[i]), ty(v.Y[i])
		name = v.words.shorten(name, noteSize, (c.Max.X-c.Min.X)*0.6)
		w := v.words.chain.Width(name, noteSize)
		left := x + 5
		if left+w > c.Max.X {
			left = max(x-5-w, c.Min.X)
		}
		labels = append(labels, label{vg.Point{X: left, Y: max(y-0.35*noteSize, c.Min.Y+0.25*noteSize)}, vg.Point{X: x, Y: y}, w, name})
	}
	sort.SliceStable(labels, func(i, j int) bool { return labels[i].at.Y < labels[j].at.Y })
	crowded, left := false, c.Min.X
	ys := make([]vg.Length, len(labels))
	for i, a := range labels {
		for _, b := range labels[:i] {
			crowded = crowded || a.at.X < b.at.X+b.w+2 && b.at.X < a.at.X+a.w+2 && math.Abs(float64(a.at.Y-b.at.Y)) < noteSize*1.15
		}
		left, ys[i] = max(left, a.mark.X+14), a.at.Y
	}
	if crowded {
		spread(ys, noteSize*1.25, c.Min.Y+0.2*noteSize, c.Max.Y-noteSize)
		for i := range labels {
			l := &labels[i]
			l.at = vg.Point{X: max(min(left, c.Max.X-l.w), c.Min.X), Y: ys[i]}
			strokeLine(c, stroke(line, 0.4), l.mark, vg.Point{X: l.at.X - 1, Y: l.at.Y + 0.35*noteSize})
		}
	}
	for _, l := range labels {
		c.SetColor(white)
		c.Fill(vg.Rectangle{Min: vg.Point{X: l.at.X - 1, Y: l.at.Y - 0.2*noteSize}, Max: vg.Point{X: l.at.X + l.w + 1, Y: l.at.Y + 0.85*noteSize}}.Path())
		c.SetColor(lettered(v.Color))
		v.words.set(c, l.name, noteSize, l.at)
	}
	Points{X: v.X, Y: v.Y, Titles: v.Titles, Color: v.Color}.Plot(c, p)
}
