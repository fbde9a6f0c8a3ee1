package match

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/design"
)

// Spec asks for a matching. The zero value but for Formula is one nearest neighbour with replacement on the logit score,
// no caliper.
type Spec struct {
	Formula       string // treatment ~ covariates
	Method        Method
	Distance      Distance
	Scheme        Scheme // "" : CrossSection for a cross-section, Pooled for a panel
	Ratio         int    // controls for each treated row; 0 means 1
	NoReplacement bool
	Order         Order   // without replacement; "" means Largest
	Caliper       float64 // largest distance allowed; 0 means none (a radius needs one)
	CaliperRaw    bool    // Caliper is in units of the distance itself, not of its standard deviation over the sample
	CommonSupport bool    // leave out treated rows whose score no control reaches
	Bandwidth     float64 // of the kernel, in units of the distance; 0 means 0.06 (psmatch2's default)
	Kernel        string  // epanechnikov (default), gaussian, uniform, biweight, tricube
	Design        design.Options
}

// Unmatched is the error when no treated row finds a control.
type Unmatched struct {
	Treated int
	Caliper float64
	Nearest float64 // the smallest distance there is
}

func (e *Unmatched) Error() string {
	return fmt.Sprintf("none of %d treated rows has a control within the caliper %.3g; the nearest pair is %.3g apart", e.Treated, e.Caliper, e.Nearest)
}

func (s Spec) withDefaults(isPanel bool) (Spec, error) {
	if s.Method == "" {
		s.Method = Nearest
	}
	if s.Distance == "" {
		s.Distance = Score
	}
	if s.Scheme == "" {
		s.Scheme = CrossSection
		if isPanel {
			s.Scheme = Pooled
		}
	}
	if s.Order == "" {
		s.Order = Largest
	}
	if s.Ratio == 0 {
		s.Ratio = 1
	}
	if s.Bandwidth == 0 {
		s.Bandwidth = 0.06
	}
	switch {
	case s.Ratio < 1:
		return s, fmt.Errorf("ratio is %d; it must be at least 1", s.Ratio)
	case s.Caliper < 0 || math.IsNaN(s.Caliper):
		return s, fmt.Errorf("the caliper is %g; it must be positive", s.Caliper)
	case s.Method == Radius && s.Caliper == 0:
		return s, fmt.Errorf("radius matching needs a caliper, as in caliper=0.05")
	case s.Bandwidth < 0:
		return s, fmt.Errorf("the bandwidth is %g; it must be positive", s.Bandwidth)
	case s.Method != Nearest && s.Distance == Mahalanobis:
		return s, fmt.Errorf("%s matching is made on the propensity score, not on the Mahalanobis distance", s.Method)
	case !isPanel && s.Scheme != CrossSection && s.Scheme != Pooled:
		return s, fmt.Errorf("matching %s needs a panel, and this is a cross-section", s.Scheme)
	}
	if _, ok := kernels[s.kernel()]; !ok {
		return s, fmt.Errorf("no kernel %q; there are epanechnikov, gaussian, uniform, biweight and tricube", s.Kernel)
	}
	return s, nil
}

func (s Spec) kernel() string {
	if s.Kernel == "" {
		return "epanechnikov"
	}
	return s.Kernel
}

// kernels weigh a scaled distance u ≥ 0.
var kernels = map[string]func(u float64) float64{
	"epanechnikov": func(u float64) float64 { return math.Max(0, 1-u*u) },
	"gaussian":     func(u float64) float64 { return math.Exp(-u * u / 2) },
	"uniform": func(u float64) float64 {
		if u < 1 {
			return 1
		}
		return 0
	},
	"biweight": func(u float64) float64 { return math.Pow(math.Max(0, 1-u*u), 2) },
	"tricube":  func(u float64) float64 { return math.Pow(math.Max(0, 1-u*u*u), 3) },
}
