package did

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSectionsInfluence: an influence function is the derivative of the estimate in a row's weight, for every adjustment.
func TestSectionsInfluence(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	n := 240
	q := &sections{n: n, x: [][]float64{make([]float64, n), make([]float64, n)}, names: []string{"x", "z"}}
	for i := range n {
		x, z := rng.NormFloat64(), rng.ExpFloat64()
		q.x[0][i], q.x[1][i] = x, z
		d, post := indicator(rng.Float64() < 1/(1+math.Exp(0.6-0.7*x))), indicator(rng.Float64() < 0.4)
		q.d, q.post, q.w = append(q.d, d), append(q.post, post), append(q.w, 0.5+rng.Float64())
		q.y = append(q.y, 1+x*(1+d)+z*post+d*post+rng.NormFloat64())
	}
	at := func(how Adjustment, row int, by float64) float64 {
		c := *q
		c.w = append([]float64(nil), q.w...)
		c.w[row] += by
		att, _, err := c.estimate(how)
		if err != nil {
			t.Fatal(err)
		}
		return att
	}
	total := 0.0
	for _, w := range q.w {
		total += w
	}
	for _, how := range []Adjustment{OutcomeRegression, InverseProbability, DoublyRobust} {
		c := *q
		c.w = append([]float64(nil), q.w...)
		_, psi, err := c.estimate(how)
		if err != nil {
			t.Fatal(err)
		}
		worst, size := 0.0, 0.0
		for row := range n {
			h := 1e-4 * q.w[row]
			slope := (at(how, row, h) - at(how, row, -h)) / (2 * h)
			// the weights' sum moves too, but not the estimate: dATT/dw_i = ψ_i/(w_i n)
			worst = math.Max(worst, math.Abs(slope*q.w[row]*float64(n)-psi[row]))
			size = math.Max(size, math.Abs(psi[row]))
		}
		if worst > 1e-5*size {
			t.Errorf("%s: influence is %g from the derivative, of %g at most", how, worst, size)
		}
	}
}

// turnSign gives the term that the base period's regression adds to ψ the sign that R's DRDID 1.2.3 has.
func (q *sections) turnSign(t *testing.T, psi []float64) {
	two := &twoByTwo{n: q.n, d: q.d, dy: q.y, w: q.w, x: q.x, names: q.names}
	cols := append([][]float64{ones(q.n)}, two.standardised()...)
	ps, used, _, err := two.score(cols)
	if err != nil {
		t.Fatal(err)
	}
	treat, cont := two.sides(ps, used)
	_, plain := two.sides(nil, nil)
	_, lin, err := two.leastSquares(cols, q.period(plain, 0), "")
	if err != nil {
		t.Fatal(err)
	}
	for side, w := range [][]float64{slices.Clone(q.period(treat, 0)), q.period(cont, 0)} {
		total := 0.0
		for _, v := range w {
			total += v / float64(q.n)
		}
		add(psi, lin, two.moment(cols, w, nil), -2*float64(1-2*side)/total)
	}
}
