package figure

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/seed2d25c7c2/didnb/didkit/atlas"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// unknownColor is that of units without a value.
var unknownColor = color.NRGBA{0xff, 0xff, 0xff, 0xff}

// Map draws a variable on maps side by side, one a period, in an equal-area projection: units are filled boundaries where
// there are any, else discs. Darker is larger; white units have no value.
func Map(m *atlas.Map, l wording.Language) *Figure {
	f := &Figure{Language: l, Simulated: m.Simulated, Bare: true, Name: m.Variable + ": " + strings.Join(m.Periods, ", ")}
	at, width, height := layMaps(m)
	columns := min(len(m.Periods), 3)
	rows := (len(m.Periods) + columns - 1) / columns
	gapX, gapY := 0.09*width, 0.2*height
	missing := 0
	var areas Areas
	var dots Dots
	for k, period := range m.Periods {
		dx, dy := float64(k%columns)*(width+gapX), -float64(k/columns)*(height+gapY)
		move := func(x, y float64) [2]float64 { return [2]float64{x + dx, y + dy} }
		if m.Bounded {
			fill := map[int]atlas.Unit{}
			for _, u := range m.Units {
				fill[u.Shape] = u
			}
			for s, shape := range m.Shapes {
				a := Area{Fill: color.NRGBA{0xee, 0xee, 0xee, 0xff}, Title: shape.Name}
				if u, ok := fill[s]; ok {
					a.Fill = mapFill(m, u.Values[k])
					a.Title = titleOf(u.Name, period, u.Values[k])
					missing += count(math.IsNaN(u.Values[k]))
				}
				for _, r := range shape.Rings {
					var ring [][2]float64
					for _, q := range r {
						x, y := at(q[0], q[1])
						ring = append(ring, move(x, y))
					}
					a.Rings = append(a.Rings, ring)
				}
				areas.Shapes = append(areas.Shapes, a)
			}
		} else {
			for _, u := range m.Units {
				x, y := at(u.Lon, u.Lat)
				q := move(x, y)
				dots.Dots = append(dots.Dots, Dot{X: q[0], Y: q[1], Fill: mapFill(m, u.Values[k]), Title: titleOf(u.Name, period, u.Values[k])})
				missing += count(math.IsNaN(u.Values[k]))
			}
		}
		f.Layers = append(f.Layers, Words{X: dx + width/2, Y: dy + height*1.07, Text: period})
	}
	f.Layers = append(f.Layers, areas)
	if !m.Bounded {
		dots.Radius = vg.Length(min(max(120/math.Sqrt(float64(max(len(m.Units), 1)))/float64(columns), 1.7), 4.5))
		f.Layers = append(f.Layers, dots)
	}
	for k, c := range m.Classes {
		f.Layers = append(f.Layers, Swatch{c.Label, classColor(k, len(m.Classes))})
	}
	total := float64(columns)*width + float64(columns-1)*gapX
	tall := float64(rows)*height + float64(rows-1)*gapY + 0.18*height
	f.X.Min, f.X.Max = -0.02*width, total+0.02*width
	f.Y.Min, f.Y.Max = -float64(rows-1)*(height+gapY)-0.03*height, height*1.15
	f.Height = min(max(6.05*tall/total+0.75, 1.8), 8.5)
	if columns == 1 || tall > total*1.2 { // a single or tall map need not fill the page's width
		f.Width = max(min(4.6, 7*total/tall+0.4), 3)
		f.Height = (f.Width-0.25)*tall/total + 0.75
	}
	f.Y.Label = m.Variable
	if label := l.Pick(m.Label, m.LabelZH); label != "" {
		f.Y.Label = label
	}
	if missing > 0 {
		f.Notes = append(f.Notes, l.Pick("White units have no value.", "白色单位无数值。"))
	}
	if n := len(m.Unplaced); n > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("%d units have no place on the map.", "%d 个单位未标出。"), n))
	}
	f.Description = fmt.Sprintf(l.Pick("%s of %d units in %s, in %d classes.", "%s：%d 个单位，时期 %s，分 %d 级。"), m.Variable, len(m.Units), strings.Join(m.Periods, ", "), len(m.Classes))
	return f
}

// layMaps is where a place stands on the first map, whose left lower corner is the origin, and the map's size.
func layMaps(m *atlas.Map) (at func(lon, lat float64) (x, y float64), width, height float64) {
	e := nothing()
	each := func(see func(lon, lat float64)) {
		if m.Bounded {
			for _, s := range m.Shapes {
				for _, r := range s.Rings {
					for _, q := range r {
						see(q[0], q[1])
					}
				}
			}
			return
		}
		for _, u := range m.Units {
			see(u.Lon, u.Lat)
		}
	}
	each(e.add)
	p := atlas.ProjectionOf(e.x0, e.x1, e.y0, e.y1)
	b := nothing()
	each(func(lon, lat float64) { b.add(p.At(lon, lat)) })
	width, height = b.x1-b.x0, b.y1-b.y0
	if !(width > 0) {
		width = 0.01
	}
	if !(height > 0) {
		height = 0.01
	}
	return func(lon, lat float64) (float64, float64) {
		x, y := p.At(lon, lat)
		return x - b.x0, y - b.y0
	}, width, height
}

func mapFill(m *atlas.Map, v float64) color.NRGBA {
	k := m.ClassOf(v)
	if k < 0 {
		return unknownColor
	}
	return classColor(k, len(m.Classes))
}

// classColor goes from pale to the palette's navy.
func classColor(k, of int) color.NRGBA {
	if of == 1 {
		return hue(0)
	}
	return blend(hue(0), 0.02+0.98*float64(k)/float64(of-1))
}

func titleOf(unit, period string, v float64) string {
	if math.IsNaN(v) {
		return unit + ", " + period + ": –"
	}
	return unit + ", " + period + ": " + strconv.FormatFloat(v, 'g', 5, 64)
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
