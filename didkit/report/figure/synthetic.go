package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// Synthetic shows the outcome of the treated and of their synthetic control. One cohort is shown over periods, several over
// periods since adoption, their means by treated units at each. Columns at the foot are the time weights, and notes name the units of most
// weight. nil for a result without synthetic controls.
func Synthetic(r *did.ATTResult, o Options) *Figure {
	if len(r.Synthetic) == 0 {
		return nil
	}
	f := o.figure()
	f.Simulated = f.Simulated || r.Simulated
	outcome := o.label(r.Outcome)
	f.Name = fmt.Sprintf(o.pick("%s of the treated and of their synthetic control", "处理组与合成对照组的%s"), outcome)
	f.X.Label, f.Y.Label = o.XLabel, or(o.YLabel, o.pick("Mean of "+outcome, spaced(outcome)+"均值"))
	f.Y.Grid = true
	times, treated, synthetic, base := pooledSynthetic(r.Synthetic)
	at := 0.0
	if len(r.Synthetic) == 1 {
		at = r.Synthetic[0].Cohort
	} else {
		f.X.Label = or(o.XLabel, o.pick("Periods since adoption", "距政策实施的期数"))
	}
	f.Layers = []Layer{Rule{At: at - 0.5, Vertical: true, Dashed: true, Label: o.pick("adoption", "处理开始")},
		Lines{Name: o.pick("treated", "处理组"), X: times, Y: treated, Color: 1},
		Lines{Name: o.pick("synthetic control", "合成对照"), X: times, Y: synthetic, Color: 0}}
	if columns := weightColumns(times, base, slices.Concat(treated, synthetic), o); columns.Shapes != nil {
		f.Layers = append([]Layer{columns}, f.Layers...)
	}
	for _, c := range r.Synthetic {
		var heavy []string
		for _, w := range c.UnitWeights[:min(3, len(c.UnitWeights))] {
			heavy = append(heavy, w.Unit+o.pick(" (", "（")+number(w.Weight, 2, o.Language)+o.pick(")", "）"))
		}
		f.Notes = append(f.Notes, fmt.Sprintf(o.pick("Cohort %g (%d treated units): %d units have weight, most of it %s.", "批次 %g（%d 个处理单位）：%d 个单位有权重，最大者为 %s。"),
			c.Cohort, c.Units, len(c.UnitWeights), strings.Join(heavy, o.pick(", ", "、"))))
	}
	if len(f.Notes) > 5 {
		f.Notes = append(f.Notes[:5], fmt.Sprintf(o.pick("%d further cohorts are in the result.", "另有 %d 个批次，见结果。"), len(r.Synthetic)-5))
	}
	if r.Method == did.SyntheticDID {
		f.Notes = append(f.Notes, o.pick("The synthetic control is shifted by its difference before adoption; columns at the foot: weights of the periods that it is taken from.", "合成对照已按处理前的差距平移；底部柱形为计算该差距的各期权重。"))
	}
	f.Description = fmt.Sprintf(o.pick("Average effect %s from adoption on.", "处理后平均效应为 %s。"), number(r.Overall.Estimate, 3, o.Language))
	return f
}

// pooledSynthetic are the trajectories and time weights of one cohort over periods, of several over periods since adoption.
func pooledSynthetic(all []did.SyntheticCohort) (times, treated, synthetic, base []float64) {
	type sum struct{ n, treated, synthetic, base float64 }
	sums := map[float64]sum{}
	for _, c := range all {
		weights := map[float64]float64{}
		for _, w := range c.TimeWeights {
			weights[w.Time] = w.Weight
		}
		for i, t := range c.Time {
			key := t
			if len(all) > 1 {
				key = t - c.Cohort
			}
			n := float64(c.Units)
			s := sums[key]
			sums[key] = sum{s.n + n, s.treated + n*c.Treated[i], s.synthetic + n*c.Synthetic[i], s.base + n*weights[t]}
		}
	}
	for t := range sums {
		times = append(times, t)
	}
	slices.Sort(times)
	total := 0.0
	for _, c := range all {
		total += float64(c.Units)
	}
	for _, t := range times {
		s := sums[t]
		treated, synthetic, base = append(treated, s.treated/s.n), append(synthetic, s.synthetic/s.n), append(base, s.base/total)
	}
	return times, treated, synthetic, base
}

// weightColumns stand under the lines, the highest a fifth of their range.
func weightColumns(times, base, values []float64, o Options) (a Areas) {
	lo, hi, most := slices.Min(values), slices.Max(values), slices.Max(base)
	if !(most > 0) || len(times) < 2 {
		return a
	}
	height := (hi - lo) / 5
	if height == 0 {
		height = 1
	}
	foot, half := lo-1.4*height, 0.32*(times[1]-times[0])
	fill := hue(0)
	fill.A = 90
	for i, t := range times {
		if base[i] > 0 {
			top := foot + height*math.Min(1, base[i]/most)
			a.Shapes = append(a.Shapes, Area{Rings: [][][2]float64{{{t - half, foot}, {t - half, top}, {t + half, top}, {t + half, foot}}}, Fill: fill,
				Title: fmt.Sprintf(o.pick("weight %s at %g", "权重 %s（%g）"), number(base[i], 3, o.Language), t)})
		}
	}
	return a
}
