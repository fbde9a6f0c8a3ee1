package power

import (
	"fmt"
	"math"
)

// fewTreated is how many treated units are few for their own residuals: with n of them, taking their effects off leaves about
// 1 − 1/n of the variance.
const fewTreated = 10

// noiseNote says how units got their noise where it is not simply as asked for; n of them kept their own.
func (st *study) noiseNote(n int) string {
	if st.o.Noise == Autoregressive {
		return ""
	}
	treated, _ := st.noise.spreads()
	switch {
	case st.noise.signs:
		return fmt.Sprintf("units of one %s may move together: each unit keeps its own residuals, and all of a %s change sign together; where few are treated, such noise is too small", st.vcov.By[0], st.vcov.By[0])
	case st.o.Noise == Own && treated.units < fewTreated:
		return fmt.Sprintf("%d treated units are few for noise=own: effects are taken off their residuals, so that such noise is too small; noise=blocks draws from all units", treated.units)
	case st.o.Noise == Own, n == 0 && !st.noise.weighted:
		return ""
	case n == 0:
		return "rows are weighted, so that units need not vary alike: each takes another's residuals in the size that goes with its weight"
	}
	return fmt.Sprintf("too few units are seen in all periods of %d units: these keep their own residuals, with a random sign", n)
}

// unlike is by how much the standard error in the panel and the spread of the estimates drawn may differ without a word, and
// unlikeNoise the same of the residuals of treated and untreated units.
const (
	unlike      = 1.25
	unlikeNoise = 1.1
)

// apart says that the estimates drawn spread more or less than the standard error in the panel says, why as far as that can
// be told, and what the minimum detectable effect is with that error.
func (st *study) apart(r *Result) string {
	ratio := r.StdError / r.SD
	if !(ratio > unlike || ratio < 1/unlike) || math.IsInf(ratio, 0) {
		return ""
	}
	much := fmt.Sprintf("the standard error in the panel itself is %.3g times the standard deviation of the estimates drawn", ratio)
	if effect := r.ByFormula * ratio; !math.IsNaN(effect) {
		much += fmt.Sprintf(", and the formula gives a minimum detectable effect of %.3g with it", effect)
	}
	a, b := st.noise.spreads()
	if a.units < fewTreated && st.o.Noise == Blocks && !st.noise.signs {
		return much + fmt.Sprintf("; of %d treated units that error tells little, and the draws rest on the residuals of all units", a.units)
	}
	if st.o.Noise != Blocks || st.noise.signs {
		return much + "; take the larger of the two, as noise is made of residuals, and an error is an estimate from one sample"
	}
	if a.sd > unlikeNoise*b.sd || b.sd > unlikeNoise*a.sd {
		than := "more"
		if a.sd < b.sd {
			than = "less"
		}
		return fmt.Sprintf("treated units vary %s than the others (residuals of %.3g and %.3g) and take any unit's residuals here, so that %s; noise=own keeps each unit's own", than, a.sd, b.sd, much)
	}
	return much + "; noise=own keeps each unit's own residuals"
}

// spread is how much some units' residuals vary.
type spread struct {
	units int
	sd    float64
}

// spreads are those of treated and of untreated units.
func (s *series) spreads() (treated, others spread) {
	of := func(ever bool) (out spread) {
		squares, rows := 0.0, 0.0
		for u, e := range s.at {
			if (s.start[u] == s.start[u]) != ever {
				continue
			}
			out.units++
			for _, x := range e {
				if x == x {
					squares, rows = squares+x*x, rows+1
				}
			}
		}
		out.sd = math.Sqrt(squares / rows)
		return out
	}
	return of(true), of(false)
}

func (st *study) notes(r *Result, d *draws) {
	if st.atEnd {
		r.Notes = append(r.Notes, fmt.Sprintf("residuals are as persistent as a random walk or more: a correlation of %.3f is the nearest that stays", r.Rho))
	}
	if r.Size.Low > st.o.Alpha {
		r.Notes = append(r.Notes, fmt.Sprintf("the test rejects more often than its level says without an effect (%.3f): its errors are too small here, and its power is overstated", r.Size.Share))
	}
	if math.IsNaN(r.MDE.Effect) {
		r.Notes = append(r.Notes, fmt.Sprintf("no average effect is found with probability %g", st.o.Power))
	}
	if math.Abs(d.a-1) > 0.01 {
		r.Notes = append(r.Notes, fmt.Sprintf("the method's estimate grows by %.3f for an average effect of 1 along this path, as it weighs effects in its own way", d.a))
	}
}
