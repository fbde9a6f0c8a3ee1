package diagnose

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Restriction is what is believed of the violations of parallel trends.
type Restriction string

// The restrictions.
const (
	RelativeMagnitude Restriction = "rm" // changes after the reference are at most M̄ times the largest change before it
	Smoothness        Restriction = "sd" // the slope changes by at most M from one period to the next
)

// RobustMethod is how intervals are made.
type RobustMethod string

// The methods.
const (
	FLCI        RobustMethod = "flci"        // the shortest interval of fixed length; Smoothness only
	CLF         RobustMethod = "clf"         // conditional, after a least favourable first stage
	CF          RobustMethod = "cf"          // conditional, after an interval of fixed length; Smoothness only
	Conditional RobustMethod = "conditional" // conditional alone
)

// HonestOptions say which intervals. The zero value is relative magnitudes, M̄ = 0, 0.5, 1, 1.5, 2, for the effect in the
// period of adoption.
type HonestOptions struct {
	Type    Restriction  // "": RelativeMagnitude
	Method  RobustMethod // "": CLF for RelativeMagnitude, FLCI for Smoothness
	M       []float64    // nil: 0 to 2; for Smoothness, 0 to the largest change of slope seen before the reference
	Level   float64      // 0: 0.95
	Event   int          // the event time whose effect is asked for, from adoption on
	Average bool         // the mean of the effects from adoption on, instead
}

// Honest is what an event study still says when trends are not parallel.
type Honest struct {
	Type      Restriction  `json:"type"`
	Method    RobustMethod `json:"method"`
	Level     float64      `json:"level"`
	Outcome   string       `json:"outcome"`
	EventTime *int         `json:"event_time"` // nil: the mean from adoption on
	Estimate  float64      `json:"estimate"`
	Intervals []MInterval  `json:"intervals"`
	Original  Ends         `json:"original"`  // under parallel trends, normal
	Breakdown float64      `json:"breakdown"` // the largest M whose interval leaves zero out; 0 if none does, +Inf if all do
	Simulated bool         `json:"simulated,omitempty"`
	Data      string       `json:"data,omitempty"`
	Notes     []string     `json:"notes,omitempty"`
}

// MInterval is the robust interval under a bound M. Infinite ends mean that there is no bound; NaN ends that no effect
// agrees with the estimates under M.
type MInterval struct {
	M        float64 `json:"m"`
	ConfLow  float64 `json:"conf_low"`
	ConfHigh float64 `json:"conf_high"`
}

// Ends are those of an interval.
type Ends struct {
	ConfLow  float64 `json:"conf_low"`
	ConfHigh float64 `json:"conf_high"`
}

// Robust computes intervals for an effect that hold if trends differ within bounds (Rambachan & Roth 2023): for each
// bound M, the effects that agree with the estimates under some violation δ in Δ^RM(M̄) or Δ^SD(M), δ = 0 at the
// reference. An interval is the hull of the accepted effects. Least favourable critical values are simulated with a seed
// of their own, so that results are the same every time.
func Robust(ctx context.Context, v *EventVector, o HonestOptions) (*Honest, error) {
	if o.Type == "" {
		o.Type = RelativeMagnitude
	}
	if o.Method == "" {
		o.Method = map[Restriction]RobustMethod{RelativeMagnitude: CLF, Smoothness: FLCI}[o.Type]
	}
	if (o.Method == FLCI || o.Method == CF) && o.Type == RelativeMagnitude {
		return nil, fmt.Errorf("intervals of fixed length are for the smoothness restriction; relative magnitudes take clf or conditional")
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	l, err := v.target(o)
	if err != nil {
		return nil, err
	}
	if o.M == nil {
		o.M = v.defaultBounds(o.Type)
	}
	for _, m := range o.M {
		if !(m >= 0) || math.IsInf(m, 1) {
			return nil, fmt.Errorf("a bound of %g is none; bounds are numbers from 0 on", m)
		}
	}
	full := append(make([]float64, v.Pre), l...)
	se := math.Sqrt(v.quadratic(full))
	r := &Honest{Type: o.Type, Method: o.Method, Level: o.Level, Estimate: dot(full, v.Beta)}
	if !o.Average {
		r.EventTime = &o.Event
	}
	half := upperQuantile((1-o.Level)/2) * se
	r.Original = Ends{r.Estimate - half, r.Estimate + half}
	h := &robust{v: v, o: o, l: l, estimate: r.Estimate, se: se}
	if o.Method == FLCI || o.Method == CF {
		h.flci = newFLCI(v, l)
	}
	for _, m := range o.M {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		low, high := h.interval(m)
		r.Intervals = append(r.Intervals, MInterval{m, low, high})
	}
	if r.Breakdown, err = h.breakdown(ctx); err != nil {
		return nil, err
	}
	if !v.lastBefore() {
		r.Notes = append(r.Notes, fmt.Sprintf("violations are counted from the reference, event time %d, so that the times between it and adoption may be violated too", v.Ref))
	}
	if v.Step > 1 {
		r.Notes = append(r.Notes, fmt.Sprintf("event times are %d apart, and violations are bounded from each to the next", v.Step))
	}
	r.Notes = append(r.Notes, v.notes()...)
	return r, nil
}

// notes say what the vector's times are, where they are not single periods.
func (v *EventVector) notes() []string {
	if v.Aligned {
		return []string{"imputed effects are measured from all periods before adoption, violations from the last one: the effects here are those measured from the last one too, by what the leads say of the others"}
	}
	if !v.Binned {
		return nil
	}
	return []string{"the ends of the event study's window gather everything beyond them and count as single periods here; a study with ends=clip has none such"}
}

// target is l, over the times after the reference.
func (v *EventVector) target(o HonestOptions) ([]float64, error) {
	l := make([]float64, v.post())
	times := v.Times[v.Pre:]
	if o.Average {
		n := 0
		for _, t := range times {
			if t >= 0 {
				n++
			}
		}
		for i, t := range times {
			if t >= 0 {
				l[i] = 1 / float64(n)
			}
		}
		return l, nil
	}
	i := slices.Index(times, o.Event)
	if i < 0 || o.Event < 0 {
		return nil, fmt.Errorf("the event study has no effect at event time %d; it has those of 0 to %d", o.Event, times[len(times)-1])
	}
	l[i] = 1
	return l, nil
}

// defaultBounds are five values of M̄, or of M up to the largest change of slope before the reference.
func (v *EventVector) defaultBounds(t Restriction) []float64 {
	if t == RelativeMagnitude {
		return []float64{0, 0.5, 1, 1.5, 2}
	}
	d := append(slices.Clone(v.Beta[:v.Pre]), 0)
	top := 0.0
	for i := 2; i < len(d); i++ {
		top = math.Max(top, math.Abs(d[i]-2*d[i-1]+d[i-2]))
	}
	if top == 0 {
		top = math.Sqrt(v.V[0][0])
	}
	step := math.Pow(10, math.Floor(math.Log10(top/4))) // a round number of at most a tenth more than a quarter of it
	step *= math.Ceil(top / 4 / step)
	return []float64{0, step, 2 * step, 3 * step, 4 * step}
}

// robust computes intervals at one M after another.
type robust struct {
	v            *EventVector
	o            HonestOptions
	l            []float64
	estimate, se float64
	flci         *flci
}

// tests are those whose union accepts an effect; nil entries accept all.
func (h *robust) tests(m float64) []*moments {
	alpha, hybrid := 1-h.o.Level, h.o.Method == CLF
	if h.o.Type == Smoothness {
		rows := smoothness(h.v.Pre, h.v.post())
		if h.o.Method != CF {
			return []*moments{newMoments(h.v, rows, m, h.l, alpha, hybrid)}
		}
		kappa, rest := split(alpha)
		t := newMoments(h.v, rows, m, h.l, rest, false)
		if t != nil {
			t.after(h.v, rows, h.flci, m, 1-kappa)
		}
		return []*moments{t}
	}
	if m == 0 { // no change is allowed, whatever was seen before
		return []*moments{newMoments(h.v, relative(h.v.Pre, h.v.post(), 1, 1, 0), 0, h.l, alpha, hybrid)}
	}
	out := make([]*moments, 2*h.v.Pre)
	parallel.For(0, len(out), func(i int) {
		sign := 1.0
		if i%2 == 1 {
			sign = -1
		}
		out[i] = newMoments(h.v, relative(h.v.Pre, h.v.post(), i/2+1, sign, m), 0, h.l, alpha, hybrid)
	})
	return out
}

// accepted tells whether some test accepts the effect; those that are open without their critical value come last.
func accepted(tests []*moments, theta float64) bool {
	for _, last := range []bool{false, true} {
		undecided := false
		for _, t := range tests {
			if t == nil {
				return true
			}
			switch t.judge(theta, last) {
			case accepts:
				return true
			case open:
				undecided = true
			}
		}
		if !undecided {
			return false
		}
	}
	return false
}

// interval is the hull of the accepted effects: a search outwards from the estimate in ever larger ranges, then
// bisection of both ends.
func (h *robust) interval(m float64) (low, high float64) {
	if h.o.Method == FLCI {
		return h.flci.interval(m, h.o.Level)
	}
	tests := h.tests(m)
	const points = 150 // on either side
	reach := 6 * h.se
	for range 60 {
		at := func(i int) float64 { return h.estimate + reach*float64(i)/points }
		first, last := 0, 0
		found := false
		for i := -points; i <= points; i++ {
			if accepted(tests, at(i)) {
				if !found {
					first = i
				}
				last, found = i, true
			}
		}
		switch {
		case !found && reach < 1e3*h.se: // the set may lie aside
			reach *= 2
		case !found:
			return math.NaN(), math.NaN()
		case first < -points*4/5 || last > points*4/5:
			reach *= 2
		default:
			end := func(in, out float64) float64 {
				for range 50 {
					mid := (in + out) / 2
					if mid == in || mid == out {
						break
					}
					if accepted(tests, mid) {
						in = mid
					} else {
						out = mid
					}
				}
				return in
			}
			return end(at(first), at(first-1)), end(at(last), at(last+1))
		}
	}
	return math.Inf(-1), math.Inf(1)
}

// covers tells whether the interval under m holds zero.
func (h *robust) covers(m float64) bool {
	if h.o.Method == FLCI {
		low, high := h.flci.interval(m, h.o.Level)
		return low <= 0 && high >= 0
	}
	return accepted(h.tests(m), 0)
}

// breakdown is the largest m that leaves zero out, to four digits.
func (h *robust) breakdown(ctx context.Context) (float64, error) {
	if h.covers(0) {
		return 0, nil
	}
	out, in := 0.0, 1.0
	if h.o.Type == Smoothness {
		in = h.se
	}
	for k := 0; !h.covers(in); k++ {
		if k == 30 {
			return math.Inf(1), nil
		}
		out, in = in, 2*in
	}
	for in-out > 1e-4*in {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if mid := (in + out) / 2; h.covers(mid) {
			in = mid
		} else {
			out = mid
		}
	}
	return out, nil
}
