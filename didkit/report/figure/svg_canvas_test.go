package figure

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// TestPathData writes paths on a canvas 100 points high, where y counts from below and SVG's from above.
func TestPathData(t *testing.T) {
	square := func(p *vg.Path, x, y, side vg.Length) {
		p.Move(vg.Point{X: x, Y: y})
		p.Line(vg.Point{X: x + side, Y: y})
		p.Line(vg.Point{X: x + side, Y: y + side})
		p.Close()
	}
	var two, circle, curves vg.Path
	square(&two, 10, 10, 4)
	square(&two, 20, 10, 4) // relative to where the first began, not where it ended
	circle.Arc(vg.Point{X: 50, Y: 50}, 10, 0, 2*math.Pi)
	curves.Move(vg.Point{X: 0, Y: 100})
	curves.QuadTo(vg.Point{X: 1, Y: 99.75}, vg.Point{X: 2, Y: 100})
	curves.CubeTo(vg.Point{X: 3, Y: 100}, vg.Point{X: 3, Y: 99}, vg.Point{X: 4, Y: 99})
	for _, c := range []struct {
		name string
		path vg.Path
		do   func(*svgCanvas)
		want string
	}{
		{"two contours", two, nil, "m10 90l4 0l0-4zm10 0l4 0l0-4z"},
		{"a circle", circle, nil, "m60 50c0-5.52-4.48-10-10-10c-5.52 0-10 4.48-10 10c0 5.52 4.48 10 10 10c5.52 0 10-4.48 10-10"},
		{"curves", curves, nil, "m0 0q1 .25 2 0c1 0 1 1 2 1"},
		{"moved and turned", vg.Path{{Type: vg.MoveComp}, {Type: vg.LineComp, Pos: vg.Point{X: 10}}}, func(c *svgCanvas) {
			c.Translate(vg.Point{X: 50, Y: 50})
			c.Rotate(math.Pi / 2)
		}, "m50 50l0-10"},
		{"scaled", vg.Path{{Type: vg.MoveComp, Pos: vg.Point{X: 1, Y: 1}}, {Type: vg.LineComp, Pos: vg.Point{X: 2, Y: 1}}}, func(c *svgCanvas) { c.Scale(3, 2) }, "m3 98l3 0"},
	} {
		canvas := newSVGCanvas(100, 100)
		if c.do != nil {
			c.do(canvas)
		}
		if got := canvas.data(c.path); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestCanvasStateComesBack(t *testing.T) {
	c := newSVGCanvas(100, 100)
	c.SetColor(color.NRGBA{255, 0, 0, 128})
	c.SetLineWidth(2)
	c.Push()
	c.Scale(2, 2)
	c.SetColor(color.Black)
	c.SetLineDash([]vg.Length{1, 2}, 0)
	line := vg.Path{{Type: vg.MoveComp}, {Type: vg.LineComp, Pos: vg.Point{X: 1}}}
	c.Stroke(line)
	c.Pop()
	c.Stroke(line)
	c.DrawImage(vg.Rectangle{Max: vg.Point{X: 10, Y: 20}}, image.NewGray(image.Rect(0, 0, 1, 1)))
	svg := string(c.document(`a "b"`, "", "en"))
	for _, want := range []string{
		`d="m0 100l2 0" fill="none" stroke="#000000" stroke-width="4" stroke-dasharray="2 4"/>`,
		`d="m0 100l1 0" fill="none" stroke="#ff0000" stroke-opacity="0.5" stroke-width="2"/>`,
		`<image x="0" y="80" width="10" height="20"`,
		`aria-label="a &#34;b&#34;"`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	if strings.Contains(svg, "<desc>") {
		t.Error("an empty description is written")
	}
}
