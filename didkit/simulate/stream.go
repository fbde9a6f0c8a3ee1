package simulate

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// Stream is a source of random numbers of its own: a PCG generator keyed by the design's seed and a name, so that a draw
// for one purpose never shifts the draws for another, and a variable added to a design leaves the others as they were.
type Stream struct{ source *rand.PCG }

// NewStream opens the stream of that name under a seed.
func NewStream(seed uint64, name string) *Stream {
	h := fnv.New64a()
	h.Write([]byte(name))
	return &Stream{rand.NewPCG(seed, h.Sum64())}
}

// Uniform is a number in (0, 1), ends excluded: the middle of one of 2⁵² equal cells.
func (s *Stream) Uniform() float64 {
	return (float64(s.source.Uint64()>>12) + 0.5) / (1 << 52)
}

// Normal is a standard normal number, by inversion, so that each costs exactly one draw.
func (s *Stream) Normal() float64 { return quantile(s.Uniform()) }

// Student is a number of Student's t distribution with df degrees of freedom divided by its standard deviation, so that
// its variance is 1 as a standard normal's is; df must be a whole number above 2, and 0 stands for the normal. The
// chi-squared below the root is the sum of df squared normals.
func (s *Stream) Student(df int) float64 {
	z := s.Normal()
	if df == 0 {
		return z
	}
	chi := 0.0
	for range df {
		x := s.Normal()
		chi += times(x, x)
	}
	return times(z, math.Sqrt(float64(df-2)/chi))
}

// Below is a whole number in 0 … n-1, without bias: draws from the incomplete last round are thrown away.
func (s *Stream) Below(n int) int {
	limit := math.MaxUint64 - math.MaxUint64%uint64(n)
	for {
		if x := s.source.Uint64(); x < limit {
			return int(x % uint64(n))
		}
	}
}

// Shuffle puts x in random order (Fisher and Yates).
func (s *Stream) Shuffle(x []int) {
	for i := len(x) - 1; i > 0; i-- {
		j := s.Below(i + 1)
		x[i], x[j] = x[j], x[i]
	}
}

// autoregression fills x with a stationary AR(1) series of variance 1: x_t = ρ x_{t-1} + √(1-ρ²) u_t.
func (s *Stream) autoregression(x []float64, rho float64, df int) {
	fresh := math.Sqrt(1 - times(rho, rho))
	for t := range x {
		u := s.Student(df)
		if t == 0 {
			x[t] = u
			continue
		}
		x[t] = times(rho, x[t-1]) + times(fresh, u)
	}
}

// quantile is Φ⁻¹(p) for p in (0, 1), by Wichura's rational approximations (1988, Applied Statistics 37, algorithm
// AS 241, PPND16: about 16 digits).
func quantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - times(q, q)
		return times(q, polynomial(r, centreOver)/polynomial(r, centreUnder))
	}
	r := p
	if q > 0 {
		r = 1 - p
	}
	r = math.Sqrt(-log(r))
	var z float64
	if r <= 5 {
		r -= 1.6
		z = polynomial(r, middleOver) / polynomial(r, middleUnder)
	} else {
		r -= 5
		z = polynomial(r, tailOver) / polynomial(r, tailUnder)
	}
	if q < 0 {
		return -z
	}
	return z
}

// polynomial evaluates Σ c_k x^k by Horner's rule.
func polynomial(x float64, c []float64) float64 {
	s := 0.0
	for k := len(c) - 1; k >= 0; k-- {
		s = c[k] + times(s, x)
	}
	return s
}

// Coefficients of AS 241, in ascending powers: |p - ½| ≤ 0.425, then √(-ln p) up to 5, then beyond.
var (
	centreOver = []float64{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
		4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3}
	centreUnder = []float64{1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}
	middleOver = []float64{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4}
	middleUnder = []float64{1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}
	tailOver = []float64{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7}
	tailUnder = []float64{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}
)
