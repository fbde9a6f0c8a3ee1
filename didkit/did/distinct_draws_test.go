package did_test

import (
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// A bootstrap that can't have as many different draws as were asked for says so, and one that can says nothing.
func TestFewerDistinctDraws(t *testing.T) {
	var unit, year, treat, half, y []float64
	for u := range 12 {
		for s := 1; s <= 6; s++ {
			d := 0.0
			if (u == 0 || u == 6) && s >= 4 {
				d = 1
			}
			unit, year, treat, half = append(unit, float64(u)), append(year, float64(s)), append(treat, d), append(half, math.Floor(float64(u)/2))
			y = append(y, math.Sin(float64(7*u+3*s*s))+d)
		}
	}
	p, err := panel.New(&panel.Variable{Name: "unit", Values: unit}, &panel.Variable{Name: "year", Values: year}, &panel.Variable{Name: "treat", Values: treat},
		&panel.Variable{Name: "pair", Values: half}, &panel.Variable{Name: "y", Values: y})
	if err == nil {
		p, err = p.Indexed("unit", "year")
	}
	if err != nil {
		t.Fatal(err)
	}
	pairs := vcov.Spec{Type: vcov.Cluster, By: []string{"pair"}}
	for _, c := range []struct {
		s    did.StaggeredSpec
		want string // "": no note
	}{
		{did.StaggeredSpec{Spec: did.Spec{Vcov: pairs}, Method: did.CallawaySantAnna, Draws: 100}, "pair has 6 clusters, so only 64 of the 100 draws asked for can be distinct"},
		{did.StaggeredSpec{Method: did.CallawaySantAnna, Draws: 100}, ""},
		{did.StaggeredSpec{Spec: did.Spec{Vcov: pairs}, Method: did.CallawaySantAnna}, ""},
		{did.StaggeredSpec{Method: did.SyntheticDID, Draws: 100, Resampling: did.PlaceboUnits}, "10 never-treated units can take the places of the treated ones in 45 ways, so only so many of the 100 draws asked for can be distinct"},
		{did.StaggeredSpec{Method: did.SyntheticDID, Draws: 40, Resampling: did.PlaceboUnits}, ""},
	} {
		c.s.Formula, c.s.Treat = "y ~ 1", "treat"
		r, err := did.Staggered(p, c.s)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(r.Notes, "\n")
		if c.want != "" && !strings.Contains(got, c.want) || c.want == "" && strings.Contains(got, "can be distinct") {
			t.Errorf("%s, %d draws: %q, want %q", c.s.Method, c.s.Draws, got, c.want)
		}
	}
}
