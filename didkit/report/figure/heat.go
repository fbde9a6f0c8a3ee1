package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Heat is a grid of cells shaded from white (0) to the palette's first colour (1): cell (i, j) lies around x = X[i],
// y = j + 1.
type Heat struct {
	X      []float64
	Cells  [][]float64 // rows of y, each one value for every X; 0 … 1
	Titles func(i, j int) string
}

func (h Heat) key() *legendKey { return nil }

func (h Heat) extent() extent {
	e := nothing()
	for _, x := range h.X {
		e.add(x-0.5, 0.5)
		e.add(x+0.5, float64(len(h.Cells))+0.5)
	}
	return e
}

// Plot draws the cells.
func (h Heat) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	for j, row := range h.Cells {
		for i, v := range row {
			x0, x1 := tx(h.X[i]-0.5), tx(h.X[i]+0.5)
			y0, y1 := ty(float64(j)+0.5), ty(float64(j)+1.5)
			if y0 > y1 {
				y0, y1 = y1, y0
			}
			cell := vg.Rectangle{Min: vg.Point{X: x0 + 0.5, Y: y0 + 0.5}, Max: vg.Point{X: x1 - 0.5, Y: y1 - 0.5}}
			title := ""
			if h.Titles != nil {
				title = h.Titles(i, j)
			}
			titled(c, title, func() {
				c.SetColor(blend(hue(0), v))
				c.Fill(cell.Path())
			})
		}
	}
}

// blend is white at 0, a faint grey just above it so that few are told from none, and the colour at 1.
func blend(full color.NRGBA, share float64) color.NRGBA {
	if share <= 0 {
		return color.NRGBA{0xf3, 0xf5, 0xf8, 0xff}
	}
	s := 0.15 + 0.85*min(share, 1)
	mix := func(a uint8) uint8 { return uint8(255 - s*float64(255-int(a))) }
	return color.NRGBA{mix(full.R), mix(full.G), mix(full.B), 0xff}
}

func percentOf(n, of int) string { return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(max(of, 1))) }
