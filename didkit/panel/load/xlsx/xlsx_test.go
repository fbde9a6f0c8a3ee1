package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/xlsx"
)

var nan = math.NaN()

var update = flag.Bool("update", false, "write the golden files anew")

func ExampleFile() {
	_, err := xlsx.File("testdata/openpyxl.xlsx", xlsx.Options{Sheet: "城市面版"})
	fmt.Println(err)
	r, err := xlsx.File("testdata/openpyxl.xlsx", xlsx.Options{Sheet: "城市面板"})
	fmt.Println(r.Panel.Rows(), r.Panel.Names(), err)
	// Output:
	// openpyxl.xlsx: no sheet "城市面版"; did you mean 城市面板?
	// 4 [城市 年份 日期 时间 PGDP code flag 公式 note] <nil>
}

func ExampleWrite() {
	p, _ := panel.New(&panel.Variable{Name: "y", Values: []float64{1, math.Inf(1)}})
	fmt.Println(xlsx.Write(&bytes.Buffer{}, p))
	// Output: column "y" can't be saved as .xlsx: row 2 is infinite, which a sheet can't hold
}

// columns shows a panel as values: numbers, or texts with "<missing>".
func columns(p *panel.Panel) map[string]any {
	m := map[string]any{}
	for _, v := range p.Variables() {
		if v.Kind == panel.Number {
			m[v.Name] = v.Values
			continue
		}
		cells := make([]string, len(v.Codes))
		for i, c := range v.Codes {
			cells[i] = "<missing>"
			if c >= 0 {
				cells[i] = v.Levels[c]
			}
		}
		m[v.Name] = cells
	}
	return m
}

type cols = map[string]any

// The format's name spaces.
const (
	rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	ns  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + rel + `"`
	rns = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
)

// book zips parts to a workbook with one sheet; further parts, or others for the usual ones, come in pairs.
func book(t testing.TB, sheetXML string, parts ...string) []byte {
	t.Helper()
	all := map[string]string{
		"_rels/.rels":     `<Relationships ` + rns + `><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook ` + ns + `><sheets><sheet name="data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships ` + rns + `><Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + rel + `/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="` + rel + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml": `<sst ` + ns + `><si><t>name</t></si><si><r><t>Wu</t></r><r><t>han</t></r><rPh sb="0" eb="1"><t>reading</t></rPh></si>` +
			`<si><t xml:space="preserve"> padded </t></si><si><t>two_x000A_lines_x005F_x000A_</t></si><si/></sst>`,
		"xl/styles.xml": `<styleSheet ` + ns + `><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>` +
			`<numFmt numFmtId="165" formatCode="0.00&quot;days&quot;"/><numFmt numFmtId="166" formatCode="[$-409]General"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": `<worksheet ` + ns + `>` + sheetXML + `</worksheet>`,
	}
	for i := 0; i+1 < len(parts); i += 2 {
		if parts[i+1] == "" {
			delete(all, parts[i])
		} else {
			all[parts[i]] = parts[i+1]
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range all {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(data []byte, o xlsx.Options) (*xlsx.Result, error) {
	return xlsx.Read(bytes.NewReader(data), int64(len(data)), o)
}

// text is a cell with text of its own.
func text(s string) string { return `<c t="inlineStr"><is><t>` + s + `</t></is></c>` }

func TestRead(t *testing.T) {
	header := `<row r="1">` + text("a") + text("b") + `</row>`
	cases := []struct {
		name, sheet string
		want        cols
		notices     []string
	}{
		{"numbers as stored", header + `<row r="2"><c r="A2"><v>0.10000000000000001</v></c><c r="B2" t="n"><v>1E-3</v></c></row>`,
			cols{"a": []float64{0.1}, "b": []float64{0.001}}, nil},
		{"shared strings", `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row><row><c t="s"><v>1</v></c><c t="s"><v>4</v></c></row>`,
			cols{"name": []string{"padded", "Wuhan"}, "Wuhan": []string{"two\nlines_x000A_", "<missing>"}}, nil},
		{"cells that are not there", header + `<row r="2"><c r="B2"><v>5</v></c></row><row r="3"><c r="A3"><v>6</v></c><c r="B3"/></row>`,
			cols{"a": []float64{nan, 6}, "b": []float64{5, nan}}, nil},
		{"empty rows", `<row r="3">` + text("a") + `</row><row r="5"><c><v>1</v></c></row><row r="6"><c/></row><row r="9"><c><v>2</v></c></row><row r="12"><c/></row>`,
			cols{"a": []float64{1, 2}}, []string{"4 empty rows left out"}},
		{"dates", header + `<row r="2"><c s="1"><v>38748</v></c><c s="2"><v>45000.75</v></c></row><row r="3"><c s="1"><v>1</v></c><c t="d"><v>2006-01-31</v></c></row>` +
			`<row r="4"><c s="1"><v>61</v></c><c s="5"><v>0.5</v></c></row><row r="5"><c s="1"><v>59</v></c><c s="1"><v>2958466</v></c></row>`,
			cols{"a": []string{"2006-01-31", "1900-01-01", "1900-03-01", "1900-02-28"}, "b": []string{"2023-03-15 18:00:00", "2006-01-31", "12:00:00", "2958466"}}, nil},
		{"formats that are no dates", header + `<row r="2"><c s="3"><v>38748</v></c><c s="4"><v>38748</v></c></row>`,
			cols{"a": []float64{38748}, "b": []float64{38748}}, nil},
		{"truth values", header + `<row r="2"><c t="b"><v>1</v></c><c t="b"><v>0</v></c></row><row r="3"><c t="b"><v>0</v></c><c><v>2</v></c></row>`,
			cols{"a": []float64{1, 0}, "b": []string{"FALSE", "2"}}, []string{`column b: row 2 of the sheet holds "FALSE" among numbers, so the column is read as text`}},
		{"errors", header + `<row r="2"><c t="e"><v>#N/A</v></c><c t="e"><v>#DIV/0!</v></c></row><row r="3"><c><v>1</v></c><c><v>2</v></c></row>`,
			cols{"a": []float64{nan, 1}, "b": []float64{nan, 2}}, []string{`column b: row 2 of the sheet holds "#DIV/0!", read as missing`}},
		{"formulas", header + `<row r="2"><c><f>A1*2</f><v>7</v></c><c t="str"><f>"x"</f><v>x</v></c></row><row r="3"><c><f>1+1</f></c><c t="str"><f>""</f><v></v></c></row>`,
			cols{"a": []float64{7, nan}, "b": []string{"x", "<missing>"}}, []string{"1 formula without a computed value, read as missing; open the workbook in Excel and save it"}},
		{"numbers stored as text", header + `<row r="2">` + text("1,234.5") + text("0571") + `</row><row r="3">` + text("2") + text("010") + `</row>`,
			cols{"a": []float64{1234.5, 2}, "b": []string{"0571", "010"}},
			[]string{`column a: row 2 of the sheet holds "1,234.5", read with thousands separators`, `column b: row 2 of the sheet holds "0571", a code with leading zeros, so the column is read as text`}},
		{"merged below the header", header + `<row r="2"><c><v>1</v></c><c><v>2</v></c></row><row r="3"><c r="B3"><v>3</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="D8:E9"/></mergeCells><sheetData>`,
			cols{"a": []float64{1, nan}, "b": []float64{2, 3}}, []string{"merged cells below the header (A2:A3): only the first of them holds the value"}},
		{"prefixed names", `<x:row r="1"><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row><x:row r="2"><x:c><x:v>1</x:v></x:c></x:row>`, cols{"a": []float64{1}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := read(book(t, "<sheetData>"+c.sheet+"</sheetData>"), xlsx.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.notices, r.Notices); diff != "" {
				t.Errorf("notices: %s", diff)
			}
		})
	}
}

func TestRead1904(t *testing.T) {
	data := book(t, `<sheetData><row>`+text("a")+`</row><row><c s="1"><v>0</v></c></row><row><c s="1"><v>37287</v></c></row></sheetData>`,
		"xl/workbook.xml", `<workbook `+ns+`><workbookPr date1904="1"/><sheets><sheet name="data" r:id="rId1"/></sheets></workbook>`)
	r, err := read(data, xlsx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(cols{"a": []string{"1904-01-01", "2006-02-01"}}, columns(r.Panel)); diff != "" {
		t.Error(diff)
	}
}

func TestSheets(t *testing.T) {
	one := `<worksheet ` + ns + `><sheetData><row>` + text("x") + `</row><row><c><v>1</v></c></row></sheetData></worksheet>`
	data := book(t, "", "xl/worksheets/sheet1.xml", one, "xl/worksheets/sheet2.xml", strings.Replace(one, ">x<", ">y<", 1), "xl/chartsheets/sheet1.xml", "<chartsheet/>",
		"xl/workbook.xml", `<workbook `+ns+`><sheets><sheet name="chart" r:id="rId9"/><sheet name="old" r:id="rId1" state="hidden"/><sheet name="panel" r:id="rId2"/><sheet name="notes" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships `+rns+`><Relationship Id="rId1" Type="`+rel+`/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="`+rel+`/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId9" Type="`+rel+`/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`)
	for ask, want := range map[string]struct{ sheet, name, notice string }{
		"":      {"panel", "y", `[sheet "panel" is read; the workbook also has "notes"]`},
		"panel": {"panel", "y", "[]"},
		"old":   {"old", "x", "[]"},
	} {
		r, err := read(data, xlsx.Options{Sheet: ask})
		if err != nil {
			t.Fatal(err)
		}
		if r.Sheet != want.sheet || r.Panel.Names()[0] != want.name || fmt.Sprint(r.Notices) != want.notice {
			t.Errorf("sheet %q: got %q with %v, %v", ask, r.Sheet, r.Panel.Names(), r.Notices)
		}
	}
	_, err := read(data, xlsx.Options{Sheet: "pannel"})
	var unknown *xlsx.UnknownSheet
	if !errors.As(err, &unknown) || err.Error() != `no sheet "pannel"; did you mean panel?` {
		t.Errorf("got %v", err)
	}
	if _, err := read(data, xlsx.Options{Sheet: "2006"}); err == nil || err.Error() != `no sheet "2006"; the workbook has "old", "panel" and "notes"` {
		t.Errorf("got %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	rows := func(s string) []byte { return book(t, "<sheetData>"+s+"</sheetData>") }
	header := `<row r="1">` + text("a") + text("b") + `</row>`
	body := `<row r="2"><c><v>1</v></c><c><v>2</v></c></row>`
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"empty file", nil, "the file is empty"},
		{"text", []byte("a,b\n1,2\n"), "this is no Excel workbook, or a damaged one"},
		{"an old workbook", append([]byte("\xd0\xcf\x11\xe0"), make([]byte, 100)...), "this is a workbook with a password or an old one (.xls); save it as .xlsx without a password"},
		{"another archive", book(t, "", "xl/workbook.xml", ""), "this is no Excel workbook: the archive holds no workbook part"},
		{"empty sheet", rows(`<row r="1"><c/></row>`), `sheet "data": the sheet is empty`},
		{"header only", rows(header), `sheet "data": the sheet has a header but no rows`},
		{"merged header", book(t, "<sheetData>"+`<row r="1">`+text("a")+text("b")+`</row>`+body+`</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>`),
			`sheet "data": the header has merged cells (A1:A2); give every column a name of its own`},
		{"a name missing", rows(`<row r="1">` + text("a") + `<c r="B1"/>` + text("c") + `</row>` + body),
			`sheet "data": cell B1 of the header is empty; every column needs a name of its own, also where cells are merged`},
		{"double name", rows(`<row r="1">` + text("a") + text("b") + text(" a ") + `</row>` + body), `sheet "data": two columns are named "a" in the header, A and C`},
		{"numbers for names", rows(body + body), `sheet "data": row 2 holds numbers (1) where the columns' names should stand`},
		{"beyond the header", rows(header + `<row r="2"><c r="A2"><v>1</v></c><c r="D2"><v>2</v></c></row>`), `sheet "data": cell D2 holds a value to the right of the header, which ends in column B`},
		{"a title", rows(`<row r="1">` + text("Table 1") + `</row>` + header[:4] + ` r="2"` + header[10:]), `sheet "data": cell B2 holds a value to the right of the header, which ends in column A; if row 1 is a title, delete it`},
		{"text not there", rows(header + `<row r="2"><c t="s"><v>9</v></c></row>`), `sheet "data": cell A2 refers to a text that the workbook does not have`},
		{"rows out of order", rows(header + `<row r="3"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`), `sheet "data": row 2 stands after row 3, so the workbook is damaged`},
		{"cells out of order", rows(header + `<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>`), `sheet "data": row 2 holds a cell "A2" out of its place, so the workbook is damaged`},
		{"cut off", book(t, "<sheetData>"+header+body), `sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: XML syntax error on line 1: element <sheetData> closed by </worksheet>`},
		{"no cells at all", book(t, ""), `sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: it ends before its cells do`},
		{"truncated", book(t, "", "xl/worksheets/sheet1.xml", `<worksheet `+ns+`><sheetData>`+header+body+`<row r="3"><c><v>1</v></c>`),
			`sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: XML syntax error on line 1: unexpected EOF`},
		{"damaged behind the cells", book(t, "<sheetData>"+header+body+"</sheetData><mergeCells>"),
			`sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: XML syntax error on line 1: element <mergeCells> closed by </worksheet>`},
		{"texts truncated", book(t, "<sheetData>"+header+body+"</sheetData>", "xl/sharedStrings.xml", `<sst `+ns+`><si><t>name`),
			`sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: XML syntax error on line 1: unexpected EOF`},
		{"relations truncated", book(t, "", "xl/_rels/workbook.xml.rels", `<Relationships `+rns+`><Rel`), "damaged workbook: XML syntax error on line 1: unexpected EOF"},
		{"a text's number is none", rows(header + `<row r="2"><c t="s"><v>one</v></c></row>`), `sheet "data": cell A2 refers to a text that the workbook does not have`},
		{"a style that is no number", rows(header + `<row r="2"><c s="x"><v>1</v></c></row>`), `sheet "data": cell A2 has a style "x", so the workbook is damaged`},
		{"a cell that can't be decoded", rows(header + `<row r="2"><c/><c><f si="x">A1</f><v>7</v></c></row>`), `sheet "data": cell B2 can't be read, so the workbook is damaged`},
		{"a cell outside of a row", rows(header + `<c r="A2"><v>1</v></c>`), `sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: a tag "c" stands at a wrong place`},
		{"not well formed", book(t, "<sheetData>"+header+`<row r="2"><c><v>1</v`), `sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: XML syntax error on line 1: invalid characters between </v and >`},
		{"sheet not there", book(t, "", "xl/worksheets/sheet1.xml", ""), `sheet "data": damaged workbook: part xl/worksheets/sheet1.xml: it is not there`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.data, xlsx.Options{})
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// What openpyxl wrote (testdata/make.py), with its own opinion of types and styles.
func TestReadsOpenpyxl(t *testing.T) {
	r, err := xlsx.File("testdata/openpyxl.xlsx", xlsx.Options{Sheet: "城市面板"})
	if err != nil {
		t.Fatal(err)
	}
	want := cols{
		"城市":   []string{"北京市", "乌鲁木齐", "<missing>", "R&D <zone> \"x\""},
		"年份":   []float64{2006, 2007, 2006, nan},
		"日期":   []string{"2006-01-31", "1999-12-31", "<missing>", "2024-02-29"},
		"时间":   []string{"2006-01-31 15:04:05", "2006-02-28", "<missing>", "2024-02-29 23:59:59"},
		"PGDP": []float64{0.1, 1e300, -5, 1.0 / 3},
		"code": []string{"0571", "010", "021", "<missing>"},
		"flag": []float64{1, 0, nan, 1},
		"公式":   []float64{nan, nan, nan, nan},
		"note": []string{"two\nlines", " tab\tand space ", "_x000D_ kept", "<missing>"},
	}
	want["note"].([]string)[1] = "tab\tand space"
	if diff := cmp.Diff(want, columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"4 formulas without a computed value, read as missing; open the workbook in Excel and save it",
		`column code: row 2 of the sheet holds "0571", a code with leading zeros, so the column is read as text`,
	}, r.Notices); diff != "" {
		t.Error(diff)
	}
}

// What excelize writes with its cell-by-cell interface, ours reads.
func TestReadsExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{{"city", "year", "y"}, {"Wuhan", 2006, 0.25}, {"Anqing", 2007, nil}, {"Wuhan", 2008, 1e-9}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	r, err := read(b.Bytes(), xlsx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := cols{"city": []string{"Wuhan", "Anqing", "Wuhan"}, "year": []float64{2006, 2007, 2008}, "y": []float64{0.25, nan, 1e-9}}
	if diff := cmp.Diff(want, columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

// What was written is read back the same, to the last bit; and excelize reads the texts that it wrote.
func TestWriteThenRead(t *testing.T) {
	number := rapid.OneOf(rapid.Just(nan), rapid.Float64().Filter(func(x float64) bool { return !math.IsInf(x, 0) }), rapid.Map(rapid.Int32(), func(i int32) float64 { return float64(i) }))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 10).Draw(t, "rows")
		var vars []*panel.Variable
		for c := range rapid.IntRange(1, 4).Draw(t, "columns") {
			v := &panel.Variable{Name: fmt.Sprint("列 ", c)}
			if rapid.Bool().Draw(t, "text") {
				v.Kind, v.Levels = panel.Text, []string{"<a> & \"b\"", "_x000D_", "a\x01\rb", "z\nz", "乌鲁木齐", "_xD800_ log_xface_b", "0571", "\ufffe7", "_x005F_x000D_", "_x005f\r_x005F_"}
				v.Codes = rapid.SliceOfN(rapid.Int32Range(-1, int32(len(v.Levels)-1)), rows, rows).Draw(t, "codes")
				v.Codes[0] = 0
			} else {
				v.Values = rapid.SliceOfN(number, rows, rows).Draw(t, "values")
				v.Values[rows-1] = 1 // an empty row at the end would be left out
			}
			vars = append(vars, v)
		}
		vars[0] = &panel.Variable{Name: "first", Values: make([]float64, rows)} // nor is any row empty
		p, err := panel.New(vars...)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := xlsx.Write(&b, p); err != nil {
			t.Fatal(err)
		}
		r, err := read(b.Bytes(), xlsx.Options{Sheet: "data"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(columns(p), columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// trimmed compares texts as they are read, without blanks around them.
var trimmed = cmp.Comparer(func(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) })

// excelize reads the same numbers and texts in what Write wrote; openpyxl was seen to (testdata/check_written.py).
func TestExcelizeReadsWhatWasWritten(t *testing.T) {
	p, err := panel.New(
		&panel.Variable{Name: "城市", Kind: panel.Text, Codes: []int32{1, -1, 0, 2}, Levels: []string{" <a> & \"b\" ", "two\nlines", "_x000D_"}},
		&panel.Variable{Name: "y", Values: []float64{0.1, 1.0 / 3, nan, -1e-300}},
		&panel.Variable{Name: "year", Values: []float64{2006, 2007, 1234567, 1e15}},
	)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := xlsx.Write(&b, p); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/written.xlsx"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var again bytes.Buffer
	if err := xlsx.Write(&again, p); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("a panel written twice makes two files (%v)", err)
	}
	if r, err := xlsx.File(golden, xlsx.Options{}); err != nil {
		t.Error(err)
	} else if diff := cmp.Diff(columns(p), columns(r.Panel), cmpopts.EquateNaNs(), trimmed); diff != "" {
		t.Errorf("%s, which openpyxl was shown, holds another table: %s", golden, diff)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("data", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"城市", "y", "year"}, {"two\nlines", "0.1", "2006"}, {"", "0.3333333333333333", "2007"}, {" <a> & \"b\" ", "", "1.234567E+06"}, {"_x000D_", "-1E-300", "1E+15"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWriteRefuses(t *testing.T) {
	long := &panel.Variable{Name: "note", Kind: panel.Text, Codes: []int32{0}, Levels: []string{strings.Repeat("字", 40000)}}
	p, _ := panel.New(long)
	if err := xlsx.Write(&bytes.Buffer{}, p); err == nil || err.Error() != `column "note" holds a text of 40000 characters, and a cell takes 32767` {
		t.Errorf("got %v", err)
	}
	p, _ = panel.New(&panel.Variable{Name: "y", Values: make([]float64, 1<<20)})
	if err := xlsx.Write(&bytes.Buffer{}, p); err == nil || err.Error() != "1048576 rows are more than the 1048575 of a sheet; save as .csv or .parquet" {
		t.Errorf("got %v", err)
	}
}

// FuzzXLSX asks of any sheet that reading it ends in a table or a sentence.
func FuzzXLSX(f *testing.F) {
	for _, s := range []string{
		`<row r="1">` + text("a") + `</row><row r="2"><c r="A2" s="1"><v>38748.5</v></c></row>`,
		`<row><c t="s"><v>0</v></c></row><row><c t="b"><v>1</v></c></row>`, `<row r="0"/>`, `<row><c r="XFE1"/></row>`, `<row><c r="A99999999999"/></row>`,
		`<c r="A1"><v>1</v></c>`, `<row><c><f>1</f></c><row>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sheet string) {
		if _, err := read(book(t, "<sheetData>"+sheet+"</sheetData>"), xlsx.Options{}); err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatalf("not a sentence: %q", err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	n := 20_000
	v := make([]*panel.Variable, 10)
	for i := range v {
		v[i] = &panel.Variable{Name: fmt.Sprint("x", i), Values: make([]float64, n)}
		for r := range n {
			v[i].Values[r] = float64(r*(i+1)) / 7
		}
	}
	p, err := panel.New(v...)
	if err != nil {
		b.Fatal(err)
	}
	var buf bytes.Buffer
	if err := xlsx.Write(&buf, p); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(buf.Bytes(), xlsx.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
