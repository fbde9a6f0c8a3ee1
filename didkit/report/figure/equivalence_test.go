package figure_test

import (
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// A reader is told why an effect passes whose interval leaves the band, and only then.
func TestPassingOutsideTheBand(t *testing.T) {
	lead := func(at int, estimate, se, smallest float64) diagnose.Lead {
		return diagnose.Lead{EventTime: at, Estimate: estimate, StdError: se, Smallest: smallest, Critical: math.NaN(), PValue: math.NaN()}
	}
	for name, c := range map[string]struct {
		leads    []diagnose.Lead
		smallest float64
		told     bool
	}{
		"inside":  {[]diagnose.Lead{lead(-3, 0.1, 0.02, 0.133), lead(-2, 0.05, 0.02, 0.083)}, 0.133, false},
		"outside": {[]diagnose.Lead{lead(-3, 0.1, 0.02, 0.133), lead(-2, 0.002, 0.1, 0)}, 0.133, true},
	} {
		f := figure.Equivalence(&diagnose.Equivalence{Type: diagnose.EquivalenceMax, Method: diagnose.IntersectionUnion, Alpha: 0.05, Ref: -1, Leads: c.leads, Smallest: c.smallest}, wording.English)
		if told := strings.Contains(strings.Join(f.Notes, " "), "its interval may leave the band"); told != c.told {
			t.Errorf("%s: told %t, want %t: %q", name, told, c.told, f.Notes)
		}
	}
}
