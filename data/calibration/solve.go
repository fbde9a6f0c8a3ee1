package calibration

import (
	"errors"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/gonum/mat"
)

// step is how far a parameter moves to measure its slope: by this share of itself, or of 0.01 if it is smaller.
const step = 0.01

// Solve moves the parameters until every statistic hits its target, by Levenberg's and Marquardt's method: the Jacobian is
// measured by differences at the start and whenever no move is better, and corrected by what moves do in between
// (Broyden 1965). It returns the best design and the largest miss, in units of its statistic. Where the targets can't all
// be met, the sum of squares of the misses is as small as the method finds it.
func Solve(text []byte, system []Pair, rounds int, log io.Writer) ([]byte, float64, error) {
	return (&solver{system: system}).solve(text, rounds, log)
}

func (s *solver) solve(text []byte, rounds int, log io.Writer) ([]byte, float64, error) {
	s.damping = 1e-3
	best, miss, err := s.misses(text)
	if err != nil {
		return nil, 0, err
	}
	for round := 0; round < rounds && miss > 1e-3; round++ {
		if s.jacobian == nil {
			if err := s.measure(text, best); err != nil {
				return nil, 0, err
			}
			s.moves = 0
		}
		next, got, err := s.move(text, best)
		if errors.Is(err, errStuck) {
			if s.moves == 0 || s.quick {
				break // not even with a fresh Jacobian
			}
			s.jacobian = nil
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		text, best, miss = next, got, worst(got)
		s.moves++
		fmt.Fprintf(log, "round %d: norm %.5f, largest miss %.5f (%s)\n", round+1, norm(best), miss, s.worstName(best))
	}
	return text, miss, nil
}

var errStuck = errors.New("no shorter move is better")

type solver struct {
	system   []Pair
	jacobian *mat.Dense
	moves    int // since the Jacobian was measured
	damping  float64
	quick    bool // never measure the Jacobian anew
}

// misses are the statistics' distances from their targets, in units of each.
func (s *solver) misses(text []byte) ([]float64, float64, error) {
	got, err := statistics(text)
	if err != nil {
		return nil, 0, err
	}
	out := make([]float64, len(s.system))
	for i, p := range s.system {
		x, ok := got[p.Statistic]
		if !ok {
			return nil, 0, fmt.Errorf("no statistic %q", p.Statistic)
		}
		out[i] = (x - p.Target) / p.Unit
	}
	return out, worst(out), nil
}

func worst(x []float64) float64 {
	w := 0.0
	for _, v := range x {
		w = max(w, math.Abs(v))
	}
	return w
}

func (s *solver) worstName(x []float64) string {
	at := 0
	for i := range x {
		if math.Abs(x[i]) > math.Abs(x[at]) {
			at = i
		}
	}
	return s.system[at].Statistic
}

// shifted is the design with parameter j moved by h: added, or as a factor e^h.
func (s *solver) shifted(text []byte, h []float64) ([]byte, error) {
	var paths []string
	var values []float64
	for j, p := range s.system {
		x, err := read(text, p.Paths)
		if err != nil {
			return nil, err
		}
		for k := range x {
			if p.Factor {
				x[k] *= math.Exp(h[j])
			} else {
				x[k] += h[j]
			}
		}
		paths, values = append(paths, p.Paths...), append(values, x...)
	}
	return write(text, paths, values)
}

func (s *solver) width(text []byte, j int) (float64, error) {
	if s.system[j].Factor {
		return step, nil
	}
	x, err := read(text, s.system[j].Paths)
	if err != nil {
		return 0, err
	}
	return step * max(math.Abs(x[0]), 0.1), nil
}

func (s *solver) measure(text []byte, at []float64) error {
	n := len(s.system)
	s.jacobian = mat.NewDense(n, n, nil)
	for j := range n {
		w, err := s.width(text, j)
		if err != nil {
			return err
		}
		h := make([]float64, n)
		h[j] = w
		moved, err := s.shifted(text, h)
		if err != nil {
			return err
		}
		got, _, err := s.misses(moved)
		if err != nil {
			return err
		}
		for i := range n {
			s.jacobian.Set(i, j, (got[i]-at[i])/w)
		}
	}
	return nil
}

// move takes one step: (J'J + λ diag J'J) h = -J'f, with λ raised until the step is better.
func (s *solver) move(text []byte, at []float64) ([]byte, []float64, error) {
	n := len(s.system)
	var normal mat.Dense
	normal.Mul(s.jacobian.T(), s.jacobian)
	var gradient mat.VecDense
	gradient.MulVec(s.jacobian.T(), mat.NewVecDense(n, at))
	for range 8 {
		var damped mat.Dense
		damped.CloneFrom(&normal)
		for j := range n {
			damped.Set(j, j, normal.At(j, j)*(1+s.damping)+1e-12)
		}
		var h mat.VecDense
		if err := h.SolveVec(&damped, &gradient); err != nil && !errors.As(err, new(mat.Condition)) {
			return nil, nil, err
		}
		d := make([]float64, n)
		for j := range n {
			d[j] = -h.AtVec(j)
			if s.system[j].Factor {
				d[j] = max(-0.5, min(0.5, d[j]))
			}
		}
		next, err := s.shifted(text, d)
		if err != nil {
			return nil, nil, err
		}
		if got, _, err := s.misses(next); err == nil && norm(got) < norm(at) {
			s.correct(d, at, got)
			s.damping = max(s.damping/5, 1e-6)
			return next, got, nil
		}
		s.damping = min(s.damping*5, 10)
	}
	return nil, nil, errStuck
}

func norm(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s)
}

// correct is Broyden's update J += (Δf - J d) d' / d'd.
func (s *solver) correct(d, before, after []float64) {
	n := len(d)
	dv := mat.NewVecDense(n, d)
	var jd mat.VecDense
	jd.MulVec(s.jacobian, dv)
	residual := mat.NewVecDense(n, nil)
	for i := range n {
		residual.SetVec(i, after[i]-before[i]-jd.AtVec(i))
	}
	s.jacobian.RankOne(s.jacobian, 1/mat.Dot(dv, dv), residual, dv)
}
