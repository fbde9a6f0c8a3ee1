// This file stands in for the exact solver until that is written: delete it whole when Absorber, Within and the rest exist.

package absorb

import "gonum.org/v1/gonum/mat"

type Problem struct {
	Rows    int
	Effects []Effect
	Weights []float64
}
type Options struct {
	Tol              float64
	MaxIter, Workers int
}
type Absorber struct{ p Problem }
type Within struct {
	a         *Absorber
	cols, dem [][]float64
}
type Report struct {
	Method     string
	Iterations int
	Residual   float64
}

func New(p Problem, o Options) (*Absorber, error) { return &Absorber{p}, nil }
func (a *Absorber) Components() []int             { return nil }
func (a *Absorber) Within(cols [][]float64) (*Within, error) {
	w := &Within{a: a, cols: cols}
	for _, c := range cols {
		x := append([]float64(nil), c...)
		for it := 0; it < 20000; it++ {
			mx := 0.0
			sub := func(e Effect, z []float64) {
				num := make([]float64, e.Levels)
				den := make([]float64, e.Levels)
				for i, l := range e.Codes {
					wt := 1.0
					if a.p.Weights != nil {
						wt = a.p.Weights[i]
					}
					zz := 1.0
					if z != nil {
						zz = z[i]
					}
					num[l] += wt * zz * x[i]
					den[l] += wt * zz * zz
				}
				for i, l := range e.Codes {
					zz := 1.0
					if z != nil {
						zz = z[i]
					}
					if den[l] > 0 {
						d := num[l] / den[l] * zz
						x[i] -= d
						if d < 0 {
							d = -d
						}
						if d > mx {
							mx = d
						}
					}
				}
			}
			for _, e := range a.p.Effects {
				if e.Intercept {
					sub(e, nil)
				}
				for _, s := range e.Slopes {
					sub(e, s)
				}
			}
			if mx < 1e-15 {
				break
			}
		}
		w.dem = append(w.dem, x)
	}
	return w, nil
}
func (w *Within) Block(lo, hi int, dst [][]float64) {
	for j := range w.dem {
		copy(dst[j], w.dem[j][lo:hi])
	}
}
func (w *Within) wt(i int) float64 {
	if w.a.p.Weights == nil {
		return 1
	}
	return w.a.p.Weights[i]
}
func (w *Within) Gram() *mat.SymDense {
	k := len(w.dem)
	g := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			s := 0.0
			for r := range w.dem[i] {
				s += w.wt(r) * w.dem[i][r] * w.dem[j][r]
			}
			g.SetSym(i, j, s)
		}
	}
	return g
}
func (w *Within) Variation(j int) (b, a float64) {
	sw, m := 0.0, 0.0
	for i, x := range w.cols[j] {
		sw += w.wt(i)
		m += w.wt(i) * x
	}
	m /= sw
	for i, x := range w.cols[j] {
		b += w.wt(i) * (x - m) * (x - m)
		a += w.wt(i) * w.dem[j][i] * w.dem[j][i]
	}
	return
}
func (w *Within) Report() Report         { return Report{} }
func (w *Within) Column(j int) []float64 { return append([]float64(nil), w.dem[j]...) }
