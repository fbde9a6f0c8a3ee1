package load_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
)

var nan = math.NaN()

// write puts a file into a new folder.
func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func ExampleFile() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "cities.csv")
	os.WriteFile(path, []byte("city,year,DIA\nWuhan,2006,0.8\nWuhan,2007,0.9\nAnqing,2006,1.1\nAnqing,2007,NA\n"), 0o644)

	p, err := load.File(path, load.Options{Unit: "city", Time: "year"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Units().Levels(), "cities,", p.Periods().Levels(), "years, balanced:", p.Balanced())
	// Output: 2 cities, 2 years, balanced: true
}

func ExampleSave() {
	p, _ := panel.New(&panel.Variable{Name: "y", Values: []float64{1}})
	fmt.Println(load.Save("paper.docx", p))
	// Output: a file that ends in .docx can't be written; .csv, .tsv, .tab, .xlsx, .dta and .parquet can
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

// TestStop ends the reading of every format wherever it asks whether to go on: the answer is the error of Stop.
func TestStop(t *testing.T) {
	x := &panel.Variable{Name: "x", Values: make([]float64, 100_000)}
	for i := range x.Values {
		x.Values[i] = 0.1 * float64(i)
	}
	p, err := panel.New(x, &panel.Variable{Name: "n", Values: x.Values})
	if err != nil {
		t.Fatal(err)
	}
	stopped := errors.New("stopped")
	for _, ending := range []string{".csv", ".xlsx", ".dta", ".parquet"} {
		path := filepath.Join(t.TempDir(), "panel"+ending)
		if err := load.Save(path, p); err != nil {
			t.Fatal(err)
		}
		places := 0
		for allowed := int64(0); ; allowed += 1 + allowed {
			var asked atomic.Int64
			l, err := load.Read(path, load.Options{Stop: func() error {
				if asked.Add(1) > allowed {
					return stopped
				}
				return nil
			}})
			if asked.Load() <= allowed {
				if err != nil {
					t.Errorf("%s: %v", ending, err)
				}
				break
			}
			if l != nil || !errors.Is(err, stopped) {
				t.Fatalf("%s, stopped after %d questions: %v, %v", ending, allowed, l, err)
			}
			places++
		}
		if places < 3 {
			t.Errorf("%s asks %d times whether to go on", ending, places)
		}
	}
}

// Every format that is written is read back as the same panel.
func TestSaveThenRead(t *testing.T) {
	p, err := panel.New(
		&panel.Variable{Name: "city", Kind: panel.Text, Codes: []int32{1, 1, 0, 0}, Levels: []string{"Wuhan", "北京, 中国"}},
		&panel.Variable{Name: "year", Values: []float64{2006, 2007, 2006, 2007}},
		&panel.Variable{Name: "DIA", Values: []float64{1.0 / 3, nan, -1e-300, 12345678.9}},
		&panel.Variable{Name: "数字", Values: []float64{nan, nan, nan, nan}},
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{".csv", ".tsv", ".TAB", ".xlsx", ".dta", ".parquet"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "panel"+ending)
		if err := load.Save(path, p); err != nil {
			t.Errorf("%s: %v", ending, err)
			continue
		}
		l, err := load.Read(path, load.Options{Unit: "city", Time: "year"})
		if err != nil {
			t.Errorf("%s: %v", ending, err)
			continue
		}
		if diff := cmp.Diff(columns(p), columns(l.Panel), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: %s", ending, diff)
		}
		if !l.Panel.Balanced() || len(l.Notices) > 0 || "."+l.Format != strings.ToLower(ending) && l.Format != "csv" {
			t.Errorf("%s: balanced %v, format %s, notices %q", ending, l.Panel.Balanced(), l.Format, l.Notices)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("%s left %d files in the folder", ending, len(entries))
		}
	}
}

func TestSaveLeavesTheOldFile(t *testing.T) {
	p, _ := panel.New(&panel.Variable{Name: "first.treat", Values: []float64{1, math.Inf(1)}})
	for _, ending := range []string{".dta", ".xlsx"} {
		path := write(t, "panel"+ending, "as it was")
		err := load.Save(path, p)
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%q is not written: column ", path)) {
			t.Errorf("%s: got %v", ending, err)
		}
		if got, _ := os.ReadFile(path); string(got) != "as it was" {
			t.Errorf("%s: the file holds %q", ending, got)
		}
		if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
			t.Errorf("%s left %d files in the folder", ending, len(entries))
		}
	}
}

func TestOptions(t *testing.T) {
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String("城市,年份\n镕,2006\n")
	if err != nil {
		t.Fatal(err)
	}
	l, err := load.Read(write(t, "a.csv", chinese), load.Options{Encoding: "GBK"})
	if err != nil || l.Encoding != "gb18030" || l.Format != "csv" {
		t.Fatalf("got %+v, %v", l, err)
	}
	if diff := cmp.Diff(map[string]any{"城市": []string{"镕"}, "年份": []float64{2006}}, columns(l.Panel)); diff != "" {
		t.Error(diff)
	}
	l, err = load.Read(write(t, "a.txt", "a;b|c\n1;2|3\n"), load.Options{Delim: "bar"})
	if err != nil || fmt.Sprint(l.Panel.Names()) != "[a;b c]" {
		t.Errorf("got %v, %v", l, err)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte("a\tb,c\n1\t2\n"))
	w.Close()
	l, err = load.Read(write(t, "a.tsv.gz", z.String()), load.Options{})
	if err != nil || fmt.Sprint(l.Panel.Names()) != "[a b,c]" {
		t.Errorf("got %v, %v", l, err)
	}
}

func TestReadRefuses(t *testing.T) {
	csv := write(t, "castle.csv", "state,year,y\nAL,2000,1\nAL,2001,2\nAL,2000,3\n")
	bad := filepath.Join(filepath.Dir(csv), "castel.csv")
	cases := []struct {
		name string
		path string
		o    load.Options
		want string
	}{
		{"duplicates", csv, load.Options{Unit: "state", Time: "year"}, "castle.csv: state = AL, year = 2000 stands in rows 1 and 3; a panel has one row for each unit and time"},
		{"no such variable", csv, load.Options{Unit: "stat", Time: "year"}, `castle.csv: no variable "stat"; did you mean state?`},
		{"unit alone", csv, load.Options{Unit: "state"}, "a panel has a unit and a time, a cross-section neither; only one of them is given"},
		{"missing", bad, load.Options{}, fmt.Sprintf("no file %q; did you mean castle.csv?", bad)},
		{"unknown ending", "a.rds", load.Options{}, "a file that ends in .rds can't be read; .csv, .tsv, .tab, .txt, .csv.gz, .xlsx, .dta and .parquet can"},
		{"near ending", "a.xlxs", load.Options{}, "a file that ends in .xlxs can't be read; did you mean .xlsx?"},
		{"old workbook", "a.xls", load.Options{}, "an old workbook (.xls) can't be read; save it as .xlsx in Excel"},
		{"no ending", "castle", load.Options{}, `the name "castle" has no ending that tells its format; .csv, .tsv, .tab, .txt, .csv.gz, .xlsx, .dta and .parquet can be read`},
		{"compressed workbook", "a.xlsx.gz", load.Options{}, "a file that ends in .gz can't be read; .csv, .tsv, .tab, .txt, .csv.gz, .xlsx, .dta and .parquet can"},
		{"sheet of text", csv, load.Options{Sheet: "x"}, "castle.csv has no sheets; only a workbook (.xlsx) has"},
		{"delimiter of Stata", "a.dta", load.Options{Delim: ";"}, "a.dta has no delimiter; only delimited text has"},
		{"encoding of Parquet", "a.parquet", load.Options{Encoding: "gbk"}, "the text of a.parquet is always utf-8; only delimited text and .dta have other encodings"},
		{"unknown encoding", csv, load.Options{Encoding: "gb18300"}, `no encoding "gb18300"; did you mean gb18030?`},
		{"unknown delimiter", csv, load.Options{Delim: "semicolom"}, `no delimiter "semicolom"; did you mean semicolon?`},
		{"impossible delimiter", csv, load.Options{Delim: "x"}, "castle.csv: 'x' can't separate fields; a comma, a semicolon, a tab or a bar can"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := load.File(c.path, c.o)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	_, err := load.File(bad, load.Options{})
	var missing *file.Missing
	if !errors.As(err, &missing) || !errors.Is(err, fs.ErrNotExist) || missing.Nearest[0] != "castle.csv" {
		t.Errorf("got %#v", err)
	}
	var double *panel.DuplicateRows
	if _, err := load.File(csv, load.Options{Unit: "state", Time: "year"}); !errors.As(err, &double) {
		t.Errorf("got %T, want a *panel.DuplicateRows within", err)
	}
}

func TestNoticesReachTheReader(t *testing.T) {
	l, err := load.Read(write(t, "a.csv", "PGDP,x\n1,Inf\n2,2\nn.a.?,3\n4,4\n"), load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`column PGDP: row 3 holds "n.a.?", so the column is read as text`, `column x: row 1 holds "Inf", read as infinite; no estimation takes it`}
	if diff := cmp.Diff(want, l.Notices); diff != "" {
		t.Error(diff)
	}
}
