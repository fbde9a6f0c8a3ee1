package figure

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Mosaic is rows of cells in few colours: cell i of row j covers x from i + ½ to i + 1½ and y from j to j + 1. Cells of one
// colour that stand side by side are drawn as one, and so are thin rows that are alike, without seams.
type Mosaic struct {
	Cells  [][]int // colour of each cell, an index; negative for none
	Colors []color.NRGBA
	Cuts   []int                       // rows that a white line stands over
	Titles func(i, j, n, m int) string // of n cells from cell i on in m rows from row j on
}

func (m Mosaic) key() *legendKey { return nil }

func (m Mosaic) extent() extent {
	e := nothing()
	for _, row := range m.Cells {
		e.add(0.5, 0)
		e.add(float64(len(row))+0.5, float64(len(m.Cells)))
	}
	return e
}

// Plot draws the tiles.
func (m Mosaic) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	gap, thin := vg.Length(0), true
	if abs(ty(1)-ty(0)) > 4 {
		gap, thin = 0.4, false
	}
	for j := 0; j < len(m.Cells); {
		row, rows := m.Cells[j], 1
		for thin && j+rows < len(m.Cells) && slices.Equal(m.Cells[j+rows], row) {
			rows++
		}
		for i := 0; i < len(row); {
			n := 1
			for i+n < len(row) && row[i+n] == row[i] {
				n++
			}
			if k := row[i]; k >= 0 {
				y0, y1 := ty(float64(j)), ty(float64(j+rows))
				if y0 > y1 {
					y0, y1 = y1, y0
				}
				cell := vg.Rectangle{Min: vg.Point{X: tx(float64(i) + 0.5), Y: y0 + gap}, Max: vg.Point{X: tx(float64(i+n) + 0.5), Y: y1 - gap}}
				title := ""
				if m.Titles != nil {
					title = m.Titles(i, j, n, rows)
				}
				titled(c, title, func() {
					c.SetColor(m.Colors[k])
					c.Fill(cell.Path())
				})
			}
			i += n
		}
		j += rows
	}
	for _, j := range m.Cuts {
		y := ty(float64(j))
		strokeLine(c, stroke(white, 0.8), vg.Point{X: c.Min.X, Y: y}, vg.Point{X: c.Max.X, Y: y})
	}
}

func abs(x vg.Length) vg.Length { return max(x, -x) }

// Swatch is an entry of the legend for a colour, without marks of its own.
type Swatch struct {
	Name  string
	Color color.NRGBA
}

func (s Swatch) key() *legendKey { return &legendKey{name: s.Name, color: s.Color, swatch: true} }
func (s Swatch) extent() extent  { return nothing() }

// Plot draws nothing: a swatch stands in the legend alone.
func (s Swatch) Plot(draw.Canvas, *plot.Plot) {}
