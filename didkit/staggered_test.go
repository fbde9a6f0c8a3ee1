package didkit_test

import (
	"fmt"
	"log"

	"github.com/seed2d25c7c2/didnb/didkit"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

func ExampleStaggered() {
	r, err := didkit.Staggered(castle(), "l_homicide ~ 1", "post", didkit.StaggeredOptions{Method: "cs", Control: "notyet"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f (%.4f), %s\n", r.Overall.Estimate, r.Overall.StdError, r.Comparison)
	// Output:
	// 0.0174 (0.0396), units not yet treated, never-treated ones included
}

// A treatment of more or less: what a dose does, and what a little more of it would.
func ExampleStaggered_dose() {
	p := castle()
	poverty, err := p.Numbers("poverty")
	if err != nil {
		log.Fatal(err)
	}
	post, err := p.Numbers("post")
	if err != nil {
		log.Fatal(err)
	}
	first := map[int32]float64{} // the dose of a state is its poverty in the first year it is seen
	dose := make([]float64, p.Rows())
	for i, u := range p.Units().Codes {
		if _, seen := first[u]; !seen {
			first[u] = poverty[i]
		}
		dose[i] = post[i] * first[u]
	}
	if p, err = p.With(&panel.Variable{Name: "dose", Values: dose}); err != nil {
		log.Fatal(err)
	}
	r, err := didkit.Staggered(p, "l_homicide ~ 1", "post", didkit.StaggeredOptions{Method: "cdid", Control: "notyet", Dosage: didkit.Dosage{Dose: "dose", Degree: 1, Grid: []float64{10, 15}}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("on average %.4f (%.4f), %.4f (%.4f) for one more\n", r.Dose.ATT.Estimate, r.Dose.ATT.StdError, r.Dose.ACRT.Estimate, r.Dose.ACRT.StdError)
	for _, d := range r.Dose.Levels {
		fmt.Printf("%g: %.4f (%.4f)\n", d.Dose, d.Estimate, d.StdError)
	}
	// Output:
	// on average -0.0053 (0.0436), 0.0172 (0.0145) for one more
	// 10: -0.0479 (0.0664)
	// 15: 0.0383 (0.0374)
}

func ExampleLowRank() {
	r, err := didkit.Staggered(castle(), "l_homicide ~ poverty", "post", didkit.StaggeredOptions{Method: "mc", Draws: 100, Seed: 1, LowRank: didkit.LowRank{Placebo: 1}})
	if err != nil {
		log.Fatal(err)
	}
	m := r.FactorModel
	fmt.Printf("%.3f (%.3f), penalty %.2f chosen among %d, rank %d\n", r.Overall.Estimate, r.Overall.StdError, *m.Lambda, len(m.Candidates), m.Factors)
	fmt.Printf("hidden before adoption: %.3f (%.3f)\n", m.Placebo.Estimate, m.Placebo.StdError)
	// Output:
	// 0.095 (0.047), penalty 0.18 chosen among 6, rank 9
	// hidden before adoption: 0.090 (0.047)
}

func ExampleEstimators() {
	r, err := didkit.Estimators(castle(), "l_homicide ~ 1", "post", didkit.StaggeredOptions{}, "cs", "imputation")
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range r.Columns {
		e, _ := c.ATT()
		fmt.Printf("%s %.4f (%.4f)\n", c.Label, e.Estimate, e.StdError)
	}
	for _, w := range r.Paths {
		for _, s := range w.Steps {
			fmt.Printf("to %s, %s: %.4f\n", w.To, s.Kind, s.Estimate)
		}
	}
	// Output:
	// twfe 0.0694 (0.0559)
	// cs 0.0194 (0.0384)
	// imputation 0.0669 (0.0567)
	// to imputation, twfe: 0.0694
	// to imputation, uneven: 0.0669
	// to cs, twfe: 0.0694
	// to cs, forbidden: 0.0700
	// to cs, base: 0.0165
	// to cs, comparison: 0.0186
	// to cs, shares: 0.0194
}

func ExampleBacon() {
	b, err := didkit.Bacon(castle(), "l_homicide ~ 1", "post", didkit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range b.ByType {
		fmt.Printf("%s: weight %.4f, estimate %.4f\n", s.Type, s.Weight, s.Estimate)
	}
	// Output:
	// Treated vs Untreated: weight 0.8988, estimate 0.0784
	// Earlier vs Later Treated: weight 0.0771, estimate -0.0286
	// Later vs Earlier Treated: weight 0.0241, estimate 0.0456
}

func ExampleHonest() {
	r, err := didkit.Staggered(castle(), "l_homicide ~ 1", "post", didkit.StaggeredOptions{Method: "sunab"})
	if err != nil {
		log.Fatal(err)
	}
	es, err := r.EventStudy([2]int{-4, 3})
	if err != nil {
		log.Fatal(err)
	}
	h, err := didkit.Honest(es, didkit.HonestOptions{Type: "sd", Average: true, M: []float64{0, 0.02}})
	if err != nil {
		log.Fatal(err)
	}
	for _, k := range h.Intervals {
		fmt.Printf("M = %g: %.3f to %.3f\n", k.M, k.ConfLow, k.ConfHigh)
	}
	// Output:
	// M = 0: -0.066 to 0.172
	// M = 0.02: -0.282 to 0.211
}

func ExamplePretrends() {
	es, err := didkit.EventStudy(castle(), "l_homicide ~ 1", "post", didkit.EventOptions{Window: [2]int{-4, 3}})
	if err != nil {
		log.Fatal(err)
	}
	r, err := didkit.Pretrends(es, didkit.PretrendsOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range r.Slopes {
		fmt.Printf("a slope of %.4f is found with power %.1f\n", s.Slope, s.Power)
	}
	// Output:
	// a slope of 0.0392 is found with power 0.5
	// a slope of 0.0590 is found with power 0.8
}

func ExampleTWFEWeights() {
	w, err := didkit.TWFEWeights(castle(), "l_homicide ~ 1", "post", didkit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d weights are negative and add up to %.4f\n", w.Negative, w.Cells, w.SumNegative)
	// Output:
	// 0 of 74 weights are negative and add up to 0.0000
}

func ExampleRomanoWolf() {
	r, err := didkit.RomanoWolf(castle(), []string{"l_homicide ~ post | sid + year", "robbery ~ post | sid + year", "burglary ~ post | sid + year"},
		"post", didkit.Options{Vcov: didkit.WildBootstrap("sid", didkit.Wild{Reps: 999, Seed: 1})})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range r.Outcomes {
		fmt.Printf("%s: %.3f, adjusted %.3f\n", o.Outcome, o.P, o.Adjusted)
	}
	// Output:
	// l_homicide: 0.257, adjusted 0.398
	// robbery: 0.311, adjusted 0.398
	// burglary: 0.089, adjusted 0.267
}
