package did

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// enoughClusters is from where the regression has nothing to say of their number.
const enoughClusters = 50

// sparse is the regression of saturated without its columns; nil where it does not apply: with controls, effects other
// than two, rows left out (of a sample without never-treated units, missing or singletons), other errors than by one
// variable in which units lie, few clusters, or a cell that can't be told apart, of all of which the columns' own regression
// gives account.
func (a *adoption) sparse() *interacted {
	d := a.d
	if len(d.X) > 0 || len(d.Effects) != 2 || d.Rows != nil || a.never() == 0 || a.vcov.Type != vcov.Cluster || len(a.vcov.By) != 1 || a.groups < enoughClusters {
		return nil
	}
	for _, e := range d.Effects {
		count := make([]int32, e.Levels)
		for _, c := range e.Codes {
			count[c]++
		}
		for _, n := range count {
			if n < 2 {
				return nil
			}
		}
	}
	cells, code := a.cellCodes()
	use := make([]bool, d.N)
	for i := range use {
		use[i] = true
	}
	u, err := newUntreated(a, use)
	im := &imputed{adoption: a, model: u}
	if err != nil || !im.nested() {
		return nil
	}
	r := u.dummies(code, len(cells), func(i int) float64 { return d.Y[i] - u.at(i, u.gamma) })
	if r == nil {
		return nil
	}
	left, all := 0.0, 0.0
	for i, y := range d.Y {
		e := r.resid(i)
		left, all = left+e*e, all+y*y
		if j := code[i]; j >= 0 {
			cells[j].weight += u.weightOf(i)
			cells[j].rows++
		}
	}
	if !(left > 1e-20*all) {
		return nil
	}
	parts, scores := r.scores(a.clusters, im.clustersByCohort(), a.groups)
	v := quadratic(scores, covarianceOf(parts, a.groups))
	factor := r.factor(a, a.groups)
	level := a.spec.Level
	if level == 0 {
		level = 0.95
	}
	fit := &regress.Fit{Vcov: regress.VcovInfo{Type: string(a.vcov.Type), By: a.vcov.By, Clusters: []int{a.groups}}, N: d.N, DFT: float64(a.groups - 1), Level: level}
	ia := &interacted{adoption: a, cells: cells, fit: fit, at: map[string]int{}, name: "cell"}
	for j, b := range r.b {
		v.SetSym(j, j, math.Max(v.At(j, j), 0))
		term := fmt.Sprintf("%s::%d", ia.name, j+1)
		ia.at[term] = j
		fit.Coef = append(fit.Coef, regress.Coef{Term: term, Estimate: b})
	}
	v.ScaleSym(factor, v)
	fit.V = rowsOf(v)
	return ia
}

// cellCodes numbers cohorts by periods, in order: the cell of each row, -1 for rows of comparison and of the period before
// adoption.
func (a *adoption) cellCodes() (cells []*interaction, code []int32) {
	T := len(a.periods)
	cohort := make([]int32, a.units)
	number := map[float64]int32{}
	for i, g := range a.cohorts {
		number[g] = int32(i)
	}
	for u, g := range a.start {
		cohort[u] = -1
		if i, ok := number[g]; ok {
			cohort[u] = i
		}
	}
	seen, reference := make([]bool, len(a.cohorts)*T), a.references()
	code = make([]int32, len(a.unit))
	for k, u := range a.unit {
		code[k] = -1
		if c := cohort[u]; c >= 0 {
			g, t := a.start[u], a.periods[a.time[k]]
			if t != reference[g] && (t >= g || a.spec.Control != NotYetTreated) {
				code[k] = c*int32(T) + a.time[k]
				seen[code[k]] = true
			}
		}
	}
	place := make([]int32, len(seen))
	for i, s := range seen {
		if s {
			place[i] = int32(len(cells))
			cells = append(cells, &interaction{g: a.cohorts[i/T], t: a.periods[i%T]})
		}
	}
	for k, c := range code {
		if c >= 0 {
			code[k] = place[c]
		}
	}
	return cells, code
}
