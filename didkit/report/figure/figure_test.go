package figure_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func ExampleEventStudy() {
	r := &did.EventStudyResult{Outcome: "y", Ref: -1, Level: 0.95, Window: [2]int{-2, 1}, Binned: true, Coef: []did.EventCoef{
		{EventTime: -2, Estimate: 0.01, ConfLow: -0.1, ConfHigh: 0.12}, {EventTime: -1},
		{EventTime: 0, Estimate: 0.2, ConfLow: 0.1, ConfHigh: 0.3}, {EventTime: 1, Estimate: 0.3, ConfLow: 0.18, ConfHigh: 0.42}}}
	f, err := figure.EventStudy(r, figure.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Name)
	fmt.Println(f.Description)
	// Output:
	// Event study of y
	// Bars are 95% confidence intervals. Reference period: −1. Estimates: event time ≤ −2: 0.010 [−0.100, 0.120]; event time −1: reference; event time 0: 0.200 [0.100, 0.300]; event time ≥ 1: 0.300 [0.180, 0.420].
}

// svgText is one text element.
type svgText struct {
	x, y, size, width float64
	words             string
	ghost             bool // without ink, over outlines
}

// parse reads an SVG strictly and returns its text elements.
func parse(t testing.TB, svg []byte) (root xml.StartElement, texts []svgText, children map[string]string) {
	t.Helper()
	children = map[string]string{}
	d := xml.NewDecoder(bytes.NewReader(svg))
	depth := 0
	var open *svgText
	name := ""
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return root, texts, children
		}
		if err != nil {
			t.Fatalf("the SVG is not well-formed: %v", err)
		}
		switch x := tok.(type) {
		case xml.StartElement:
			depth++
			if depth == 1 {
				root = x.Copy()
			}
			name = x.Name.Local
			for _, a := range x.Attr {
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Fatalf("%s has %s=%q", x.Name.Local, a.Name.Local, a.Value)
				}
			}
			if x.Name.Local == "text" {
				e := svgText{x: attribute(x, "x"), y: attribute(x, "y"), size: attribute(x, "font-size"), width: attribute(x, "textLength")}
				for _, a := range x.Attr {
					e.ghost = e.ghost || a.Name.Local == "fill" && a.Value == "none"
				}
				open = &e
			}
		case xml.EndElement:
			depth--
			if x.Name.Local == "text" {
				texts = append(texts, *open)
				open = nil
			}
			name = ""
		case xml.CharData:
			if open != nil {
				open.words += string(x)
			} else if depth == 2 && name != "" {
				children[name] += string(x)
			}
		}
	}
}

func attribute(e xml.StartElement, name string) float64 {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			x, _ := strconv.ParseFloat(a.Value, 64)
			return x
		}
	}
	return 0
}

func mustSVG(t testing.TB, f *figure.Figure) []byte {
	t.Helper()
	svg, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

// overlap tells whether two labels run into each other, by more than positions and widths of two decimals are rounded.
func overlap(a, b svgText) bool {
	const rounding = 0.016
	return a.x+rounding < b.x+b.width && b.x+rounding < a.x+a.width && a.y-0.7*a.size < b.y && b.y-0.7*b.size < a.y
}

// checkLabels looks for labels that overlap or are cut off.
func checkLabels(t testing.TB, root xml.StartElement, texts []svgText) {
	t.Helper()
	var w, h float64
	for _, a := range root.Attr {
		if a.Name.Local == "viewBox" {
			fmt.Sscanf(a.Value, "0 0 %g %g", &w, &h)
		}
	}
	for i, a := range texts {
		if a.x < 0 || a.x+a.width > w+0.01 || a.y-0.7*a.size < 0 || a.y+0.2*a.size > h+0.01 {
			t.Errorf("%q is cut off: from %.1f to %.1f of %g, baseline at %.1f of %g", a.words, a.x, a.x+a.width, w, a.y, h)
		}
		for _, b := range texts[:i] {
			if overlap(a, b) && strings.TrimSpace(a.words) != "" && strings.TrimSpace(b.words) != "" {
				t.Errorf("%q and %q overlap", a.words, b.words)
			}
		}
	}
}

func TestLabelsNeitherOverlapNorAreCutOff(t *testing.T) {
	for name, f := range drawn(t) {
		t.Run(name, func(t *testing.T) {
			root, texts, _ := parse(t, mustSVG(t, f))
			if len(texts) < 5 {
				t.Fatalf("only %d labels", len(texts))
			}
			checkLabels(t, root, texts)
		})
	}
}

func TestLongNamesStayInside(t *testing.T) {
	long := strings.Repeat("a very long name of a variable ", 8)
	longZH := strings.Repeat("一个非常长的变量名称\uff0c", 12)
	for _, s := range []string{long, longZH} {
		labels := wording.Labels{"DIA": s, "DID": s, "treated": s, "city": s}
		o := figure.Options{Title: s, Labels: labels, Notes: []string{s}}
		es, _ := figure.EventStudies([]figure.Estimates{{Name: s, Result: eventStudy()}, {Name: s, Result: eventStudy()}}, o)
		o.Height = 6
		tr, _ := figure.Trend(trend(), figure.TrendOptions{Options: o, Policy: []figure.Marker{{At: 2012, Label: s}}})
		co, _ := figure.Coefficients(fits(), figure.CoefficientOptions{Options: o})
		for i, f := range []*figure.Figure{es, tr, co} {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				if i == 0 {
					f.Height = 8
				}
				f.Fonts = typeface.Embedded()
				root, texts, _ := parse(t, mustSVG(t, f))
				checkLabels(t, root, texts)
			})
		}
	}
}

// TestEventTimesOfAnyLength: the tick labels of short and very long windows keep apart, with both ends and zero.
func TestEventTimesOfAnyLength(t *testing.T) {
	for _, n := range []int{1, 3, 10, 17, 25, 60, 200} {
		r := eventStudy()
		r.Window, r.Coef = [2]int{-n, n}, nil
		for k := -n; k <= n; k++ {
			r.Coef = append(r.Coef, did.EventCoef{EventTime: k, Estimate: float64(k), ConfLow: float64(k) - 1, ConfHigh: float64(k) + 1})
		}
		f, err := figure.EventStudy(r, figure.Options{})
		if err != nil {
			t.Fatal(err)
		}
		f.Fonts = typeface.Embedded()
		root, texts, _ := parse(t, mustSVG(t, f))
		checkLabels(t, root, texts)
		seen := map[string]bool{}
		for _, x := range texts {
			seen[x.words] = true
		}
		for _, want := range []string{fmt.Sprintf("≤ −%d", n), "0", fmt.Sprintf("≥ %d", n)} {
			if !seen[want] {
				t.Errorf("window ±%d has no label %q", n, want)
			}
		}
	}
}

func TestSVGIsAccessible(t *testing.T) {
	for name, f := range drawn(t) {
		root, _, children := parse(t, mustSVG(t, f))
		role := ""
		for _, a := range root.Attr {
			if a.Name.Local == "role" {
				role = a.Value
			}
		}
		if role != "img" || children["title"] == "" || children["desc"] == "" {
			t.Errorf("%s: role %q, title %q, desc %q", name, role, children["title"], children["desc"])
		}
	}
}

func TestSimulatedIsSaid(t *testing.T) {
	for _, c := range []struct{ name, want string }{{"event-study", "Simulated data"}, {"event-study-zh", "模拟数据"}, {"trend", "Simulated data"}, {"coefficients", ""}} {
		_, texts, children := parse(t, mustSVG(t, drawn(t)[c.name]))
		found := false
		for _, x := range texts {
			found = found || x.words == "Simulated data" || x.words == "模拟数据"
		}
		if found != (c.want != "") || strings.Contains(strings.ToLower(children["title"]), strings.ToLower(c.want)) != true {
			t.Errorf("%s: said %v, title %q", c.name, found, children["title"])
		}
	}
	f := drawn(t)["coefficients"]
	f.Simulated = true
	if svg := string(mustSVG(t, f)); !strings.Contains(svg, ">Simulated data<") {
		t.Error("Simulated does not show")
	}
}

// TestNoTofu: every label of the Chinese figures has its glyphs in the fonts that the program carries, and Chinese is
// drawn as shapes with searchable text over it.
func TestNoTofu(t *testing.T) {
	for name, f := range drawn(t) {
		_, texts, _ := parse(t, mustSVG(t, f))
		if w := f.Warnings(); len(w) > 0 {
			t.Errorf("%s: %v", name, w)
		}
		for _, x := range texts {
			han := strings.ContainsFunc(x.words, func(r rune) bool { return r > 0x2E80 })
			if han != x.ghost {
				t.Errorf("%s: %q is drawn by the viewer's font: %v", name, x.words, !x.ghost)
			}
		}
	}
}

func TestMissingGlyphIsSaid(t *testing.T) {
	f := drawn(t)["trend"]
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("warned before drawing: %v", w)
	}
	f.Title = "\U0001F600 and \U00012000"
	mustSVG(t, f)
	want := "no font here has a glyph for U+1F600, U+12000, so that the figure shows a box; set DIDNB_FONT to a font file that has one, or install fonts-noto-cjk"
	if w := f.Warnings(); len(w) != 1 || w[0] != want {
		t.Errorf("warnings %q, want %q", w, want)
	}
}

func TestUnreadableFont(t *testing.T) {
	t.Setenv(typeface.Variable, "no-such-font.ttf")
	f := drawn(t)["trend"]
	f.Fonts = nil
	if _, err := f.SVG(); err == nil || err.Error() != "DIDNB_FONT names no-such-font.ttf, and there is no such file" {
		t.Errorf("SVG: %v", err)
	}
	if _, err := f.PNG(); err == nil {
		t.Error("PNG: no error")
	}
}

func TestSVGEscapes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		evil := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"<script>alert(1)</script>", `"/><image href="x" onload="alert(1)"/>`, "]]>", "&amp;", "\x00\x0b", "</text>"})).Draw(rt, "text")
		f, err := figure.EventStudies([]figure.Estimates{{Name: evil, Result: eventStudy()}}, figure.Options{Title: evil, XLabel: evil, Labels: wording.Labels{"DIA": evil}, Notes: []string{evil}})
		if err != nil {
			rt.Fatal(err)
		}
		f.Fonts = typeface.Embedded()
		svg, _ := f.SVG()
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				rt.Fatalf("not well-formed with %q: %v", evil, err)
			}
			if s, ok := tok.(xml.StartElement); ok && !strings.Contains(" svg title desc path text g ", " "+s.Name.Local+" ") {
				rt.Fatalf("element %s came of %q", s.Name.Local, evil)
			}
		}
	})
}

// TestAnyNumbers: no value, however large, small or missing, may end in a panic or a coordinate that is none.
func TestAnyNumbers(t *testing.T) {
	value := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1, 1), rapid.SampledFrom([]float64{0, 1, math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e300, 5e-324, 1 + 1e-16, math.MaxFloat64}))
	rapid.Check(t, func(rt *rapid.T) {
		r := eventStudy()
		for i := range r.Coef {
			c := &r.Coef[i]
			c.Estimate, c.ConfLow, c.ConfHigh = value.Draw(rt, "b"), value.Draw(rt, "low"), value.Draw(rt, "high")
		}
		tr := trend()
		for i := range tr.Groups[0].Mean {
			tr.Groups[0].Mean[i] = value.Draw(rt, "mean")
		}
		fit := fits()[0]
		for i := range fit.Coef {
			fit.Coef[i].Estimate, fit.Coef[i].ConfLow = value.Draw(rt, "b"), value.Draw(rt, "low")
		}
		var all []*figure.Figure
		if f, err := figure.EventStudy(r, figure.Options{}); err == nil {
			all = append(all, f)
		}
		if f, err := figure.Trend(tr, figure.TrendOptions{}); err == nil {
			all = append(all, f)
		}
		if f, err := figure.Coefficients([]*regress.Fit{fit}, figure.CoefficientOptions{}); err == nil {
			all = append(all, f)
		}
		for _, f := range all {
			f.Fonts = typeface.Embedded()
			svg, err := f.SVG()
			if err != nil {
				rt.Fatal(err)
			}
			d := string(svg)
			for _, line := range strings.Split(d, "\n") {
				if strings.HasPrefix(line, "<path") && (strings.Contains(line, "NaN") || strings.Contains(line, "Inf") || strings.Contains(line, "922337203685477")) {
					rt.Fatalf("a coordinate that is none: %s", line)
				}
			}
		}
	})
}

func TestPNG(t *testing.T) {
	f := drawn(t)["event-study-zh"]
	data, err := f.PNG()
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 1210 || b.Dy() != 710 { // 6.3 by 3.7 inches at 192 dots
		t.Errorf("%d × %d pixels", b.Dx(), b.Dy())
	}
	colors := map[color.Color]bool{}
	dark := 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			c := img.At(x, y)
			colors[c] = true
			if r, g, b, _ := c.RGBA(); r+g+b < 3*0x8000 {
				dark++
			}
		}
	}
	if len(colors) < 50 || dark < 2000 {
		t.Errorf("%d colours and %d dark pixels: is it drawn?", len(colors), dark)
	}
	// pHYs stands before IDAT: 7559 dots per metre, both ways.
	at := bytes.Index(data, []byte("pHYs"))
	if at < 0 || at > bytes.Index(data, []byte("IDAT")) || !bytes.Equal(data[at+4:at+13], []byte{0, 0, 0x1d, 0x87, 0, 0, 0x1d, 0x87, 1}) {
		t.Error("the resolution is not in the file")
	}
	again, _ := f.PNG()
	if !bytes.Equal(data, again) {
		t.Error("a second drawing differs")
	}
}

func TestErrors(t *testing.T) {
	none := eventStudy()
	for i := range none.Coef {
		if none.Coef[i].EventTime != none.Ref {
			none.Coef[i].Estimate = math.NaN()
		}
	}
	for _, c := range []struct {
		want string
		draw func() (*figure.Figure, error)
	}{
		{"the event study has no estimate to draw", func() (*figure.Figure, error) { return figure.EventStudy(none, figure.Options{}) }},
		{"there is no event study to draw", func() (*figure.Figure, error) { return figure.EventStudies(nil, figure.Options{}) }},
		{"the event study has no estimate to draw", func() (*figure.Figure, error) { return figure.EventStudy(&did.EventStudyResult{}, figure.Options{}) }},
		{"the trend has no mean to draw", func() (*figure.Figure, error) { return figure.Trend(&describe.Trend{}, figure.TrendOptions{}) }},
		{"there is no regression to draw", func() (*figure.Figure, error) { return figure.Coefficients(nil, figure.CoefficientOptions{}) }},
		{"1 names stand for 2 regressions", func() (*figure.Figure, error) {
			return figure.Coefficients(fits(), figure.CoefficientOptions{Names: []string{"a"}})
		}},
		{`no regression has a term "PGPD"; did you mean PGDP?`, func() (*figure.Figure, error) {
			return figure.Coefficients(fits(), figure.CoefficientOptions{Terms: []string{"PGPD"}})
		}},
		{"the regressions have no coefficient to draw", func() (*figure.Figure, error) {
			return figure.Coefficients([]*regress.Fit{{}}, figure.CoefficientOptions{})
		}},
	} {
		if _, err := c.draw(); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestSystemFontIsOnlyAFallback: what the computer has must not change a figure that the program's own fonts can set.
func TestSystemFontIsOnlyAFallback(t *testing.T) {
	os.Unsetenv(typeface.Variable)
	for name, f := range drawn(t) {
		own := mustSVG(t, f)
		f.Fonts = nil
		if !bytes.Equal(own, mustSVG(t, f)) {
			t.Errorf("%s depends on the computer's fonts", name)
		}
	}
}

func BenchmarkEventStudySVG(b *testing.B) {
	b.ReportAllocs()
	f := drawn(b)["event-study-zh"]
	for b.Loop() {
		mustSVG(b, f)
	}
}

func BenchmarkEventStudyPNG(b *testing.B) {
	b.ReportAllocs()
	f := drawn(b)["event-study-zh"]
	for b.Loop() {
		if _, err := f.PNG(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCloseLinesKeepTheirNamesApart: the names of lines that end together are pushed apart.
func TestCloseLinesKeepTheirNamesApart(t *testing.T) {
	tr := trend()
	tr.Groups = nil
	for g, level := range []float64{0.70, 0.701, 0.702, 0.703, 0.704, 0.1} { // of an axis that runs from 0.1 to 0.7
		s := describe.Series{Group: fmt.Sprint(g)}
		for range tr.Times {
			s.Mean = append(s.Mean, level)
		}
		tr.Groups = append(tr.Groups, s)
	}
	f, err := figure.Trend(tr, figure.TrendOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f.Fonts = typeface.Embedded()
	root, texts, _ := parse(t, mustSVG(t, f))
	checkLabels(t, root, texts)
	named := 0
	for _, x := range texts {
		if strings.HasPrefix(x.words, "treated = ") {
			named++
		}
	}
	if named != 6 {
		t.Errorf("%d of 6 lines are named", named)
	}
}
