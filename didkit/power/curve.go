package power

import (
	"math"
	"slices"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// draw is one estimation under noise alone, from which that under any average effect τ follows: the estimate is b + aτ and
// its variance v + 2uτ + cτ², with a and c of the design. Every method here is linear in the outcome, and its variance a
// sum of squares of what is linear in it.
type draw struct{ b, v, u float64 }

// draws are those of a design.
type draws struct {
	all      []draw
	a, c     float64
	critical float64 // of |t|
	df       float64
}

// rejects tells whether the test rejects under the average effect τ.
func (d *draws) rejects(x draw, tau float64) bool {
	v := x.v + tau*(2*x.u+tau*d.c)
	return v > 0 && math.Abs(x.b+tau*d.a) > d.critical*math.Sqrt(v)
}

func (d *draws) share(tau float64) Share {
	k := 0
	for _, x := range d.all {
		if d.rejects(x, tau) {
			k++
		}
	}
	return wilson(k, len(d.all))
}

// wilson is Wilson's 95 % interval of a frequency.
func wilson(k, n int) Share {
	z, p, m := distribution.CriticalT(0.95, math.Inf(1)), float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Share{p, math.Max(0, centre-half), math.Min(1, centre+half)}
}

// spread is the standard deviation of the estimates and the mean standard error, both without effect.
func (d *draws) spread() (sd, se float64) {
	n, mean := float64(len(d.all)), 0.0
	for _, x := range d.all {
		mean += x.b / n
		se += math.Sqrt(math.Max(x.v, 0)) / n
	}
	for _, x := range d.all {
		sd += (x.b - mean) * (x.b - mean) / (n - 1)
	}
	return math.Sqrt(sd), se
}

// mde finds the least effect above zero with the power, and those with a power z binomial errors to either side.
func (d *draws) mde(power float64) MDE {
	sd, _ := d.spread()
	if d.a <= 0 || !(sd > 0) {
		nan := math.NaN()
		return MDE{nan, nan, nan, nan}
	}
	z := distribution.CriticalT(0.95, math.Inf(1))
	error := z * math.Sqrt(power*(1-power)/float64(len(d.all)))
	scale := sd / d.a
	m := MDE{Effect: d.least(power, scale), Low: d.least(math.Max(power-error, 0), scale), High: d.least(math.Min(power+error, 1-0.5/float64(len(d.all))), scale)}
	m.StdError = (m.High - m.Low) / (2 * z)
	return m
}

// least is the least effect that is found in a share of draws, to a millionth of the scale. The power grows with the
// effect but for the grain of single draws: a bracket is doubled from half the scale and halved.
func (d *draws) least(power, scale float64) float64 {
	enough := func(tau float64) bool { return d.share(tau).Share >= power }
	if enough(0) {
		return 0
	}
	low, high := 0.0, scale/2
	for !enough(high) {
		if low, high = high, 2*high; high > 1e4*scale {
			return math.NaN() // errors grow with the effect as fast as the estimate does
		}
	}
	for high-low > 1e-6*scale {
		middle := (low + high) / 2
		if enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// byFormula is (t₁₋ₐ/₂ + t_power)·sd/slope (Bloom 1995; Burlig, Preonas & Woerman 2020, eq. 1).
func (d *draws) byFormula(power float64) float64 {
	sd, _ := d.spread()
	t := distribution.CriticalT(math.Abs(2*power-1), d.df)
	if power < 0.5 {
		t = -t
	}
	return (d.critical + t) * sd / d.a
}

// grid are round effects from zero to some way above the minimum detectable one.
func grid(mde float64) []float64 {
	step := mde / 6
	unit := math.Pow(10, math.Floor(math.Log10(step)))
	for _, k := range []float64{1, 2, 2.5, 5, 10} {
		if k*unit >= step {
			step = k * unit
			break
		}
	}
	var out []float64
	for i := 0; ; i++ {
		x := rounded(float64(i) * step)
		out = append(out, x)
		if x >= 1.6*mde || i == 12 {
			return out
		}
	}
}

// rounded takes the noise of binary multiples off a decimal number.
func rounded(x float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	if err != nil {
		return x
	}
	return r
}

// points are the curve at the effects, ascending.
func (d *draws) points(effects []float64) []Point {
	effects = slices.Clone(effects)
	slices.Sort(effects)
	var out []Point
	for _, e := range slices.Compact(effects) {
		out = append(out, Point{e, d.share(e)})
	}
	return out
}
