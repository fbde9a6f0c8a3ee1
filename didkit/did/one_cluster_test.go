package did_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// One treated cluster is told of by every method with clustered errors, two are not.
func TestOneTreatedCluster(t *testing.T) {
	q, err := reference.ReadCSV(filepath.Join(reference.Root(t), "data", "castle.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if q, err = q.Indexed("sid", "year"); err != nil {
		t.Fatal(err)
	}
	sid, _ := q.Numbers("sid")
	post, _ := q.Numbers("post")
	with := func(states ...float64) *panel.Panel {
		d := &panel.Variable{Name: "d", Values: make([]float64, q.Rows())}
		for i := range d.Values {
			for _, s := range states {
				if sid[i] == s {
					d.Values[i] = post[i]
				}
			}
		}
		p, err := q.With(d)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	const note = "only one cluster of sid (10) is treated"
	for _, c := range []struct {
		p    *panel.Panel
		v    vcov.Spec
		want bool
	}{
		{with(10), vcov.Spec{}, true},
		{with(10), vcov.Spec{Type: vcov.Hetero}, false},
		{with(10, 1), vcov.Spec{}, false},
	} {
		s := did.Spec{Formula: "l_homicide ~ 1", Treat: "d", Vcov: c.v}
		f, err := did.TWFE(c.p, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(f.Notes, "\n"), note); got != c.want {
			t.Errorf("twfe, %s: the note stands: %t, want %t: %q", c.v, got, c.want, f.Notes)
		}
		es, err := did.EventStudy(c.p, did.EventSpec{Spec: s})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(es.Fit.Notes, "\n"), note); got != c.want {
			t.Errorf("event study, %s: the note stands: %t, want %t", c.v, got, c.want)
		}
	}
}
