package calibration

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/data/replica"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

// Part is what one published number or one sentence of the paper adds to the distance.
type Part struct {
	What string
	Adds float64
}

// Distance says how far the panel of a calibrated design is from the paper as a whole, those numbers included that no
// parameter is tied to: the mean square of coefficients' gaps in published standard errors, of standard errors' in tenths
// and of R²'s in units of 0.02. The paper's words count as well, with 0.2 each: every interval of Figure 1 before
// adoption holds 0, so do those of periods 0 to 2, and those from period 3 on lie above it; Table 6's stars. So does what
// a design should say: effects of the pilots on mediators are positive and the effect's path neither
// begins far below zero nor falls.
func Distance(text []byte) (float64, []Part, error) {
	d, err := simulate.Read(bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	p, err := simulate.Panel(d)
	if err != nil {
		return 0, nil, err
	}
	lines, err := replica.Compare(p)
	if err != nil {
		return 0, nil, err
	}
	var parts []Part
	var last replica.Line
	for _, l := range lines {
		where := l.Table + " " + l.Column + " " + l.What
		switch l.Kind {
		case replica.Coefficient:
			last = l
		case replica.Statistic: // comes after its coefficient
			se := math.Abs(last.Published.Value / l.Published.Value)
			parts = append(parts, Part{where, square((last.Ours - last.Published.Value) / se)})
			if math.Abs(l.Published.Value) > 2 { // else the printed digits don't tell the standard error
				parts = append(parts, Part{where + " se", square((last.StdError/se - 1) / 0.1)})
			}
		case replica.RSquared:
			parts = append(parts, Part{where, square((l.Ours - l.Published.Value) / 0.02)})
		}
	}
	for i := range parts {
		parts[i].Adds /= float64(len(parts))
	}
	words, err := sentences(d, p)
	if err != nil {
		return 0, nil, err
	}
	sum := 0.0
	parts = append(parts, words...)
	for _, x := range parts {
		sum += x.Adds
	}
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(b.Adds, a.Adds) })
	return sum, parts, nil
}

// sentences are the paper's words that the panel contradicts, and what the design says against sense.
func sentences(d simulate.Design, p *panel.Panel) ([]Part, error) {
	var out []Part
	against := func(yes bool, format string, args ...any) {
		if yes {
			out = append(out, Part{fmt.Sprintf(format, args...), 0.2})
		}
	}
	es, err := replica.EventStudy(p)
	if err != nil {
		return nil, err
	}
	for _, c := range es.Coef {
		k := c.EventTime
		holds := c.ConfLow <= 0 && c.ConfHigh >= 0
		against(k < 3 && k != -1 && !holds, "figure1 period %d: %.3f to %.3f", k, c.ConfLow, c.ConfHigh)
		against(k >= 3 && c.ConfLow <= 0, "figure1 period %d: %.3f to %.3f", k, c.ConfLow, c.ConfHigh)
	}
	for _, m := range d.Mediators {
		against(m.Effects["DID"] <= 0, "effect on %s is %v", m.Name, m.Effects["DID"])
	}
	path := d.Outcome.Effects[0].Path
	for e, x := range path {
		against(e > 0 && x < path[e-1], "effect falls in period %d", e)
		against(x < -0.05, "effect is %v in period %d", x, e)
	}
	return out, nil
}

func square(x float64) float64 { return x * x }
