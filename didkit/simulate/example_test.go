package simulate_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

// A design is a JSON file; the panel it describes is the same everywhere.
func ExamplePanel() {
	d, err := simulate.Read(strings.NewReader(`{
		"simulated": true, "seed": 1,
		"units": {"name": "firm", "count": 3}, "period": {"name": "year", "first": 2001, "count": 3},
		"adoptions": [{"policies": [{"name": "subsidy", "adopted": "since"}],
			"stages": [{"select": {"own": 1}, "groups": [{"units": 1, "adopt": [2002]}]}]}],
		"outcome": {"name": "sales", "level": {"base": 10, "scale": 1, "own": 1},
			"effects": [{"policy": "subsidy", "path": [2]}], "noise": {"sd": 0.5}, "decimals": 2},
		"columns": ["sales", "subsidy", "since"]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := simulate.Panel(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	csv.Write(os.Stdout, p, ',')
	// Output:
	// firm,year,sales,subsidy,since
	// 1,2001,11.9,0,
	// 1,2002,11.39,0,
	// 1,2003,11.05,0,
	// 2,2001,9.36,0,2002
	// 2,2002,10.69,1,2002
	// 2,2003,11.52,1,2002
	// 3,2001,9.1,0,
	// 3,2002,9.32,0,
	// 3,2003,9.2,0,
}

// A textbook panel, with the effect that stands behind each row.
func ExampleStaggered() {
	p, truth, err := simulate.Staggered(simulate.Options{Seed: 1, Units: 6, Periods: 4, Cohorts: []simulate.Cohort{{Period: 3, Units: 2}}, Effect: []float64{1, 2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	treat, _ := p.Numbers("treat")
	for r := range p.Rows() {
		if treat[r] == 1 {
			fmt.Println("row", r+1, "effect", truth.Effect[r])
		}
	}
	// Output:
	// row 7 effect 1
	// row 8 effect 2
	// row 15 effect 1
	// row 16 effect 2
}

func ExampleRead() {
	_, err := simulate.Read(strings.NewReader(`{"seed": 1}`))
	fmt.Println(err)
	// Output: simulated: must be true, so that nobody takes the panel for observed data
}
