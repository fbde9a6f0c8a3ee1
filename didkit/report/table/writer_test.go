package table_test

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func ExampleGrid() {
	t := table.Grid([]string{"city", "rows", "mean"}, [][]any{{"北京", 18, 1.25}, {"Shanghai", 1800, -0.0001}, {"Xi'an", nil, math.NaN()}}, table.GridOptions{Number: "3", Title: "Cities"})
	fmt.Print(t.Text())
	// Output:
	// Table 3. Cities
	// ======================
	// city      rows   mean
	// ----------------------
	// 北京         18  1.250
	// Shanghai  1,800  0.000
	// Xi'an             --
	// ======================
}

func ExampleFor() {
	_, err := table.For(".text")
	fmt.Println(err)
	_, err = table.For("")
	fmt.Println(err)
	// Output:
	// no table is written as .text; did you mean tex or txt?
	// a table's file name needs an ending: csv, docx, htm, html, md, tex, txt, xlsx
}

func TestForKnowsEveryEnding(t *testing.T) {
	for _, e := range table.Endings() {
		if w, err := table.For("." + strings.ToUpper(e)); err != nil || w == nil {
			t.Errorf("For(%q) = %v, %v", e, w, err)
		}
	}
	var unknown *table.UnknownFormat
	if _, err := table.For("pdf"); !errors.As(err, &unknown) || unknown.Ending != "pdf" {
		t.Errorf("For(pdf) = %v", err)
	}
}

// TestNumbers prints numbers in one cell, as text and as HTML without its tags.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		x          float64
		digits     int
		text, html string
		zh         string // HTML in Chinese; "" as in English
	}{
		{0, 3, "0.000", "0.000", ""},
		{-0.0004, 3, "0.000", "0.000", ""},
		{-0.0005001, 3, "-0.001", "−0.001", ""},
		{math.Copysign(0, -1), 0, "0", "0", ""},
		{-0.4, 0, "0", "0", ""},
		{5364, 0, "5,364", "5,364", "5\u202f364"},
		{-1234567.891, 2, "-1,234,567.89", "−1,234,567.89", "−1\u202f234\u202f567.89"},
		{999.9996, 3, "1,000.000", "1,000.000", "1\u202f000.000"},
		{math.NaN(), 3, "--", "—", ""},
		{math.Inf(1), 3, "Inf", "∞", ""},
		{math.Inf(-1), 3, "-Inf", "−∞", ""},
		{1.5e12, 3, "1.500e12", "1.500×10¹²", ""},
		{-2e300, 0, "-2e300", "−2×10³⁰⁰", ""},
		{0.1, 99, "0.100000000000000", "0.100000000000000", ""},
		{2, -3, "2", "2", ""},
	} {
		one := func(l wording.Language) *table.Table {
			return &table.Table{Language: l, Columns: []table.Column{{Align: table.Decimal}}, Body: []table.Row{{Cells: []table.Cell{table.Digits(c.x, c.digits)}}}}
		}
		if got := strings.Split(one(wording.English).Text(), "\n")[1]; strings.TrimSpace(got) != c.text {
			t.Errorf("%v with %d digits as text: %q, want %q", c.x, c.digits, got, c.text)
		}
		if got := bodyText(t, one(wording.English).HTML()); got != c.html {
			t.Errorf("%v with %d digits as HTML: %q, want %q", c.x, c.digits, got, c.html)
		}
		if c.zh != "" {
			if got := bodyText(t, one(wording.Chinese).HTML()); got != c.zh {
				t.Errorf("%v in Chinese: %q, want %q", c.x, got, c.zh)
			}
		}
	}
}

// bodyText is what a reader of the table's body sees; the fragment must be well-formed.
func bodyText(t testing.TB, fragment string) string {
	t.Helper()
	var b strings.Builder
	inBody := false
	for _, e := range elements(t, fragment) {
		switch x := e.(type) {
		case xml.StartElement:
			if x.Name.Local == "tbody" {
				inBody = true
			}
		case xml.EndElement:
			if x.Name.Local == "tbody" {
				inBody = false
			}
		case xml.CharData:
			if inBody {
				b.Write(x)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// elements parses a fragment strictly, as XML.
func elements(t testing.TB, fragment string) []xml.Token {
	t.Helper()
	var out []xml.Token
	d := xml.NewDecoder(strings.NewReader(fragment))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatalf("the HTML is not well-formed: %v\n%s", err, fragment)
		}
		out = append(out, xml.CopyToken(tok))
	}
}

// TestHTMLEscapes puts markup into every place that takes text; no element may come of it.
func TestHTMLEscapes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		evil := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "</style><script>", "</table>", "&lt;", "'onmouseover='", "]]>", "\x00\x1b[31m", "\u202egnp"})).Draw(rt, "text")
		tab := &table.Table{Number: evil, Title: evil, Stub: 1, Columns: []table.Column{{}, {Align: table.Decimal}},
			Head:  []table.Row{{Cells: []table.Cell{table.Words(evil), table.Words(evil)}}},
			Body:  []table.Row{{Group: true, Cells: []table.Cell{table.Words(evil)}}, {Cells: []table.Cell{table.Words(evil), table.Words(evil)}}, {Cells: []table.Cell{{Text: evil, Italic: true}, table.Digits(1, 1)}}},
			Notes: []string{evil}}
		allowed := map[string]bool{"div": true, "style": true, "table": true, "caption": true, "thead": true, "tbody": true, "tr": true, "th": true, "td": true, "span": true, "sup": true, "p": true, "br": true}
		for _, e := range elements(t, tab.HTML()) {
			if s, ok := e.(xml.StartElement); ok {
				if !allowed[s.Name.Local] {
					rt.Fatalf("element %s came of %q", s.Name.Local, evil)
				}
				for _, a := range s.Attr {
					if !strings.Contains("class lang scope colspan style", a.Name.Local) {
						rt.Fatalf("attribute %s came of %q", a.Name.Local, evil)
					}
				}
			}
		}
	})
}

// TestFormatsKeepTheirLines checks that no text can add a line to a table or break out of its row.
func TestFormatsKeepTheirLines(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune("a|\u202e\\\n\r\t\u2028\u0085*_&%$#{}~^<>[]`中　 ")), 0, 12, -1)).Draw(rt, "text")
		of := func(s string) *table.Table {
			return &table.Table{Columns: []table.Column{{}, {}}, Head: []table.Row{{Cells: []table.Cell{table.Words("h"), table.Words(s)}}}, Body: []table.Row{{Cells: []table.Cell{table.Words("x"), table.Words(s)}}}}
		}
		for _, w := range []table.Writer{table.Text{}, table.Markdown{}, table.LaTeX{}} {
			got, want := table.Render(w, of(s)), table.Render(w, of("plain"))
			if strings.ContainsRune(got, '\u202e') {
				rt.Fatalf("%T: %q keeps a control that turns the line's direction", w, s)
			}
			if strings.Count(got, "\n") != strings.Count(want, "\n") || strings.ContainsAny(got, "\r\u2028\u0085") {
				rt.Fatalf("%T: %q changes the number of lines:\n%s", w, s, got)
			}
		}
		md := table.Render(table.Markdown{}, of(s))
		for _, line := range strings.Split(strings.TrimSpace(md), "\n") {
			if n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\|`, ""), "|"); n != 3 {
				rt.Fatalf("%q makes %d bars in %q", s, n, line)
			}
		}
		tex := table.Render(table.LaTeX{}, of(s))
		if bare := strings.NewReplacer(`\{`, "", `\}`, "").Replace(tex); strings.Count(bare, "{") != strings.Count(bare, "}") {
			rt.Fatalf("%q leaves braces open:\n%s", s, tex)
		}
		r := csv.NewReader(strings.NewReader(table.Render(table.CSV{}, of(s))))
		if rows, err := r.ReadAll(); err != nil || len(rows) != 2 {
			rt.Fatalf("%q: csv %v, %v", s, rows, err)
		}
	})
}

// TestPointsStandUnderEachOther draws columns of numbers and looks for every point at the same place.
func TestPointsStandUnderEachOther(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := &table.Table{Stub: 1, Beside: rapid.Bool().Draw(rt, "beside"), Columns: []table.Column{{}, {Align: table.Decimal}}}
		label := rapid.StringMatching("[a-z中文]{0,8}")
		for range rapid.IntRange(1, 8).Draw(rt, "rows") {
			x := rapid.Float64Range(-1e9, 1e9).Draw(rt, "x")
			c := table.Cell{Number: &table.Number{Value: x, Digits: rapid.IntRange(1, 6).Draw(rt, "digits"), Stars: rapid.IntRange(0, 3).Draw(rt, "stars")}}
			if rapid.Bool().Draw(rt, "bracket") {
				c.Bracket = &table.Bracket{Value: rapid.Float64Range(-1e3, 1e3).Draw(rt, "t"), Digits: 2}
			}
			tab.Body = append(tab.Body, table.Row{Cells: []table.Cell{table.Words(label.Draw(rt, "label")), c}})
		}
		point := -1
		for _, line := range strings.Split(tab.Text(), "\n") {
			i := strings.IndexByte(line, '.')
			if i < 0 {
				continue
			}
			at := 0
			for _, r := range line[:i] {
				at++
				if r > 0x2E80 {
					at++
				}
			}
			if point < 0 {
				point = at
			}
			if at != point {
				rt.Fatalf("points at %d and %d:\n%s", point, at, tab.Text())
			}
		}
	})
}

func TestTextCountsChineseAsTwo(t *testing.T) {
	tab := table.Grid([]string{"名", "b"}, [][]any{{"数字产业集聚度", "x"}, {"e\u0301tude", "y"}, {"가나", "z"}}, table.GridOptions{})
	want := "=================\n名              b\n-----------------\n数字产业集聚度  x\ne\u0301tude           y\n가나            z\n=================\n"
	if got := tab.Text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCaptionAndNote(t *testing.T) {
	for _, c := range []struct {
		t             table.Table
		caption, note string
	}{
		{table.Table{}, "", ""},
		{table.Table{Number: "2"}, "Table 2.", ""},
		{table.Table{Title: "A\n B"}, "A B", ""},
		{table.Table{Number: "2", Title: "A", Notes: []string{"One.", "", "Two."}}, "Table 2. A", "Notes: One. Two."},
		{table.Table{Simulated: true}, "Simulated data", "Notes: Simulated data."},
		{table.Table{Number: "2", Title: "A", Simulated: true, Notes: []string{"One."}}, "Table 2. A (simulated data)", "Notes: Simulated data. One."},
		{table.Table{Number: "2", Title: "甲", Language: wording.Chinese, Simulated: true, Notes: []string{"一。", "二。"}}, "表 2\u3000甲\uff08模拟数据\uff09", "注\uff1a数据为模拟数据。一。二。"},
	} {
		if got := c.t.Caption(); got != c.caption {
			t.Errorf("caption %q, want %q", got, c.caption)
		}
		if got := c.t.Note(); got != c.note {
			t.Errorf("note %q, want %q", got, c.note)
		}
	}
}

// TestSimulatedIsSaidInEveryFormat: a table of simulated data must say so wherever it goes.
func TestSimulatedIsSaidInEveryFormat(t *testing.T) {
	for l, word := range map[wording.Language]string{wording.English: "imulated data", wording.Chinese: "模拟数据"} {
		tab := table.Grid([]string{"a"}, [][]any{{1.0}}, table.GridOptions{Simulated: true, Language: l})
		for _, e := range table.Endings() {
			w, _ := table.For(e)
			got := table.Render(w, tab)
			if e == "docx" || e == "xlsx" {
				got = officeText(t, got)
			}
			if strings.Count(got, word) != 2 {
				t.Errorf(".%s in %s says it %d times, want in caption and notes:\n%s", e, l, strings.Count(got, word), got)
			}
		}
	}
}

// TestRaggedRows must not panic and must keep the columns.
func TestRaggedRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := &table.Table{Stub: rapid.IntRange(-1, 3).Draw(rt, "stub")}
		for range rapid.IntRange(0, 4).Draw(rt, "columns") {
			tab.Columns = append(tab.Columns, table.Column{Align: table.Align(rapid.IntRange(0, 4).Draw(rt, "align"))})
		}
		cell := rapid.Custom(func(rt *rapid.T) table.Cell {
			c := table.Words(rapid.SampledFrom([]string{"", "a", "中"}).Draw(rt, "text"))
			if rapid.Bool().Draw(rt, "number") {
				c = table.Digits(rapid.Float64().Draw(rt, "x"), 2)
				if rapid.Bool().Draw(rt, "bracket") {
					c.Bracket = &table.Bracket{Value: rapid.Float64().Draw(rt, "b"), Digits: 1}
				}
			}
			c.Span, c.Column = rapid.IntRange(-1, 6).Draw(rt, "span"), rapid.IntRange(-1, 6).Draw(rt, "column")
			c.Align = table.Align(rapid.IntRange(0, 4).Draw(rt, "align"))
			return c
		})
		row := rapid.Custom(func(rt *rapid.T) table.Row {
			return table.Row{Group: rapid.Bool().Draw(rt, "group"), Rule: rapid.Bool().Draw(rt, "rule"), Cells: rapid.SliceOfN(cell, 0, 6).Draw(rt, "cells")}
		})
		tab.Head, tab.Body = rapid.SliceOfN(row, 0, 3).Draw(rt, "head"), rapid.SliceOfN(row, 0, 4).Draw(rt, "body")
		tab.Beside = rapid.Bool().Draw(rt, "beside")
		elements(t, tab.HTML())
		for _, e := range table.Endings() {
			w, _ := table.For(e)
			table.Render(w, tab)
		}
		tex := table.Render(table.LaTeX{}, tab)
		for _, line := range strings.Split(tex, "\n") { // every row covers the tabular's columns
			if !strings.HasSuffix(line, ` \\`) {
				continue
			}
			if got, want := latexColumns(line), latexColumns(firstRow(tex)); got != want {
				rt.Fatalf("rows of %d and %d columns:\n%s", want, got, tex)
			}
		}
	})
}

func firstRow(tex string) string {
	for _, line := range strings.Split(tex, "\n") {
		if strings.HasSuffix(line, ` \\`) {
			return line
		}
	}
	return ""
}

func latexColumns(row string) int {
	n := 0
	for _, cell := range strings.Split(row, "&") {
		var columns int
		if _, err := fmt.Sscanf(strings.TrimSpace(cell), `\multicolumn{%d}`, &columns); err == nil {
			n += columns
			continue
		}
		n++
	}
	return n
}
