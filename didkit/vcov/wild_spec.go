package vcov

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// WildWeights is the distribution of the clusters' multipliers in the wild bootstrap; all have mean 0 and variance 1.
type WildWeights string

const (
	Rademacher WildWeights = "rademacher" // ±1
	Webb       WildWeights = "webb"       // ±√½, ±1, ±√1½: for few clusters (Webb 2023)
	Mammen     WildWeights = "mammen"     // two points with third moment 1 (Mammen 1993)
)

const (
	DefaultReps = 9999 // draws where Wild.Reps is 0
	DefaultSeed = 1    // the seed where Wild.Seed is 0
	// MaxReps bounds the draws by what memory holds: five numbers a draw and coefficient.
	MaxReps = 5_000_000
)

// Wild tunes the wild cluster bootstrap. The zero value imposes the null, with 9,999 Rademacher draws.
type Wild struct {
	Reps         int         `json:"reps"`    // draws; 0: DefaultReps
	Weights      WildWeights `json:"weights"` // "": Rademacher
	Unrestricted bool        `json:"unrestricted"`
	Seed         uint64      `json:"seed"` // 0: DefaultSeed
}

// Filled has the defaults in place of zeros.
func (w Wild) Filled() Wild {
	if w.Reps == 0 {
		w.Reps = DefaultReps
	}
	if w.Weights == "" {
		w.Weights = Rademacher
	}
	if w.Seed == 0 {
		w.Seed = DefaultSeed
	}
	return w
}

func (w Wild) check() error {
	switch w.Weights {
	case Rademacher, Webb, Mammen:
	default:
		return fmt.Errorf("no wild bootstrap weights %q; they are %s, %s and %s", w.Weights, Rademacher, Webb, Mammen)
	}
	if w.Reps < 1 || w.Reps > MaxReps {
		return fmt.Errorf("reps is %d; a wild bootstrap takes 1 to %d draws", w.Reps, MaxReps)
	}
	return nil
}

// draws serves the multipliers of g clusters, a batch of draws at a time.
type draws struct {
	spec     Wild
	clusters int
	reps     int
	complete bool // every combination of signs once, instead of random ones
	stop     func() error
}

// newDraws enumerates the 2^g Rademacher draws where these are no more than the draws asked for.
func newDraws(spec Wild, clusters int) draws {
	d := draws{spec: spec, clusters: clusters, reps: spec.Reps}
	if spec.Weights == Rademacher && clusters < 31 && 1<<clusters <= spec.Reps {
		d.complete, d.reps = true, 1<<clusters
	}
	return d
}

// distinct is the number of different draws that there can be, counting a draw and its mirror image as two; infinite
// where it is beyond all reps.
func (d draws) distinct() float64 {
	points := 2.0
	if d.spec.Weights == Webb {
		points = 6
	}
	return math.Pow(points, float64(d.clusters))
}

// fill writes draws from on into v, clusters × count; a batch's numbers depend on the seed and from alone.
func (d draws) fill(v []float64, from, count int) {
	if d.complete {
		for b := range count {
			for g := range d.clusters {
				v[g*count+b] = 1 - 2*float64((from+b)>>g&1)
			}
		}
		return
	}
	r := rand.New(rand.NewPCG(d.spec.Seed, uint64(from)))
	switch d.spec.Weights {
	case Webb:
		points := [6]float64{-math.Sqrt(1.5), -1, -math.Sqrt(0.5), math.Sqrt(0.5), 1, math.Sqrt(1.5)}
		for i := range v[:d.clusters*count] {
			v[i] = points[r.IntN(6)]
		}
	case Mammen:
		low, high, share := (1-math.Sqrt(5))/2, (1+math.Sqrt(5))/2, (math.Sqrt(5)+1)/(2*math.Sqrt(5))
		for i := range v[:d.clusters*count] {
			v[i] = high
			if r.Float64() < share {
				v[i] = low
			}
		}
	default:
		var bits uint64
		for i := range v[:d.clusters*count] {
			if i%64 == 0 {
				bits = r.Uint64()
			}
			v[i] = 1 - 2*float64(bits&1)
			bits >>= 1
		}
	}
}
