package vcov

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// wild is the wild cluster bootstrap of every coefficient: errors are those clustered one way, tests and intervals the
// bootstrap's (Cameron, Gelbach & Miller 2008; Roodman, Nielsen, MacKinnon & Webb 2019). A draw multiplies the residuals
// of each cluster by one random number, under the null that the coefficient is r (WCR), or not (WCU), and the coefficient's
// t statistic is computed anew; p is the share of draws whose |t*| is above the |t| of the data (their eq. 11). The
// interval holds the r that are not rejected.
//
// Nothing is estimated anew. With c = Bℓ for the coefficient ℓ'β, the residuals under the null are
// ê + (ℓ'β̂ − r) X̃c/ℓ'c, so that every sum over a cluster is linear in r, and the t statistics of a draw need the sums of
// clusters alone (MacKinnon 2023): five numbers a draw tell t* at every r.
func (p *Problem) wild(s Spec, level float64) (*Result, error) {
	spec := s.Wild.Filled()
	if err := spec.check(); err != nil {
		return nil, err
	}
	if len(s.By) != 1 {
		return nil, errors.New("the wild cluster bootstrap takes one cluster variable, as in vcov=wildboot(city, reps=9999)")
	}
	if p.Columns == nil {
		return nil, &NeedsRegression{WildBoot}
	}
	r, err := p.clustered(s.By)
	if err != nil {
		return nil, err
	}
	codes, groups, err := p.Cluster(s.By[0])
	if err != nil {
		return nil, err
	}
	sums, err := p.clusterSums(WildBoot, codes, groups)
	if err != nil {
		return nil, err
	}
	d := newDraws(spec, groups)
	d.stop = p.Stop
	v := sums.signed(d)
	for _, c := range p.Coefs {
		if err := p.stopped(); err != nil {
			return nil, err
		}
		r.Tests = append(r.Tests, sums.score(c.Weights).bootstrap(d, v, c.Estimate, 1-level))
	}
	r.Notes = nil // of few clusters, which the bootstrap answers
	if distinct := d.distinct(); distinct <= float64(spec.Reps) {
		hint := ""
		if spec.Weights != Webb {
			hint = "; weights=webb has more"
		}
		if d.complete {
			r.Notes = append(r.Notes, counting.Sprintf("%s has %d clusters, so there are %d distinct draws of the %d asked for; each was taken once, and p is a multiple of 1/%d%s",
				s.By[0], groups, d.reps, spec.Reps, d.reps/2, hint))
		} else {
			r.Notes = append(r.Notes, counting.Sprintf("%s has %d clusters, so only %.0f of the %d draws asked for can be distinct%s", s.By[0], groups, distinct, spec.Reps, hint))
		}
	}
	r.Notes = append(r.Notes, "p values and intervals of coefficients are the wild bootstrap's; joint tests and linear combinations use the clustered covariance")
	return r, nil
}

// NeedsRegression is the error for a covariance that needs the columns and residuals of a least-squares regression, where
// the estimator has none.
type NeedsRegression struct{ Type Type }

func (e *NeedsRegression) Error() string {
	return fmt.Sprintf("vcov=%s is made from the columns and residuals of one least-squares regression, which this estimator is not; vcov=cluster(…) it has", e.Type)
}

// clusterSums are the sums over clusters that all coefficients' bootstraps are made of. Columns are the k of the regression
// and the crossing effects'; the first of them, and they alone, have coefficients of interest.
type clusterSums struct {
	groups, k, p int // clusters; columns; columns and those of crossing effects
	bread        *mat.SymDense
	inverse      *mat.SymDense // of the crossing effects, nil if there are none
	first        int           // column of Problem that is the first here
	scores       []float64     // groups × p: Σ w ê z
	products     []float64     // groups × k × p: Σ w x̃ z'
}

func (p *Problem) clusterSums(t Type, codes []int32, groups int) (*clusterSums, error) {
	c, err := p.apart(t, codes)
	if err != nil {
		return nil, err
	}
	all := p.Bread.SymmetricDim()
	s := &clusterSums{groups: groups, inverse: c.inverse}
	if p.Ones && len(p.Effects) > 0 {
		s.first = 1
	}
	s.k = all - s.first
	s.p = s.k + c.dims
	s.bread = mat.NewSymDense(max(s.k, 1), nil)
	for i := range s.k {
		for j := i; j < s.k; j++ {
			s.bread.SetSym(i, j, p.Bread.At(i+s.first, j+s.first))
		}
	}
	if groups*s.k*s.p > 1<<28 {
		return nil, fmt.Errorf("vcov=%s keeps %d × %d sums of each of %d clusters, which is beyond memory; write vcov=cluster(…)", t, s.k, s.p, groups)
	}
	s.scores, s.products = make([]float64, groups*s.p), make([]float64, groups*s.k*s.p)
	x, e := columnsOf(all), make([]float64, blockRows)
	for lo := 0; lo < p.N; lo += blockRows {
		hi := min(p.N, lo+blockRows)
		p.Columns(lo, hi, x, e)
		for i := lo; i < hi; i++ {
			s.addRow(p, c, int(codes[i]), i, i-lo, x[s.first:], e[i-lo])
		}
	}
	return s, nil
}

// addRow adds row i, which is row r of the block x.
func (s *clusterSums) addRow(p *Problem, c *crossing, g, i, r int, x [][]float64, e float64) {
	w := 1.0
	if p.Weights != nil {
		w = p.Weights[i]
	}
	score := s.scores[g*s.p : (g+1)*s.p]
	product := s.products[g*s.k*s.p : (g+1)*s.k*s.p]
	for a := range s.k {
		xa := w * x[a][r]
		score[a] += xa * e
		row := product[a*s.p:]
		for b := range s.k {
			row[b] += xa * x[b][r]
		}
	}
	for k, f := range c.effects {
		n := f.columns()
		at := s.k + c.offset[k] + int(f.Codes[i])*n
		for which := range n {
			d := w * f.value(i, which)
			score[at+which] += d * e
			for a := range s.k {
				product[a*s.p+at+which] += d * x[a][r]
			}
		}
	}
}

// score is what one coefficient's draws are made of, with v the draw and δ = ℓ'β̂ − r: the coefficient's distance from r is
// Σ_g v_g (a0_g + δ a1_g), and cluster h's share in its variance the square of
// v_h (a0_h + δ a1_h) − W_h' Σ_g v_g (Z0_g + δ Z1_g).
type score struct {
	groups, p int
	a0, a1    []float64
	z0, z1    []float64 // groups × p
	w         []float64 // groups × p
}

func (s *clusterSums) score(weights []float64) *score {
	k, p, n := s.k, s.p, s.groups
	out := &score{groups: n, p: p, a0: make([]float64, n), a1: make([]float64, n), z0: s.scores, z1: make([]float64, n*p), w: make([]float64, n*p)}
	c := make([]float64, k) // Bℓ
	b := 0.0                // ℓ'Bℓ
	for i := range k {
		for j := range k {
			c[i] += s.bread.At(i, j) * weights[j+s.first]
		}
		b += c[i] * weights[i+s.first]
	}
	for g := range n {
		q := out.z1[g*p : (g+1)*p] // c'Σ w x̃ z', then over b
		for a := range k {
			row := s.products[(g*k+a)*p : (g*k+a+1)*p]
			for j, v := range row {
				q[j] += c[a] * v
			}
			out.a0[g] += c[a] * s.scores[g*p+a]
		}
		w := out.w[g*p : (g+1)*p]
		for i := range k {
			for j := range k {
				w[i] += s.bread.At(i, j) * q[j]
			}
			out.a1[g] += c[i] * q[i] / b
		}
		for i := range p - k {
			for j := range p - k {
				w[k+i] += s.inverse.At(i, j) * q[k+j]
			}
		}
		for j := range q {
			q[j] /= b
		}
	}
	return out
}

// statistics are a draw's: the numerator is n0 + δ n1, the squared denominator q00 + 2δ q01 + δ² q11, before a factor that
// the data's t has too.
type statistics struct{ n0, n1, q00, q01, q11 float64 }

const wildBatch = 128 // draws that are computed at once

// draw computes all draws' statistics.
func (s *score) draw(d draws, v *signed) []statistics {
	if v != nil {
		return s.drawSigns(v)
	}
	out := make([]statistics, d.reps)
	parallel.Unless(d.stop, 0, (d.reps+wildBatch-1)/wildBatch, func(batch int) {
		from := batch * wildBatch
		b := min(wildBatch, d.reps-from)
		v := make([]float64, s.groups*b)
		d.fill(v, from, b)
		u0, u1 := s.residual(v, b, s.z0), s.residual(v, b, s.z1)
		for g := range s.groups {
			for i, x := range v[g*b : (g+1)*b] {
				o := &out[from+i]
				o.n0 += x * s.a0[g]
				o.n1 += x * s.a1[g]
				r0, r1 := x*s.a0[g]-u0[g*b+i], x*s.a1[g]-u1[g*b+i]
				o.q00 += r0 * r0
				o.q01 += r0 * r1
				o.q11 += r1 * r1
			}
		}
	})
	return out
}

// residual is W Z'v, groups × b.
func (s *score) residual(v []float64, b int, z []float64) []float64 {
	general := func(rows, cols int, data []float64) blas64.General {
		return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: data}
	}
	y, u := make([]float64, s.p*b), make([]float64, s.groups*b)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, general(s.groups, s.p, z), general(s.groups, b, v), 0, general(s.p, b, y))
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, general(s.groups, s.p, s.w), general(s.p, b, y), 0, general(s.groups, b, u))
	return u
}

// tie is how far above the data's |t| a draw's must be to count: with all signs enumerated some draws are the data itself,
// but for rounding.
const tie = 1e-9

// bootstrap tests that the coefficient is zero and inverts the tests to an interval of the level 1 − alpha.
func (s *score) bootstrap(d draws, v *signed, estimate, alpha float64) Test {
	all := s.draw(d, v)
	variance := 0.0
	for _, a := range s.a0 {
		variance += a * a
	}
	se := math.Sqrt(variance) // before the small-sample factor, which cancels
	p := func(delta float64) float64 {
		if d.stop != nil && d.stop() != nil { // the search ends soon, and the caller returns the error
			return 0
		}
		t := math.Abs(delta) / se * (1 + tie)
		t *= t
		above := 0
		null := delta
		if d.spec.Unrestricted {
			null = 0
		}
		for i := range all {
			o := &all[i]
			n, q := o.n0+null*o.n1, o.q00+null*(2*o.q01+null*o.q11)
			if n*n > t*max(q, 0) {
				above++
			}
		}
		return float64(above) / float64(d.reps)
	}
	out := Test{P: p(estimate)}
	out.Low = estimate - accepted(p, se, alpha, 1)
	out.High = estimate + accepted(p, se, alpha, -1)
	return out
}

// accepted is how far from the estimate, towards lower values (sign 1) or higher ones, the hypotheses begin to be rejected:
// p falls from one at no distance to below alpha somewhere. Infinite if it does not within 2^40 standard errors.
func accepted(p func(delta float64) float64, se, alpha, sign float64) float64 {
	if !(se > 0) {
		return math.NaN()
	}
	low, high := 0.0, se
	for p(sign*high) >= alpha {
		low, high = high, 2*high
		if high > math.Ldexp(se, 40) {
			return math.Inf(1)
		}
	}
	for range 200 {
		middle := low + (high-low)/2
		if high-low <= 1e-13*high {
			break
		}
		if p(sign*middle) >= alpha {
			low = middle
		} else {
			high = middle
		}
	}
	return low + (high-low)/2
}
