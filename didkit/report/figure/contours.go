package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Contours are the lines along which a function on a grid keeps a value, thin and grey, each with its label where there
// is room. Where a value is not finite the lines end.
type Contours struct {
	X, Y   []float64 // ascending
	Value  func(x, y float64) float64
	Levels []Level
	Clear  func(x, y float64) bool // where no label may stand; nil is nowhere

	words lettering // set by the figure
}

// Level is the value of one line.
type Level struct {
	At     float64
	Label  string // "" for none
	Strong bool   // drawn as what matters: dashed, in colour
}

func (v Contours) key() *legendKey { return nil }

func (v Contours) extent() extent {
	e := nothing()
	for _, x := range v.X {
		e.add(x, v.Y[0])
	}
	for _, y := range v.Y {
		e.add(v.X[0], y)
	}
	return e
}

// Plot draws the contours.
func (v Contours) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	z := make([][]float64, len(v.X))
	for i, x := range v.X {
		z[i] = make([]float64, len(v.Y))
		for j, y := range v.Y {
			z[i][j] = v.Value(x, y)
		}
	}
	type placed struct{ at vg.Point }
	var taken []placed
	for _, strong := range []bool{true, false} { // the strong line's label goes first
		for _, level := range v.Levels {
			if level.Strong != strong {
				continue
			}
			style := stroke(line, 0.7)
			text := grey
			if strong {
				style, text = stroke(hue(7), dataWidth, 5, 2.5), lettered(7)
			}
			lines := isolines(v.X, v.Y, z, level.At)
			longest, length := -1, vg.Length(0)
			for i, l := range lines {
				points := make([]vg.Point, len(l))
				for k, q := range l {
					points[k] = vg.Point{X: tx(q[0]), Y: ty(q[1])}
				}
				titled(c, level.Label, func() { strokeLine(c, style, points...) })
				if d := vg.Length(math.Hypot(float64(points[0].X-points[len(points)-1].X), float64(points[0].Y-points[len(points)-1].Y))); d > length {
					longest, length = i, d
				}
			}
			if longest < 0 || level.Label == "" || v.words.chain == nil {
				continue
			}
			w := v.words.chain.Width(level.Label, noteSize)
			if length < 1.5*w {
				continue
			}
			best := lines[longest]
			for _, share := range []float64{0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9} {
				q := best[int(share*float64(len(best)-1))]
				at := vg.Point{X: tx(q[0]), Y: ty(q[1])}
				if v.Clear != nil && v.Clear(q[0], q[1]) {
					continue
				}
				room := at.X-w/2 > c.Min.X && at.X+w/2 < c.Max.X && at.Y-noteSize > c.Min.Y && at.Y+noteSize < c.Max.Y
				for _, t := range taken {
					room = room && (math.Abs(float64(t.at.X-at.X)) > float64(w)*1.3 || math.Abs(float64(t.at.Y-at.Y)) > noteSize*1.3)
				}
				if !room {
					continue
				}
				taken = append(taken, placed{at})
				c.SetColor(white)
				c.Fill(vg.Rectangle{Min: vg.Point{X: at.X - w/2 - 1.5, Y: at.Y - noteSize*0.55}, Max: vg.Point{X: at.X + w/2 + 1.5, Y: at.Y + noteSize*0.55}}.Path())
				c.SetColor(text)
				v.words.set(c, level.Label, noteSize, vg.Point{X: at.X - w/2, Y: at.Y - 0.35*noteSize})
				break
			}
		}
	}
}

// isolines joins the crossings of the grid's edges at a value into lines: marching squares, a saddle by the mean of its
// corners.
func isolines(x, y []float64, z [][]float64, at float64) [][][2]float64 {
	type edge struct {
		i, j  int
		right bool // from (i, j) to (i+1, j); else to (i, j+1)
	}
	next := map[edge][]edge{}
	cross := func(a, b float64) float64 { return (at - a) / (b - a) }
	point := func(e edge) [2]float64 {
		if e.right {
			s := cross(z[e.i][e.j], z[e.i+1][e.j])
			return [2]float64{x[e.i] + s*(x[e.i+1]-x[e.i]), y[e.j]}
		}
		s := cross(z[e.i][e.j], z[e.i][e.j+1])
		return [2]float64{x[e.i], y[e.j] + s*(y[e.j+1]-y[e.j])}
	}
	var order []edge
	join := func(a, b edge) {
		for _, e := range []edge{a, b} {
			if _, ok := next[e]; !ok {
				order = append(order, e)
			}
		}
		next[a], next[b] = append(next[a], b), append(next[b], a)
	}
	for i := range len(x) - 1 {
		for j := range len(y) - 1 {
			corners := [4]float64{z[i][j], z[i+1][j], z[i+1][j+1], z[i][j+1]}
			code, ok := 0, true
			for k, v := range corners {
				ok = ok && finite(v)
				if v > at {
					code |= 1 << k
				}
			}
			if !ok || code == 0 || code == 15 {
				continue
			}
			bottom, right, top, left := edge{i, j, true}, edge{i + 1, j, false}, edge{i, j + 1, true}, edge{i, j, false}
			switch code {
			case 1, 14:
				join(left, bottom)
			case 2, 13:
				join(bottom, right)
			case 4, 11:
				join(right, top)
			case 8, 7:
				join(top, left)
			case 3, 12:
				join(left, right)
			case 6, 9:
				join(bottom, top)
			default:
				if inside := (corners[0]+corners[1]+corners[2]+corners[3])/4 > at; inside == (code == 5) {
					join(left, top)
					join(bottom, right)
				} else {
					join(left, bottom)
					join(right, top)
				}
			}
		}
	}
	var lines [][][2]float64
	used := map[edge]bool{}
	walk := func(from edge) {
		var l [][2]float64
		for e, more := from, true; more; {
			used[e] = true
			l = append(l, point(e))
			more = false
			for _, n := range next[e] {
				if !used[n] {
					e, more = n, true
					break
				}
			}
		}
		if len(next[from]) == 2 && len(l) > 2 { // a ring
			l = append(l, l[0])
		}
		if len(l) > 1 {
			lines = append(lines, l)
		}
	}
	for _, ends := range []bool{true, false} { // open lines from their ends, then rings
		for _, e := range order {
			if !used[e] && (len(next[e]) == 1) == ends {
				walk(e)
			}
		}
	}
	return lines
}
