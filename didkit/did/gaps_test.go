package did_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// withoutRows leaves rows (unit, period) out, both counted from 0, of a panel of six periods.
func withoutRows(t *testing.T, start []int, out ...[2]int) *panel.Panel {
	t.Helper()
	var unit, time, y, d []float64
	for u, s := range start {
		for k := range 6 {
			if slices.Contains(out, [2]int{u, k}) {
				continue
			}
			treated := 0.0
			if s > 0 && k+1 >= s {
				treated = 1
			}
			unit, time = append(unit, float64(u)), append(time, float64(k+1))
			y, d = append(y, float64((u*5+k*k)%11)), append(d, treated)
		}
	}
	p, err := panel.New(&panel.Variable{Name: "unit", Values: unit}, &panel.Variable{Name: "time", Values: time},
		&panel.Variable{Name: "y", Values: y}, &panel.Variable{Name: "d", Values: d})
	if err == nil {
		p, err = p.Indexed("unit", "time")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestNotesCountTheUnitsUsed: method=cs leaves units with gaps out, and what it says of cohorts and never-treated units
// is of those that are left.
func TestNotesCountTheUnitsUsed(t *testing.T) {
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}, Method: did.CallawaySantAnna}
	r, err := did.Staggered(withoutRows(t, []int{0, 0, 0, 3, 3, 4, 4, 5}, [2]int{5, 1}, [2]int{7, 0}), s)
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(r.Notes, "\n")
	if !strings.Contains(notes, "cohort 4 is one unit (6)") {
		t.Errorf("cohort 4 is unit 6 alone once unit 5 is left out, and nothing says so: %q", notes)
	}
	if strings.Contains(notes, "cohort 5") {
		t.Errorf("cohort 5 is left out with its unit, and a note speaks of its effects: %q", notes)
	}
	_, err = did.Staggered(withoutRows(t, []int{0, 0, 3, 3, 4, 4}, [2]int{0, 1}, [2]int{1, 4}), s)
	if want := "none of the 2 never-treated units"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error that says %q", err, want)
	}
}
