package did

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// fewerDraws is the note on a multiplier bootstrap with fewer different draws, 2^G of G clusters, than were asked for; ""
// where there are enough.
func (w *groupTimes) fewerDraws() string {
	distinct := math.Pow(2, float64(w.groups))
	if w.spec.Draws == 0 || distinct > float64(w.spec.Draws) || len(w.vcov.By) != 1 {
		return ""
	}
	return counting.Sprintf("%s has %d clusters, so only %.0f of the %d draws asked for can be distinct", w.vcov.By[0], w.groups, distinct, w.spec.Draws)
}

// distinctPlacebos is in how many ways never-treated units can take the places of the treated ones, cohort by cohort.
func distinctPlacebos(never int, treated []int) float64 {
	ways := 0.0 // its logarithm
	choose := func(n, k int) float64 {
		all, _ := math.Lgamma(float64(n + 1))
		in, _ := math.Lgamma(float64(k + 1))
		out, _ := math.Lgamma(float64(n - k + 1))
		return all - in - out
	}
	for _, k := range treated {
		ways += choose(never, k)
		never -= k
	}
	return math.Round(math.Exp(ways))
}
