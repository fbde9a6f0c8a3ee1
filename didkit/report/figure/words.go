package figure

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Words stand at a place on the axes, centred over it.
type Words struct {
	X, Y float64
	Text string

	words lettering // set by the figure
}

func (w Words) key() *legendKey { return nil }

func (w Words) extent() extent {
	e := nothing()
	e.add(w.X, w.Y)
	return e
}

// Plot draws the words.
func (w Words) Plot(c draw.Canvas, p *plot.Plot) {
	if w.words.chain == nil || w.Text == "" {
		return
	}
	tx, ty := p.Transforms(&c)
	c.SetColor(ink)
	w.words.set(c, w.Text, labelSize, vg.Point{X: tx(w.X) - w.words.chain.Width(w.Text, labelSize)/2, Y: ty(w.Y)})
}
