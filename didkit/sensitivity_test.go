package didkit_test

import (
	"fmt"
	"log"

	"github.com/seed2d25c7c2/didnb/didkit"
)

func ExampleSensitivity() {
	r, err := didkit.Sensitivity(castle(), "l_homicide ~ poverty + l_police | sid + year", "post", didkit.Options{},
		didkit.SensitivityOptions{Benchmarks: []didkit.Benchmark{{Terms: []string{"poverty"}}}, KD: []float64{1, 3}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f, robustness value %.4f\n", r.Estimate, r.RV)
	for _, b := range r.Bounds {
		fmt.Printf("%g times as strong as %s: %.4f from %.4f to %.4f\n", b.KD, b.Benchmark, b.Estimate, b.ConfLow, b.ConfHigh)
	}
	// Output:
	// 0.0752, robustness value 0.0970
	// 1 times as strong as poverty: 0.0696 from 0.0041 to 0.1352
	// 3 times as strong as poverty: 0.0583 from -0.0069 to 0.1236
}

func ExampleEquivalence() {
	p := castle()
	es, err := didkit.EventStudy(p, "l_homicide ~ 1", "post", didkit.EventOptions{Window: [2]int{-4, 3}})
	if err != nil {
		log.Fatal(err)
	}
	r, err := didkit.Equivalence(p, es, didkit.EquivalenceOptions{Type: "mean", Threshold: 0.2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("mean lead %.4f, below 0.2 with p = %.4f; shown below %.4f\n", r.Statistic, r.PValue, r.Smallest)
	// Output:
	// mean lead 0.0694, below 0.2 with p = 0.0035; shown below 0.1490
}
