package figure

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Bacon shows every comparison of two cohorts, its weight across and its estimate upwards, one mark a type; the dashed
// line is the two-way estimate (Goodman-Bacon 2021, Figure 6).
func Bacon(r *diagnose.Bacon, l wording.Language, m wording.Labels) *Figure {
	treatment, _ := m.Term(r.Treatment)
	f := &Figure{
		Name: fmt.Sprintf(l.Pick("Goodman-Bacon decomposition of %s", "%s的 Goodman-Bacon 分解"), named(treatment, l)),
		Description: fmt.Sprintf(l.Pick("Comparisons of two cohorts by weight and estimate, %d in all; the two-way estimate is %.3g.",
			"%d 个两组比较的权重与估计值；双向固定效应估计值为 %.3g。"), len(r.Comparisons), r.TWFE),
		Language: l, Simulated: r.Simulated,
		X:      Axis{Label: l.Pick("Weight", "权重"), Min: 0},
		Y:      Axis{Label: l.Pick("Estimate of the comparison; dashes: two-way, ", "各比较的估计值；虚线为双向固定效应 ") + strconv.FormatFloat(r.TWFE, 'f', 3, 64), Grid: true},
		Layers: []Layer{Rule{At: 0}, Rule{At: r.TWFE, Dashed: true}},
	}
	var said []string
	for i, s := range r.ByType {
		p := Points{Name: ComparisonName(s.Type, l), Color: i, Small: len(r.Comparisons) > 60}
		for _, c := range r.Comparisons {
			if c.Type == s.Type {
				p.X, p.Y = append(p.X, c.Weight), append(p.Y, c.Estimate)
				p.Titles = append(p.Titles, fmt.Sprintf(l.Pick("treated from %s, control %s: weight %s, estimate %s", "处理自 %s，对照 %s：权重 %s，估计值 %s"),
					c.Treated, c.Control, number(c.Weight, 3, l), number(c.Estimate, 3, l)))
				f.X.Max = max(f.X.Max, c.Weight*1.05)
			}
		}
		f.Layers = append(f.Layers, p)
		said = append(said, fmt.Sprintf("%s %s, %s", p.Name, number(s.Weight, 3, l), number(s.Estimate, 3, l)))
	}
	f.X.Min = -0.02 * f.X.Max // room for the marks of weight zero
	f.Notes = []string{l.Pick("Weight and mean estimate: ", "权重与平均估计值：") + strings.Join(said, "; ") + l.Pick(".", "。")}
	if w := r.Within; w != nil {
		f.Notes = append(f.Notes, fmt.Sprintf(l.Pick("Within cohorts, through the controls: share %s of the estimate's weight, estimate %s.", "组内（来自控制变量）：占总权重 %s，估计值 %s。"), number(w.Weight, 3, l), number(w.Estimate, 3, l)))
	}
	return f
}

// ComparisonName is a type of comparison in words.
func ComparisonName(t diagnose.ComparisonType, l wording.Language) string {
	switch t {
	case diagnose.TreatedUntreated:
		return l.Pick("treated against never treated", "处理组对从未处理组")
	case diagnose.EarlierLater:
		return l.Pick("earlier against later treated", "先处理组对后处理组")
	case diagnose.LaterEarlier:
		return l.Pick("later against earlier treated", "后处理组对先处理组")
	case diagnose.LaterAlways:
		return l.Pick("treated against always treated", "处理组对始终处理组")
	case diagnose.BothTreated:
		return l.Pick("both treated", "均受处理的两组")
	}
	return string(t)
}
