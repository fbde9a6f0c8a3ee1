package absorb

import "math"

// run is how conjugate gradients went, column by column.
type run struct {
	iterations []int
	residual   []float64
}

// descend runs preconditioned conjugate gradients on gw columns side by side; each goes its own way to the last bit.
// theta comes zero and leaves with the coefficients; r comes with the moments and leaves with what is left of them.
// A column is done when |r| is at most tol times |r| at the start, and so is √(r'M⁻¹r), which estimates the error of the
// demeaned column; or when |r| is down to what rounding may leave and does not shrink any more.
func (s *sparse) descend(theta, r []float64, gw int, noise []float64) run {
	moments := append([]float64(nil), r...)
	n := len(r)
	d := &descent{sparse: s, gw: gw, done: make([]bool, gw), floor: append([]float64(nil), noise...), steps: make([]int, gw),
		z: make([]float64, n), p: make([]float64, n), q: make([]float64, n), size: make([]float64, gw), energy: make([]float64, gw),
		best: make([]float64, gw), since: make([]int, gw)}
	now, length := make([]float64, gw), make([]float64, gw)
	columnDots(r, r, d.size)
	d.approximate(d.z, r, d.q, gw)
	columnDots(r, d.z, d.energy)
	out := run{d.steps, make([]float64, gw)}
	for j, v := range d.size {
		d.size[j] = math.Sqrt(v)
		d.best[j] = d.size[j]
		d.done[j] = d.size[j] <= tinyFloor*d.floor[j]
	}
	for left := s.a.maxIter; ; {
		steps := d.from(theta, r, left)
		left -= steps
		// The residual that the recurrence carries drifts from the true one: check, and go on from there if it did.
		copy(r, moments)
		d.residual(theta, r)
		columnDots(r, r, now)
		columnDots(theta, theta, length)
		for j := range d.done {
			d.floor[j] = noise[j] + min(8*epsilon*math.Sqrt(length[j]), 1000*noise[j])
			// Written so that |r| ≤ tol |r at the start| + floor is residual ≤ tol.
			out.residual[j] = 0
			if size := d.size[j] + d.floor[j]/s.a.tol; size > 0 {
				out.residual[j] = math.Sqrt(now[j]) / size
			}
			d.done[j] = out.residual[j] <= s.a.tol
		}
		if allTrue(d.done) || left <= 0 || steps == 0 || s.a.stopped() != nil {
			return out
		}
	}
}

// descent is the state of one run of descend.
type descent struct {
	*sparse
	gw      int
	done    []bool
	size    []float64 // |r| at the start
	energy  []float64 // r'M⁻¹r at the start
	floor   []float64 // |r| that may be mere rounding
	best    []float64 // smallest |r| so far
	since   []int     // steps since |r| was last half of best
	z, p, q []float64
	steps   []int
	watch   func(step int, squared float64) (enough bool) // told |r|² of the first column; nil if nobody watches
}

const (
	epsilon = 0x1p-52
	// nullDirection is the share of a direction, net of the first effect, below which it is rounding that is left of it.
	nullDirection = 1e-14
	stagnant      = 20   // steps without a halving of |r|
	tinyFloor     = 1e-3 // share of what rounding may leave that there is no use in shrinking
)

// residual takes Sθ off r.
func (d *descent) residual(theta, r []float64) {
	d.apply(theta, d.q, d.gw)
	for i, v := range d.q {
		r[i] -= v
	}
}

// from goes on from theta, with its residual r, for at most some steps; columns that are done stay as they are.
func (d *descent) from(theta, r []float64, most int) (steps int) {
	gw, n := d.gw, len(r)
	rho, alpha, beta, now := make([]float64, gw), make([]float64, gw), make([]float64, gw), make([]float64, gw)
	d.approximate(d.z, r, d.q, gw)
	copy(d.p, d.z)
	columnDots(r, d.z, rho)
	done := append([]bool(nil), d.done...)
	for steps = 0; steps < most; steps++ {
		if allTrue(done) || d.a.stopped() != nil {
			return steps
		}
		d.apply(d.p, d.q, gw)
		columnDots(d.p, d.q, alpha)
		columnDots(d.p, d.p, now)
		for j := range alpha {
			if done[j] || !(alpha[j] > nullDirection*now[j]) {
				alpha[j], done[j] = 0, true // the check that follows tells whether that is the solution
				continue
			}
			alpha[j] = rho[j] / alpha[j]
			d.steps[j]++
		}
		for i := 0; i < n; i += gw {
			theta, r, p, q := theta[i:i+gw], r[i:i+gw], d.p[i:i+gw], d.q[i:i+gw]
			for j, a := range alpha {
				theta[j] += a * p[j]
				r[j] -= a * q[j]
			}
		}
		columnDots(r, r, now)
		if d.watch != nil && d.watch(steps+1, now[0]) {
			return steps + 1
		}
		d.approximate(d.z, r, d.q, gw)
		columnDots(r, d.z, beta)
		tol := d.a.tol
		for j := range beta {
			if !done[j] {
				size := math.Sqrt(now[j])
				if d.since[j]++; size <= d.best[j]/2 {
					d.best[j], d.since[j] = size, 0
				}
				done[j] = size <= tol*d.size[j] && beta[j] <= tol*tol*d.energy[j] ||
					size <= d.floor[j] && (d.since[j] > stagnant || size <= tinyFloor*d.floor[j])
			}
			rho[j], beta[j] = beta[j], beta[j]/rho[j]
			if done[j] || beta[j]-beta[j] != 0 {
				beta[j] = 0
			}
		}
		for i := 0; i < n; i += gw {
			p, z := d.p[i:i+gw], d.z[i:i+gw]
			for j, b := range beta {
				p[j] = z[j] + b*p[j]
			}
		}
	}
	return steps
}

// columnDots writes the inner products of the columns of a and b.
func columnDots(a, b, out []float64) {
	clear(out)
	gw := len(out)
	for i := 0; i < len(a); i += gw {
		y := b[i : i+gw]
		for j, x := range a[i : i+gw] {
			out[j] += x * y[j]
		}
	}
}

func allTrue(b []bool) bool {
	for _, v := range b {
		if !v {
			return false
		}
	}
	return true
}
