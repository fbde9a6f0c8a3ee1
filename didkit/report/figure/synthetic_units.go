package figure

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// shownUnits is how many units SyntheticUnits names, those of most weight.
const shownUnits = 8

// SyntheticUnits shows what each never-treated unit has to do with the effect: across, its weight in the synthetic control,
// up, what the effect would be if it alone were the control. Units far to the right and far from the effect carry it. nil for a
// result without synthetic controls.
func SyntheticUnits(r *did.ATTResult, o Options) *Figure {
	if len(r.Synthetic) == 0 {
		return nil
	}
	f := o.figure()
	f.Simulated = f.Simulated || r.Simulated
	outcome := o.label(r.Outcome)
	f.Name = fmt.Sprintf(o.pick("Units of the synthetic control: effects on %s by weight", "合成对照的单位：按权重列出对%s的效应"), outcome)
	f.X.Label, f.Y.Label = or(o.XLabel, o.pick("Weight", "权重")), or(o.YLabel, o.pick("Effect on "+outcome+" with one unit as the control", "以单个单位为对照时对"+spaced(outcome)+"的效应"))
	f.Y.Grid = true
	type point struct {
		did.UnitWeight
		name string
	}
	var all []point
	for _, c := range r.Synthetic {
		for _, w := range c.UnitWeights {
			name := w.Unit
			if len(r.Synthetic) > 1 {
				name = fmt.Sprintf(o.pick("%s (%g)", "%s（%g）"), w.Unit, c.Cohort)
			}
			all = append(all, point{w, name})
		}
	}
	slices.SortStableFunc(all, func(a, b point) int {
		switch {
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return 0
	})
	heavy, rest := NamedPoints{Color: 1}, Points{Color: 0, Hollow: true}
	for i, w := range all {
		title := fmt.Sprintf(o.pick("%s: weight %s, effect %s", "%s：权重 %s，效应 %s"), w.name, number(w.Weight, 3, o.Language), number(w.Effect, 3, o.Language))
		if i < shownUnits {
			heavy.X, heavy.Y, heavy.Names, heavy.Titles = append(heavy.X, w.Weight), append(heavy.Y, w.Effect), append(heavy.Names, w.name), append(heavy.Titles, title)
		} else {
			rest.X, rest.Y, rest.Titles = append(rest.X, w.Weight), append(rest.Y, w.Effect), append(rest.Titles, title)
		}
	}
	for _, c := range r.Synthetic {
		f.Layers = append(f.Layers, Rule{At: c.Estimate, Dashed: true})
	}
	if len(rest.X) > 0 {
		f.Layers = append(f.Layers, rest)
	}
	f.Layers = append(f.Layers, heavy)
	f.X.Max = 1.25 * all[0].Weight // room for names
	if len(r.Synthetic) == 1 {
		f.Notes = append(f.Notes, o.pick("Dashed: the effect, the mean of the heights by weight.", "虚线：效应，即各点纵坐标按权重的平均。"))
	} else {
		f.Notes = append(f.Notes, o.pick("Dashed: the effect on each cohort, the mean of its units' heights by weight.", "虚线：各批次的效应，即其各单位纵坐标按权重的平均。"))
	}
	if len(all) > shownUnits {
		f.Notes = append(f.Notes, fmt.Sprintf(o.pick("The %d units of most weight are named, of %d with weight.", "标出权重最大的 %d 个单位，共 %d 个有权重。"), shownUnits, len(all)))
	}
	f.Description = fmt.Sprintf(o.pick("Most weight: %s, %s.", "权重最大：%s，%s。"), all[0].name, number(all[0].Weight, 3, o.Language))
	return f
}
