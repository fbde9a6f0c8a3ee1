package vcov

import (
	"gonum.org/v1/gonum/floats"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// signBatch is the number of sign draws that are summed at once, so that a table of patterns serves many of them.
const signBatch = 2500

// signed are draws of ±1 and the sums of the scores under them, Z0'v, which all coefficients share.
type signed struct {
	*signs
	p      int
	scores []float64 // reps × p
}

// signed makes them of the draws; nil where multipliers are not ±1.
func (s *clusterSums) signed(d draws) *signed {
	v, ok := d.signs()
	if !ok {
		return nil
	}
	out := &signed{signs: v, p: s.p, scores: make([]float64, v.reps*s.p)}
	v.batches(s.p, func(from, count int, _, table []float64) {
		v.sum(s.scores, s.p, from, count, out.scores[from*s.p:], table)
	})
	return out
}

// batches runs f on batches of draws, with room for their sums of m numbers each and for a table.
func (s *signs) batches(m int, f func(from, count int, sums, table []float64)) {
	parallel.Unless(s.stop, 0, (s.reps+signBatch-1)/signBatch, func(batch int) {
		from := batch * signBatch
		count := min(signBatch, s.reps-from)
		f(from, count, make([]float64, count*m), make([]float64, m<<signBlock))
	})
}

// drawSigns is draw for multipliers of ±1. With y = Z'v a draw's Σ_h r_h² of r = v∘a − W y is
// Σ a_h² − 2 y'W'(v∘a) + y'W'W y, so that what is summed over clusters by v are Z, a∘W and a: no residuals are formed.
func (s *score) drawSigns(v *signed) []statistics {
	out := make([]statistics, v.reps)
	p := s.p
	m := 3*p + 2 // z1, a0∘w, a1∘w, a0, a1
	rows := make([]float64, s.groups*m)
	ww := make([]float64, p*p) // W'W
	var a00, a01, a11 float64
	for g := range s.groups {
		row, w := rows[g*m:(g+1)*m], s.w[g*p:(g+1)*p]
		copy(row, s.z1[g*p:(g+1)*p])
		for j, x := range w {
			row[p+j], row[2*p+j] = s.a0[g]*x, s.a1[g]*x
			floats.AddScaled(ww[j*p:(j+1)*p], x, w)
		}
		row[3*p], row[3*p+1] = s.a0[g], s.a1[g]
		a00 += s.a0[g] * s.a0[g]
		a01 += s.a0[g] * s.a1[g]
		a11 += s.a1[g] * s.a1[g]
	}
	v.batches(m, func(from, count int, sums, table []float64) {
		v.sum(rows, m, from, count, sums, table)
		q0, q1 := make([]float64, p), make([]float64, p) // W'W y
		for i := range count {
			x := sums[i*m : (i+1)*m]
			y0, y1, w0, w1 := v.scores[(from+i)*p:(from+i+1)*p], x[:p], x[p:2*p], x[2*p:3*p]
			for j := range p {
				row := ww[j*p : (j+1)*p]
				q0[j], q1[j] = floats.Dot(row, y0), floats.Dot(row, y1)
			}
			out[from+i] = statistics{n0: x[3*p], n1: x[3*p+1],
				q00: a00 - 2*floats.Dot(y0, w0) + floats.Dot(q0, y0),
				q01: a01 - floats.Dot(y0, w1) - floats.Dot(y1, w0) + floats.Dot(q0, y1),
				q11: a11 - 2*floats.Dot(y1, w1) + floats.Dot(q1, y1)}
		}
	})
	return out
}
