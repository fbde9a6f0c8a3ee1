package match_test

import (
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// TestFewerControlsThanAsked: without replacement three treated rows share four controls, so that two get one only.
func TestFewerControlsThanAsked(t *testing.T) {
	p, err := panel.New(
		&panel.Variable{Name: "treat", Values: []float64{1, 1, 1, 0, 0, 0, 0}},
		&panel.Variable{Name: "x", Values: []float64{1, 3, 5, 0, 2, 4, 6}},
	)
	if err != nil {
		t.Fatal(err)
	}
	want := "2 of 3 matched treated rows found fewer than 2 controls"
	for _, s := range []match.Spec{{Ratio: 2, NoReplacement: true}, {Ratio: 2}} {
		s.Formula = "treat ~ x"
		r, err := match.Run(p, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(r.Notes, "\n"), want); got != s.NoReplacement {
			t.Errorf("without replacement %v: notes are %q", s.NoReplacement, r.Notes)
		}
	}
}
