package figure

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// draw lays the figure out from above: title and mark of simulated data, the y axis's label (level, since a turned
// Chinese label is hard to read), legend, axes, notes.
func (f *Figure) draw(c draw.Canvas, l lettering) {
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
	area := draw.Crop(c, 8, -10, 7, -8)
	top := f.header(area, l)
	bottom := f.footer(area, l)
	area.Max.Y, area.Min.Y = top, bottom
	p := f.axes(area, l)
	right := f.endLabelWidth(l)
	p.Draw(draw.Crop(area, 0, -right, 0, 0))
}

// header draws what stands over the axes and returns where they may begin.
func (f *Figure) header(c draw.Canvas, l lettering) vg.Length {
	y := c.Max.Y
	width := c.Max.X - c.Min.X
	if f.Simulated {
		mark := f.Language.Pick("Simulated data", f.Language.Simulated())
		w := l.chain.Width(mark, labelSize)
		c.SetColor(warning)
		l.set(c, mark, labelSize, vg.Point{X: c.Max.X - w, Y: y - labelSize})
		width -= w + 12
	}
	if f.Title != "" {
		c.SetColor(ink)
		for _, s := range l.wrap(f.Title, titleSize, width) {
			l.set(c, s, titleSize, vg.Point{X: c.Min.X, Y: y - titleSize})
			y -= titleSize * 1.35
		}
		y -= 3
	}
	if f.Y.Label != "" {
		c.SetColor(grey)
		if f.Title != "" {
			width = c.Max.X - c.Min.X
			if f.Simulated && y > c.Max.Y-1.5*labelSize {
				y = c.Max.Y - 1.5*labelSize
			}
		}
		for _, s := range l.wrap(f.Y.Label, labelSize, width) {
			l.set(c, s, labelSize, vg.Point{X: c.Min.X, Y: y - labelSize})
			y -= labelSize * 1.4
		}
	}
	if f.Simulated {
		y = min(y, c.Max.Y-labelSize*1.4)
	}
	y = f.legend(c, l, y)
	return y - 4
}

// legend draws the entries in rows from y down and returns where it ends.
func (f *Figure) legend(c draw.Canvas, l lettering, y vg.Length) vg.Length {
	keys := f.legends()
	if len(keys) == 0 {
		return y
	}
	const sample, gap = 18, 14
	x := c.Min.X
	y -= labelSize * 1.5
	for _, k := range keys {
		name := l.shorten(k.name, labelSize, c.Max.X-c.Min.X-sample-4)
		w := sample + 4 + l.chain.Width(name, labelSize)
		if x > c.Min.X && x+w > c.Max.X {
			x = c.Min.X
			y -= labelSize * 1.5
		}
		middle := vg.Point{X: x + sample/2, Y: y + 0.33*labelSize}
		switch {
		case k.swatch:
			patch := vg.Rectangle{Min: vg.Point{X: x, Y: middle.Y - 4}, Max: vg.Point{X: x + sample, Y: middle.Y + 4}}
			c.SetColor(k.color)
			c.Fill(patch.Path())
		case k.line:
			strokeLine(c, stroke(k.color, dataWidth, k.dash...), vg.Point{X: x, Y: middle.Y}, vg.Point{X: x + sample, Y: middle.Y})
		default:
			strokeLine(c, stroke(k.color, 1.1), vg.Point{X: middle.X - 6, Y: middle.Y}, vg.Point{X: middle.X + 6, Y: middle.Y})
		}
		if !k.swatch {
			drawMarker(c, k.marker, middle, markerSize, k.color, false)
		}
		c.SetColor(ink)
		l.set(c, name, labelSize, vg.Point{X: x + sample + 4, Y: y})
		x += w + gap
	}
	return y - 2
}

// footer draws the notes and returns where the axes must end.
func (f *Figure) footer(c draw.Canvas, l lettering) vg.Length {
	note := f.mended(f.Language.Sentences(f.Notes...))
	if note == "" {
		return c.Min.Y
	}
	lines := l.wrap(note, noteSize, c.Max.X-c.Min.X)
	c.SetColor(grey)
	for i, s := range lines {
		y := c.Min.Y + vg.Length(len(lines)-1-i)*noteSize*1.35 + 0.25*noteSize
		l.set(c, s, noteSize, vg.Point{X: c.Min.X, Y: y})
	}
	return c.Min.Y + vg.Length(len(lines))*noteSize*1.35 + 4
}

// axes makes gonum/plot's axes in our style with the layers on them.
func (f *Figure) axes(c draw.Canvas, l lettering) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.TextHandler = l
	e := nothing()
	for _, layer := range f.Layers {
		e.union(layer.extent())
	}
	p.X.Min, p.X.Max = f.X.span(e.x0, e.x1)
	p.Y.Min, p.Y.Max = f.Y.span(e.y0, e.y1)
	if f.labelledRule() { // room for the words
		p.Y.Max += 0.1 * (p.Y.Max - p.Y.Min)
	}
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Padding = 0
		a.LineStyle = stroke(line, axisWidth)
		a.Tick.LineStyle = stroke(line, axisWidth)
		a.Tick.Length = 3
		a.Label.TextStyle = l.style(labelSize, grey)
		a.Label.TextStyle.XAlign = draw.XCenter
		a.Label.Padding = 3
		a.Tick.Marker = roundTicks{f.Language}
	}
	p.X.Tick.Label = l.style(tickSize, ink)
	p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XCenter, draw.YTop
	p.Y.Tick.Label = l.style(tickSize, ink)
	p.Y.Tick.Label.XAlign, p.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter
	p.X.Label.Text = f.X.Label
	if f.Y.Grid { // the grid carries the eye; a line at the left would only box it in
		p.Y.LineStyle.Width, p.Y.Tick.LineStyle.Width = 0, 0
	}
	if f.Y.Reverse {
		p.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}}
	}
	if f.Y.Ticks != nil {
		ticks := slices.Clone(f.Y.Ticks)
		l.shortenTicks(ticks, tickSize, 0.4*(c.Max.X-c.Min.X))
		p.Y.Tick.Marker = fixedTicks(plotTicks(ticks))
	}
	if f.X.Ticks != nil {
		width := float64(c.Max.X-c.Min.X-f.endLabelWidth(l)) - 40
		place := func(x float64) float64 { return (x - p.X.Min) / (p.X.Max - p.X.Min) * width }
		measure := func(s string) float64 { return float64(l.chain.Width(s, tickSize)) }
		p.X.Tick.Marker = fixedTicks(plotTicks(thin(f.X.Ticks, place, measure, 5)))
	}
	if f.Bare {
		p.HideAxes()
	}
	f.add(p, l)
	return p
}

// add puts the layers on the axes: shades, grid, rules, then data.
func (f *Figure) add(p *plot.Plot, l lettering) {
	pick := func(want func(Layer) bool) {
		for _, layer := range f.Layers {
			if want(layer) {
				switch r := layer.(type) {
				case Rule:
					r.words = l
					for _, other := range f.Layers {
						if o, ok := other.(Rule); ok && o.Vertical && o.At != r.At {
							r.others = append(r.others, o.At)
						}
					}
					layer = r
				case Words:
					r.words = l
					layer = r
				case Contours:
					r.words = l
					layer = r
				case NamedPoints:
					r.words = l
					layer = r
				}
				p.Add(layer)
			}
		}
	}
	isBand := func(l Layer) bool {
		switch l.(type) {
		case Band, Belt:
			return true
		}
		return false
	}
	isRule := func(l Layer) bool { _, ok := l.(Rule); return ok }
	pick(isBand)
	if f.Y.Grid {
		p.Add(gridLines{})
	}
	if f.X.Grid {
		p.Add(gridLines{vertical: true})
	}
	pick(isRule)
	pick(func(l Layer) bool { return !isBand(l) && !isRule(l) })
	width, _ := f.size()
	p.Add(endLabels{f.Layers, l, endLabelShare * width})
}

func plotTicks(ticks []Tick) []plot.Tick {
	out := make([]plot.Tick, len(ticks))
	for i, t := range ticks {
		out[i] = plot.Tick{Value: t.Value, Label: t.Label}
	}
	return out
}

// span is the axis's range for data from lo to hi: with a margin where the axis sets no range of its own.
func (a Axis) span(lo, hi float64) (float64, float64) {
	if a.Min != 0 || a.Max != 0 { // without data lo is +Inf, and the axis keeps its own
		from, to := math.Min(a.Min, lo), math.Max(a.Max, hi)
		margin := 0.03 * (to - from)
		if lo < a.Min {
			from -= margin
		}
		if hi > a.Max {
			to += margin
		}
		return from, to
	}
	switch size := math.Max(math.Abs(lo), math.Abs(hi)); {
	case lo > hi: // no data
		return 0, 1
	case hi-lo > 1e-9*size:
		return lo - 0.05*(hi-lo), hi + 0.05*(hi-lo)
	case size > 0: // one value, but for rounding
		return lo - 0.1*size, hi + 0.1*size
	}
	return -0.5, 0.5
}

func (f *Figure) labelledRule() bool {
	return slices.ContainsFunc(f.Layers, func(l Layer) bool {
		r, ok := l.(Rule)
		return ok && r.Vertical && r.Label != ""
	})
}

// shortenTicks cuts labels that are wider than width at their ends, or in their middle where two would read the same.
func (l lettering) shortenTicks(ticks []Tick, size, width vg.Length) {
	seen := map[string]bool{}
	clash := false
	cut := make([]string, len(ticks))
	for i, t := range ticks {
		cut[i] = l.shorten(t.Label, size, width)
		clash = clash || cut[i] != t.Label && seen[cut[i]]
		seen[cut[i]] = true
	}
	for i := range ticks {
		if clash && cut[i] != ticks[i].Label {
			cut[i] = l.shortenMiddle(ticks[i].Label, size, width)
		}
		ticks[i].Label = cut[i]
	}
}

// shortenMiddle keeps a label's beginning and end.
func (l lettering) shortenMiddle(s string, size, width vg.Length) string {
	r := []rune(s)
	for n := len(r) - 1; n > 2; n-- {
		head := n / 2
		if t := string(r[:head]) + "…" + string(r[len(r)-(n-head):]); l.chain.Width(t, size) <= width {
			return t
		}
	}
	return l.shorten(s, size, width)
}

// shorten cuts a label that is wider than width and ends it with an ellipsis.
func (l lettering) shorten(s string, size, width vg.Length) string {
	if l.chain.Width(s, size) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && l.chain.Width(string(r)+"…", size) > width {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}

// wrap breaks a label into lines no wider than width: at blanks, and between Chinese characters but before closing
// punctuation.
func (l lettering) wrap(s string, size, width vg.Length) []string {
	var lines []string
	rest := []rune(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) && !unbreakable(r) }), " "))
	for len(rest) > 0 {
		end := len(rest)
		if l.chain.Width(string(rest), size) > width {
			end = 1
			for i := 1; i < len(rest) && l.chain.Width(strings.TrimRight(string(rest[:i]), " "), size) <= width; i++ {
				if mayBreak(rest[i-1], rest[i]) {
					end = i
				}
			}
			if end == 1 { // a word wider than the line goes on beyond it, to the next blank
				for end < len(rest) && !mayBreak(rest[end-1], rest[end]) {
					end++
				}
			}
		}
		lines = append(lines, strings.TrimRight(string(rest[:end]), " "))
		rest = []rune(strings.TrimLeft(string(rest[end:]), " "))
	}
	return lines
}

// unbreakable blanks stand inside numbers and formulas.
func unbreakable(r rune) bool { return r == '\u00a0' || r == '\u202f' }

func mayBreak(before, after rune) bool {
	if before == ' ' {
		return after != ' '
	}
	wide := func(r rune) bool {
		return unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3040 || r >= 0xFF00 && r < 0xFFF0
	}
	opening := strings.ContainsRune("\uff08《“‘「『【", before)
	closing := strings.ContainsRune("、\uff0c。\uff1b\uff1a\uff01\uff1f\uff09》”’」』】", after)
	return (wide(before) || wide(after)) && !opening && !closing && after != ' '
}
