package diagnose

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// box integrates normal vectors over a symmetric box, by the sequence of conditional normals (Genz 1992) on a lattice
// with Richtmyer's generators, folded so that the integrand is periodic and tapered (Sugihara & Murota 1982). The same points serve every mean, so that
// probabilities are smooth in it.
type box struct {
	half  []float64 // of the box
	chol  [][]float64
	steps []float64 // fractional parts of the primes' roots
}

// latticePoints bring probabilities of a dozen dimensions to about 1e-5.
const latticePoints = 32_768

func newBox(v [][]float64, half []float64) (*box, error) {
	n := len(v)
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, v[i][j]/math.Sqrt(v[i][i]*v[j][j]))
		}
	}
	var c mat.Cholesky
	if !c.Factorize(s) || c.Cond() > 1e13 {
		return nil, fmt.Errorf("the covariance of the %d estimates before adoption is singular, so the test's power can't be computed; choose a shorter window", n)
	}
	var l mat.TriDense
	c.LTo(&l)
	b := &box{half: half}
	for i := range n {
		row := make([]float64, i+1)
		for j := range row {
			row[j] = l.At(i, j) * math.Sqrt(v[i][i])
		}
		b.chol = append(b.chol, row)
	}
	for p := 2; len(b.steps) < n; p++ {
		prime := true
		for d := 2; d*d <= p; d++ {
			prime = prime && p%d != 0
		}
		if prime {
			_, f := math.Modf(math.Sqrt(float64(p)))
			b.steps = append(b.steps, f)
		}
	}
	return b, nil
}

// integrate is the probability that N(mean, V) lies in the box, and its mean given that it does.
func (b *box) integrate(mean []float64) (probability float64, inside []float64) {
	n := len(mean)
	inside = make([]float64, n)
	y, x := make([]float64, n), make([]float64, n)
	total := 0.0
	for k := 1; k <= latticePoints; k++ {
		taper := float64(min(k, latticePoints+1-k)) // points at both ends count less, which cancels the sum's leading error
		weight := taper
		total += taper
		for i := range n {
			centre := mean[i]
			for j := range i {
				centre += b.chol[i][j] * y[j]
			}
			sd := b.chol[i][i]
			low, high := (-b.half[i]-centre)/sd, (b.half[i]-centre)/sd
			share := interval(low, high)
			if weight *= share; weight == 0 {
				break
			}
			if i == n-1 { // the last one's mean is known
				if share > 0 {
					x[i] = centre + sd*(density(low)-density(high))/share
				}
				break
			}
			_, u := math.Modf(float64(k) * b.steps[i])
			u = math.Abs(2*u - 1)
			y[i] = truncatedQuantile(math.Min(math.Max(u, 1e-16), 1-1e-16), low, high)
			x[i] = centre + sd*y[i]
		}
		if weight == 0 {
			continue
		}
		probability += weight
		for i := range inside {
			inside[i] += weight * x[i]
		}
	}
	for i := range inside {
		inside[i] /= probability
	}
	return probability / total, inside
}

func density(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }

// interval is the probability of a standard normal between low and high, exact in either tail.
func interval(low, high float64) float64 {
	if low+high < 0 {
		low, high = -high, -low
	}
	return math.Max(distribution.UpperNormal(low)-distribution.UpperNormal(high), 0)
}
