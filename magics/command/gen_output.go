package command

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// only blanks a variable where keep is false.
func only(v *panel.Variable, keep []bool) *panel.Variable {
	w := *v
	if v.Kind == panel.Text {
		w.Codes = slices.Clone(v.Codes)
		for i, k := range keep {
			if !k {
				w.Codes[i] = -1
			}
		}
		return &w
	}
	w.Values = slices.Clone(v.Values)
	for i, k := range keep {
		if !k {
			w.Values[i] = math.NaN()
		}
	}
	return &w
}

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
	if v.Kind == panel.Number && v.Missing() < v.Len() {
		values := slices.DeleteFunc(slices.Clone(v.Values), func(x float64) bool { return x != x })
		s := describe.Summarise(values)
		line += ", mean " + shown(s.Mean) + ", from " + shown(s.Min) + " to " + shown(s.Max)
	}
	lines := append([]string{line}, notes...)
	return lineOutput(lines...)
}
