package placebo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// groups assigns adoption dates to the groups that the treatment is assigned to: units, or clusters of them.
type groups struct {
	by     string
	rows   [][]int32 // the sample's rows of each group
	time   []float64 // of each row of the sample
	starts []float64 // of each group; +Inf: never treated
}

// VariesWithin is the error for a treatment that is not the same throughout a group that it is said to be assigned to.
type VariesWithin struct{ Treatment, By, Group string }

func (e *VariesWithin) Error() string {
	return fmt.Sprintf("%s differs within %s of %s at the same time, so it is not assigned to %s as a whole; name a finer level by assign=", e.Treatment, e.Group, e.By, e.By)
}

// NothingToPermute is the error for assignments that are all the same.
type NothingToPermute struct{ By string }

func (e *NothingToPermute) Error() string {
	return fmt.Sprintf("every one of %s has the same treatment, so that assigning it anew changes nothing", e.By)
}

// newGroups reads the groups off a sample: by is a variable, "" the panel's unit, or every row where there is none. The
// treatment of a group is its first treated period; it must hold for all rows of the group from then on.
func newGroups(p *panel.Panel, d *design.Design, treat string, by string) (*groups, error) {
	x, err := d.Column(treat)
	if err != nil {
		return nil, err
	}
	for i, v := range x {
		if v != 0 && v != 1 {
			return nil, &did.NotBinary{Variable: treat, Row: d.PanelRow(i) + 1, Value: v}
		}
	}
	g := &groups{by: by, time: make([]float64, d.N)}
	if p.IsPanel() {
		periods := p.Periods()
		for i := range g.time {
			g.time[i] = did.PeriodValue(periods, d.PanelRow(i))
		}
		if by == "" {
			g.by = p.UnitName()
		}
	}
	var codes []int32
	count := d.N
	if g.by == "" {
		codes = make([]int32, d.N)
		for i := range codes {
			codes[i] = int32(i)
		}
	} else if codes, count, err = d.Codes(g.by); err != nil {
		return nil, err
	}
	g.rows, g.starts = make([][]int32, count), make([]float64, count)
	for c := range g.starts {
		g.starts[c] = math.Inf(1)
	}
	for i, c := range codes {
		g.rows[c] = append(g.rows[c], int32(i))
		if x[i] == 1 {
			g.starts[c] = math.Min(g.starts[c], g.time[i])
		}
	}
	for c, rows := range g.rows {
		for _, i := range rows {
			if (x[i] == 1) != (g.time[i] >= g.starts[c]) {
				label := ""
				if g.by != "" {
					label, _ = d.Label(g.by, int(i))
				}
				return nil, &VariesWithin{treat, g.by, label}
			}
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(g.starts)))) < 2 {
		return nil, &NothingToPermute{g.by}
	}
	return g, nil
}

// treated counts the groups that are treated at some time.
func (g *groups) treated() int {
	n := 0
	for _, s := range g.starts {
		if !math.IsInf(s, 1) {
			n++
		}
	}
	return n
}

// assigned appends the rows treated under the starts to rows.
func (g *groups) assigned(starts []float64, rows []int32) []int32 {
	for c, s := range starts {
		if math.IsInf(s, 1) {
			continue
		}
		for _, i := range g.rows[c] {
			if g.time[i] >= s {
				rows = append(rows, i)
			}
		}
	}
	return rows
}

// all lists every distinct assignment of the starts to the groups, nil if there are more than most.
func (g *groups) all(most int) [][]float64 {
	sorted := slices.Sorted(slices.Values(g.starts))
	count, same := 1.0, 0 // n! / ∏ n_s! of the first ones, which never falls
	for i := range sorted {
		if i > 0 && sorted[i] == sorted[i-1] {
			same++
		} else {
			same = 1
		}
		if count = math.Round(count * float64(i+1) / float64(same)); count > float64(most) {
			return nil
		}
	}
	out := make([][]float64, 0, int(count))
	for next := sorted; next != nil; next = successor(next) {
		out = append(out, next)
	}
	return out
}

// successor is the next permutation of a multiset in lexical order, nil after the last.
func successor(x []float64) []float64 {
	i := len(x) - 2
	for i >= 0 && x[i] >= x[i+1] {
		i--
	}
	if i < 0 {
		return nil
	}
	out := slices.Clone(x)
	j := len(x) - 1
	for out[j] <= out[i] {
		j--
	}
	out[i], out[j] = out[j], out[i]
	slices.Reverse(out[i+1:])
	return out
}

// shuffled are the starts in random order.
func (g *groups) shuffled(rng *rand.Rand, into []float64) []float64 {
	copy(into, g.starts)
	rng.Shuffle(len(into), func(i, j int) { into[i], into[j] = into[j], into[i] })
	return into
}
