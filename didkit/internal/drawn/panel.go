// Package drawn makes panels of simulated rows for the tests of estimators.
package drawn

import (
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Panel is a panel of rows, whose values stand in the order of the names: unit, time and the others.
func Panel(tb testing.TB, rows [][]float64, unit, time string, others ...string) *panel.Panel {
	tb.Helper()
	var vars []*panel.Variable
	for j, name := range append([]string{unit, time}, others...) {
		v := &panel.Variable{Name: name, Values: make([]float64, len(rows))}
		for i, r := range rows {
			v.Values[i] = r[j]
		}
		vars = append(vars, v)
	}
	p, err := panel.New(vars...)
	if err == nil {
		p, err = p.Indexed(unit, time)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return p
}
