package power

import "math"

// The correlation of neighbouring periods is estimated from residuals that have the units' means taken off, which biases
// it downwards, the more the shorter the panel (Nickell 1981). Its expectation for a given ρ is known: with Ω the AR(1)
// correlations of the unit's periods and M the demeaning, residuals have the covariance MΩM. ρ is solved for so that the
// expected ratio of Σ ê_t ê_{t-1} to Σ ê_t² is the observed one (Solon 1984; Hansen 2007).

const (
	leastRho    = -0.99
	greatestRho = 0.995
)

// moments are Σ ê_t ê_{t-1} and Σ ê_t² over periods of a unit next to each other.
func moments(e []float64) (lagged, squared float64, pairs int) {
	for t, x := range e {
		if x != x {
			continue
		}
		squared += x * x
		if t > 0 && e[t-1] == e[t-1] {
			lagged += x * e[t-1]
			pairs++
		}
	}
	return lagged, squared, pairs
}

// expected are the moments of AR(1) noise of variance 1 in the periods seen, demeaned or not; powers are ρ⁰, ρ¹ …
func expected(seen []bool, powers []float64, demeaned bool) (lagged, squared float64) {
	var at []int
	for t, s := range seen {
		if s {
			at = append(at, t)
		}
	}
	n := len(at)
	omega, row, all := make([]float64, n*n), make([]float64, n), 0.0
	for i := range n {
		for j := range n {
			omega[i*n+j] = powers[max(at[i]-at[j], at[j]-at[i])]
			row[i] += omega[i*n+j] / float64(n)
		}
		all += row[i] / float64(n)
	}
	q := func(i, j int) float64 { // element of MΩM
		if !demeaned {
			return omega[i*n+j]
		}
		return omega[i*n+j] - row[i] - row[j] + all
	}
	for i := range n {
		squared += q(i, i)
		if i > 0 && at[i] == at[i-1]+1 {
			lagged += q(i, i-1)
		}
	}
	return lagged, squared
}

// powers are those of ρ up to the number of periods.
func (s *series) powers(rho float64) []float64 {
	out := make([]float64, len(s.at[0]))
	for k := range out {
		out[k] = math.Pow(rho, float64(k))
	}
	return out
}

// correlation estimates ρ; NaN where no two neighbouring periods are seen. atEnd tells that the residuals are more
// persistent than those of any stationary series that is not nearly a random walk.
func (s *series) correlation() (rho float64, atEnd bool) {
	lagged, squared, pairs := 0.0, 0.0, 0
	for _, e := range s.at {
		l, q, n := moments(e)
		lagged, squared, pairs = lagged+l, squared+q, pairs+n
	}
	if pairs == 0 || !(squared > 0) {
		return math.NaN(), false
	}
	ratio := lagged / squared
	f := func(rho float64) float64 {
		l, q := 0.0, 0.0
		powers := s.powers(rho)
		for _, p := range s.patterns {
			el, eq := expected(p.seen, powers, s.demeaned)
			l, q = l+float64(len(p.units))*el, q+float64(len(p.units))*eq
		}
		return l/q - ratio
	}
	low, high := leastRho, greatestRho
	switch {
	case f(low) >= 0:
		return low, true
	case f(high) <= 0:
		return high, true
	}
	for range 60 {
		middle := (low + high) / 2
		if f(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2, false
}

// deviations are the units' standard deviations of AR(1) noise: their squared residuals over the expected ones.
func (s *series) deviations(rho float64) []float64 {
	out := make([]float64, len(s.at))
	powers := s.powers(rho)
	for _, p := range s.patterns {
		_, want := expected(p.seen, powers, s.demeaned)
		for _, u := range p.units {
			_, squared, _ := moments(s.at[u])
			if want > 0 {
				out[u] = math.Sqrt(squared / want)
			}
		}
	}
	return out
}
