package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
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
		goStaggeredOptions(s.StaggeredSpec, e, s.Methods...), methods), `for _, c := range r.Columns {
		e, _ := c.ATT()
		fmt.Println(c.Label, e.Estimate, e.StdError)
	}
	for _, w := range r.Paths {
		for _, s := range w.Steps {
			fmt.Println(w.To, s.Kind, s.Change, s.Estimate)
		}
	}`)
}

func goSensitivity(m *model, o diagnose.SensitivityOptions) string {
	var benchmarks []string
	for _, b := range o.Benchmarks {
		benchmarks = append(benchmarks, "{Terms: "+goStrings(b.Terms)+"}")
	}
	e := m.estimation()
	e.level = 0
	options := goLiteral("didkit.SensitivityOptions", goSlice("Benchmarks", "didkit.Benchmark", benchmarks), goFloats("KD", o.KD), goFloats("KY", o.KY), goNonzero("Q", o.Q), goNonzero("Alpha", o.Alpha))
	return goCell(m.data, "r, err := "+goModelCall(m, "Sensitivity", goOptions(e), options), `fmt.Println(r.Estimate, r.StdError, r.PartialR2, r.RV, r.RVAlpha)
	for _, b := range r.Bounds {
		fmt.Println(b.Benchmark, b.KD, b.KY, b.R2DZ, b.R2YZ, b.Estimate, b.StdError, b.ConfLow, b.ConfHigh)
	}`)
}

const goPrintHonest = `fmt.Println(h.Estimate, h.Original.ConfLow, h.Original.ConfHigh, h.Breakdown)
	for _, k := range h.Intervals {
		fmt.Println(k.M, k.ConfLow, k.ConfHigh)
	}`

func goHonest(o diagnose.HonestOptions) string {
	return "h, err := didkit.Honest(es, " + goLiteral("didkit.HonestOptions", goWord("Type", string(o.Type)), goWord("Method", string(o.Method)), goFloats("M", o.M),
		goNonzero("Level", o.Level), goInt("Event", o.Event), goTrue("Average", o.Average)) + ")"
}

// goPretrends are the call and what it prints.
func goPretrends(o diagnose.PretrendsOptions) (call, print string) {
	slope := ""
	if o.Slope != nil {
		call, slope = "slope := "+goFloat(*o.Slope)+"\n\t", "Slope: &slope"
	}
	call += "t, err := didkit.Pretrends(es, " + goLiteral("didkit.PretrendsOptions", goNonzero("Level", o.Level), goFloats("Powers", o.Powers), slope) + ")"
	return call, `for _, s := range t.Slopes {
		fmt.Println(s.Power, s.Slope)
	}
	for _, k := range t.Rows {
		fmt.Println(k.EventTime, k.Trend, k.Conditional)
	}`
}

// goEquivalence are the call and what it prints.
func goEquivalence(o diagnose.EquivalenceOptions) (call, print string) {
	random := o.Type == diagnose.EquivalenceRMS || o.Method == diagnose.SphericalBoot || o.Method == diagnose.WildBoot
	reps := ""
	if random && o.Type != diagnose.EquivalenceRMS {
		reps = goInt("Reps", o.Reps)
	}
	return "q, err := didkit.Equivalence(p, es, " + goLiteral("didkit.EquivalenceOptions", goWord("Type", string(o.Type)), goWord("Method", string(o.Method)),
			goNonzero("Threshold", o.Threshold), goNonzero("Alpha", o.Alpha), goTrue("Untreated", o.Untreated), reps, goSeed(o.Seed, random)) + ")",
		`fmt.Println(q.Statistic, q.StdError, q.Smallest, q.Critical, q.PValue)
	for _, k := range q.Leads {
		fmt.Println(k.EventTime, k.Estimate, k.StdError, k.Smallest, k.Critical, k.PValue)
	}`
}

func goFloats(name string, items []float64) string {
	var parts []string
	for _, x := range items {
		parts = append(parts, goFloat(x))
	}
	return goSlice(name, "float64", parts)
}
