package parquet_test

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/parquet"
)

var nan = math.NaN()

var update = flag.Bool("update", false, "write the golden files anew")

func ExampleFile() {
	r, err := parquet.File("testdata/panel_zstd.parquet", parquet.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, _ := r.Panel.Numbers("y")
	fmt.Println(r.Panel.Rows(), r.Panel.Names(), y[:4])
	_, err = parquet.File("testdata/list.parquet", parquet.Options{})
	fmt.Println(err)
	// Output:
	// 1000 [unit year y city] [0 0.3333333333333333 0.6666666666666666 NaN]
	// list.parquet: column "x" is nested (a list, a map or a struct), which a panel can't hold
}

func ExampleWrite() {
	p, _ := panel.New(&panel.Variable{Name: "y", Values: []float64{1, 2.5}})
	var b bytes.Buffer
	parquet.Write(&b, p)
	r, _ := parquet.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	y, _ := r.Panel.Numbers("y")
	fmt.Println(y)
	// Output: [1 2.5]
}

type cols = map[string]any

// columns shows a panel as values: numbers, or texts with "<missing>".
func columns(p *panel.Panel) cols {
	m := cols{}
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

// The expected values are those that testdata/make.py gave to pyarrow.
func TestReadsPyarrowsTypes(t *testing.T) {
	const none = "<missing>"
	want := cols{
		"i8": []float64{1, nan, -128}, "u8": []float64{1, nan, 255}, "i32": []float64{1, nan, -1 << 31}, "u32": []float64{1, nan, 1<<32 - 1},
		"i64": []float64{1, nan, -1 << 53}, "u64": []float64{1, nan, 1 << 63},
		"long": []string{"1", none, "9007199254740993"}, "ulong": []string{"1", none, "18446744073709551615"},
		"f16": []float64{0.5, nan, -65504}, "f32": []float64{0.5, nan, math.SmallestNonzeroFloat32}, "f64": []float64{0.1, nan, math.Inf(-1)},
		"flag": []float64{1, nan, 0}, "text": []string{"北京", none, none}, "large": []string{"a", none, "b\nc"}, "code": []string{"0571", none, "12"},
		"date": []string{"2006-01-31", none, "1959-12-31"}, "ms": []string{"2006-01-31 15:04:05", none, "1959-12-31"},
		"us": []string{"2006-01-31 15:04:05", none, "1959-12-31"}, "ns": []string{"2006-01-31 15:04:05.000000001", none, "1969-12-31 23:59:59.999999999"},
		"time": []string{"15:04:05", none, "00:00:00.000001"}, "dec": []float64{12.34, nan, -0.01},
		"dec38": []float64{1234567890123456789012345678.0123456789, nan, -1}, "dec76": []float64{0.1, nan, -123456789012345678901234567890},
		"nothing": []float64{nan, nan, nan},
	}
	notices := []string{
		`column long: row 3 holds "9007199254740993", more digits than a number keeps, so the column is read as text`,
		`column ulong: row 3 holds "18446744073709551615", more digits than a number keeps, so the column is read as text`,
		`column f64: row 3 holds "-Inf", read as infinite; no estimation takes it`,
	}
	for _, c := range []struct {
		file    string
		columns []string
	}{{"types", nil}, {"types_v2", nil}, {"int96", []string{"ms"}}, {"legacy", []string{"text", "dec"}}} {
		t.Run(c.file, func(t *testing.T) {
			r, err := parquet.File("testdata/"+c.file+".parquet", parquet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := want
			if c.columns != nil {
				part := cols{}
				for _, name := range c.columns {
					part[name] = want[name]
				}
				want = part
			} else if diff := cmp.Diff(notices, r.Notices); diff != "" {
				t.Errorf("notices: %s", diff)
			}
			if diff := cmp.Diff(want, columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every codec, several row groups and every writer give the same panel.
func TestCodecsAndWriters(t *testing.T) {
	want := cols{}
	unit, year, y, city := make([]float64, 1000), make([]float64, 1000), make([]float64, 1000), make([]string, 1000)
	for i := range 1000 {
		unit[i], year[i], y[i], city[i] = float64(i/10), float64(2010+i%10), float64(i)/3, fmt.Sprintf("city %d", i/10)
		if i%7 == 3 {
			y[i] = nan
		}
	}
	want["unit"], want["year"], want["y"], want["city"] = unit, year, y, city
	files, err := filepath.Glob("testdata/panel_*.parquet")
	if err != nil || len(files) != 8 {
		t.Fatalf("%d files, %v; want 8", len(files), err)
	}
	for _, f := range files {
		r, err := parquet.File(f, parquet.Options{})
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		if diff := cmp.Diff(want, columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: %s", f, diff)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	whole, err := os.ReadFile("testdata/panel_snappy.parquet")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, want string }{
		{"list", `list.parquet: column "x" is nested (a list, a map or a struct), which a panel can't hold`},
		{"struct", `struct.parquet: column "x" is nested (a list, a map or a struct), which a panel can't hold`},
		{"binary", `binary.parquet: column "x": row 1: bytes that are no UTF-8 text, and a panel can't hold binary data`},
		{"no_rows", "no_rows.parquet: the file has columns but no rows"},
		{"panel_zst", fmt.Sprintf("no file %q; did you mean panel_zstd.parquet?", "testdata/panel_zst.parquet")},
	} {
		if _, err := parquet.File("testdata/"+c.file+".parquet", parquet.Options{}); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	for _, c := range []struct {
		data []byte
		want string
	}{
		{nil, "the file is empty"}, {[]byte("a,b\n1,2\n"), "this is no Parquet file"}, {[]byte("PA"), "this is no Parquet file"}, {[]byte("PAREPARE"), "this Parquet file is encrypted"},
	} {
		if _, err := parquet.Read(bytes.NewReader(c.data), int64(len(c.data))); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	for n := 4; n < len(whole); n += 97 {
		if _, err := parquet.Read(bytes.NewReader(whole[:n]), int64(n)); err == nil || !strings.HasPrefix(err.Error(), "damaged Parquet file") {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
	for i := 0; i < len(whole); i += 7 { // one wrong byte anywhere is an error or another value, never a panic
		whole[i] ^= 0x55
		parquet.Read(bytes.NewReader(whole), int64(len(whole)))
		whole[i] ^= 0x55
	}
}

// What was written is read back the same, to the last bit, columns in their order.
func TestWriteThenRead(t *testing.T) {
	number := rapid.OneOf(rapid.Just(nan), rapid.Float64(), rapid.Just(math.Copysign(0, -1)))
	whole := rapid.OneOf(rapid.Just(nan), rapid.Map(rapid.Int64Range(-1<<53, 1<<53), func(i int64) float64 { return float64(i) }))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.OneOf(rapid.IntRange(1, 20), rapid.IntRange(1020, 1030)).Draw(t, "rows")
		var vars []*panel.Variable
		for c := range rapid.IntRange(1, 4).Draw(t, "columns") {
			v := &panel.Variable{Name: fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"z", "a", "列"}).Draw(t, "name"), c)}
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				v.Kind, v.Levels = panel.Text, []string{"007", "NA", "乌鲁木齐"}
				v.Codes = rapid.SliceOfN(rapid.Int32Range(-1, 2), rows, rows).Draw(t, "codes")
			case 1:
				v.Values = rapid.SliceOfN(number, rows, rows).Draw(t, "values")
			case 2:
				v.Values = rapid.SliceOfN(whole, rows, rows).Draw(t, "values")
			}
			vars = append(vars, v)
		}
		p, err := panel.New(vars...)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := parquet.Write(&b, p); err != nil {
			t.Fatal(err)
		}
		r, err := parquet.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.Names(), r.Panel.Names()); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(columns(p), columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
		for i, v := range r.Panel.Variables() {
			for row, x := range v.Values { // == does not see the sign of a zero
				if want := vars[i].Values[row]; math.Signbit(x) != math.Signbit(want) && x == x {
					t.Fatalf("%s, row %d: got %v, want %v", v.Name, row, x, want)
				}
			}
		}
	})
}

// TestWrittenFile keeps a file that pyarrow was seen to read (testdata/check_written.py).
func TestWrittenFile(t *testing.T) {
	p, err := panel.New(
		&panel.Variable{Name: "year", Values: []float64{2006, nan, -1 << 53}},
		&panel.Variable{Name: "DIA", Values: []float64{0.1, nan, math.Inf(1)}},
		&panel.Variable{Name: "城市", Kind: panel.Text, Codes: []int32{1, -1, 0}, Levels: []string{"Wuhan", "北京"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, p); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/written.parquet"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := parquet.File(golden, parquet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(columns(p), columns(r.Panel), cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
}

// FuzzParquet asks of any bytes that reading ends in a table or a sentence.
func FuzzParquet(f *testing.F) {
	for _, name := range []string{"types", "types_v2", "int96", "list", "legacy"} {
		b, err := os.ReadFile("testdata/" + name + ".parquet")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parquet.Read(bytes.NewReader(data), int64(len(data)))
		if err == nil && r.Panel.Rows() == 0 {
			t.Fatal("a table without rows")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	const n = 1_000_000
	vars := make([]*panel.Variable, 12)
	for i := range vars {
		vars[i] = &panel.Variable{Name: fmt.Sprint("x", i), Values: make([]float64, n)}
		for r := range n {
			vars[i].Values[r] = float64((r*(i+7))%10007) / 7
		}
	}
	p, err := panel.New(vars...)
	if err != nil {
		b.Fatal(err)
	}
	var buf bytes.Buffer
	if err := parquet.Write(&buf, p); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parquet.Read(bytes.NewReader(buf.Bytes()), int64(buf.Len())); err != nil {
			b.Fatal(err)
		}
	}
}
