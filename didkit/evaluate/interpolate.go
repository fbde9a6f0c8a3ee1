package evaluate

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// interpolate fills gaps between two values of a unit, linearly in time; beyond a unit's first and last value only if
// ends is not 0, by the nearest value. interpolated says which values it filled.
func interpolate(ev *evaluator, c *formula.Call) (value, error) {
	g, err := ev.gaps(c)
	if err != nil {
		return value{}, err
	}
	ev.notes = append(ev.notes, g.note())
	if g.inside+g.beyond > 0 {
		ev.notes = append(ev.notes, "interpolated() of the same arguments is 1 where a value was filled")
	}
	return value{num: g.x}, nil
}

// interpolated is 1 where interpolate of the same arguments fills a value, else 0.
func interpolated(ev *evaluator, c *formula.Call) (value, error) {
	g, err := ev.gaps(c)
	if err != nil {
		return value{}, err
	}
	ev.notes = append(ev.notes, g.note())
	return value{num: g.filled}, nil
}

// gaps is a column with its gaps filled.
type gaps struct {
	x, filled            []float64 // filled is 1 where x was missing and is no more
	inside, beyond, left int       // gaps' values: between two of a unit, filled past its ends, left missing
}

func (g *gaps) note() string {
	note := counting.Sprintf("%d values interpolated", g.inside)
	if g.inside == 1 {
		note = "1 value interpolated"
	}
	if g.beyond > 0 {
		note += fmt.Sprintf(", %d carried beyond the ends", g.beyond)
	}
	if g.left > 0 {
		note += fmt.Sprintf(", %d left missing at the ends of units", g.left)
	}
	return note
}

// gaps fills the column of a call of interpolate or interpolated.
func (ev *evaluator) gaps(c *formula.Call) (*gaps, error) {
	if err := ev.needPanel(c); err != nil {
		return nil, err
	}
	v, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return nil, err
	}
	ends, err := ev.whole(c, "ends", 1, 0)
	if err != nil {
		return nil, err
	}
	g := &gaps{x: append([]float64(nil), ev.spread(v)...)}
	g.filled = make([]float64, len(g.x))
	times, units, order := periodValues(ev.p), ev.p.Units(), ev.p.Order()
	at := func(k int) int {
		if order == nil {
			return k
		}
		return int(order[k])
	}
	fill := func(k int, x float64, count *int) {
		g.x[at(k)], g.filled[at(k)] = x, 1
		*count++
	}
	for from := 0; from < len(g.x); {
		to := from + 1
		for to < len(g.x) && units.Codes[at(to)] == units.Codes[at(from)] {
			to++
		}
		prev := from - 1
		for k := from; k <= to; k++ {
			if k < to && g.x[at(k)] != g.x[at(k)] {
				continue
			}
			for i := prev + 1; i < k; i++ { // the gap between prev and k
				switch {
				case prev >= from && k < to:
					a, b := at(prev), at(k)
					fill(i, g.x[a]+(times[at(i)]-times[a])/(times[b]-times[a])*(g.x[b]-g.x[a]), &g.inside)
				case ends != 0 && prev >= from:
					fill(i, g.x[at(prev)], &g.beyond)
				case ends != 0 && k < to:
					fill(i, g.x[at(k)], &g.beyond)
				default:
					g.left++
				}
			}
			prev = k
		}
		from = to
	}
	return g, nil
}
