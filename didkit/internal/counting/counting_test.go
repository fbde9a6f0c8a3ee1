package counting_test

import (
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

func TestSingular(t *testing.T) {
	for in, want := range map[string]string{
		"1 rows left out by if=":                                    "1 row left out by if=",
		"1 rows of weight 0 dropped":                                "1 row of weight 0 dropped",
		"1 singleton rows dropped (alone in a level)":               "1 singleton row dropped (alone in a level)",
		"1 treated rows were left out: no untreated row":            "1 treated row was left out: no untreated row",
		"stack of 1 experiments (2012): 51 rows, 1 of 8 units in":   "stack of 1 experiment (2012): 51 rows, 1 of 8 units in",
		"1 of 8 units are not seen in all 11 periods and":           "1 of 8 units is not seen in all 11 periods and",
		"1 of 12 treated rows enter with a negative weight":         "1 of 12 treated rows enters with a negative weight",
		"11 rows were dropped, 2,001 rows stay, 0.1 units are":      "11 rows were dropped, 2,001 rows stay, 0.1 units are",
		"town has 1 clusters only; with so few":                     "town has 1 cluster only; with so few",
		"found fewer than 1 controls":                               "found fewer than 1 control",
		"fixed effects by lsmr: 1 iterations, residual 1.0e-16":     "fixed effects by lsmr: 1 iteration, residual 1.0e-16",
		"1 assignments could not be estimated":                      "1 assignment could not be estimated",
		"1 rows have a whole of 0 and no quotient":                  "1 row has a whole of 0 and no quotient",
		"1 units go above and below their first treatment: their":   "1 unit goes above and below their first treatment: their",
		"1:1 nearest neighbour by score":                            "1:1 nearest neighbour by score",
		"event time 1 can't be told apart, the periods are as were": "event time 1 can't be told apart, the periods are as were",
		"no unit is seen in period 1 of the units' rows":            "no unit is seen in period 1 of the units' rows",
	} {
		if got := counting.Singular(in); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", in, got, want)
		}
		if got := counting.Plural(want); got != in {
			t.Errorf("back from %q:\ngot  %q\nwant %q", want, got, in)
		}
	}
}
