package table_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// officeTables are tables that try the Word and Excel writers.
func officeTables(t *testing.T) map[string]*table.Table {
	return map[string]*table.Table{
		"baseline": mustRegression(t, simulated(table2()), table.Options{Number: "2", Title: "Baseline regressions"}),
		"chinese":  mustRegression(t, table2(), table.Options{Number: "2", Title: "基准回归结果", Language: wording.Chinese, Labels: chineseLabels, Beside: true}),
		"describe": mustDescribe(t, table1(), table.DescribeOptions{Number: "1", Title: "主要变量的描述性统计结果", Language: wording.Chinese}),
		"awkward":  awkward(),
	}
}

// wordRows reads the cells of a document's first table: the text of every w:t, a row a slice.
func wordRows(t *testing.T, docx []byte) [][]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File { // every part is well formed
		if strings.HasSuffix(f.Name, ".png") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	part, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Rows []struct {
			Cells []struct {
				Texts []string `xml:"p>r>t"`
			} `xml:"tc"`
		} `xml:"body>tbl>tr"`
	}
	if err := xml.NewDecoder(part).Decode(&body); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for _, r := range body.Rows {
		var row []string
		for _, c := range r.Cells {
			row = append(row, strings.Join(c.Texts, ""))
		}
		rows = append(rows, row)
	}
	return rows
}

// officeText is the text of an archive's part that holds the words: between the tags, which hold the words again for
// those who don't see the table.
func officeText(t *testing.T, file string) string {
	t.Helper()
	text := archived(t, file, "word/document.xml") + archived(t, file, "xl/sharedStrings.xml")
	return regexp.MustCompile("<[^>]*>").ReplaceAllString(text, "|")
}

// archived is a part of an archive, "" if it has none of that name.
func archived(t *testing.T, file, name string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := z.Open(name)
	if err != nil {
		return ""
	}
	data, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWordHoldsThePrintedNumbers(t *testing.T) {
	rows := wordRows(t, []byte(table.Render(table.Word{}, officeTables(t)["baseline"])))
	find := func(stub string) int {
		for i, r := range rows {
			if r[0] == stub {
				return i
			}
		}
		t.Fatalf("no row %q in %q", stub, rows)
		return 0
	}
	did, openness := find("DID"), find("OPEN")
	for _, c := range []struct{ got, want string }{
		{rows[did][1], "0.276***"}, {rows[did+1][1], "(7.401)"}, {rows[did][3], ""},
		{rows[openness][2], "\u22120.011*"}, {rows[openness+1][2], "(\u22121.750)"}, {rows[find("Observations")][4], "5,364"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for name, tab := range officeTables(t) {
		for _, w := range []table.Writer{table.Word{}, table.Workbook{}} {
			if table.Render(w, tab) != table.Render(w, tab) {
				t.Errorf("%s: %T writes other bytes the second time", name, w)
			}
		}
		wordRows(t, []byte(table.Render(table.Word{}, tab)))
	}
}

// Cells of a workbook are numbers with all digits; their formats show brackets and stars.
func TestWorkbookHoldsNumbers(t *testing.T) {
	x := 0.12345678901234567
	tab := &table.Table{Number: "3:[x]", Title: "t", Stub: 1, Columns: []table.Column{{Align: table.Left}, {Align: table.Decimal}}, Beside: true,
		Head: []table.Row{{Cells: []table.Cell{table.Words("v"), table.Words("(1)")}}},
		Body: []table.Row{
			{Cells: []table.Cell{table.Words("=1+1"), {Number: &table.Number{Value: -x, Digits: 3, Stars: 2}, Bracket: &table.Bracket{Value: -1.5, Digits: 3}}}},
			{Cells: []table.Cell{table.Words("n"), table.Count(5364)}},
			{Cells: []table.Cell{table.Words("gap"), table.Digits(math.NaN(), 3)}},
			{Cells: []table.Cell{table.Words("starred"), {Number: &table.Number{Value: x, Digits: 3, Stars: 2}}}},
		}}
	file := table.Render(table.Workbook{}, tab)
	if xml := archived(t, file, "xl/worksheets/sheet1.xml"); !strings.Contains(xml, "<v>"+strconv.FormatFloat(-x, 'G', -1, 64)+"</v>") {
		t.Errorf("the sheet does not hold all digits of %v:\n%s", -x, xml)
	}
	f, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const sheet = "Table 3--x-"
	for _, c := range []struct{ cell, raw, shown string }{
		{"A1", "", "Table 3:[x]. t"}, {"A3", "=1+1", "=1+1"}, {"B4", "-1.5", "(-1.500)"}, {"B5", "5364", "5,364"}, {"B6", "—", "—"}, {"B7", "", "0.123**"},
	} {
		shown, err := f.GetCellValue(sheet, c.cell)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := f.GetCellValue(sheet, c.cell, excelize.Options{RawCellValue: true})
		if shown != c.shown || c.raw != "" && raw != c.raw {
			t.Errorf("%s: %q (raw %q), want %q (raw %q)", c.cell, shown, raw, c.shown, c.raw)
		}
	}
	if formula, _ := f.GetCellFormula(sheet, "A3"); formula != "" {
		t.Errorf("a name became the formula %q", formula)
	}
}

// A workbook in Chinese sets thousands apart by spaces and is printed as wide as the paper.
func TestWorkbookInChinese(t *testing.T) {
	tab := &table.Table{Language: wording.Chinese, Columns: []table.Column{{Align: table.Decimal}},
		Body: []table.Row{{Cells: []table.Cell{table.Count(5364)}}, {Cells: []table.Cell{table.Digits(-35311968.25, 1)}}, {Cells: []table.Cell{table.Digits(999.96, 1)}}, {Cells: []table.Cell{table.Digits(999.4, 0)}}}}
	file := table.Render(table.Workbook{}, tab)
	styles := archived(t, file, "xl/styles.xml")
	for _, want := range []string{`"#\ ##0"`, `"#\ ###\ ##0.0"`, `"#\ ##0.0"`} {
		if !strings.Contains(styles, "formatCode="+want) {
			t.Errorf("no format %s in %s", want, styles)
		}
	}
	if xml := archived(t, file, "xl/worksheets/sheet1.xml"); !strings.Contains(xml, `fitToPage="true"`) || !strings.Contains(xml, `fitToHeight="0"`) {
		t.Errorf("it is not printed as wide as the paper:\n%s", xml)
	}
}
