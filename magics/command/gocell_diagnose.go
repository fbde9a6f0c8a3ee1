package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/estimators"
)

// The Go cells of the diagnostics.

func goBacon(m *model) string {
	return goCell(m.data, "r, err := "+goModelCall(m, "Bacon", goOptions(m.estimation())), `for _, k := range r.Comparisons {
		fmt.Println(k.Treated, k.Control, k.Type, k.Estimate, k.Weight)
	}`)
}

func goTWFEWeights(m *model) string {
	return goCell(m.data, "r, err := "+goModelCall(m, "TWFEWeights", goOptions(m.estimation())),
		"fmt.Println(r.TWFE, r.ShareNegative, r.SumNegative, r.Sigma, r.SigmaOpposite)")
}

func goEstimators(m *model, s estimators.Spec) string {
	e := m.estimation()
	e.vcov = s.Vcov
	methods := ""
	for _, k := range s.Methods {
		methods += ", " + goString(string(k))
	}
	return goCell(m.data, fmt.Sprintf("r, err := didkit.Estimators(p, %s, %s, %s%s)", goString(m.formula.String()), goString(m.treat),
		goStaggeredOptions(s.StaggeredSpec, e), methods), `for _, c := range r.Columns {
		e, _ := c.ATT()
		fmt.Println(c.Label, e.Estimate, e.StdError)
	}
	for _, w := range r.Paths {
		for _, s := range w.Steps {
			fmt.Println(w.To, s.Kind, s.Change, s.Estimate)
		}
	}`)
}
