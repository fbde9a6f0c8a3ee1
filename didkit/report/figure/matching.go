package figure

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Love lists the covariates' absolute standardised differences before and after matching (Love 2004), with the
// customary line at 0.1.
func Love(r *match.Result, l wording.Language, m wording.Labels) *Figure {
	before, after := Points{Name: l.Pick("before", "匹配前"), Color: 1, Hollow: true}, Points{Name: l.Pick("after", "匹配后")}
	var ticks []Tick
	worst := 0.0
	for i, b := range r.Balance {
		row := float64(i + 1)
		name, _ := m.Term(b.Variable)
		before.X, before.Y = append(before.X, math.Abs(b.SMDBefore)), append(before.Y, row)
		after.X, after.Y = append(after.X, math.Abs(b.SMDAfter)), append(after.Y, row)
		before.Titles = append(before.Titles, fmt.Sprintf(l.Pick("%s, before: %s", "%s，匹配前：%s"), name, number(math.Abs(b.SMDBefore), 3, l)))
		after.Titles = append(after.Titles, fmt.Sprintf(l.Pick("%s, after: %s", "%s，匹配后：%s"), name, number(math.Abs(b.SMDAfter), 3, l)))
		ticks = append(ticks, Tick{Value: row, Label: name, Keep: true})
		worst = math.Max(worst, math.Abs(b.SMDAfter))
	}
	n := float64(len(r.Balance))
	return &Figure{
		Name: l.Pick("Balance of covariates", "协变量平衡性"),
		Description: fmt.Sprintf(l.Pick("Standardised differences of %d covariates before and after matching; the largest after is %.3f.",
			"%d 个协变量匹配前后的标准化差异；匹配后最大为 %.3f。"), len(r.Balance), worst),
		Language: l, Simulated: r.Simulated, Height: 1.2 + 0.28*n,
		X:      Axis{Label: l.Pick("Absolute standardised difference of means", "标准化均值差异（绝对值）"), Grid: true, Min: 0, Max: 0.1},
		Y:      Axis{Ticks: ticks, Reverse: true, Min: 0.5, Max: n + 0.5},
		Layers: []Layer{Rule{At: 0.1, Vertical: true, Dashed: true}, before, after},
		Notes:  r.Notes[:min(1, len(r.Notes))],
	}
}

// Overlap shows the densities of the score among the treated and the controls, before and after matching: the common
// support. It is nil for a matching without a score.
func Overlap(r *match.Result, l wording.Language) *Figure {
	if r.Logit == nil {
		return nil
	}
	group := func(in bool, weights []float64) (x, y []float64) {
		w := make([]float64, len(r.Score))
		for i, s := range r.Score {
			if s == s && r.InTreated[i] == in {
				w[i] = 1
				if weights != nil {
					w[i] = weights[i]
				}
			}
		}
		return Density(r.Score, w)
	}
	score := l.Pick("Propensity score", "倾向得分")
	if r.Distance == match.Linear {
		score = l.Pick("Linear predictor of the propensity score", "倾向得分的线性预测值")
	}
	var layers []Layer
	for i, g := range []struct {
		name    string
		in      bool
		weights []float64
	}{
		{l.Pick("treated", "处理组"), true, nil}, {l.Pick("untreated", "控制组"), false, nil},
		{l.Pick("untreated, matched", "匹配后控制组"), false, r.Weights},
	} {
		x, y := group(g.in, g.weights)
		layers = append(layers, Lines{Name: g.name, X: x, Y: y, NoMark: true, InLegend: true, Color: i})
	}
	return &Figure{
		Name:        l.Pick("Overlap of scores", "倾向得分重叠"),
		Description: l.Pick("Densities of the score among treated, untreated and matched untreated rows.", "处理组、控制组与匹配后控制组的倾向得分核密度。"),
		Language:    l, Simulated: r.Simulated,
		X: Axis{Label: score}, Y: Axis{Label: l.Pick("Density", "核密度"), Grid: true},
		Layers: layers, Notes: r.Notes[:min(1, len(r.Notes))],
	}
}
