package figure

import (
	"fmt"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

const (
	drawnUnits   = 2000 // points beyond which the middle of a figure of units is thinned
	extremeUnits = 200  // drawn at either end all the same
)

// LeaveOut shows the estimate without each unit, in ascending order, treated units apart from the others, against the
// estimate with all; the two units whose absence moves it most are named. Of very many units those in the middle, whose
// points would hide each other, are thinned.
func LeaveOut(r *placebo.LeaveOut, l wording.Language, m wording.Labels) *Figure {
	treatment, _ := m.Term(r.Treatment)
	treated, other := Points{Name: l.Pick("without a treated unit", "剔除处理组单位"), Color: 1}, Points{Name: l.Pick("without another", "剔除其他单位"), Small: true}
	every := max(1, len(r.Units)/drawnUnits)
	for i, u := range r.Units {
		if far := min(i, len(r.Units)-1-i); far >= extremeUnits && i%every != 0 {
			continue
		}
		p := &other
		if u.Treated {
			p = &treated
		}
		p.X, p.Y = append(p.X, float64(i+1)), append(p.Y, u.Estimate)
		p.Titles = append(p.Titles, fmt.Sprintf(l.Pick("without %s: %s", "剔除 %s：%s"), u.Unit, number(u.Estimate, 3, l)))
	}
	var notes []string
	if n := len(r.Units); n > 1 {
		lo, hi := r.Units[0], r.Units[n-1]
		notes = append(notes, fmt.Sprintf(l.Pick("Lowest without %s (%.3f), highest without %s (%.3f).", "剔除 %s 时最低（%.3f），剔除 %s 时最高（%.3f）。"), lo.Unit, lo.Estimate, hi.Unit, hi.Estimate))
	}
	if every > 1 {
		notes = append(notes, fmt.Sprintf(l.Pick("Of the units between the %d lowest and the %[1]d highest, one in %d is drawn.", "最低与最高各 %d 个单位之间，每 %d 个绘出一个。"), extremeUnits, every))
	}
	return &Figure{
		Name:        fmt.Sprintf(l.Pick("%s with each unit left out", "逐一剔除单位后的%s系数"), l.Pick(treatment, spaced(treatment))),
		Description: fmt.Sprintf(l.Pick("%d estimates, each without one unit; with all units it is %.3g.", "%d 个估计值，各剔除一个单位；全样本为 %.3g。"), len(r.Units), r.Actual),
		Language:    l, Simulated: r.Simulated,
		X:      Axis{Label: l.Pick("Unit left out, in ascending order of the estimate", "被剔除的单位（按估计值升序）")},
		Y:      Axis{Label: l.Pick("Estimate without the unit; line: with all units, ", "剔除该单位后的估计值；横线为全样本估计 ") + strconv.FormatFloat(r.Actual, 'f', 3, 64), Grid: true},
		Layers: []Layer{Rule{At: r.Actual, Dashed: true}, other, treated},
		Notes:  notes,
	}
}
