package diagnose

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// flci finds the affine estimator with the shortest interval of fixed length under Δ^SD(M) (Rambachan & Roth 2023,
// section 4.1; Armstrong & Kolesár 2018). The estimator is l'β_post + v'β_pre. With times counted from the reference and
// u_j = Σ_{t>j} v_{-t} (t-j), a straight line gives no bias if u_0 = Σ l_t t, and its worst bias is then
// M (Σ_{j≥1} |Σ_{t>j} l_t (t-j)| + |u_0| + Σ_{j≥1} |u_j|). For each weight 1/t of the variance against the bias that is
// least squares with absolute-value penalties t on the u_j, whose solutions are straight between finitely many t
// (lassoPath), the same for every M; t is then searched over.
type flci struct {
	v        *EventVector
	l        []float64     // over the times after the reference
	constant float64       // the bias per M that no u changes
	base     []float64     // the estimator's weights on all times at u = 0
	d        [][]float64   // what each u_j, j from 1 on, adds to them
	h        *mat.SymDense // D'VD
	g        []float64     // D'V base
	path     lassoPath
}

func newFLCI(v *EventVector, l []float64) *flci {
	f := &flci{v: v, l: l}
	n, K := len(v.Times), v.Pre
	u0 := 0.0
	for j := range l {
		c := 0.0
		for t := j + 1; t <= len(l); t++ {
			c += l[t-1] * float64(t-j)
		}
		if j == 0 {
			u0 = c
		}
		f.constant += math.Abs(c)
	}
	// v_{-t} = u_{t-1} - 2u_t + u_{t+1}; time -t stands at K-t
	add := func(w []float64, j int, u float64) {
		for t, by := range map[int]float64{j + 1: 1, j: -2, j - 1: 1} {
			if t >= 1 && t <= K {
				w[K-t] += by * u
			}
		}
	}
	f.base = make([]float64, n)
	copy(f.base[K:], l)
	add(f.base, 0, u0)
	for j := 1; j < K; j++ {
		w := make([]float64, n)
		add(w, j, 1)
		f.d = append(f.d, w)
	}
	if len(f.d) > 0 {
		f.h = mat.NewSymDense(len(f.d), nil)
	}
	for i, a := range f.d {
		va := f.times(a)
		f.g = append(f.g, dot(va, f.base))
		for j, b := range f.d {
			if j >= i {
				f.h.SetSym(i, j, dot(va, b))
			}
		}
	}
	f.path = newLassoPath(f.h, f.g)
	return f
}

func (f *flci) times(a []float64) []float64 {
	out := make([]float64, len(a))
	for i, row := range f.v.V {
		out[i] = dot(row, a)
	}
	return out
}

func norm1(u []float64) float64 {
	s := 0.0
	for _, x := range u {
		s += math.Abs(x)
	}
	return s
}

// half is the interval's half length at u.
func (f *flci) half(u []float64, M, level float64) float64 {
	h := math.Sqrt(f.v.quadratic(f.weights(u)))
	return h * foldedQuantile(level, M*(f.constant+norm1(u))/h)
}

func (f *flci) weights(u []float64) []float64 {
	w := append([]float64(nil), f.base...)
	for j, x := range u {
		for i, y := range f.d[j] {
			w[i] += x * y
		}
	}
	return w
}

// interval is the shortest one under M.
func (f *flci) interval(M, level float64) (low, high float64) {
	w, half := f.shortest(M, level)
	estimate := dot(w, f.v.Beta)
	return estimate - half, estimate + half
}

// shortest are the weights and the half length of the shortest interval under M. The half length is convex along the path,
// which a golden section on log t follows.
func (f *flci) shortest(M, level float64) (weights []float64, half float64) {
	u := make([]float64, len(f.d))
	best := f.half(u, M, level) // the smallest bias
	chosen := append([]float64(nil), u...)
	try := func(t float64) float64 {
		f.path.at(t, u)
		x := f.half(u, M, level)
		if x < best {
			best = x
			copy(chosen, u)
		}
		return x
	}
	if top := f.path.top(); top > 0 {
		try(0) // the smallest variance
		if M > 0 {
			a, b := math.Log(top)-math.Log(1e8), math.Log(top)
			const golden = 0.6180339887498949
			x, y := b-golden*(b-a), a+golden*(b-a)
			fx, fy := try(math.Exp(x)), try(math.Exp(y))
			for b-a > 1e-7 {
				if fx <= fy {
					b, y, fy = y, x, fx
					x = b - golden*(b-a)
					fx = try(math.Exp(x))
				} else {
					a, x, fx = x, y, fy
					y = a + golden*(b-a)
					fy = try(math.Exp(y))
				}
			}
		}
	}
	return f.weights(chosen), best
}

func maxAbs(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = math.Max(m, math.Abs(v))
	}
	return m
}
