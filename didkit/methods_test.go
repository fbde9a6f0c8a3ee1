package didkit_test

import (
	"fmt"
	"log"

	"github.com/seed2d25c7c2/didnb/didkit"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load"
)

// castle is the panel of the examples: homicide and castle-doctrine laws in fifty American states, 2000 to 2010.
func castle() *didkit.Panel {
	p, err := load.File("../data/castle.csv", load.Options{Unit: "sid", Time: "year"})
	if err != nil {
		log.Fatal(err)
	}
	return p
}

func ExampleReg() {
	fit, err := didkit.Reg(castle(), "l_homicide ~ post + poverty | sid + year", didkit.Options{Vcov: didkit.Clustered("sid"), If: "year > 2003"})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range fit.Coef {
		fmt.Printf("%s %.4f (%.4f)\n", c.Term, c.Estimate, c.StdError)
	}
	// Output:
	// post 0.0556 (0.0348)
	// poverty -0.0302 (0.0207)
}

func ExampleDID() {
	fit, err := didkit.DID(castle(), "l_homicide ~ 1 | sid + year", "post", didkit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	b, _ := fit.Coefficient("post")
	fmt.Printf("%.4f (%.4f), %s\n", b.Estimate, b.StdError, fit.Vcov.Type)
	// Output:
	// 0.0694 (0.0559), cluster
}

func ExampleEventStudy() {
	es, err := didkit.EventStudy(castle(), "l_homicide ~ 1 | sid + year", "post", didkit.EventOptions{Window: [2]int{-2, 1}})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range es.Coef {
		fmt.Printf("%d %.4f\n", c.EventTime, c.Estimate)
	}
	// Output:
	// -2 -0.0748
	// -1 0.0000
	// 0 0.0138
	// 1 0.0078
}

func ExampleDescribe() {
	t, err := didkit.Describe(castle(), "l_homicide", "poverty")
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range t.Rows {
		fmt.Printf("%s %d %.3f %.3f\n", r.Variable, r.N, r.Mean, r.SD)
	}
	// Output:
	// l_homicide 550 1.406 0.590
	// poverty 550 12.404 3.007
}

func ExamplePlacebo() {
	r, err := didkit.Placebo(castle(), "l_homicide ~ 1 | sid + year", "post", didkit.Options{}, didkit.PlaceboOptions{Reps: 200, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f, two-sided p %.3f ± %.3f\n", r.Actual, r.P.TwoSided, r.P.TwoSidedSE)
	// Output:
	// 0.0694, two-sided p 0.175 ± 0.027
}

func ExampleLeaveOneOut() {
	r, err := didkit.LeaveOneOut(castle(), "l_homicide ~ 1 | sid + year", "post", didkit.Options{})
	if err != nil {
		log.Fatal(err)
	}
	low, high := r.Units[0], r.Units[len(r.Units)-1]
	fmt.Printf("%.4f; from %.4f without %s to %.4f without %s\n", r.Actual, low.Estimate, low.Unit, high.Estimate, high.Unit)
	// Output:
	// 0.0694; from 0.0264 without 42 to 0.0846 without 8
}

// How large must an effect be for this design to find it four times in five?
func ExamplePower() {
	r, err := didkit.Power(castle(), "l_homicide ~ 1 | sid + year", "post", didkit.StaggeredOptions{}, didkit.PowerOptions{Reps: 2000, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("size %.3f, least effect %.3f (%.3f to %.3f)\n", r.Size.Share, r.MDE.Effect, r.MDE.Low, r.MDE.High)
	// Output:
	// size 0.050, least effect 0.145 (0.142 to 0.149)
}

// The matched rows are a panel to estimate on.
func ExamplePSM() {
	p, err := didkit.Gen(castle(), "ever", "max(post)", didkit.GenOptions{By: "sid"})
	if err != nil {
		log.Fatal(err)
	}
	r, err := didkit.PSM(p, "ever ~ poverty + l_police", didkit.MatchOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for _, b := range r.Balance {
		fmt.Printf("%s %.3f %.3f\n", b.Variable, b.SMDBefore, b.SMDAfter)
	}
	matched, err := r.Panel(p)
	if err != nil {
		log.Fatal(err)
	}
	fit, err := didkit.DID(matched, "l_homicide ~ 1 | sid + year", "post", didkit.Options{Weights: "_weight"})
	if err != nil {
		log.Fatal(err)
	}
	b, _ := fit.Coefficient("post")
	fmt.Printf("%d of %d rows, %.4f\n", matched.Rows(), p.Rows(), b.Estimate)
	// Output:
	// poverty 1.145 0.034
	// l_police 0.156 0.001
	// 322 of 550 rows, 0.0525
}

func ExampleMediate() {
	r, err := didkit.Mediate(castle(), "l_homicide ~ post | sid + year", "post", didkit.MediateOptions{
		Options: didkit.Options{Vcov: didkit.Clustered("sid")}, Via: []string{"l_police"}, Boot: 200})
	if err != nil {
		log.Fatal(err)
	}
	m := r.Rows[0]
	fmt.Printf("on the mediator %.4f (%.4f)\n", m.A.Estimate, m.A.StdError)
	fmt.Printf("total %.4f = direct %.4f + indirect %.4f\n", m.Total, m.Direct, m.Indirect)
	// Output:
	// on the mediator -0.0040 (0.0255)
	// total 0.0694 = direct 0.0697 + indirect -0.0003
}

func ExampleHetero() {
	r, err := didkit.Hetero(castle(), "l_homicide ~ 1 | sid + year", "post", didkit.HeteroOptions{Bins: []didkit.Bin{{Low: 0, High: 1}, {Low: 2, High: 5}}})
	if err != nil {
		log.Fatal(err)
	}
	for _, g := range r.Groups {
		b, _ := g.Fit.Coefficient("post")
		fmt.Printf("%s %.4f (%.4f)\n", g.Label, b.Estimate, b.StdError)
	}
	fmt.Printf("%s: p %.3f\n", r.Difference.Method, r.Difference.PValue)
	// Output:
	// 0-1 0.0761 (0.0521)
	// 2-5 0.0673 (0.0668)
	// stacked Wald, clustered by sid: p 0.812
}

func ExampleChecks() {
	r, err := didkit.Checks(castle(), "l_homicide ~ poverty | sid + year", "post", didkit.Options{},
		didkit.Check{Kind: "lag"}, didkit.Check{Kind: "winsor", Share: 0.01})
	if err != nil {
		log.Fatal(err)
	}
	for _, k := range r.Columns {
		b, _ := k.Result.Coefficient(k.Result.Treatment)
		fmt.Printf("%s: %s %.4f\n", k.Label, b.Term, b.Estimate)
	}
	// Output:
	// lag: l(post, 1) 0.0558
	// winsor(0.01): post 0.0725
}

func ExampleCurve() {
	c, _, err := didkit.Curve(castle(), "l_homicide ~ poverty + l_police | sid + year", "post", didkit.Options{}, didkit.Check{Kind: "psm"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d specifications, median %.4f, %.0f %% positive\n", len(c.Points), c.Median, 100*c.Positive)
	// Output:
	// 24 specifications, median 0.0637, 100 % positive
}

func ExampleCombine() {
	fit, err := didkit.Reg(castle(), "l_homicide ~ post + poverty + l_police | sid + year", didkit.Options{Vcov: didkit.Clustered("sid")})
	if err != nil {
		log.Fatal(err)
	}
	c, err := didkit.Combine(fit, "post = poverty + l_police")
	if err != nil {
		log.Fatal(err)
	}
	w, err := didkit.Wald(fit, "poverty", "l_police")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f (%.4f), from %.4f to %.4f\n", c.Estimate, c.StdError, c.ConfLow, c.ConfHigh)
	fmt.Printf("F(%v, %v) = %.3f\n", w.DF1, w.DF2, w.Statistic)
	// Output:
	// 0.0358 (0.1084), from -0.1820 to 0.2536
	// F(2, 49) = 1.480
}
