package command

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
