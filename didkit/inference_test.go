package didkit_test

import (
	"fmt"
	"log"

	"github.com/seed2d25c7c2/didnb/didkit"
)

func ExampleRandomise() {
	p := castle()
	o := didkit.Options{If: "sid == 10 | post == 0"} // one state is treated
	fit, err := didkit.DID(p, "l_homicide ~ 1", "post", o)
	if err != nil {
		log.Fatal(err)
	}
	i, err := didkit.Randomise(p, fit, "post", o, didkit.Randomisation{})
	if err != nil {
		log.Fatal(err)
	}
	c := fit.Coef[0]
	fmt.Printf("clustered: %.4f, p = %.4f\n", c.Estimate, c.PValue)
	fmt.Printf("%d assignments: p = %.2f, %.2f to %.2f\n", i.Draws, i.PValue, i.ConfLow, i.ConfHigh)
	// Output:
	// clustered: 0.1276, p = 0.0001
	// 50 assignments: p = 0.42, -0.36 to 0.64
}

func ExampleFermanPinto() {
	p := castle()
	o := didkit.Options{If: "sid == 10 | post == 0"}
	fit, err := didkit.DID(p, "l_homicide ~ 1", "post", o)
	if err != nil {
		log.Fatal(err)
	}
	i, err := didkit.FermanPinto(p, fit, "post", o, didkit.FewTreated{Size: "popwt", Reps: 1999})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d clusters treated: p = %.2f\n", i.Treated, i.Groups, i.PValue)
	// Output:
	// 1 of 50 clusters treated: p = 0.35
}

func ExampleRandomiseStaggered() {
	o := didkit.StaggeredOptions{Method: "imputation", Options: didkit.Options{If: "sid == 10 | sid == 27 | sid < 10"}}
	i, err := didkit.RandomiseStaggered(castle(), "l_homicide ~ 1", "post", o, didkit.Randomisation{Reps: 99, Stat: "t"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d groups of %s treated\n", i.Treated, i.Groups, i.By)
	// Output:
	// 5 of 10 groups of sid treated
}
