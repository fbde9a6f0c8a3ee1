package vcov

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// Serial names the panel's variables and the lag of errors that allow for correlation over time.
type Serial struct {
	Unit string // with NeweyWest
	Time string
	Lag  int // with Given; else ⌊T^¼⌋ of T periods
	// Given tells that Lag was asked for, since a lag of zero means something.
	Given bool
}

// BadLag is the error for a lag that the periods don't have.
type BadLag struct{ Lag, Periods int }

func (e *BadLag) Error() string {
	if e.Lag < 0 {
		return fmt.Sprintf("the lag is %d; it counts periods, from 0", e.Lag)
	}
	return fmt.Sprintf("a lag of %d periods is too long: the rows used have %d periods, so the longest is %d, and ⌊T^¼⌋ = %d is usual",
		e.Lag, e.Periods, e.Periods-1, usualLag(e.Periods))
}

// TwicePeriod is the error for a unit that has a period more than once.
type TwicePeriod struct{ Unit, Time string }

func (e *TwicePeriod) Error() string {
	return fmt.Sprintf("a %s has a %s more than once, so the lags of its errors are not defined; vcov=dk(…) needs no units", e.Unit, e.Time)
}

func usualLag(periods int) int {
	lag := int(math.Pow(float64(periods), 0.25))
	for (lag+1)*(lag+1)*(lag+1)*(lag+1) <= periods { // 16^¼ may round below 2
		lag++
	}
	return lag
}

// serial is the covariance of Driscoll & Kraay (1998), where errors of all units are correlated within a period and over
// lags, and that of Newey & West (1987) unit by unit. Both have Bartlett's weights 1 − l/(L+1), the factor
// T/(T−1) · (n−1)/(n−K) with every fixed effect counted in K, and T − 1 degrees of freedom, as fixest 0.14. A lag counts
// periods that occur among the rows used; a unit without a row in a period has no term there.
func (p *Problem) serial(t Type, s Serial) (*Result, error) {
	if s.Time == "" || t == NeweyWest && s.Unit == "" {
		return nil, fmt.Errorf("vcov=%s needs a panel's unit and time; load it with unit= and time=, or write vcov=%s(unit=city, time=year)", t, t)
	}
	time, periods, err := p.Cluster(s.Time)
	if err != nil {
		return nil, err
	}
	lag := s.Lag
	if !s.Given {
		lag = usualLag(periods)
	}
	if periods < 2 || lag < 0 || lag >= periods {
		return nil, &BadLag{lag, periods}
	}
	meat := mat.NewSymDense(p.Bread.SymmetricDim(), nil)
	if t == DriscollKraay {
		all := make([]int32, periods)
		for i := range all {
			all[i] = int32(i)
		}
		lagged(meat, p.sums(time, periods), all, lag)
	} else if err := p.neweyWest(meat, s, time, lag); err != nil {
		return nil, err
	}
	k := p.Full()
	n, T := float64(p.N), float64(periods)
	r := &Result{K: k, DF: T - 1, Lag: &lag, V: scaled(sandwich(p.Bread, meat), T/(T-1)*(n-1)/(n-float64(k)))}
	if periods < fewPeriods {
		r.Notes = append(r.Notes, counting.Sprintf("%s has %d periods only; errors that rest on correlations over time are too small with so few", s.Time, periods))
	}
	return r, nil
}

// fewPeriods is where the note on too few begins: Driscoll & Kraay's theory is for many periods, and simulations find the
// errors too small below twenty or so (Vogelsang 2012).
const fewPeriods = 20

// sums adds the scores up by code: codes × columns.
func (p *Problem) sums(codes []int32, levels int) []float64 {
	k := p.Bread.SymmetricDim()
	out := make([]float64, levels*k)
	cols := columnsOf(k)
	for lo := 0; lo < p.N; lo += blockRows {
		hi := min(p.N, lo+blockRows)
		p.Scores(lo, hi, cols)
		for j, col := range cols {
			for r, s := range col[:hi-lo] {
				out[int(codes[lo+r])*k+j] += s
			}
		}
	}
	return out
}

// lagged adds Γ0 + Σ_l (1 − l/(L+1)) (Γ_l + Γ_l') to meat, where times are the periods of the rows of scores, ascending.
func lagged(meat *mat.SymDense, scores []float64, times []int32, lag int) {
	k := meat.SymmetricDim()
	row := func(i int) []float64 { return scores[i*k : (i+1)*k] }
	for i, t := range times {
		for j := i; j >= 0 && int(t-times[j]) <= lag; j-- {
			w := 1 - float64(t-times[j])/float64(lag+1)
			a, b := row(i), row(j)
			for x := range k {
				for y := x; y < k; y++ {
					v := a[x] * b[y]
					if i != j {
						v += a[y] * b[x]
					}
					meat.SetSym(x, y, meat.At(x, y)+w*v)
				}
			}
		}
	}
}

// neweyWest adds the units' own lagged products.
func (p *Problem) neweyWest(meat *mat.SymDense, s Serial, time []int32, lag int) error {
	unit, _, err := p.Cluster(s.Unit)
	if err != nil {
		return err
	}
	order, at := make([]int32, p.N), make([]int32, p.N)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(unit[a], unit[b]), cmp.Compare(time[a], time[b]))
	})
	for k, i := range order {
		at[i] = int32(k)
	}
	scores := p.sums(at, p.N)
	k := meat.SymmetricDim()
	for lo := 0; lo < p.N; {
		hi := lo
		var times []int32
		for hi < p.N && unit[order[hi]] == unit[order[lo]] {
			if t := time[order[hi]]; len(times) > 0 && times[len(times)-1] == t {
				return &TwicePeriod{s.Unit, s.Time}
			}
			times = append(times, time[order[hi]])
			hi++
		}
		lagged(meat, scores[lo*k:hi*k], times, lag)
		lo = hi
	}
	return nil
}
