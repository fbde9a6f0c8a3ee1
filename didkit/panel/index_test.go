package panel_test

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

func ExamplePanel_Lag() {
	p, _ := panel.New(
		&panel.Variable{Name: "city", Values: []float64{1, 1, 1, 2}},
		&panel.Variable{Name: "year", Values: []float64{2006, 2007, 2009, 2007}},
	)
	p, _ = p.Indexed("city", "year")
	lag, _ := p.Lag([]float64{10, 11, 13, 21}, 1) // 2008 is a gap: 2009 has no lag
	fmt.Println(lag)
	// Output: [NaN 10 NaN NaN]
}

func ExamplePanel_Order() {
	p, _ := panel.New(
		&panel.Variable{Name: "city", Values: []float64{2, 1, 1}},
		&panel.Variable{Name: "year", Values: []float64{2006, 2007, 2006}},
	)
	p, _ = p.Indexed("city", "year")
	fmt.Println(p.Order())
	// Output: [2 1 0]
}

func TestIndexedRefuses(t *testing.T) {
	p, err := panel.New(
		number("id", 1, 1, 2, 2, 1, 2, 1),
		number("year", 2001, 2000, 2000, 2001, 2001, 2000, 2001),
		number("gap", 1, 2, nan, 4, 5, 6, 7),
		number("far", 1, 2, 3, math.Inf(1), 5, 6, 7),
		text("city", "a", "b", "a", "", "a", "b", "c"),
		text("month", "2001-01", "2001-02", "2001-03", "2001-04", "2001-05", "2001-06", "2001-07"),
	)
	must(t, p, err)
	cases := []struct{ unit, time, want string }{
		{"id", "year", "id = 1, year = 2001 stands in rows 1, 5 and 7 (and 1 further row repeats another pair); a panel has one row for each unit and time"},
		{"id", "gap", `"gap" indexes the panel but is missing in row 3`},
		{"city", "year", `"city" indexes the panel but is missing in row 4`},
		{"id", "far", `"far" indexes the panel but is infinite in row 4`},
		{"id", "id", `unit and time are the same variable "id"`},
		{"idd", "year", `no variable "idd"; did you mean id?`},
		{"id", "yaer", `no variable "yaer"; did you mean year?`},
	}
	for _, c := range cases {
		t.Run(c.unit+" "+c.time, func(t *testing.T) {
			_, err := p.Indexed(c.unit, c.time)
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	if _, err := p.Indexed("id", "month"); err != nil {
		t.Errorf("a time of text: %v", err)
	}
}

func TestDuplicateRowsNamesTheFirstPairOfTheFile(t *testing.T) {
	cases := []struct {
		name     string
		id, year []float64
		want     *panel.DuplicateRows
	}{
		{"the pair that comes first in the file, not by unit",
			[]float64{9, 1, 9, 1}, []float64{2000, 2000, 2000, 2000},
			&panel.DuplicateRows{UnitValue: "9", TimeValue: "2000", Rows: []int{1, 3}, Pairs: 2}},
		{"sorted rows",
			[]float64{1, 1, 1, 2}, []float64{2000, 2001, 2001, 2001},
			&panel.DuplicateRows{UnitValue: "1", TimeValue: "2001", Rows: []int{2, 3}, Pairs: 1}},
		{"one pair on many rows",
			[]float64{1, 1, 1, 1, 1, 1, 1, 1}, []float64{5, 5, 5, 5, 5, 5, 5, 5},
			&panel.DuplicateRows{UnitValue: "1", TimeValue: "5", Rows: []int{1, 2, 3, 4, 5, 6, 7, 8}, Pairs: 7}},
		{"several pairs on several rows",
			[]float64{2, 1, 1, 2, 2, 1, 3}, []float64{7, 7, 7, 7, 7, 8, 8},
			&panel.DuplicateRows{UnitValue: "2", TimeValue: "7", Rows: []int{1, 4, 5}, Pairs: 3}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := panel.New(number("id", c.id...), number("year", c.year...))
			must(t, p, err)
			_, err = p.Indexed("id", "year")
			var got *panel.DuplicateRows
			if !errors.As(err, &got) {
				t.Fatalf("got %v, want *DuplicateRows", err)
			}
			c.want.Unit, c.want.Time = "id", "year"
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDuplicateRowsMessage(t *testing.T) {
	e := &panel.DuplicateRows{Unit: "id", Time: "year", UnitValue: "1", TimeValue: "5", Rows: []int{1, 2, 3, 4, 5, 6, 7, 8}, Pairs: 12}
	want := "id = 1, year = 5 stands in rows 1, 2, 3, 4, 5, 6 … (and 5 further rows repeat another pair); a panel has one row for each unit and time"
	if e.Error() != want {
		t.Errorf("got  %s\nwant %s", e.Error(), want)
	}
}

func TestLag(t *testing.T) {
	quarters := []float64{2006, 2006.25, 2006.5, 2006.75, 2007, 2007.25}
	cases := []struct {
		name string
		unit *panel.Variable
		time *panel.Variable
		k    int
		want []float64 // of x = 1, 2, 3 …
	}{
		{"one back", number("u", 1, 1, 1, 2, 2, 2), number("t", 1, 2, 3, 1, 2, 3), 1, []float64{nan, 1, 2, nan, 4, 5}},
		{"two back", number("u", 1, 1, 1, 2, 2, 2), number("t", 1, 2, 3, 1, 2, 3), 2, []float64{nan, nan, 1, nan, nan, 4}},
		{"one ahead", number("u", 1, 1, 1, 2, 2, 2), number("t", 1, 2, 3, 1, 2, 3), -1, []float64{2, 3, nan, 5, 6, nan}},
		{"none", number("u", 1, 1, 1, 2, 2, 2), number("t", 1, 2, 3, 1, 2, 3), 0, []float64{1, 2, 3, 4, 5, 6}},
		{"a gap", number("u", 1, 1, 1, 2, 2, 2), number("t", 1, 2, 4, 1, 3, 4), 1, []float64{nan, 1, nan, nan, nan, 5}},
		{"a gap seen two back", number("u", 1, 1, 1, 2, 2, 2), number("t", 1, 2, 4, 1, 3, 4), 2, []float64{nan, nan, 2, nan, 4, nan}},
		{"unsorted rows", number("u", 2, 1, 2, 1, 1, 2), number("t", 3, 2, 1, 1, 3, 2), 1, []float64{6, 4, nan, nan, 2, 3}},
		{"quarters as fractions: a step of 1 is a year", number("u", 1, 1, 1, 1, 1, 1), number("t", quarters...), 1, []float64{nan, nan, nan, nan, 1, 2}},
		{"units of text", text("u", "b", "b", "b", "a", "a", "a"), number("t", 1, 2, 3, 1, 2, 3), 1, []float64{nan, 1, 2, nan, 4, 5}},
		{"time of text counts by rank", number("u", 1, 1, 1, 2, 2, 2),
			text("t", "2006-01", "2006-02", "2006-05", "2006-01", "2006-05", "2006-02"), 1, []float64{nan, 1, 2, nan, 6, 4}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := panel.New(c.unit, c.time)
			must(t, p, err)
			p, err = p.Indexed("u", "t")
			must(t, p, err)
			x := []float64{1, 2, 3, 4, 5, 6}
			got, err := p.Lag(x, c.k)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, sameNumbers); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]float64{1, 2, 3, 4, 5, 6}, x); diff != "" {
				t.Errorf("the input was changed: %s", diff)
			}
		})
	}
}

func TestLagRefuses(t *testing.T) {
	p, err := panel.New(number("u", 1, 1), number("t", 1, 2))
	must(t, p, err)
	if _, err := p.Lag([]float64{1, 2}, 1); err == nil || err.Error() != "a lag needs a panel, and this is a cross-section; load it with unit= and time=" {
		t.Errorf("cross-section: got %v", err)
	}
	p, err = p.Indexed("u", "t")
	must(t, p, err)
	if _, err := p.Lag([]float64{1}, 1); err == nil || err.Error() != "a column of 1 values can't be lagged in a panel of 2 rows" {
		t.Errorf("wrong length: got %v", err)
	}
}

// somePanel draws units and times without a repetition, with gaps, in any row order, the time as numbers or as text.
func somePanel(t *rapid.T) (p *panel.Panel, unit, time []int) {
	type pair struct{ u, t int }
	pairs := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) pair {
		return pair{rapid.IntRange(0, 6).Draw(t, "unit"), rapid.IntRange(0, 8).Draw(t, "time")}
	}), 0, 40, func(p pair) pair { return p }).Draw(t, "pairs")
	sorted := rapid.Bool().Draw(t, "sorted")
	if sorted {
		sort.Slice(pairs, func(i, j int) bool {
			return pairs[i].u < pairs[j].u || pairs[i].u == pairs[j].u && pairs[i].t < pairs[j].t
		})
	}
	u, tm := number("u"), number("t")
	var names []string
	for _, q := range pairs {
		unit, time = append(unit, q.u), append(time, q.t)
		u.Values = append(u.Values, float64(10*q.u))
		tm.Values = append(tm.Values, float64(2000+q.t))
		names = append(names, fmt.Sprintf("unit %d", q.u))
	}
	if rapid.Bool().Draw(t, "text units") {
		u = text("u", names...)
	}
	p, err := panel.New(u, tm)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Indexed("u", "t"); err != nil {
		t.Fatal(err)
	}
	return p, unit, time
}

func TestOrderSortsByUnitThenTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, unit, time := somePanel(t)
		order := p.Order()
		if order == nil {
			for i := range unit {
				order = append(order, int32(i))
			}
		}
		seen := make([]bool, len(unit))
		for i, r := range order {
			if seen[r] {
				t.Fatalf("row %d stands twice in %v", r, order)
			}
			seen[r] = true
			if i == 0 {
				continue
			}
			q := order[i-1]
			if unit[q] > unit[r] || unit[q] == unit[r] && time[q] >= time[r] {
				t.Fatalf("rows %d and %d stand in the wrong order", q, r)
			}
		}
		if len(order) != len(unit) {
			t.Fatalf("%d rows ordered, want %d", len(order), len(unit))
		}
	})
}

// Lag agrees with a search of all rows for the one of the same unit, k periods earlier.
func TestLagFindsTheRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, unit, time := somePanel(t)
		k := rapid.IntRange(-4, 4).Draw(t, "k")
		x := make([]float64, len(unit))
		for i := range x {
			x[i] = float64(100*unit[i] + time[i])
		}
		got, err := p.Lag(x, k)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			want := nan
			for j := range x {
				if unit[j] == unit[i] && time[j] == time[i]-k {
					want = x[j]
				}
			}
			if got[i] != want && !(got[i] != got[i] && want != want) {
				t.Fatalf("row %d (unit %d, time %d): got %v, want %v", i, unit[i], time[i], got[i], want)
			}
		}
	})
}

func TestBalancedMeansEveryPairIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, unit, time := somePanel(t)
		units, times := map[int]bool{}, map[int]bool{}
		for i := range unit {
			units[unit[i]], times[time[i]] = true, true
		}
		if got, want := p.Balanced(), len(unit) == len(units)*len(times); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// A panel is shared between goroutines: what it computes on demand must be safe to ask for at once.
func TestPanelServesGoroutines(t *testing.T) {
	p, err := panel.New(number("u", 2, 1, 1), number("t", 1, 2, 1), number("x", 1, 2, 3))
	must(t, p, err)
	p, err = p.Indexed("u", "t")
	must(t, p, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			q, _ := p.With(number("y", 1, 2, 3))
			q.Order()
			p.Order()
			p.Factor("x")
		})
	}
	wg.Wait()
}
