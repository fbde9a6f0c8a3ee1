package csv

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/charset"
)

var nan = math.NaN()

func ExampleRead() {
	r, err := Read([]byte("city;year;DIA\nWuhan;2006;0,84\nWuhan;2007;0,91\nAnqing;2006;NA\n"), Options{})
	dia, _ := r.Panel.Numbers("DIA")
	fmt.Println(r.Panel.Names(), dia, err)
	fmt.Println(r.Notices)
	// Output:
	// [city year DIA] [0.84 0.91 NaN] <nil>
	// [numbers are read with decimal commas]
}

func ExampleRead_ragged() {
	_, err := Read([]byte("city,year,y\n1,2006,0.5\n1,2007\n"), Options{})
	fmt.Println(err)
	// Output: row 2 (line 3 of the file) has 2 fields, the header has 3
}

func ExampleWrite() {
	p, _ := panel.New(
		&panel.Variable{Name: "city", Kind: panel.Text, Codes: []int32{0, 1}, Levels: []string{"Macau, China", "Wuhan"}},
		&panel.Variable{Name: "y", Values: []float64{0.1, nan}},
	)
	Write(os.Stdout, p, ',')
	// Output:
	// city,y
	// "Macau, China",0.1
	// Wuhan,
}

func ExampleAppendNumber() {
	fmt.Printf("%s %s %s\n", AppendNumber(nil, 2006), AppendNumber(nil, 1.0/3), AppendNumber(nil, 1e-9))
	// Output: 2006 0.3333333333333333 1e-09
}

// columns shows a panel as text: a name, the kind, the cells.
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

func gb(s string) string {
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

type cols = map[string]any

func TestRead(t *testing.T) {
	cases := []struct {
		name    string
		in      string
		want    cols
		notices []string
	}{
		{"plain", "a,b\n1,2\n3,4\n", cols{"a": []float64{1, 3}, "b": []float64{2, 4}}, nil},
		{"no line feed at the end", "a,b\n1,2\n3,4", cols{"a": []float64{1, 3}, "b": []float64{2, 4}}, nil},
		{"CRLF", "a,b\r\n1,x\r\n3,\r\n", cols{"a": []float64{1, 3}, "b": []string{"x", "<missing>"}}, nil},
		{"CR", "a,b\r1,2\r3,4\r", cols{"a": []float64{1, 3}, "b": []float64{2, 4}}, nil},
		{"a mark", "\ufeffa,b\n1,2\n", cols{"a": []float64{1}, "b": []float64{2}}, nil},
		{"one column", "a\n1\n2\n", cols{"a": []float64{1, 2}}, nil},
		{"one column of words", "a\nx\ny\n", cols{"a": []string{"x", "y"}}, nil},
		{"missing", "a,b,c\n1,NA,x\n.,2,\n,NaN,NA\nNULL,#N/A,.\n",
			cols{"a": []float64{1, nan, nan, nan}, "b": []float64{nan, 2, nan, nan}, "c": []string{"x", "<missing>", "<missing>", "<missing>"}}, nil},
		{"a column of nothing", "a,b\n1,\n2,NA\n", cols{"a": []float64{1, 2}, "b": []float64{nan, nan}}, nil},
		{"quotes", "\"a\",\"b, c\"\n\"1\",\"x, y\"\n\"1,234.5\",\"say \"\"no\"\"\"\n2,\"two\nlines\"\n",
			cols{"a": []float64{1, 1234.5, 2}, "b, c": []string{"x, y", `say "no"`, "two\nlines"}},
			[]string{`column a: row 2 holds "1,234.5", read with thousands separators`}},
		{"quotes with blanks around", "a,b\n \"x, y\" ,1\n \" z\",2\n", cols{"a": []string{"x, y", " z"}, "b": []float64{1, 2}}, nil},
		{"a quote inside a field", "a,b\n5\" pipe,1\n6\" pipe,2\n", cols{"a": []string{`5" pipe`, `6" pipe`}, "b": []float64{1, 2}}, nil},
		{"blanks around", " a , b\n 1 , x y \n 2.5,z\n", cols{"a": []float64{1, 2.5}, "b": []string{"x y", "z"}}, nil},
		{"exponents and signs", "a\n1e3\n-2.5E-3\n+4\n", cols{"a": []float64{1000, -0.0025, 4}}, nil},
		{"tabs", "a\tb\n1,5\t2\n", cols{"a": []float64{1.5}, "b": []float64{2}}, []string{"numbers are read with decimal commas"}},
		{"bars", "a|b\n1|2\n", cols{"a": []float64{1}, "b": []float64{2}}, nil},
		{"semicolons and decimal commas", "a;b;c\n1,5;1.234,5;x\n2;-0,25;y\n",
			cols{"a": []float64{1.5, 2}, "b": []float64{1234.5, -0.25}, "c": []string{"x", "y"}},
			[]string{"numbers are read with decimal commas", `column b: row 1 holds "1.234,5", read with thousands separators`}},
		{"semicolons and decimal points", "a;b\n1.5;1,234\n2.25;2\n", cols{"a": []float64{1.5, 2.25}, "b": []float64{1234, 2}},
			[]string{`column b: row 1 holds "1,234", read with thousands separators`}},
		{"semicolons, a comma that could be both", "a;b\n1,234;1\n", cols{"a": []float64{1.234}, "b": []float64{1}}, []string{"numbers are read with decimal commas"}},
		{"semicolons, whole numbers", "a;b\n1;2\n", cols{"a": []float64{1}, "b": []float64{2}}, nil},
		{"sep=", "sep=;\na;b\n1;2\n", cols{"a": []float64{1}, "b": []float64{2}}, nil},
		{"commas inside fields of semicolons", "a;b\nx, y, z;1\nu, v, w;2\n", cols{"a": []string{"x, y, z", "u, v, w"}, "b": []float64{1, 2}}, nil},
		{"truth values", "a,b\nTRUE,1\nFALSE,TRUE\nNA,0\n", cols{"a": []float64{1, 0, nan}, "b": []string{"1", "TRUE", "0"}},
			[]string{`column b: row 2 holds "TRUE" among numbers, so the column is read as text`}},
		{"codes", "code,y\n0571,1\n010,2\n", cols{"code": []string{"0571", "010"}, "y": []float64{1, 2}},
			[]string{`column code: row 1 holds "0571", a code with leading zeros, so the column is read as text`}},
		{"long numbers", "id\n9007199254740993\n1\n", cols{"id": []string{"9007199254740993", "1"}},
			[]string{`column id: row 1 holds "9007199254740993", more digits than a number keeps, so the column is read as text`}},
		{"dates", "day,y\n2006-01-31,1\n2006-02-28,2\n", cols{"day": []string{"2006-01-31", "2006-02-28"}, "y": []float64{1, 2}}, nil},
		{"infinite", "a\n1\n-Inf\n", cols{"a": []float64{1, math.Inf(-1)}}, []string{`column a: row 2 holds "-Inf", read as infinite; no estimation takes it`}},
		{"dashes", "a,b\n1,-\n-,x\n--,y\n", cols{"a": []float64{1, nan, nan}, "b": []string{"-", "x", "y"}},
			[]string{`column a: row 2 holds "-" (and 1 further such cell), read as missing`}},
		{"a slip", "a\n1\n2\nn.a.?\n", cols{"a": []string{"1", "2", "n.a.?"}}, []string{`column a: row 3 holds "n.a.?", so the column is read as text`}},
		{"gb18030", gb("城市,年份\n北京,2006\n上海,2007\n"), cols{"城市": []string{"北京", "上海"}, "年份": []float64{2006, 2007}},
			[]string{"the text is read as GB18030"}},
		{"blank lines", "\n\na,b\n\n1,2\n  \n3,4\n\n\n", cols{"a": []float64{1, 3}, "b": []float64{2, 4}}, []string{"2 blank lines left out"}},
		{"rows of delimiters at the end", "a,b\n1,2\n,\n3,4\n,\n , \n", cols{"a": []float64{1, nan, 3}, "b": []float64{2, nan, 4}},
			[]string{"2 rows at the end of the file without any value left out"}},
		{"R's row names", "\"\",\"y\"\n\"1\",5\n\"2\",6\n", cols{"y": []float64{5, 6}}, []string{"the first column has no name and only counts the rows; it is left out"}},
		{"pandas' index", ",y\n0,5\n1,6\n", cols{"y": []float64{5, 6}}, []string{"the first column has no name and only counts the rows; it is left out"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, partSize := range []int{1, 7, 1 << 20} {
				r, err := read([]byte(c.in), Options{}, partSize)
				if err != nil {
					t.Fatalf("parts of %d bytes: %v", partSize, err)
				}
				if diff := cmp.Diff(c.want, columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
					t.Errorf("parts of %d bytes: %s", partSize, diff)
				}
				if diff := cmp.Diff(c.notices, r.Notices); diff != "" {
					t.Errorf("parts of %d bytes: notices: %s", partSize, diff)
				}
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"empty", "", "the file is empty"},
		{"blank", " \n\n", "the file is empty"},
		{"header only", "a,b\n", "the file has a header but no rows"},
		{"header and empty rows", "a,b\n,\n,\n", "the file has a header but no rows"},
		{"too few fields", "a,b,c\n1,2,3\n\n4,5\n6,7,8\n", "row 2 (line 4 of the file) has 2 fields, the header has 3"},
		{"too many fields", "a,b\n1,2\n3,4\n5,6,7,8\n", "row 3 (line 4 of the file) has 4 fields, the header has 2"},
		{"ragged after a field of two lines", "a,b\n\"x\ny\",1\n2\n", "row 2 (line 4 of the file) has 1 field, the header has 2"},
		{"a quote never closed", "a,b\n1,2\n3,\"x\n5,6\n", "line 3: a quote opens that is never closed"},
		{"text after a quote", "a,b\n1,\"x\"y\n", "line 2: text follows the closing quote of a field"},
		{"a quote never closed in the header", "\"a,b\n1,2\n", "line 1: a quote opens that is never closed"},
		{"double names", "year,y,x,y\n1,2,3,4\n", `two columns are named "y" in the header, the 2nd and the 4th`},
		{"no name", "a,,c\n1,2,3\n", "column 2 has no name in the header"},
		{"no first name", ",b\nx,1\n", "column 1 has no name in the header"},
		{"no names at all", "2006,0.5\n2007,0.6\n", "the first line holds numbers (2006) where the columns' names should stand"},
		{"latin1", "city,y\nS\xe3o Paulo,1\n", "line 2 holds bytes that are neither UTF-8 nor GB18030 text; if the file is Western European, say encoding=latin1"},
		{"zero bytes", "a,b\n1,\x00\n", "line 2: a zero byte, so this is no text file, or one in UTF-16 (encoding=utf-16)"},
		{"zero bytes in quotes", "a,b\n1,2\n1,\"x\ny\x00\"\n", "line 4: a zero byte, so this is no text file, or one in UTF-16 (encoding=utf-16)"},
		{"UTF-16 without a mark", "a\x00,\x00b\x00\n\x001\x00", "line 1: a zero byte, so this is no text file, or one in UTF-16 (encoding=utf-16)"},
		{"a workbook", "PK\x03\x04 and so on", "this is not text but an Excel workbook or a zip archive; name a workbook .xlsx"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, partSize := range []int{1, 7, 1 << 20} {
				_, err := read([]byte(c.in), Options{}, partSize)
				if err == nil || err.Error() != c.want {
					t.Errorf("parts of %d bytes\ngot  %v\nwant %s", partSize, err, c.want)
				}
			}
		})
	}
	var ragged *Ragged
	if _, err := Read([]byte("a,b\n1\n"), Options{}); !errors.As(err, &ragged) || *ragged != (Ragged{Row: 1, Line: 2, Fields: 1, Header: 2}) {
		t.Errorf("got %#v", err)
	}
}

func TestOptions(t *testing.T) {
	r, err := Read([]byte("a;b,c\n1;2,5\n"), Options{Delimiter: ','})
	if err != nil || r.Delimiter != ',' || fmt.Sprint(r.Panel.Names()) != "[a;b c]" {
		t.Errorf("delimiter: %v, %v", r, err)
	}
	r, err = Read([]byte("name,y\nS\xe3o Paulo,1\n"), Options{Encoding: charset.Latin1})
	if err != nil || r.Encoding != charset.Latin1 {
		t.Fatalf("latin1: %v", err)
	}
	if v, _ := r.Panel.Variable("name"); v.Levels[0] != "São Paulo" {
		t.Errorf("latin1: got %q", v.Levels)
	}
	if _, err := Read([]byte(gb("城市\n北京\n")), Options{Encoding: charset.UTF8}); err == nil || err.Error() != "line 1 is not utf-8 text; the file looks like gb18030" {
		t.Errorf("utf-8: got %v", err)
	}
	for _, d := range []rune{'"', 'x', '5', '.', '\n', ' ', '，'} {
		if _, err := Read([]byte("a\n1\n"), Options{Delimiter: d}); err == nil || !strings.HasSuffix(err.Error(), "can't separate fields; a comma, a semicolon, a tab or a bar can") {
			t.Errorf("delimiter %q: got %v", d, err)
		}
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "castle.tsv")
	if err := os.WriteFile(path, []byte("a, b\tc\n1,5\t2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := File(path, Options{})
	if err != nil || fmt.Sprint(r.Panel.Names()) != "[a, b c]" {
		t.Errorf("got %v, %v", r, err)
	}
	if err := os.WriteFile(path, []byte("a\tb\n1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := File(path, Options{}); err == nil || err.Error() != "castle.tsv: row 1 (line 2 of the file) has 1 field, the header has 2" {
		t.Errorf("got %v", err)
	}
}

// A large file is cut into parts; quotes inside unquoted fields mislead the cut, and the result must not show it.
func TestStrayQuotesDoNotMislead(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("name,note,y\n")
	for i := range 400 {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, "%d\" pipe,\"a\nb\",%d\n", i, i)
		case 1:
			fmt.Fprintf(&b, "\"q, \"\"%d\"\"\",x,%d\n", i, i)
		case 2:
			fmt.Fprintf(&b, "plain %d,\"\n\n,\",%d\n", i, i)
		case 3:
			fmt.Fprintf(&b, "%d\"\"\" odd,\"\"\"\",%d\n", i, i)
		}
	}
	whole, err := read(bytes.Clone(b.Bytes()), Options{}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if whole.Panel.Rows() != 400 {
		t.Fatalf("%d rows, want 400", whole.Panel.Rows())
	}
	for size := 1; size < 300; size += 13 {
		parts, err := read(bytes.Clone(b.Bytes()), Options{}, size)
		if err != nil {
			t.Fatalf("parts of %d bytes: %v", size, err)
		}
		if diff := cmp.Diff(columns(whole.Panel), columns(parts.Panel)); diff != "" {
			t.Fatalf("parts of %d bytes: %s", size, diff)
		}
	}
}

// What is text only far below is read again from the beginning.
func TestTextFarBelow(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("id,code,y\n")
	for i := range 5000 {
		code := fmt.Sprint(i)
		if i == 4321 {
			code = "12a"
		}
		fmt.Fprintf(&b, "%d,%s,%d.5\n", i, code, i)
	}
	r, err := read(b.Bytes(), Options{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`column code: row 4322 holds "12a", so the column is read as text`}, r.Notices); diff != "" {
		t.Error(diff)
	}
	code := columns(r.Panel)["code"].([]string)
	if len(code) != 5000 || code[0] != "0" || code[4321] != "12a" || code[4999] != "4999" {
		t.Errorf("code is %q … %q … %q", code[0], code[4321], code[4999])
	}
	if y, _ := r.Panel.Numbers("y"); y[4321] != 4321.5 {
		t.Errorf("y is %v", y[4321])
	}
}
