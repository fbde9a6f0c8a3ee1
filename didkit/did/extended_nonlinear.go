package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// extendedNonlinear is the extended regression with a logit or exponential mean (Wooldridge 2023, eq. 3.15): effects of the
// cohort in place of the unit's, which would bias it, effects of period, one coefficient for each cell, and controls as in
// the linear form. It is estimated by quasi-maximum likelihood; the effect of a cell is the mean over its rows of the
// fitted outcome less that without treatment, its error by the delta method from the covariance of all coefficients.
func (a *adoption) extendedNonlinear(p *panel.Panel) (*ATTResult, error) {
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=etwfe with family=%s has effects of the cohort and of %s and takes those of %s and %s only", a.spec.Family, p.TimeName(), p.UnitName(), p.TimeName())
	}
	for k, y := range a.d.Y {
		if y < 0 || a.spec.Family == Logit && y > 1 {
			return nil, fmt.Errorf("%s is %g in row %d; family=%s takes outcomes %s", a.d.Outcome, y, a.d.PanelRow(k)+1, a.spec.Family,
				map[Family]string{Logit: "from 0 to 1", Poisson: "from 0"}[a.spec.Family])
		}
	}
	cells, codes, used, err := a.interactions(p)
	if err != nil {
		return nil, err
	}
	n := a.saturatedMean(cells, codes, used)
	if err := n.dropSeparated(); err != nil {
		return nil, err
	}
	if err := n.independent(); err != nil {
		return nil, err
	}
	if err := n.climb(); err != nil {
		return nil, err
	}
	return n.result()
}

// problem hands the scores of all coefficients to vcov.
func (n *saturatedMean) problem() *vcov.Problem {
	rows := make([]int32, 0, len(n.row))
	for i := range n.row {
		if !n.groups[n.group[i]].dropped {
			rows = append(rows, int32(i))
		}
	}
	parts := make([][][]share, len(n.groups))
	for id := range n.groups {
		parts[id] = make([][]share, 1+n.slots.controls)
		for row := range parts[id] {
			for _, s := range n.parts(&n.groups[id], row, false) {
				if k := n.kept[s.at]; k >= 0 {
					parts[id][row] = append(parts[id][row], share{k, s.value})
				}
			}
		}
	}
	b := n.coefficients(n.theta, false)
	p := &vcov.Problem{N: len(rows), K: n.count, SSR: float64(len(rows) - 1), Bread: n.bread}
	p.Scores = func(lo, hi int, dst [][]float64) {
		for k := range dst {
			clear(dst[k][:hi-lo])
		}
		for at := lo; at < hi; at++ {
			i := int(rows[at])
			k := int(n.row[i])
			if n.groups[n.group[i]].extreme {
				continue
			}
			mu, _ := n.mean(n.predictor(i, b))
			r := n.weight(k) * (n.d.Y[k] - mu)
			for row, list := range parts[n.group[i]] {
				z := r
				if row > 0 {
					z *= n.x[row-1][k] - n.groups[n.group[i]].mean[row-1]
				}
				for _, s := range list {
					dst[s.at][at-lo] += s.value * z
				}
			}
		}
	}
	used := make([]int32, len(rows))
	for at, i := range rows {
		used[at] = n.row[i]
	}
	p.Cluster = func(name string) ([]int32, int, error) { return n.codesOf(name, used) }
	return p
}

// codesOf codes a cluster variable on rows of the sample, each code present.
func (n *saturatedMean) codesOf(name string, rows []int32) ([]int32, int, error) {
	all, levels, err := n.d.Codes(name)
	if err != nil {
		return nil, 0, err
	}
	number, found := make([]int32, levels), int32(0)
	codes := make([]int32, len(rows))
	for at, k := range rows {
		if number[all[k]] == 0 {
			found++
			number[all[k]] = found
		}
		codes[at] = number[all[k]] - 1
	}
	return codes, int(found), nil
}

// explains tells whether nothing but rounding is left of the outcome.
func (n *saturatedMean) explains() bool {
	b, left, all := n.coefficients(n.theta, false), 0.0, 0.0
	for i, k := range n.row {
		if n.groups[n.group[i]].informs() {
			mu, _ := n.mean(n.predictor(i, b))
			left, all = left+n.weight(int(k))*(n.d.Y[k]-mu)*(n.d.Y[k]-mu), all+n.weight(int(k))*n.d.Y[k]*n.d.Y[k]
		}
	}
	return left <= 1e-20*all
}

func explainsAll(outcome string) string {
	return fmt.Sprintf("the regression explains %s entirely; its standard errors and tests are those of rounding", outcome)
}

// positive raises negative eigenvalues of a multi-way covariance of the parameters named, as the regressions do.
func (n *saturatedMean) positive(cov *vcov.Result, at []int) {
	if len(cov.Clusters) < 2 {
		return
	}
	block, units := mat.NewSymDense(len(at), nil), make([]float64, len(at))
	for a, k := range at {
		units[a] = math.Sqrt(n.bread.At(k, k))
		for b := a; b < len(at); b++ {
			block.SetSym(a, b, cov.V.At(k, at[b]))
		}
	}
	raised, changed := vcov.Positive(block, units)
	if !changed {
		return
	}
	for a, k := range at {
		for b := a; b < len(at); b++ {
			cov.V.SetSym(k, at[b], raised.At(a, b))
		}
	}
	cov.Notes = append(cov.Notes, "the multi-way covariance was not positive definite; its negative eigenvalues were set to zero (Cameron, Gelbach & Miller 2011)")
}

// frame is a fit for the effects of cells, without them yet: sample, errors, notes.
func (n *saturatedMean) frame(cov *vcov.Result) *regress.Fit {
	level := n.spec.Level
	if level == 0 {
		level = 0.95
	}
	by := n.adoption.vcov
	f := &regress.Fit{N: n.rowsUsed(), Level: level, Vcov: regress.VcovInfo{Type: string(by.Type), By: append([]string{}, by.By...), Clusters: append([]int{}, cov.Clusters...)}}
	f.Notes = append(append(append(regress.DroppedNotes(n.d.Dropped), n.d.Notes...), n.notes...), cov.Notes...)
	return f
}

// result turns the coefficients into effects of cells with their covariance, and these into averages.
func (n *saturatedMean) result() (*ATTResult, error) {
	cov, err := vcov.Estimate(n.problem(), n.vcov, 0)
	if err != nil {
		return nil, err
	}
	every := make([]int, n.size)
	for k := range every {
		every[k] = k
	}
	n.positive(cov, every)
	fit := n.frame(cov)
	fit.DFT = math.Inf(1)
	if n.explains() {
		fit.Notes = append(fit.Notes, explainsAll(n.d.Outcome))
	}
	fit.Notes = append(fit.Notes, fmt.Sprintf("%s regression with effects of the cohort in place of the unit, by quasi-maximum likelihood (Wooldridge 2023); effects are on the mean outcome", n.spec.Family))
	name := "cell"
	var gradients [][]float64
	values, derivatives := n.effects()
	for c := range n.cells {
		if !n.estimated(c) {
			continue
		}
		fit.Coef = append(fit.Coef, regress.Coef{Term: fmt.Sprintf("%s::%d", name, c+1), Estimate: values[c]})
		gradients = append(gradients, derivatives[c])
	}
	fit.V = rowsOf(quadratic(gradients, cov.V))
	r, err := newInteracted(n.adoption, n.cells, fit, name).result()
	if err == nil {
		r.Units, r.Treated = n.unitsUsed()
	}
	return r, err
}

// unitsUsed counts the units with rows that are used, and those of them that are treated at some time.
func (n *saturatedMean) unitsUsed() (units, treated int) {
	seen := make([]bool, n.units)
	for i, k := range n.row {
		if u := n.unit[k]; !seen[u] && !n.groups[n.group[i]].dropped {
			seen[u] = true
			units++
			if g := n.start[u]; g == g {
				treated++
			}
		}
	}
	return units, treated
}

// estimated tells whether a cell has an effect.
func (n *saturatedMean) estimated(c int) bool {
	return n.cells[c].why == "" && (n.kept[n.slots.cell+c] >= 0 ||
		slices.ContainsFunc(n.groups, func(g meanGroup) bool { return g.cell == c && g.extreme && !g.dropped }))
}

// effects are the means over the rows of groups with a cell of what treatment changes, and their derivatives by the
// coefficients; by number of the cell.
func (n *saturatedMean) effects() (values []float64, gradients [][]float64) {
	with, without := n.coefficients(n.theta, false), n.coefficients(n.theta, true)
	width := 1 + n.slots.controls
	sums := make([][2][]float64, len(n.groups)) // Σ w v z, with and without treatment
	values, gradients = make([]float64, len(n.cells)), make([][]float64, len(n.cells))
	for id := range sums {
		sums[id] = [2][]float64{make([]float64, width), make([]float64, width)}
	}
	for i, k := range n.row {
		id := n.group[i]
		g := &n.groups[id]
		if g.dropped || g.cell < 0 {
			continue
		}
		w := n.weight(int(k)) / g.mass
		mu1, v1 := n.mean(n.predictor(i, with))
		if g.extreme {
			mu1, v1 = n.d.Y[k], 0
		}
		eta0 := n.predictor(i, without)
		mu0, v0 := n.mean(eta0)
		if n.spec.Family == Poisson && eta0-n.level > 25 {
			n.cells[g.cell].why = "the controls foretell an outcome without treatment beyond anything seen"
		}
		values[g.cell] += w * (mu1 - mu0)
		sums[id][0][0] += w * v1
		sums[id][1][0] += w * v0
		for j, x := range n.x {
			sums[id][0][1+j] += w * v1 * (x[k] - g.mean[j])
			sums[id][1][1+j] += w * v0 * (x[k] - g.mean[j])
		}
	}
	for id := range n.groups {
		g := &n.groups[id]
		if g.cell < 0 {
			continue
		}
		gradient := make([]float64, n.size)
		for row := range width {
			for which, sign := range []float64{1, -1} {
				for _, s := range n.parts(g, row, which == 1) {
					if k := n.kept[s.at]; k >= 0 {
						gradient[k] += sign * s.value * sums[id][which][row]
					}
				}
			}
		}
		gradients[g.cell] = gradient
	}
	return values, gradients
}
