package did

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// spacing is the distance between periods, ascending, if all are equally far apart by a whole number.
func spacing(periods []float64) (step float64, even bool) {
	if len(periods) < 2 {
		return 1, false
	}
	d := periods[1] - periods[0]
	for t, p := range periods[1:] {
		if p-periods[t] != d {
			return 1, false
		}
	}
	if d != math.Trunc(d) {
		return 1, false
	}
	return d, true
}

// LastBefore is the event time of the last period before adoption: minus the distance between the panel's periods if all are equally
// far apart by a whole number, else -1.
func LastBefore(p *panel.Panel) int {
	periods := p.Periods()
	if periods == nil || periods.Texts != nil {
		return -1
	}
	levels := slices.Clone(periods.Numbers)
	slices.Sort(levels)
	step, _ := spacing(levels)
	return -int(step)
}
