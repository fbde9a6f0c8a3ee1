package figure

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// svgCanvas draws as SVG 1.1, a point of ours being a unit of the picture's.
//
// Latin letters are text, set in Liberation Sans or its metric twins Arial and Helvetica, each piece held to its
// measured length (textLength), so that another font does not make labels overlap. Chinese characters are shapes,
// because a viewer without a Chinese font would show boxes; the same characters stand over their shapes as text without
// ink, so that a page with the figure can be searched and its labels copied.
type svgCanvas struct {
	body  bytes.Buffer
	w, h  vg.Length
	state svgState
	stack []svgState
}

type svgState struct {
	m     matrix // from drawing points, y upwards, to the picture's, y downwards
	color color.Color
	width vg.Length
	dash  []vg.Length
}

// matrix maps (x, y) to (a x + c y + e, b x + d y + f), SVG's order.
type matrix struct{ a, b, c, d, e, f float64 }

func (m matrix) times(n matrix) matrix {
	return matrix{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

func (m matrix) apply(p vg.Point) (x, y float64) {
	px, py := float64(p.X), float64(p.Y)
	return m.a*px + m.c*py + m.e, m.b*px + m.d*py + m.f
}

// scale is the factor by which lengths grow.
func (m matrix) scale() float64 { return math.Sqrt(math.Abs(m.a*m.d - m.b*m.c)) }

func newSVGCanvas(w, h vg.Length) *svgCanvas {
	c := &svgCanvas{w: w, h: h}
	c.state.m = matrix{1, 0, 0, -1, 0, float64(h)}
	vg.Initialize(c)
	return c
}

func (c *svgCanvas) Size() (x, y vg.Length)   { return c.w, c.h }
func (c *svgCanvas) SetLineWidth(w vg.Length) { c.state.width = w }
func (c *svgCanvas) Rotate(r float64)         { s, k := math.Sincos(r); c.transform(matrix{k, s, -s, k, 0, 0}) }
func (c *svgCanvas) Translate(p vg.Point) {
	c.transform(matrix{1, 0, 0, 1, float64(p.X), float64(p.Y)})
}
func (c *svgCanvas) Scale(x, y float64)                     { c.transform(matrix{x, 0, 0, y, 0, 0}) }
func (c *svgCanvas) transform(n matrix)                     { c.state.m = c.state.m.times(n) }
func (c *svgCanvas) Push()                                  { c.stack = append(c.stack, c.state) }
func (c *svgCanvas) Pop()                                   { c.state, c.stack = c.stack[len(c.stack)-1], c.stack[:len(c.stack)-1] }
func (c *svgCanvas) SetLineDash(d []vg.Length, _ vg.Length) { c.state.dash = slices.Clone(d) }

func (c *svgCanvas) SetColor(k color.Color) {
	if k == nil {
		k = color.Black
	}
	c.state.color = k
}

func (c *svgCanvas) Stroke(p vg.Path) {
	if c.state.width <= 0 || len(p) == 0 {
		return
	}
	fmt.Fprintf(&c.body, `<path d="%s" fill="none"%s stroke-width="%s"`, c.data(p), paint("stroke", c.state.color), short(float64(c.state.width)*c.state.m.scale()))
	if len(c.state.dash) > 0 {
		var d []string
		for _, x := range c.state.dash {
			d = append(d, short(float64(x)*c.state.m.scale()))
		}
		fmt.Fprintf(&c.body, ` stroke-dasharray="%s"`, strings.Join(d, " "))
	}
	c.body.WriteString("/>\n")
}

func (c *svgCanvas) Fill(p vg.Path) {
	if len(p) > 0 {
		fmt.Fprintf(&c.body, "<path d=\"%s\"%s/>\n", c.data(p), paint("fill", c.state.color))
	}
}

// data writes a path in the picture's coordinates, relative from point to point since that is shortest, in whole
// hundredths of a point so that rounding does not add up. Arcs become cubic curves of a quarter turn at most, whose error
// is less than 0.03 % of the radius.
func (c *svgCanvas) data(p vg.Path) string {
	var d pathData
	at := func(command byte, points ...vg.Point) {
		xy := make([][2]int, len(points))
		for i, q := range points {
			x, y := c.state.m.apply(q)
			xy[i] = [2]int{hundredths(x), hundredths(y)}
		}
		d.add(command, xy...)
	}
	for _, s := range p {
		switch s.Type {
		case vg.MoveComp:
			at('m', s.Pos)
		case vg.LineComp:
			at('l', s.Pos)
		case vg.CloseComp:
			d.close()
		case vg.CurveComp:
			if len(s.Control) == 1 {
				at('q', s.Control[0], s.Pos)
			} else {
				at('c', s.Control[0], s.Control[1], s.Pos)
			}
		case vg.ArcComp:
			point := func(angle, r, along float64) vg.Point {
				sin, cos := math.Sincos(angle)
				return vg.Point{X: s.Pos.X + vg.Length(r*cos-along*sin), Y: s.Pos.Y + vg.Length(r*sin+along*cos)}
			}
			r := float64(s.Radius)
			at('l', point(s.Start, r, 0))
			pieces := math.Ceil(math.Abs(s.Angle) / (math.Pi / 2) * (1 - 1e-12))
			step := s.Angle / pieces
			handle := r * 4 / 3 * math.Tan(step/4)
			for i := range int(pieces) {
				from := s.Start + float64(i)*step
				at('c', point(from, r, handle), point(from+step, r, -handle), point(from+step, r, 0))
			}
		}
	}
	return d.String()
}

// pathData is the attribute d being written, in hundredths of a point.
type pathData struct {
	strings.Builder
	at, start [2]int
}

// add writes a command with its points relative to the point reached. A path that begins with a line moves there.
func (d *pathData) add(command byte, points ...[2]int) {
	if d.Len() == 0 && command == 'l' {
		command = 'm'
	}
	end := points[len(points)-1]
	if command == 'l' && end == d.at { // a step of nothing, as from a circle's edge to where its arc begins
		return
	}
	d.WriteByte(command)
	for i, p := range points {
		for k := range 2 {
			s := hundredth(p[k] - d.at[k])
			if i+k > 0 && s[0] != '-' {
				d.WriteByte(' ')
			}
			d.WriteString(s)
		}
	}
	d.at = end
	if command == 'm' {
		d.start = end
	}
}

func (d *pathData) close() {
	d.WriteByte('z')
	d.at = d.start
}

func hundredths(x float64) int { return int(math.Round(100 * x)) }

// hundredth writes n hundredths: 1.5, .25, -.25, 0.
func hundredth(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	whole, f := strconv.Itoa(n/100), n%100
	if f == 0 {
		return sign + whole
	}
	if whole == "0" {
		whole = ""
	}
	fraction := string([]byte{'.', byte('0' + f/10), byte('0' + f%10)})
	return sign + whole + strings.TrimSuffix(fraction, "0")
}

// FillString sets a piece of text; the figure's text handler calls it with Liberation Sans only and fills the outlines
// of other fonts itself.
func (c *svgCanvas) FillString(f font.Face, pt vg.Point, s string) {
	c.text(pt, s, f.Font.Size, f.Width(s), false)
}

// text writes s from pt, held to a width; a ghost has no ink.
func (c *svgCanvas) text(pt vg.Point, s string, size, width vg.Length, ghost bool) {
	if strings.TrimSpace(s) == "" {
		return
	}
	x, y := c.state.m.apply(pt)
	place := fmt.Sprintf(`x="%s" y="%s"`, short(x), short(y))
	if c.state.m.b != 0 || c.state.m.c != 0 {
		angle := math.Atan2(c.state.m.b, c.state.m.a) * 180 / math.Pi
		place = fmt.Sprintf(`transform="translate(%s %s) rotate(%s)"`, short(x), short(y), short(angle))
	}
	ink := paint("fill", c.state.color)
	if ghost {
		ink = ` fill="none"`
	}
	k := c.state.m.scale()
	fmt.Fprintf(&c.body, `<text %s font-size="%s" textLength="%s" xml:space="preserve"%s>%s</text>`+"\n",
		place, short(float64(size)*k), short(float64(width)*k), ink, escape(s))
}

// DrawImage embeds a raster image.
func (c *svgCanvas) DrawImage(r vg.Rectangle, img image.Image) {
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		return // an image of no size has nothing to show
	}
	x, y := c.state.m.apply(vg.Point{X: r.Min.X, Y: r.Max.Y})
	k := c.state.m.scale()
	size := r.Size()
	fmt.Fprintf(&c.body, `<image x="%s" y="%s" width="%s" height="%s" preserveAspectRatio="none" xlink:href="data:image/png;base64,%s"/>`+"\n",
		short(x), short(y), short(float64(size.X)*k), short(float64(size.Y)*k), base64.StdEncoding.EncodeToString(data.Bytes()))
}

// begin opens a group that shows a tooltip; end closes it.
func (c *svgCanvas) begin(title string) {
	fmt.Fprintf(&c.body, "<g><title>%s</title>\n", escape(title))
}

func (c *svgCanvas) end() { c.body.WriteString("</g>\n") }

// document is the whole SVG with its accessible name and description.
func (c *svgCanvas) document(title, description, language string) []byte {
	var b bytes.Buffer
	w, h := short(float64(c.w)), short(float64(c.h))
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%spt" height="%spt" viewBox="0 0 %s %s" role="img" aria-label="%s" xml:lang="%s" font-family="'Liberation Sans', Arial, Helvetica, sans-serif" style="max-width:100%%;height:auto">`+"\n",
		w, h, w, h, escape(title), language)
	fmt.Fprintf(&b, "<title>%s</title>\n", escape(title))
	if description != "" {
		fmt.Fprintf(&b, "<desc>%s</desc>\n", escape(description))
	}
	b.Write(c.body.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// short writes a coordinate to a hundredth of a point, without a trailing zero and never as negative zero.
func short(x float64) string {
	s := strconv.FormatFloat(x, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// paint is a colour as the attribute fill or stroke, with its opacity if it is not 1.
func paint(attribute string, k color.Color) string {
	n := color.NRGBAModel.Convert(k).(color.NRGBA)
	s := fmt.Sprintf(` %s="#%02x%02x%02x"`, attribute, n.R, n.G, n.B)
	if n.A < 255 {
		s += fmt.Sprintf(` %s-opacity="%s"`, attribute, short(float64(n.A)/255))
	}
	return s
}

// escape makes text safe inside elements and quoted attributes; characters that XML forbids become the replacement
// character.
func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) // a Buffer takes everything
	return b.String()
}
