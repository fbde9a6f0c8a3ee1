package didkit_test

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

func ExampleGen() {
	p, _ := panel.New(
		&panel.Variable{Name: "city", Values: []float64{1, 1, 2, 2}},
		&panel.Variable{Name: "x", Values: []float64{1, 3, 5, 9}})
	p, err := didkit.Gen(p, "mean_x", "mean(x)", didkit.GenOptions{By: "city"})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, _ := p.Numbers("mean_x")
	fmt.Println(m)
	// Output: [2 2 7 7]
}
