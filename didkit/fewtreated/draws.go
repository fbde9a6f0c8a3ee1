package fewtreated

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// combinations are what control clusters' residuals give with the weights of one cluster, the target: y − τ·d each.
type combinations struct {
	y, d []float64 // of the controls that have the target's periods
	q    []float64 // of these controls: Σ a²·share
	own  float64   // the target's
}

// test holds the draws.
type test struct {
	estimate float64
	targets  []combinations
	drawn    []int32 // draws × targets: which control
	draws    int
	complete bool
}

func (s *sample) test(o Options) (*test, error) {
	t := &test{estimate: s.estimate, targets: make([]combinations, s.clusters)}
	ways := 1.0
	for c := range t.targets {
		t.targets[c] = s.combine(c)
		n := len(t.targets[c].y)
		if n < 3 {
			return nil, fmt.Errorf("a cluster's errors are drawn from controls seen in the same periods, and there are %d for one of them; keep the periods that clusters have in common by if=", n)
		}
		ways *= float64(n)
	}
	if ways <= float64(o.Reps) {
		t.complete, t.draws = true, int(ways)
	} else if t.draws = o.Reps; float64(o.Reps)*float64(s.clusters) > maxDrawn {
		return nil, fmt.Errorf("%d draws of %d clusters are beyond memory; ask for at most %d by reps=", o.Reps, s.clusters, maxDrawn/s.clusters)
	}
	t.drawn = make([]int32, t.draws*s.clusters)
	parallel.For(0, t.draws, func(b int) {
		row := t.drawn[b*s.clusters : (b+1)*s.clusters]
		if t.complete {
			for c, k := 0, b; c < len(row); c++ {
				n := len(t.targets[c].y)
				row[c], k = int32(k%n), k/n
			}
			return
		}
		rng := rand.New(rand.NewPCG(o.Seed, uint64(b)))
		for c := range row {
			row[c] = int32(rng.IntN(len(t.targets[c].y)))
		}
	})
	return t, nil
}

// combine weighs the controls' residuals by the weights of cluster c.
func (s *sample) combine(c int) combinations {
	a := s.a[c*s.periods : (c+1)*s.periods]
	largest := 0.0
	for _, v := range a {
		largest = math.Max(largest, math.Abs(v))
	}
	weigh := func(k int) (y, d, q float64, ok bool) {
		for t, v := range a {
			if math.Abs(v) <= 1e-12*largest {
				continue
			}
			at := k*s.periods + t
			if s.outcome[at] != s.outcome[at] {
				return 0, 0, 0, false
			}
			y += v * s.outcome[at]
			d += v * s.treated[at]
			q += v * v * s.share[at]
		}
		return y, d, q, true
	}
	var out combinations
	for _, k := range s.controls {
		if y, d, q, ok := weigh(int(k)); ok {
			out.y, out.d, out.q = append(out.y, y), append(out.d, d), append(out.q, q)
		}
	}
	_, _, out.own, _ = weigh(c)
	return out
}

// scaled writes the combinations under the effect τ, each brought to the target's variance, into z, and returns that.
func (k *combinations) scaled(tau float64, z []float64) float64 {
	for i := range z {
		z[i] = k.y[i] - tau*k.d[i]
	}
	a, b := line(z, k.q)
	own := a + b*k.own
	for i := range z {
		if v := a + b*k.q[i]; v > 0 {
			z[i] *= math.Sqrt(own / v)
		}
	}
	return own
}

// line regresses z² on one and q with neither coefficient below zero.
func line(z, q []float64) (a, b float64) {
	n := float64(len(z))
	var mz, mq float64
	for i, v := range z {
		mz += v * v / n
		mq += q[i] / n
	}
	var qq, qz, rawQQ, rawQZ float64
	for i, v := range z {
		qq += (q[i] - mq) * (q[i] - mq)
		qz += (q[i] - mq) * v * v
		rawQQ += q[i] * q[i]
		rawQZ += q[i] * v * v
	}
	if !(qq > 1e-20*rawQQ) { // of one size
		return mz, 0
	}
	b = qz / qq
	a = mz - b*mq
	switch {
	case b < 0:
		return mz, 0
	case a < 0:
		return 0, rawQZ / rawQQ
	}
	return a, b
}

// tie is how near a draw may be to the estimate to be the same but for rounding.
const tie = 1e-9

// p is the p value of the hypothesis that the effect is τ for all; scale is the root of the estimate's variance under it.
func (t *test) p(tau float64) (p, scale float64) {
	z := make([][]float64, len(t.targets))
	variances := make([]float64, len(t.targets))
	parallel.For(0, len(t.targets), func(c int) {
		z[c] = make([]float64, len(t.targets[c].y))
		variances[c] = t.targets[c].scaled(tau, z[c])
	})
	for _, v := range variances {
		scale += v
	}
	scale = math.Sqrt(scale)
	off := t.estimate - tau
	slack := tie * math.Max(math.Abs(off), scale)
	const chunk = 1024
	below, above := make([]int, (t.draws+chunk-1)/chunk), make([]int, (t.draws+chunk-1)/chunk)
	parallel.For(0, len(below), func(part int) {
		for b := part * chunk; b < min(t.draws, (part+1)*chunk); b++ {
			sum := 0.0
			for c, k := range t.drawn[b*len(z) : (b+1)*len(z)] {
				sum += z[c][k]
			}
			if sum <= off+slack {
				below[part]++
			}
			if sum >= off-slack {
				above[part]++
			}
		}
	})
	low, high := 0, 0
	for i := range below {
		low, high = low+below[i], high+above[i]
	}
	count, of := float64(min(low, high)), float64(t.draws)
	if !t.complete { // the data count as one more, so that random draws never say that nothing is as extreme
		count, of = count+1, of+1
	}
	return math.Min(1, 2*count/of), scale
}

// steps bounds the evaluations of p for an interval's end: about half to reach it, half to bisect.
const steps = 45

// run tests that there is no effect and inverts the test.
func (t *test) run(ctx context.Context, level float64, progress func(done, total int)) (p, low, high float64, err error) {
	evaluated, ended := 0, 2
	at := func(tau float64) (float64, float64) {
		if ctx.Err() != nil {
			return 0, 0
		}
		if evaluated++; progress != nil {
			progress(min(evaluated, ended*steps), ended*steps)
		}
		return t.p(tau)
	}
	p, _ = at(0)
	_, se := at(t.estimate)
	side := func(sign float64) float64 {
		near, far := 0.0, se
		for {
			if v, _ := at(t.estimate + sign*far); !(v > 1-level) {
				break
			}
			if near, far = far, 2*far; far > math.Ldexp(se, 40) {
				return math.Inf(1)
			}
		}
		for range steps - 5 {
			middle := near + (far-near)/2
			if v, _ := at(t.estimate + sign*middle); v > 1-level {
				near = middle
			} else {
				far = middle
			}
		}
		return near + (far-near)/2
	}
	if !(se > 0) {
		return p, math.NaN(), math.NaN(), ctx.Err()
	}
	low, high = t.estimate-side(-1), t.estimate+side(1)
	if progress != nil {
		progress(ended*steps, ended*steps)
	}
	return p, low, high, ctx.Err()
}
