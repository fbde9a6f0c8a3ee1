package command

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// genOutput says what the new variable holds, in one line.
func genOutput(v *panel.Variable, replaced bool, notes []string) *Output {
	verb := "made"
	if replaced {
		verb = "replaced"
	}
	line := v.Name + " " + verb + ": " + counted(v.Len()-v.Missing(), "value")
	if m := v.Missing(); m > 0 {
		line += ", " + grouped(m) + " missing"
	}
	finite, infinite := finiteValues(v)
	if infinite > 0 {
		line += ", " + grouped(infinite) + " of them infinite"
	}
	if len(finite) > 0 {
		s := describe.Summarise(finite)
		line += ", mean " + shown(s.Mean) + ", from " + shown(s.Min) + " to " + shown(s.Max)
	}
	lines := append([]string{line}, notes...)
	return lineOutput(lines...)
}

// finiteValues are a variable's numbers without missing ones, and the number of infinite ones left out.
func finiteValues(v *panel.Variable) (finite []float64, infinite int) {
	for _, x := range v.Values {
		switch {
		case math.IsInf(x, 0):
			infinite++
		case x == x:
			finite = append(finite, x)
		}
	}
	return finite, infinite
}
