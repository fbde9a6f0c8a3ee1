package match

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// moments are weighted sums of one group.
type moments struct{ w, w2, mean, ss float64 }

func momentsOf(x, weight []float64, in func(int) bool) moments {
	var m moments
	for i, w := range weight {
		if w > 0 && in(i) {
			m.w += w
			m.w2 += w * w
			m.mean += w * x[i]
		}
	}
	m.mean /= m.w
	for i, w := range weight {
		if w > 0 && in(i) {
			m.ss += w * (x[i] - m.mean) * (x[i] - m.mean)
		}
	}
	return m
}

// variance is unbiased under reliability weights, as MatchIt computes it: Σw(x-x̄)² / (Σw - Σw²/Σw).
func (m moments) variance() float64 { return m.ss / (m.w - m.w2/m.w) }

// balanceOf compares a covariate (one value a row of the panel) between the treated and the controls: before with weight
// 1 each, after with the matching weights. The standardised difference divides by the standard deviation of all treated;
// for a 0/1 covariate that is √(p(1-p)), and there is no variance ratio (MatchIt's conventions). The t test is that of a
// regression of x on treatment with the weights as frequencies (Stata's pstest).
func balanceOf(name string, x []float64, treated []bool, before, after []float64) Balance {
	in := func(i int) bool { return treated[i] }
	out := func(i int) bool { return !treated[i] }
	t0, c0 := momentsOf(x, before, in), momentsOf(x, before, out)
	t1, c1 := momentsOf(x, after, in), momentsOf(x, after, out)
	b := Balance{Variable: name, MeanTreated: t1.mean, MeanControl: c1.mean, MeanTreatedBefore: t0.mean, MeanControlBefore: c0.mean}
	sd := math.Sqrt(t0.variance())
	binary := true
	for i, w := range before {
		binary = binary && (w == 0 || x[i] == 0 || x[i] == 1)
	}
	b.VarRatioBefore, b.VarRatioAfter = t0.variance()/c0.variance(), t1.variance()/c1.variance()
	if binary {
		sd = math.Sqrt(t0.mean * (1 - t0.mean))
		b.VarRatioBefore, b.VarRatioAfter = math.NaN(), math.NaN()
	}
	b.SMDBefore, b.SMDAfter = (t0.mean-c0.mean)/sd, (t1.mean-c1.mean)/sd
	b.TBefore, b.PBefore = meanTest(t0, c0)
	b.TAfter, b.PAfter = meanTest(t1, c1)
	return b
}

func meanTest(t, c moments) (stat, p float64) {
	df := t.w + c.w - 2
	s2 := (t.ss + c.ss) / df
	stat = (t.mean - c.mean) / math.Sqrt(s2*(1/t.w+1/c.w))
	return stat, distribution.TwoSidedT(stat, df)
}
