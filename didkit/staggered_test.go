package didkit_test

import (
	"fmt"
	"log"

	"github.com/seed2d25c7c2/didnb/didkit"
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
