package data_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
	"github.com/seed2d25c7c2/didnb/magics/published"
)

func load(t *testing.T) *panel.Panel {
	t.Helper()
	r, err := csv.File("dual-pilot.csv", csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Panel.Indexed("city", "year")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func numbers(t *testing.T, p *panel.Panel, name string) []float64 {
	t.Helper()
	x, err := p.Numbers(name)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func count(x []float64, is func(float64) bool) int {
	n := 0
	for _, v := range x {
		if is(v) {
			n++
		}
	}
	return n
}

// go generate leaves the tree clean: the design makes the committed file, byte for byte, on this machine.
func TestDesignMakesTheFile(t *testing.T) {
	f, err := os.Open("dual-pilot.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := simulate.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	p, err := simulate.Panel(d)
	if err != nil {
		t.Fatal(err)
	}
	var made bytes.Buffer
	if err := csv.Write(&made, p, ','); err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("dual-pilot.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sha256.Sum256(made.Bytes()), sha256.Sum256(committed); got != want {
		line := 1
		for i := range min(made.Len(), len(committed)) {
			if made.Bytes()[i] != committed[i] {
				t.Errorf("line %d differs", line)
				break
			}
			if committed[i] == '\n' {
				line++
			}
		}
		t.Errorf("the design makes %x, the file is %x: run go generate ./data", got, want)
	}
}

// A reader of either file must see at once that nothing in it was observed.
func TestSaysItIsSimulated(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(string(readme), "\n"); !strings.Contains(first, "simulated") || !strings.Contains(first, "not public") {
		t.Errorf("README.md begins %q", first)
	}
	text, err := os.ReadFile("dual-pilot.json")
	if err != nil {
		t.Fatal(err)
	}
	if top, _, _ := strings.Cut(string(text), ","); strings.Join(strings.Fields(top), " ") != `{ "simulated": true` {
		t.Errorf("dual-pilot.json begins %q", top)
	}
}

func TestColumns(t *testing.T) {
	want := strings.Fields("city year DIA employed_digital employed_all DID SC LCC DTI GTI HC PGDP FINDEV OPEN GOVSUP MKTZ URB PM25 BN ET adopt_sc adopt_lcc adopt_dual")
	if diff := cmp.Diff(want, load(t).Names()); diff != "" {
		t.Error(diff)
	}
}

// The sample sizes that the paper's tables tell, and no others.
func TestSampleSizes(t *testing.T) {
	p := load(t)
	if !p.Balanced() || p.Units().Levels() != 298 || p.Periods().Levels() != 18 || p.Rows() != 5364 {
		t.Errorf("%d cities, %d years, %d rows, balanced %v", p.Units().Levels(), p.Periods().Levels(), p.Rows(), p.Balanced())
	}
	did, sc, lcc := numbers(t, p, "DID"), numbers(t, p, "SC"), numbers(t, p, "LCC")
	year, dual := numbers(t, p, "year"), numbers(t, p, "adopt_dual")
	is := func(v float64) func(float64) bool { return func(x float64) bool { return x == v } }
	exposure := make([]float64, len(did))
	cities := map[float64]int{}
	for i := range did {
		exposure[i] = math.NaN()
		if did[i] == 1 {
			exposure[i] = year[i] - dual[i]
		}
		if did[i] != sc[i]*lcc[i] {
			t.Fatalf("row %d: DID is %v, SC %v, LCC %v", i+1, did[i], sc[i], lcc[i])
		}
		if year[i] == 2006 && dual[i] == dual[i] {
			cities[dual[i]]++
		}
	}
	if diff := cmp.Diff(map[float64]int{2012: 9, 2013: 9, 2014: 8, 2017: 14}, cities); diff != "" {
		t.Errorf("dual pilots by year of adoption: %s", diff)
	}
	pgdp, pm25 := numbers(t, p, "PGDP"), numbers(t, p, "PM25")
	for _, c := range []struct {
		name      string
		got, want int
	}{
		{"treated rows", count(did, is(1)), 385},
		{"years 0 to 2", count(exposure, func(e float64) bool { return e <= 2 }), 120},
		{"years 3 to 5", count(exposure, func(e float64) bool { return e >= 3 && e <= 5 }), 120},
		{"later years", count(exposure, func(e float64) bool { return e > 5 }), 145},
		{"rows without BN", count(numbers(t, p, "BN"), math.IsNaN), 18},
		{"PGDP up to its median", below(pgdp), 2682},
		{"PM25 up to its median", below(pm25), 2683},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.want)
		}
	}
	for _, v := range p.Variables() {
		if m := v.Missing(); m != 0 && v.Name != "BN" && !strings.HasPrefix(v.Name, "adopt_") {
			t.Errorf("%s is missing in %d rows", v.Name, m)
		}
	}
}

// below counts the values up to the median.
func below(x []float64) int {
	sorted := slices.Sorted(slices.Values(x))
	median := evaluate.Quantile(sorted, 0.5)
	return count(x, func(v float64) bool { return v <= median })
}

// Policies are 0 until the city's year of adoption and 1 from then on; pilots follow the lists' years.
func TestPolicies(t *testing.T) {
	p := load(t)
	year := numbers(t, p, "year")
	for _, c := range []struct {
		policy, adopted string
		years           map[float64]int
	}{
		{"SC", "adopt_sc", map[float64]int{2012: 35, 2013: 37, 2014: 32}},
		{"LCC", "adopt_lcc", map[float64]int{2010: 72, 2012: 26, 2017: 28}},
	} {
		on, adopted := numbers(t, p, c.policy), numbers(t, p, c.adopted)
		years := map[float64]int{}
		for i := range on {
			if (on[i] == 1) != (year[i] >= adopted[i]) {
				t.Fatalf("row %d: %s is %v in %v, adopted %v", i+1, c.policy, on[i], year[i], adopted[i])
			}
			if year[i] == 2006 && adopted[i] == adopted[i] {
				years[adopted[i]]++
			}
		}
		if diff := cmp.Diff(c.years, years); diff != "" {
			t.Errorf("%s by year: %s", c.policy, diff)
		}
	}
}

// DIA is the location quotient of the counts: lq() gives it back, and its mean weighted by employment is 1 every year.
func TestLocationQuotient(t *testing.T) {
	p := load(t)
	e, err := formula.ParseExpr("lq(employed_digital, employed_all)")
	if err != nil {
		t.Fatal(err)
	}
	r, err := evaluate.Expr(p, e, "")
	if err != nil {
		t.Fatal(err)
	}
	dia, whole, part := numbers(t, p, "DIA"), numbers(t, p, "employed_all"), numbers(t, p, "employed_digital")
	weighted, wholes := map[float64]float64{}, map[float64]float64{}
	for i, year := range numbers(t, p, "year") {
		if math.Abs(r.Values[i]-dia[i]) > 1e-12 {
			t.Fatalf("row %d: DIA is %v, the quotient of its counts %v", i+1, dia[i], r.Values[i])
		}
		if part[i] != math.Trunc(part[i]) || whole[i] != math.Trunc(whole[i]) || part[i] < 0 || part[i] > whole[i] {
			t.Fatalf("row %d: %v of %v employed", i+1, part[i], whole[i])
		}
		weighted[year] += dia[i] * whole[i]
		wholes[year] += whole[i]
	}
	for year := range wholes {
		if m := weighted[year] / wholes[year]; math.Abs(m-1) > 1e-12 {
			t.Errorf("the weighted mean is %v in %v", m, year)
		}
	}
}

// Table 1: the printed digits, with half a unit of the last one to spare for means and deviations, and extremes.
func TestMoments(t *testing.T) {
	p := load(t)
	book, err := published.Paper()
	if err != nil {
		t.Fatal(err)
	}
	table, err := book.Table("table1")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range table.Summary {
		d, err := describe.Variables(p, []string{s.Variable}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := d.Rows[0]
		for _, c := range []struct {
			what string
			got  float64
			want published.Printed
		}{{"mean", r.Mean, s.Mean}, {"sd", r.SD, s.SD}, {"min", r.Min, s.Min}, {"max", r.Max, s.Max}} {
			if math.Abs(c.got-c.want.Value) > math.Pow10(-c.want.Decimals) {
				t.Errorf("%s: %s is %.4f, published %v", s.Variable, c.what, c.got, c.want.Value)
			}
		}
	}
}

// Codebook: every column of the file has a row in README.md, and every row is a column.
func TestCodebookIsComplete(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	_, rest, ok := strings.Cut(string(readme), "## Columns of dual-pilot.csv\n")
	if !ok {
		t.Fatal("README.md has no section on the columns")
	}
	section, _, _ := strings.Cut(rest, "\n## ")
	for line := range strings.Lines(section) {
		if name, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ = strings.Cut(name, "`")
			rows = append(rows, name)
		}
	}
	if diff := cmp.Diff(load(t).Names(), rows); diff != "" {
		t.Errorf("columns and their rows in README.md: %s", diff)
	}
}

// The castle panel is the package's, unchanged.
func TestCastleIsTheExport(t *testing.T) {
	text, err := os.ReadFile("castle.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%x", sha256.Sum256(text)), "6ab44c2fe033ec33fbf11816b45dbad6d6bee8674239cd90f443f6a546daee54"; got != want {
		t.Errorf("castle.csv is %s, exported %s", got, want)
	}
	r, err := csv.Read(text, csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Panel.Indexed("sid", "year")
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows() != 550 || len(p.Names()) != 139 || p.Units().Levels() != 50 || !p.Balanced() {
		t.Errorf("%d rows, %d columns, %d states", p.Rows(), len(p.Names()), p.Units().Levels())
	}
	if post := count(numbers(t, p, "post"), func(x float64) bool { return x == 1 }); post != 74 {
		t.Errorf("%d treated rows, want 74", post)
	}
}

// The design is laid out for reading, one variable a line or two, and stays valid JSON of known keys.
func TestDesignIsJSON(t *testing.T) {
	text, err := os.ReadFile("dual-pilot.json")
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text) {
		t.Error("dual-pilot.json is no JSON")
	}
}
