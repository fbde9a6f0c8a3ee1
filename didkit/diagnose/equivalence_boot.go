package diagnose

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// bootstrap tests the largest lead by the distribution of max |β*_l| around β_c, the least-squares estimate with
// max |β_l| = δ where the estimate itself lies below δ: H₀ is rejected where max |β̂_l| lies below its quantile at α (Dette &
// Schumann 2024, section 4.2.2). The draws are made once, for every δ.
func (e *anew) bootstrap(ctx context.Context, r *Equivalence, o EquivalenceOptions) error {
	d := &deviations{e: e}
	draw := d.spherical
	if o.Method == WildBoot {
		draw = d.wild
	}
	if err := draw(ctx, o); err != nil {
		return err
	}
	r.Reps, r.Seed = o.Reps, o.Seed
	accepted := func(delta float64) bool { return r.Statistic < quantile(d.maxima(delta), o.Alpha) }
	lo, hi, step := r.Statistic, r.Statistic, 0.0
	for i := range e.at {
		step = math.Max(step, math.Sqrt(e.vector.V[i][i]))
	}
	for k := 0; k < 60 && !accepted(hi); k++ {
		lo, hi = hi, hi+step
		step *= 2
	}
	r.Smallest = bisect(lo, hi, func(delta float64) bool { return !accepted(delta) })
	if r.Threshold != nil {
		all := d.maxima(o.Threshold)
		r.Critical, r.PValue = quantile(all, o.Alpha), 0
		for _, x := range all {
			if x <= r.Statistic {
				r.PValue += 1 / float64(len(all))
			}
		}
		reject := r.Statistic < r.Critical
		r.Reject = &reject
	}
	for i := range r.Leads { // they were not tested on their own
		r.Leads[i].Smallest, r.Leads[i].Critical, r.Leads[i].PValue = math.NaN(), math.NaN(), math.NaN()
	}
	return nil
}

// deviations are those of the leads in every draw, scale (base + shift along) where the constrained estimate lies shift
// from the estimate along a lead.
type deviations struct {
	e     *anew
	base  [][]float64   // draws × leads
	along [][][]float64 // for every lead, draws × leads; nil: none
	scale func(face int, shift float64) float64
}

// constrained is the lead on which the nearest β with max |β_l| = δ has its largest, and by how much it is moved: that of
// the least (δ - |β̂_l|)²/(X'X)⁻¹_ll; -1 where β̂ lies beyond already.
func (e *anew) constrained(delta float64) (face int, shift float64) {
	least := math.Inf(1)
	for i, a := range e.at {
		b := e.vector.Beta[i]
		gap := delta - math.Abs(b)
		if gap <= 1e-12*delta {
			return -1, 0
		}
		if cost := gap * gap / e.model.Bread.At(a, a); cost < least {
			least, face, shift = cost, i, math.Copysign(gap, b)
		}
	}
	return face, shift
}

// maxima are max |β*_l| of the draws, ascending.
func (d *deviations) maxima(delta float64) []float64 {
	face, shift := d.e.constrained(delta)
	centre := slices.Clone(d.e.vector.Beta)
	if face >= 0 { // the others follow as least squares has them
		f := d.e.at[face]
		for i, a := range d.e.at {
			centre[i] += shift * d.e.model.Bread.At(a, f) / d.e.model.Bread.At(f, f)
		}
	}
	scale := d.scale(face, shift)
	out := make([]float64, len(d.base))
	for b, base := range d.base {
		for i, x := range base {
			if d.along != nil && face >= 0 {
				x += shift * d.along[face][b][i]
			}
			out[b] = math.Max(out[b], math.Abs(centre[i]+scale*x))
		}
	}
	slices.Sort(out)
	return out
}

// quantile is that of sorted values, with linear interpolation between them.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	k := int(h)
	if k+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[k] + (h-float64(k))*(sorted[k+1]-sorted[k])
}

// spherical draws normal errors of the constrained residuals' variance: β* - β_c is then normal with σ_c² (X'X)⁻¹, and is
// drawn as that.
func (d *deviations) spherical(ctx context.Context, o EquivalenceOptions) error {
	e := d.e
	n := len(e.at)
	v := mat.NewSymDense(n, nil)
	unit := make([]float64, n)
	for i, a := range e.at {
		unit[i] = math.Sqrt(e.model.Bread.At(a, a))
	}
	for i, a := range e.at {
		for j := i; j < n; j++ {
			v.SetSym(i, j, e.model.Bread.At(a, e.at[j])/(unit[i]*unit[j]))
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(v) {
		return errSingularLeads
	}
	var l mat.TriDense
	chol.LTo(&l)
	err := d.draw(ctx, o, func(rng *rand.Rand, b int) {
		z := make([]float64, n)
		for i := range z {
			z[i] = rng.NormFloat64()
		}
		for i := range n {
			for j := range i + 1 {
				d.base[b][i] += unit[i] * l.At(i, j) * z[j]
			}
		}
	})
	d.scale = func(face int, shift float64) float64 {
		ssr := e.model.SSR
		if face >= 0 {
			f := e.at[face]
			ssr += shift * shift / e.model.Bread.At(f, f)
		}
		return math.Sqrt(ssr / e.fit.DFResid)
	}
	return err
}

// wild draws a sign for every cluster of the constrained residuals: those of the estimate less the move along a lead. The
// clusters are those of the study's errors where it has one kind, else the units.
func (d *deviations) wild(ctx context.Context, o EquivalenceOptions) error {
	e, m := d.e, d.e.model
	by := e.p.UnitName()
	if s := e.s.Vcov; len(s.By) == 1 && s.Type == vcov.Cluster {
		by = s.By[0]
	}
	codes, groups, err := m.Design.Codes(by)
	if err != nil {
		return err
	}
	if groups < 2 {
		return &vcov.TooFewClusters{Variable: by, Clusters: groups}
	}
	n := len(e.at)
	// q are rows of (X'X)⁻¹X' of the leads, transposed; r sums q e by clusters, t q q_f/(X'X)⁻¹_ff
	q := make([][]float64, n)
	for i := range q {
		q[i] = make([]float64, m.Design.N)
	}
	for k, j := range m.Kept {
		x := m.Within().Column(j + 1)
		for i, a := range e.at {
			b := m.Bread.At(a, k)
			for row, v := range x {
				q[i][row] += b * v
			}
		}
	}
	residuals := m.Residuals()
	r := zeros(groups, n)
	t := make([][][]float64, n)
	for f := range t {
		t[f] = zeros(groups, n)
	}
	for row, e0 := range residuals {
		w := 1.0
		if m.Design.Weights != nil {
			w = m.Design.Weights[row]
		}
		g := codes[row]
		for i := range n {
			x := w * q[i][row]
			r[g][i] += x * e0
			for f := range n {
				t[f][g][i] -= x * q[f][row] / m.Bread.At(e.at[f], e.at[f])
			}
		}
	}
	d.along = make([][][]float64, n)
	for f := range d.along {
		d.along[f] = zeros(o.Reps, n)
	}
	d.scale = func(int, float64) float64 { return 1 }
	return d.draw(ctx, o, func(rng *rand.Rand, b int) {
		bits := uint64(0)
		for g := range groups {
			if g%64 == 0 {
				bits = rng.Uint64()
			}
			sign := 1 - 2*float64(bits&1)
			bits >>= 1
			for i := range n {
				d.base[b][i] += sign * r[g][i]
				for f := range n {
					d.along[f][b][i] += sign * t[f][g][i]
				}
			}
		}
	})
}

func zeros(rows, columns int) [][]float64 {
	out := make([][]float64, rows)
	flat := make([]float64, rows*columns)
	for i := range out {
		out[i] = flat[i*columns : (i+1)*columns]
	}
	return out
}

// draw calls do for every draw with a stream of its own, so that the number of cores changes nothing.
func (d *deviations) draw(ctx context.Context, o EquivalenceOptions, do func(rng *rand.Rand, draw int)) error {
	d.base = zeros(o.Reps, len(d.e.at))
	const batch = 256
	for lo := 0; lo < o.Reps; lo += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		hi := min(lo+batch, o.Reps)
		parallel.For(0, hi-lo, func(k int) { do(rand.New(rand.NewPCG(o.Seed, uint64(lo+k))), lo+k) })
		if o.Progress != nil {
			o.Progress(hi, o.Reps)
		}
	}
	return ctx.Err()
}
