package absorb

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The reference: dummies and slopes written out as dense columns, projected on by a singular value decomposition.

// dummies is the n × P matrix of all effects' columns, slopes centred by level where an intercept stands beside them (the
// span is the same, and the decomposition's tolerance means something then), rows times the root of the weight, columns
// of unit length.
func dummies(p Problem) *mat.Dense {
	var cols [][]float64
	for _, e := range p.Effects {
		for l := 0; l < e.Levels; l++ {
			if e.Intercept {
				c := make([]float64, p.Rows)
				for i, code := range e.Codes {
					if int(code) == l {
						c[i] = 1
					}
				}
				cols = append(cols, c)
			}
			for _, z := range e.Slopes {
				c, mean, n := make([]float64, p.Rows), 0.0, 0.0
				for i, code := range e.Codes {
					if int(code) == l {
						mean += z[i] * weight(p.Weights, i)
						n += weight(p.Weights, i)
					}
				}
				for i, code := range e.Codes {
					if int(code) == l {
						c[i] = z[i]
						if e.Intercept {
							c[i] -= mean / n
						}
					}
				}
				size := 0.0
				for i, code := range e.Codes {
					if int(code) == l {
						size = max(size, math.Abs(z[i]))
					}
				}
				if norm(c) > 1e-11*size {
					cols = append(cols, c)
				}
			}
		}
	}
	d := mat.NewDense(p.Rows, max(len(cols), 1), nil)
	for j, c := range cols {
		for i := range c {
			c[i] *= math.Sqrt(weight(p.Weights, i))
		}
		n := norm(c)
		for i, v := range c {
			d.Set(i, j, v/n)
		}
	}
	return d
}

func norm(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s)
}

// reference projects columns off the dummies and returns the residuals, the dummies' rank, and the smallest of their
// singular values next to the largest. The rank is -1 if it is not clear.
func reference(t testing.TB, p Problem, cols [][]float64) (out [][]float64, rank int, smallest float64) {
	d := dummies(p)
	var svd mat.SVD
	if !svd.Factorize(d, mat.SVDThinU) {
		t.Fatal("the reference decomposition failed")
	}
	values := svd.Values(nil)
	for rank < len(values) && values[rank] > 1e-5*values[0] {
		rank++
	}
	if rank < len(values) && values[rank] > 1e-12*values[0] {
		return nil, -1, 0
	}
	var full mat.Dense
	svd.UTo(&full)
	for _, x := range cols {
		v := mat.NewVecDense(p.Rows, nil)
		for i := range x {
			v.SetVec(i, x[i]*math.Sqrt(weight(p.Weights, i)))
		}
		if rank > 0 {
			u := full.Slice(0, p.Rows, 0, rank)
			for range 2 { // twice is enough
				var c, f mat.VecDense
				c.MulVec(u.T(), v)
				f.MulVec(u, &c)
				v.SubVec(v, &f)
			}
		}
		res := make([]float64, p.Rows)
		for i := range res {
			res[i] = v.AtVec(i) / math.Sqrt(weight(p.Weights, i))
		}
		out = append(out, res)
	}
	return out, rank, values[max(rank-1, 0)] / values[0]
}

// compact renumbers codes so that every level is present.
func compact(codes []int32) ([]int32, int) {
	seen := map[int32]int32{}
	out := make([]int32, len(codes))
	for i, c := range codes {
		if _, ok := seen[c]; !ok {
			seen[c] = int32(len(seen))
		}
		out[i] = seen[c]
	}
	return out, len(seen)
}

func effect(name string, codes []int32, slopes ...[]float64) Effect {
	c, n := compact(codes)
	return Effect{Name: name, Codes: c, Levels: n, Intercept: true, Slopes: slopes}
}

// deviation is the largest difference of got and want, weighted, as a share of scale's weighted norm.
func deviation(got, want, scale, weights []float64) float64 {
	d, s := 0.0, 0.0
	for i := range got {
		w := math.Sqrt(weight(weights, i))
		d = max(d, math.Abs(got[i]-want[i])*w)
		s += scale[i] * scale[i] * w * w
	}
	if s == 0 {
		return d
	}
	return d / math.Sqrt(s)
}

func uniform(r *rand.Rand, n, levels int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = r.Int32N(int32(levels))
	}
	return out
}

func normal(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = r.NormFloat64()
	}
	return out
}
