package figure

import (
	"errors"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
)

// TrendOptions says how Trend draws.
type TrendOptions struct {
	Options
	Groups map[string]string // names of groups in place of their values
	Policy []Marker
}

// Marker is an event on the time axis, as a policy's first year.
type Marker struct {
	At    float64
	Label string // at the top of its line; "" for none
}

// Trend draws the means of a variable over time, a line for each group with its name at the end, and a dashed line
// where a policy begins. It fails on a trend without any finite mean.
func Trend(t *describe.Trend, o TrendOptions) (*Figure, error) {
	f := o.figure()
	f.Simulated = f.Simulated || t.Simulated
	f.X.Label = o.XLabel // years need no name
	f.Y.Label = or(o.YLabel, o.pick("Mean of "+o.label(t.Variable), spaced(o.label(t.Variable))+"均值"))
	f.Y.Label = strings.TrimSpace(f.Y.Label)
	f.Y.Grid = true
	f.Name = o.pick("Trend of "+o.label(t.Variable), strings.TrimSpace(spaced(o.label(t.Variable)))+"的变化趋势")
	for _, m := range o.Policy {
		f.Layers = append(f.Layers, Rule{At: m.At, Vertical: true, Dashed: true, Label: m.Label})
	}
	var all []float64
	for _, s := range t.Groups {
		all = append(all, s.Mean...)
	}
	digits := decimals(all...)
	drawn := false
	var said []string
	for i, s := range t.Groups {
		line := Lines{Name: o.group(t, s.Group), X: t.Times, Y: s.Mean, Color: i}
		if len(t.Groups) == 1 {
			line.Name = ""
		}
		for j, y := range s.Mean {
			if j >= len(t.Periods) {
				break
			}
			line.Titles = append(line.Titles, strings.TrimPrefix(line.Name+", ", ", ")+t.Periods[j]+o.pick(": ", "\uff1a")+number(y, digits, o.Language))
			drawn = drawn || finite(y)
		}
		if n := len(s.Mean); n > 0 {
			said = append(said, strings.TrimSpace(line.Name+" "+number(s.Mean[0], digits, o.Language)+" \u2192 "+number(s.Mean[n-1], digits, o.Language)))
		}
		f.Layers = append(f.Layers, line)
	}
	if !drawn {
		return nil, errors.New("the trend has no mean to draw")
	}
	for i, x := range t.Times {
		if i < len(t.Periods) {
			f.X.Ticks = append(f.X.Ticks, Tick{Value: x, Label: t.Periods[i]})
		}
	}
	f.Notes = o.Notes
	if n := len(t.Periods); n > 0 {
		f.Description = f.Y.Label + o.pick(", ", "\uff0c") + t.Periods[0] + "\u2013" + t.Periods[n-1] + o.pick(": ", "\uff1a") + strings.Join(said, "; ") + o.pick(".", "。")
	}
	return f, nil
}

// group names a group: as asked, or "treated = 1" after the variable it is of.
func (o TrendOptions) group(t *describe.Trend, value string) string {
	if s, ok := o.Groups[value]; ok {
		return s
	}
	if t.By == "" {
		return ""
	}
	return o.Labels.Value(t.By, value)
}
