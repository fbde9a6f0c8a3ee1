package dta_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/charset"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/dta"
)

var update = flag.Bool("update", false, "write the golden files anew")

func ExampleFile() {
	r, err := dta.File("testdata/pandas_118_little.dta", dta.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, _ := r.Panel.Variable("y")
	unit, _ := r.Panel.Variable("unit")
	fmt.Println("version", r.Version, r.Panel.Rows(), "rows")
	fmt.Println(y.Label, y.Values[:2], unit.ValueLabels[1])
	fmt.Println(r.Notices)
	// Output:
	// version 118 5 rows
	// Outcome, déflated [0.1 0.3333333333333333] first
	// [column day: days since 1960-01-01 (%td) column month: months since 1960-01 (%tm)]
}

func ExampleWrite() {
	p, _ := panel.New(&panel.Variable{Name: "first.treat", Values: []float64{2004}})
	fmt.Println(dta.Write(&bytes.Buffer{}, p))
	// Output: column "first.treat" can't be saved as .dta: a Stata name has letters, digits and _ only, not '.'
}

// expected is what other programs read in the fixtures; testdata/make.py says how it was made.
type expected struct {
	Files map[string]struct {
		Version     int                          `json:"version"`
		Columns     map[string][]any             `json:"columns"`
		Labels      map[string]string            `json:"labels"`
		ValueLabels map[string]map[string]string `json:"value_labels"`
		DataLabel   string                       `json:"data_label"`
	} `json:"files"`
}

func readExpected(t *testing.T) expected {
	t.Helper()
	raw, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var e expected
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	if len(e.Files) < 17 {
		t.Fatalf("%d files in expected.json, want 17", len(e.Files))
	}
	return e
}

// cells are a column as JSON has it: numbers, texts, nil where missing.
func cells(v *panel.Variable) []any {
	out := make([]any, v.Len())
	for i := range out {
		switch {
		case v.Kind == panel.Text && v.Codes[i] >= 0:
			out[i] = v.Levels[v.Codes[i]]
		case v.Kind == panel.Number && v.Values[i] == v.Values[i]:
			out[i] = v.Values[i]
		}
	}
	return out
}

func TestReadsWhatOtherProgramsRead(t *testing.T) {
	for name, want := range readExpected(t).Files {
		t.Run(name, func(t *testing.T) {
			r, err := dta.File(filepath.Join("testdata", name), dta.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if r.Version != want.Version {
				t.Errorf("version %d, want %d", r.Version, want.Version)
			}
			if r.Label != want.DataLabel {
				t.Errorf("data label %q, want %q", r.Label, want.DataLabel)
			}
			if got := len(r.Panel.Names()); got != len(want.Columns) {
				t.Errorf("%d variables, want %d", got, len(want.Columns))
			}
			for _, v := range r.Panel.Variables() {
				if diff := cmp.Diff(want.Columns[v.Name], cells(v)); diff != "" {
					t.Errorf("%s: %s", v.Name, diff)
				}
				if v.Label != want.Labels[v.Name] {
					t.Errorf("%s: label %q, want %q", v.Name, v.Label, want.Labels[v.Name])
				}
				labels := map[string]string{}
				for x, s := range v.ValueLabels {
					labels[strconv.FormatFloat(x, 'f', -1, 64)] = s
				}
				if wantLabels := want.ValueLabels[v.Name]; len(labels)+len(wantLabels) > 0 {
					if diff := cmp.Diff(wantLabels, labels); diff != "" {
						t.Errorf("%s: value labels: %s", v.Name, diff)
					}
				}
			}
		})
	}
}

func TestTextOfOldFiles(t *testing.T) {
	cases := []struct {
		file     string
		ask      charset.Encoding
		encoding charset.Encoding
		city     string
	}{
		{"gb18030_114.dta", "", charset.GB18030, "北京市"},
		{"gb18030_114.dta", charset.GB18030, charset.GB18030, "北京市"},
		{"pandas_114_big.dta", "", charset.Latin1, "São Paulo"},
		{"pandas_117_little.dta", charset.Latin1, charset.Latin1, "São Paulo"},
		{"readstat_12.dta", "", charset.UTF8, "Wuhan"},
		{"pandas_118_big.dta", "", charset.UTF8, "北京市"},
	}
	for _, c := range cases {
		r, err := dta.File("testdata/"+c.file, dta.Options{Encoding: c.ask})
		if err != nil {
			t.Fatal(err)
		}
		v, _ := r.Panel.Variable("city")
		if got := v.Levels[v.Codes[0]]; got != c.city || r.Encoding != c.encoding {
			t.Errorf("%s: got %q (%s), want %q (%s)", c.file, got, r.Encoding, c.city, c.encoding)
		}
		if said := strings.Contains(fmt.Sprint(r.Notices), "the text is read as"); said != (c.encoding != charset.UTF8) {
			t.Errorf("%s: notices %q", c.file, r.Notices)
		}
	}
	if _, err := dta.File("testdata/gb18030_114.dta", dta.Options{Encoding: charset.UTF8}); err == nil || err.Error() != "gb18030_114.dta: the file's text is not utf-8" {
		t.Errorf("got %v", err)
	}
}

// Old Statas cut a label off at 80 bytes, in the middle of a character if need be.
func TestTextCutOffInACharacter(t *testing.T) {
	whole, err := os.ReadFile("testdata/gb18030_114.dta")
	if err != nil {
		t.Fatal(err)
	}
	label := []byte("\xca\xfd\xd7\xd6\xb2\xfa\xd2\xb5") // 数字产业
	cut := bytes.Replace(whole, label, append(bytes.Clone(label[:7]), 0), 1)
	r, err := dta.Read(bytes.NewReader(cut), int64(len(cut)), dta.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if y, _ := r.Panel.Variable("y"); y.Label != "数字产" || r.Encoding != charset.GB18030 {
		t.Errorf("got %q (%s)", y.Label, r.Encoding)
	}
}

func TestExtendedMissingValuesAreCounted(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		r, err := dta.File("testdata/missing_"+order+".dta", dta.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r.Panel.Variables() {
			if v.Missing() != 27 || v.Values[0] != v.Values[0] {
				t.Errorf("%s: %s has %d missing, want the 27 after the first", order, v.Name, v.Missing())
			}
		}
		if diff := cmp.Diff([]string{"130 cells hold one of .a to .z, read as missing"}, r.Notices); diff != "" {
			t.Error(diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	whole, err := os.ReadFile("testdata/pandas_118_little.dta")
	if err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile("testdata/pandas_114_little.dta")
	if err != nil {
		t.Fatal(err)
	}
	change := func(b []byte, old, new string) []byte {
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("no %q in the file", old)
		}
		return bytes.Replace(bytes.Clone(b), []byte(old), []byte(new), 1)
	}
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "the file is empty"},
		{"text", []byte("a,b\n1,2\n"), "this is no Stata file"},
		{"short", []byte("a"), "this is no Stata file"},
		{"older", append([]byte{108, 2, 1, 0}, old[4:]...), "version 108 of the .dta format (Stata 7 or older) is not read; save the file anew in a newer Stata"},
		{"newer", change(whole, "<release>118", "<release>121"), "version 121 of the .dta format is not read; in Stata, say saveold with version(14)"},
		{"byte order", change(whole, "LSF", "XSF"), `damaged Stata file: byte order "XSF" at byte 55`},
		{"a tag is wrong", change(whole, "<varnames>", "<varnamez>"), "damaged Stata file: <varnames> expected at byte 345"},
		{"cut off in the data", old[:len(old)-250], "damaged Stata file: the file is cut off: 5 rows announced, 2 there, at byte 1708"},
		{"many rows announced", change(whole, "<N>\x05\x00\x00\x00\x00\x00", "<N>\x05\x00\x00\x00\x00\x70"), "damaged Stata file: the file is cut off: 123145302310917 rows announced, 45 there, at byte 6265"},
		{"no rows", change(whole, "<N>\x05", "<N>\x00"), "the file has variables but no rows"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := dta.Read(bytes.NewReader(c.data), int64(len(c.data)), dta.Options{})
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	for n := range whole { // cut off anywhere, an error and no panic
		if _, err := dta.Read(bytes.NewReader(whole[:n]), int64(n), dta.Options{}); err == nil {
			t.Fatalf("the first %d of %d bytes were read as a whole file", n, len(whole))
		}
	}
	var damaged *dta.Damaged
	if _, err := dta.Read(bytes.NewReader(whole[:5000]), 5000, dta.Options{}); !errors.As(err, &damaged) {
		t.Errorf("got %T, want *dta.Damaged", err)
	}
}

// One wrong byte anywhere is an error or another value, never a panic.
func TestOneWrongByte(t *testing.T) {
	for _, name := range []string{"pandas_117_big.dta", "readstat_8.dta"} {
		whole, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole {
			whole[i] ^= 0xff
			dta.Read(bytes.NewReader(whole), int64(len(whole)), dta.Options{})
			whole[i] ^= 0xff
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	cases := []struct {
		name string
		x    float64
		want string
	}{
		{"2006", 1, "begins with a letter or _"},
		{"a b", 1, "has letters, digits and _ only, not ' '"},
		{"if", 1, "is not one of Stata's own words"},
		{"str12", 1, "is not one of Stata's own words"},
		{"a_name_of_more_than_thirty_two_characters", 1, "has 32 characters at most, not 41"},
	}
	for _, c := range cases {
		p, err := panel.New(&panel.Variable{Name: c.name, Values: []float64{c.x}})
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("column %q can't be saved as .dta: a Stata name %s", c.name, c.want)
		if err := dta.Write(&bytes.Buffer{}, p); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	p, _ := panel.New(&panel.Variable{Name: "y", Values: []float64{1, math.Inf(1)}})
	if err := dta.Write(&bytes.Buffer{}, p); err == nil || err.Error() != `column "y" can't be saved as .dta: row 2 holds +Inf, and Stata's numbers end at 8.99e307` {
		t.Errorf("got %v", err)
	}
}

// TestWrittenFile keeps the bytes of a file that pandas and readstat were seen to read (testdata/check_written.py).
func TestWrittenFile(t *testing.T) {
	p, err := panel.New(
		&panel.Variable{Name: "unit", Values: []float64{1, 2, math.NaN()}, Label: "Unit", ValueLabels: map[float64]string{1: "first", 2: "zweite"}},
		&panel.Variable{Name: "年份", Values: []float64{2006, -32767, 2007}, LabelZH: "年份"},
		&panel.Variable{Name: "count", Values: []float64{70000, math.NaN(), -5}},
		&panel.Variable{Name: "y", Values: []float64{0.1, 1e300, math.NaN()}, Label: strings.Repeat("long ", 20)},
		&panel.Variable{Name: "city", Kind: panel.Text, Codes: []int32{1, -1, 0}, Levels: []string{"Wuhan", "北京"}},
		&panel.Variable{Name: "note", Kind: panel.Text, Codes: []int32{1, 0, 1}, Levels: []string{"short", strings.Repeat("字", 1000)}},
	)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := dta.Write(&b, p); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/written.dta"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("the file is not the one in %s", golden)
	}
}

// What was written is read back the same, to the last bit, labels included.
func TestWriteThenRead(t *testing.T) {
	whole := func(lo, hi int) *rapid.Generator[float64] {
		return rapid.Map(rapid.IntRange(lo, hi), func(i int) float64 { return float64(i) })
	}
	missing := rapid.Just(math.NaN())
	kinds := []*rapid.Generator[float64]{
		rapid.OneOf(missing, whole(-127, 100)),
		rapid.OneOf(missing, whole(-32767, 32740)),
		rapid.OneOf(missing, whole(-2147483647, 2147483620)),
		rapid.OneOf(missing, whole(-1<<53, 1<<53)),
		rapid.OneOf(missing, rapid.Float64Range(-8.9e307, 8.9e307)),
	}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 30).Draw(t, "rows")
		var vars []*panel.Variable
		for c := range rapid.IntRange(1, 5).Draw(t, "columns") {
			v := &panel.Variable{Name: fmt.Sprint("变量_", c), Label: rapid.StringMatching(`[a-z 数]{0,20}`).Draw(t, "label")}
			if rapid.Bool().Draw(t, "text") {
				v.Kind = panel.Text
				v.Levels = []string{"", "b", "乌鲁木齐"}
				v.Levels[0] = strings.Repeat("a", rapid.SampledFrom([]int{1, 244, 245, 2045, 2046}).Draw(t, "length"))
				v.Codes = rapid.SliceOfN(rapid.Int32Range(-1, 2), rows, rows).Draw(t, "codes")
			} else {
				v.Values = rapid.SliceOfN(rapid.SampledFrom(kinds).Draw(t, "kind"), rows, rows).Draw(t, "values")
				if rapid.Bool().Draw(t, "value labels") {
					v.ValueLabels = rapid.MapOfN(whole(-2147483647, 2147483620), rapid.StringMatching(`[a-z 数]{1,9}`), 1, 5).Draw(t, "labels")
				}
			}
			vars = append(vars, v)
		}
		p, err := panel.New(vars...)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := dta.Write(&b, p); err != nil {
			t.Fatal(err)
		}
		r, err := dta.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), dta.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range r.Panel.Variables() {
			if v.Name != vars[i].Name || v.Label != vars[i].Label {
				t.Fatalf("got %q, %q; want %q, %q", v.Name, v.Label, vars[i].Name, vars[i].Label)
			}
			if diff := cmp.Diff(cells(vars[i]), cells(v)); diff != "" {
				t.Fatalf("%s: %s", v.Name, diff)
			}
			if diff := cmp.Diff(vars[i].ValueLabels, v.ValueLabels); diff != "" {
				t.Fatalf("%s: value labels: %s", v.Name, diff)
			}
		}
	})
}

// FuzzDTA asks of any bytes that reading ends in a data set or a sentence.
func FuzzDTA(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.dta")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range seeds {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := dta.Read(bytes.NewReader(data), int64(len(data)), dta.Options{})
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("not a sentence: %q", err)
			}
			return
		}
		for _, v := range r.Panel.Variables() {
			if v.Len() != r.Panel.Rows() {
				t.Fatalf("column %q has %d rows of %d", v.Name, v.Len(), r.Panel.Rows())
			}
		}
	})
}
