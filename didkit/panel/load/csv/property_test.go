package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
)

// What the standard library writes, and its reader reads back, ours reads as the same fields, wherever it is cut.
func TestReadAgreesWithTheStandardLibrary(t *testing.T) {
	field := rapid.OneOf(
		rapid.SampledFrom([]string{"", "NA", "1", "-2.5", "1,234", "0571", "x", "北京", `say "no"`, "a,b", "two\nlines", " z ", `"`, "TRUE", "-", "Inf"}),
		rapid.StringMatching(`[a-c",;\n 0-9.]{0,6}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		columnCount := rapid.IntRange(2, 4).Draw(t, "columns")
		header := []string{"a", "b", "c", "d"}[:columnCount]
		rows := rapid.SliceOfN(rapid.SliceOfN(field, columnCount, columnCount), 1, 12).Draw(t, "rows")
		for _, r := range rows { // a first cell that keeps the row from being blank
			r[0] = "k" + r[0]
		}
		var b bytes.Buffer
		w := stdcsv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
		w.Write(header)
		w.WriteAll(rows)
		want, err := stdcsv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		r, err := read(b.Bytes(), Options{Delimiter: ','}, rapid.IntRange(1, 50).Draw(t, "part size"))
		if err != nil {
			t.Fatal(err)
		}
		if r.Panel.Rows() != len(want)-1 {
			t.Fatalf("%d rows, want %d", r.Panel.Rows(), len(want)-1)
		}
		for c, v := range r.Panel.Variables() {
			for i, record := range want[1:] {
				x, k := cell.Parse([]byte(record[c]), '.')
				if v.Kind == panel.Number {
					if got := v.Values[i]; got != x && (got == got || x == x) {
						t.Fatalf("row %d, column %s: got %v, want %q", i, v.Name, got, record[c])
					}
					continue
				}
				got := ""
				if v.Codes[i] >= 0 {
					got = v.Levels[v.Codes[i]]
				}
				fits := strings.TrimSpace(strings.ReplaceAll(got, "\r\n", "\n")) == strings.TrimSpace(record[c])
				if missing := v.Codes[i] < 0; missing != (k == cell.Missing) || !missing && !fits {
					t.Fatalf("row %d, column %s: got %q, want %q", i, v.Name, got, record[c])
				}
			}
		}
	})
}

// somePanel draws a panel that the format can hold: text that is not all numbers, no text for missing.
func somePanel(t *rapid.T) *panel.Panel {
	rows := rapid.IntRange(1, 20).Draw(t, "rows")
	number := rapid.OneOf(
		rapid.Just(math.NaN()), rapid.Float64(),
		rapid.Map(rapid.IntRange(-1e6, 1e6), func(i int) float64 { return float64(i) }),
	)
	word := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z"',;\n 北京]{0,4}[x-z]`))
	var vars []*panel.Variable
	for c := range rapid.IntRange(1, 4).Draw(t, "columns") {
		name := fmt.Sprintf("%s %d", rapid.SampledFrom([]string{"x", "城市", "a,b", `q"`}).Draw(t, "name"), c)
		if rapid.Bool().Draw(t, "text") {
			var texts cell.Texts
			texts.Add([]byte("word, "))
			for range rows - 1 {
				if s := word.Draw(t, "cell"); s == "" {
					texts.AddMissing()
				} else {
					texts.Add([]byte(s))
				}
			}
			vars = append(vars, cell.Variable(name, &texts))
			continue
		}
		vars = append(vars, &panel.Variable{Name: name, Values: rapid.SliceOfN(number, rows, rows).Draw(t, "values")})
	}
	p, err := panel.New(vars...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What was written is read back the same, to the last bit.
func TestWriteThenRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := somePanel(t)
		d := rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "delimiter")
		var b bytes.Buffer
		if err := Write(&b, p, d); err != nil {
			t.Fatal(err)
		}
		written := b.String()
		r, err := read(b.Bytes(), Options{Delimiter: d}, rapid.IntRange(1, 64).Draw(t, "part size"))
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		if diff := cmp.Diff(columns(p), columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("%s\n%s", diff, written)
		}
	})
}

// FuzzCSV asks of any bytes that reading ends in a table or a sentence, the same wherever the text is cut, and that a
// table holds together and is read back the same after it is written.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a;b\r\n1,5;x\r\n", "\ufeffa\tb\n\"x\ny\"\t2\n", "a,b\n1,\"\"\"\"\n", "a,b\n1,2,3\n", "a\n\"", "a,a\n", ",\n", "sep=;\na;b\n1;2\n",
		"城市,年份\n北京,2006\n", "\xb3\xc7\xca\xd0,y\n\xb1\xb1\xbe\xa9,1\n", "a\n1e400\n1e-400\n0x1\n", "a,b\n1,\n,\n", "a|b\n007|9007199254740993\n",
		"a\rb\r", "\xff\xfea\x00\n\x001\x00\n\x00", "a,b\n5\" x,\"1\n2\",3\n", ",y\n1,5\n2,6\n", "a\n1,234\n", "sep=!", "x,y\n\"1\" ,2\n \"3\",4\n",
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, partSize int) {
		if partSize < 1 {
			partSize = 1
		}
		whole, wholeErr := read(bytes.Clone(data), Options{}, 1<<20)
		parts, partsErr := read(bytes.Clone(data), Options{}, partSize)
		if fmt.Sprint(wholeErr) != fmt.Sprint(partsErr) {
			t.Fatalf("whole: %v\nin parts of %d bytes: %v", wholeErr, partSize, partsErr)
		}
		if wholeErr != nil {
			if s := wholeErr.Error(); s == "" || strings.Contains(s, "\n") {
				t.Fatalf("not a sentence: %q", s)
			}
			return
		}
		if diff := cmp.Diff(columns(whole.Panel), columns(parts.Panel), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("parts of %d bytes: %s", partSize, diff)
		}
		if diff := cmp.Diff(whole.Notices, parts.Notices); diff != "" {
			t.Fatalf("parts of %d bytes: notices: %s", partSize, diff)
		}
		for _, v := range whole.Panel.Variables() {
			if v.Len() != whole.Panel.Rows() {
				t.Fatalf("column %q has %d rows of %d", v.Name, v.Len(), whole.Panel.Rows())
			}
			for _, c := range v.Codes {
				if c < -1 || int(c) >= len(v.Levels) {
					t.Fatalf("column %q: code %d of %d levels", v.Name, c, len(v.Levels))
				}
			}
		}
	})
}
