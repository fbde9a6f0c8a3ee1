package panel_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

var nan = math.NaN()

// number and text make columns for the tests; text codes "" as missing.
func number(name string, values ...float64) *panel.Variable {
	return &panel.Variable{Name: name, Values: values}
}

func text(name string, cells ...string) *panel.Variable {
	v := &panel.Variable{Name: name, Kind: panel.Text}
	at := map[string]int32{}
	for _, c := range cells {
		if _, ok := at[c]; !ok && c != "" {
			at[c] = int32(len(v.Levels))
			v.Levels = append(v.Levels, c)
		}
	}
	for _, c := range cells {
		if c == "" {
			v.Codes = append(v.Codes, -1)
		} else {
			v.Codes = append(v.Codes, at[c])
		}
	}
	return v
}

func must(t testing.TB, p *panel.Panel, err error) *panel.Panel {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var sameNumbers = cmpopts.EquateNaNs()

func ExamplePanel_Indexed() {
	p, _ := panel.New(
		&panel.Variable{Name: "city", Values: []float64{1, 1, 2, 2}},
		&panel.Variable{Name: "year", Values: []float64{2006, 2007, 2006, 2007}},
		&panel.Variable{Name: "DIA", Values: []float64{0.8, 0.9, 1.1, 1.3}},
	)
	p, err := p.Indexed("city", "year")
	fmt.Println(p.Units().Levels(), "cities,", p.Periods().Levels(), "years, balanced:", p.Balanced(), err)
	// Output: 2 cities, 2 years, balanced: true <nil>
}

func ExamplePanel_Indexed_duplicate() {
	p, _ := panel.New(
		&panel.Variable{Name: "city", Values: []float64{1, 1, 2, 1}},
		&panel.Variable{Name: "year", Values: []float64{2006, 2007, 2006, 2007}},
	)
	_, err := p.Indexed("city", "year")
	fmt.Println(err)
	// Output: city = 1, year = 2007 stands in rows 2 and 4; a panel has one row for each unit and time
}

func ExamplePanel_Variable() {
	p, _ := panel.New(&panel.Variable{Name: "PGDP", Values: []float64{1}})
	_, err := p.Variable("PGPD")
	fmt.Println(err)
	// Output: no variable "PGPD"; did you mean PGDP?
}

func ExamplePanel_With() {
	p, _ := panel.New(&panel.Variable{Name: "y", Values: []float64{1, 2}})
	q, _ := p.With(&panel.Variable{Name: "x", Values: []float64{3, 4}})
	fmt.Println(p.Names(), q.Names())
	// Output: [y] [y x]
}

func ExamplePanel_Subset() {
	p, _ := panel.New(&panel.Variable{Name: "y", Values: []float64{1, 2, 3}})
	y, _ := p.Subset([]int32{2, 0}).Numbers("y")
	fmt.Println(y)
	// Output: [3 1]
}

func TestNewRefuses(t *testing.T) {
	cases := []struct {
		name string
		vars []*panel.Variable
		want string
	}{
		{"no name", []*panel.Variable{number("a", 1), number("", 1)}, "column 2 has no name"},
		{"double name", []*panel.Variable{number("a", 1), number("a", 1)}, `two columns are named "a"`},
		{"unequal length", []*panel.Variable{number("a", 1, 2), text("b", "x")}, `column "b" has 1 rows, the others have 2`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := panel.New(c.vars...)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	if got := number("a", 1, nan, math.Inf(1), nan).Missing(); got != 2 {
		t.Errorf("numbers: got %d, want 2", got)
	}
	if got := text("a", "x", "", "y").Missing(); got != 1 {
		t.Errorf("text: got %d, want 1", got)
	}
}

func TestNumbersShowsTheCellThatIsNoNumber(t *testing.T) {
	p, err := panel.New(text("PGDP", "", "12.5", "n.a.?", "13"), text("code", "007", "008", "009", "010"))
	must(t, p, err)
	cases := map[string]string{
		"PGDP": `"PGDP" holds text (row 3: "n.a.?"), a number is needed`,
		"code": `"code" holds text (row 1: "007"), a number is needed`,
		"PGPD": `no variable "PGPD"; did you mean PGDP?`,
	}
	for name, want := range cases {
		_, err := p.Numbers(name)
		if err == nil || err.Error() != want {
			t.Errorf("Numbers(%q): got %v, want %s", name, err, want)
		}
	}
	var typed *panel.NotNumeric
	if _, err := p.Numbers("PGDP"); !errors.As(err, &typed) || typed.Variable.Name != "PGDP" {
		t.Errorf("got %T, want a *NotNumeric of PGDP", err)
	}
}

func TestWith(t *testing.T) {
	p, err := panel.New(number("id", 2, 1), number("year", 2000, 2000), number("y", 5, 6))
	must(t, p, err)
	p, err = p.Indexed("id", "year")
	must(t, p, err)
	if _, err := p.Factor("y"); err != nil {
		t.Fatal(err)
	}
	q, err := p.With(number("y", 7, 8), text("name", "a", "b"))
	must(t, q, err)
	if diff := cmp.Diff([]string{"id", "year", "y", "name"}, q.Names()); diff != "" {
		t.Error(diff)
	}
	if q.UnitName() != "id" || q.TimeName() != "year" || !q.IsPanel() {
		t.Errorf("index lost: %q, %q", q.UnitName(), q.TimeName())
	}
	if f, _ := q.Factor("y"); f.Numbers[0] != 7 {
		t.Errorf("the factor of a replaced column is the old one: %v", f.Numbers)
	}
	if y, _ := p.Numbers("y"); y[0] != 5 || p.Has("name") {
		t.Error("With changed its receiver")
	}
	for _, name := range []string{"id", "year"} {
		if _, err := p.With(number(name, 1, 2)); err == nil || err.Error() != fmt.Sprintf("%q indexes the panel and can't be replaced", name) {
			t.Errorf("replacing %s: got %v", name, err)
		}
	}
	if _, err := p.With(number("z", 1)); err == nil {
		t.Error("a column of another length was taken")
	}
}

func TestSubset(t *testing.T) {
	p, err := panel.New(number("id", 2, 1, 1), number("year", 2000, 2000, 2001), text("name", "b", "", "a"))
	must(t, p, err)
	p, err = p.Indexed("id", "year")
	must(t, p, err)
	q := p.Subset([]int32{2, 1})
	if q.Rows() != 2 || q.Units().Levels() != 1 || !q.Balanced() {
		t.Errorf("rows %d, units %d, balanced %v", q.Rows(), q.Units().Levels(), q.Balanced())
	}
	if diff := cmp.Diff([]int32{1, 0}, q.Order()); diff != "" {
		t.Errorf("order: %s", diff)
	}
	f, err := q.Factor("name")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&panel.Factor{Name: "name", Codes: []int32{0, -1}, Texts: []string{"a"}}, f); diff != "" {
		t.Error(diff)
	}
	if empty := p.Subset(nil); empty.Rows() != 0 || empty.Units().Levels() != 0 || empty.Order() != nil {
		t.Error("an empty subset is not empty")
	}
}
