package figure

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// namedUnits is how many units a chart names at its side; of more it names cohorts.
const namedUnits = 40

// statusColors are those of untreated, treated, unknown and absent.
var statusColors = []color.NRGBA{{0xd5, 0xdd, 0xe6, 0xff}, palette[0], palette[1], white}

// Timing is the chart of treatment by unit and period (Liu, Wang and Xu's panelView): a row a unit, the earliest cohort
// above, and under it those never treated. Few units are named; of many the cohorts are, each with its number of units.
func Timing(t *describe.Timing, l wording.Language) *Figure {
	m := Mosaic{Colors: statusColors}
	seen := map[describe.Status]bool{}
	for _, row := range t.Status {
		cells := make([]int, len(row))
		for i, s := range row {
			seen[s] = true
			cells[i] = int(s)
			if s == describe.Absent {
				cells[i] = -1
			}
		}
		m.Cells = append(m.Cells, cells)
	}
	names := map[describe.Status]string{describe.Untreated: l.Pick("not under treatment", "未处理"), describe.Treated: l.Pick("under treatment", "处理中"),
		describe.Unknown: l.Pick("treatment missing", "处理状态缺失"), describe.Absent: l.Pick("no row", "无观测")}
	m.Titles = func(i, j, n, rows int) string {
		span := t.Periods[i]
		if n > 1 {
			span += "–" + t.Periods[i+n-1]
		}
		who := t.Units[j]
		if rows > 1 {
			who = fmt.Sprintf(l.Pick("%d units", "%d 个单位"), rows)
		}
		return fmt.Sprintf("%s, %s: %s", who, span, names[t.Status[j][i]])
	}
	f := &Figure{Language: l, Simulated: t.Simulated, Name: l.Pick("Treatment by unit and period: ", "各单位各期的处理状态：") + t.Treat}
	for _, s := range []describe.Status{describe.Treated, describe.Untreated, describe.Unknown} {
		if seen[s] {
			f.Layers = append(f.Layers, Swatch{names[s], statusColors[s]})
		}
	}
	if seen[describe.Absent] {
		f.Notes = append(f.Notes, l.Pick("White: no row.", "空白处无观测。"))
	}
	for i, p := range t.Periods {
		f.X.Ticks = append(f.X.Ticks, Tick{Value: float64(i + 1), Label: p})
	}
	n := len(t.Units)
	f.X.Min, f.X.Max = 0.5, float64(len(t.Periods))+0.5
	f.Y.Min, f.Y.Max, f.Y.Reverse = 0, float64(n), true
	var said []string
	at := 0
	smallest := float64(n) / 36 // what a label needs of the height
	last := -smallest
	for _, c := range t.Cohorts {
		first := c.First
		if first == "" {
			first = l.Pick("never", "从未")
		}
		label := fmt.Sprintf("%s (%d)", first, c.Units)
		said = append(said, label)
		middle := float64(at) + float64(c.Units)/2
		if n > namedUnits {
			if middle-last >= smallest {
				f.Y.Ticks = append(f.Y.Ticks, Tick{Value: middle, Label: label, Keep: true})
				last = middle
			}
			if at > 0 {
				m.Cuts = append(m.Cuts, at)
			}
		}
		at += c.Units
	}
	if n <= namedUnits {
		for j, u := range t.Units {
			f.Y.Ticks = append(f.Y.Ticks, Tick{Value: float64(j) + 0.5, Label: u, Keep: true})
		}
	} else {
		f.Notes = append(f.Notes, l.Pick("Rows are units by the first period under treatment; at the left that period and the number of units.", "每行一个单位，按首次处理时期排列；左侧为该时期及单位数。"))
	}
	f.Layers = append(f.Layers, m)
	f.Height = min(max(1.4+0.17*float64(min(n, namedUnits)), 2.4), 6.2)
	if n > namedUnits {
		f.Height = 5.2
	}
	f.Description = l.Sentences(fmt.Sprintf(l.Pick("%d units, %d periods; first treated:", "%d 个单位、%d 期；首次处理："), n, len(t.Periods))) + " " + strings.Join(said, ", ") + l.Pick(".", "。")
	return f
}
