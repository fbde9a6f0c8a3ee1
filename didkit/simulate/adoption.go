package simulate

import "math"

// adopted is when each unit adopts a policy: a period, or NaN for never.
type adopted struct {
	policy Policy
	since  []float64
}

// adopt carries out an adoption; the policies come in order, the joint one last.
func (g *grid) adopt(a Adoption) []adopted {
	out := make([]adopted, len(a.Policies))
	for k, p := range a.Policies {
		out[k] = adopted{p, make([]float64, g.units)}
		for i := range g.units {
			out[k].since[i] = math.NaN()
		}
	}
	key := "adopt " + a.Policies[0].Name
	free := make([]int, g.units)
	for i := range free {
		free[i] = i
	}
	for s, stage := range a.Stages {
		name := key + " stage " + string(rune('a'+s))
		index := g.mix(stage.Select, name)
		ascending(free, index)
		need := 0
		for _, group := range stage.Groups {
			need += group.Units
		}
		chosen := free[len(free)-need:]
		free = free[:len(free)-need]
		g.stream(name + " deal").Shuffle(chosen)
		for _, group := range stage.Groups {
			for _, u := range chosen[:group.Units] {
				for k, period := range group.Adopt {
					if period != 0 {
						out[k].since[u] = float64(period)
					}
				}
			}
			chosen = chosen[group.Units:]
		}
	}
	if a.Joint == nil {
		return out
	}
	joint := adopted{*a.Joint, make([]float64, g.units)}
	for i := range joint.since {
		for k := range a.Policies {
			// max of NaN and anything is NaN: one policy never adopted, and all are never in force together
			joint.since[i] = max(joint.since[i], out[k].since[i])
		}
	}
	return append(out, joint)
}

// exposure is the number of periods since adoption in a row, negative before; NaN where never.
func (g *grid) exposure(a adopted, row int) float64 { return g.period(row) - a.since[row/g.periods] }

// force is the 0/1 variable of a policy.
func (g *grid) force(a adopted) []float64 {
	d := make([]float64, g.units*g.periods)
	for r := range d {
		if g.exposure(a, r) >= 0 {
			d[r] = 1
		}
	}
	return d
}
