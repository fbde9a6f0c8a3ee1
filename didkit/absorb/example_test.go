package absorb_test

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
)

// Two units in two periods: what is left of a column is its interaction.
func Example() {
	unit := absorb.Effect{Name: "unit", Codes: []int32{0, 0, 1, 1}, Levels: 2, Intercept: true}
	year := absorb.Effect{Name: "year", Codes: []int32{0, 1, 0, 1}, Levels: 2, Intercept: true}
	a, err := absorb.New(absorb.Problem{Rows: 4, Effects: []absorb.Effect{unit, year}}, absorb.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, treated := []float64{1, 2, 3, 8}, []float64{0, 0, 0, 1}
	w, err := a.Within([][]float64{y, treated})
	if err != nil {
		fmt.Println(err)
		return
	}
	gram := w.Gram()
	rank, _ := a.Rank()
	fmt.Println("ỹ:", w.Column(0))
	fmt.Println("difference in differences:", gram.At(0, 1)/gram.At(1, 1))
	fmt.Println("rank:", rank, "components:", a.Components(), "by", w.Report().Method)
	// Output:
	// ỹ: [1 -1 -1 1]
	// difference in differences: 4
	// rank: 3 components: [1] by balanced
}

// A trend of each unit's own is an effect with a slope.
func ExampleWithin_Effects() {
	city := absorb.Effect{Name: "city[year]", Codes: []int32{0, 0, 0, 1, 1, 1}, Levels: 2, Intercept: true,
		Slopes: [][]float64{{2021, 2022, 2023, 2021, 2022, 2023}}}
	a, err := absorb.New(absorb.Problem{Rows: 6, Effects: []absorb.Effect{city}}, absorb.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := a.Within([][]float64{{5, 7, 9, 1, 0, -1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	coef := w.Effects(0)[0]
	fmt.Printf("slopes %.0f and %.0f\n", coef[1], coef[3])
	// Output: slopes 2 and -1
}
