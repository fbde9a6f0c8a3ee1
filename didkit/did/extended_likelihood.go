package did

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// mean is the outcome at the linear predictor, and its variance as the family has it.
func (n *saturatedMean) mean(eta float64) (mu, v float64) {
	if n.spec.Family == Logit {
		mu = 1 / (1 + math.Exp(-eta))
		return mu, mu * (1 - mu)
	}
	mu = math.Exp(eta)
	return mu, mu
}

// likelihood is the quasi-log-likelihood of a row, up to what does not depend on eta.
func (n *saturatedMean) likelihood(y, eta float64) float64 {
	if n.spec.Family == Logit {
		if eta > 0 {
			return y*eta - eta - math.Log1p(math.Exp(-eta))
		}
		return y*eta - math.Log1p(math.Exp(eta))
	}
	return y*eta - math.Exp(eta)
}

// coefficients are the intercept and slopes of every group at theta.
func (n *saturatedMean) coefficients(theta []float64, untreated bool) [][]float64 {
	out := make([][]float64, len(n.groups))
	for id := range n.groups {
		g := &n.groups[id]
		out[id] = make([]float64, 1+n.slots.controls)
		for row := range out[id] {
			for _, s := range n.parts(g, row, untreated) {
				if k := n.kept[s.at]; k >= 0 {
					out[id][row] += s.value * theta[k]
				}
			}
		}
	}
	return out
}

// predictor is eta of row i, given the coefficients of groups.
func (n *saturatedMean) predictor(i int, b [][]float64) float64 {
	c := b[n.group[i]]
	eta := c[0]
	mean := n.groups[n.group[i]].mean
	for j, x := range n.x {
		eta += c[1+j] * (x[n.row[i]] - mean[j])
	}
	return eta
}

// moments are the sums of v z z' and of r z over the rows of each group, z = (1, x less its cohort's mean).
type moments struct {
	square [][]float64
	linear [][]float64
}

func (n *saturatedMean) moments(value func(i int) (v, r float64)) moments {
	width := 1 + n.slots.controls
	m := moments{make([][]float64, len(n.groups)), make([][]float64, len(n.groups))}
	for id := range n.groups {
		m.square[id], m.linear[id] = make([]float64, width*width), make([]float64, width)
	}
	z := make([]float64, width)
	for i, k := range n.row {
		id := n.group[i]
		if n.groups[id].dropped {
			continue
		}
		v, r := value(i)
		z[0] = 1
		for j, x := range n.x {
			z[1+j] = x[k] - n.groups[id].mean[j]
		}
		square, linear := m.square[id], m.linear[id]
		for a, za := range z {
			linear[a] += r * za
			for b := a; b < width; b++ {
				square[a*width+b] += v * za * z[b]
			}
		}
	}
	return m
}

// assemble adds up A'HA and A's over the groups.
func (n *saturatedMean) assemble(m moments, size int) (*mat.SymDense, *mat.VecDense) {
	width := 1 + n.slots.controls
	h, g := mat.NewSymDense(size, nil), mat.NewVecDense(size, nil)
	for id := range n.groups {
		if n.groups[id].dropped || n.groups[id].rows == 0 {
			continue
		}
		parts := make([][]share, width)
		for row := range parts {
			for _, s := range n.parts(&n.groups[id], row, false) {
				if k := n.kept[s.at]; k >= 0 {
					parts[row] = append(parts[row], share{k, s.value})
				}
			}
		}
		for a := range parts {
			for _, s := range parts[a] {
				g.SetVec(s.at, g.AtVec(s.at)+s.value*m.linear[id][a])
				for b := range parts {
					v := m.square[id][min(a, b)*width+max(a, b)]
					for _, t := range parts[b] {
						if t.at >= s.at {
							h.SetSym(s.at, t.at, h.At(s.at, t.at)+s.value*t.value*v)
						}
					}
				}
			}
		}
	}
	return h, g
}

// independent keeps the parameters that those before them do not span, in the order of effects, cells and controls.
func (n *saturatedMean) independent() error {
	n.kept = make([]int, n.slots.all)
	for k := range n.kept {
		n.kept[k] = k
	}
	h, _ := n.assemble(n.moments(func(i int) (float64, float64) { return n.weight(int(n.row[i])), 0 }), n.slots.all)
	kept, _ := pivots(h, nil)
	n.keep(kept)
	if err := n.tellLost(); err != nil {
		return err
	}
	if rows := n.rowsUsed(); n.count >= rows {
		return &regress.TooFewRows{Rows: rows, Parameters: n.count}
	}
	n.setExtremeAside()
	return nil
}

// pivots are the columns of a Gram matrix that those before them do not span. before are their sums of squares ahead of
// an elimination that made the matrix, of which next to nothing may be left; nil: there was none. l is the Cholesky factor of the
// kept columns in units of their length.
func pivots(h *mat.SymDense, before []float64) (kept []int, l [][]float64) {
	smallest := 1.0
	for d := range h.SymmetricDim() {
		diagonal := h.At(d, d)
		if !(diagonal > 0) || before != nil && diagonal <= 1e-12*before[d] {
			continue
		}
		row := make([]float64, len(l)+1)
		left := 1.0
		for a, k := range kept {
			v := h.At(d, k) / math.Sqrt(diagonal*h.At(k, k))
			for b := range a {
				v -= row[b] * l[a][b]
			}
			row[a] = v / l[a][a]
			left -= row[a] * row[a]
		}
		if left > math.Max(1e-10, 1e-12/smallest) { // what columns nearly spanned leave behind amplifies rounding
			smallest = math.Min(smallest, left)
			row[len(l)] = math.Sqrt(left)
			l, kept = append(l, row), append(kept, d)
		}
	}
	return kept, l
}

// keep numbers the parameters that are estimated.
func (n *saturatedMean) keep(kept []int) {
	n.kept = make([]int, n.slots.all)
	for d := range n.kept {
		n.kept[d] = -1
	}
	for k, d := range kept {
		n.kept[d] = k
	}
	n.size, n.count = len(kept), len(kept)
}

// tellLost says which cells, and which of their controls, are not estimated; it is an error if no cell is.
func (n *saturatedMean) tellLost() error {
	for c, x := range n.cells {
		if n.kept[n.slots.cell+c] < 0 && x.why == "" && x.rows > 0 {
			x.why = "it can't be told apart from the effects, the controls and the cells before it"
		}
	}
	lost, cells := make([]int, n.slots.controls), 0
	for c := range n.cells {
		if n.kept[n.slots.cell+c] < 0 {
			continue
		}
		cells++
		for j := range lost {
			if n.kept[n.slots.slopeCell+c*n.slots.controls+j] < 0 {
				lost[j]++
			}
		}
	}
	n.notes = append(n.notes, lostNotes(n.d.Terms, lost, cells)...)
	if cells == 0 {
		return fmt.Errorf("no effect after adoption can be told apart from the effects of cohort and period")
	}
	return nil
}

// setExtremeAside takes the parameters of extreme cells out of those estimated.
func (n *saturatedMean) setExtremeAside() {
	for _, g := range n.groups {
		if !g.extreme {
			continue
		}
		n.kept[n.slots.cell+g.cell] = -1
		for j := range n.slots.controls {
			n.kept[n.slots.slopeCell+g.cell*n.slots.controls+j] = -1
		}
	}
	n.size = 0
	for d, k := range n.kept {
		if k >= 0 {
			n.kept[d] = n.size
			n.size++
		}
	}
}

// informs tells whether a group's rows bear on the parameters.
func (g *meanGroup) informs() bool { return !g.dropped && !g.extreme && g.rows > 0 }

func (n *saturatedMean) rowsUsed() int {
	rows := 0
	for _, g := range n.groups {
		if !g.dropped {
			rows += g.rows
		}
	}
	return rows
}

// climb maximises the quasi-likelihood by Newton's method, halving steps that lower it.
func (n *saturatedMean) climb() error {
	total, mass := 0.0, 0.0
	for id := range n.groups {
		if g := &n.groups[id]; g.informs() {
			total, mass = total+g.sum, mass+g.mass
		}
	}
	n.theta = make([]float64, n.size)
	n.level = math.Log(total / mass)
	n.theta[0] = n.level
	if n.spec.Family == Logit {
		n.theta[0] = math.Log(total / (mass - total))
	}
	level := func(theta []float64) float64 {
		b, l := n.coefficients(theta, false), 0.0
		for i, k := range n.row {
			if n.groups[n.group[i]].informs() {
				l += n.weight(int(k)) * n.likelihood(n.d.Y[k], n.predictor(i, b))
			}
		}
		return l
	}
	at := level(n.theta)
	settled := false
	for iteration := 0; ; iteration++ {
		b := n.coefficients(n.theta, false)
		h, g := n.assemble(n.moments(func(i int) (float64, float64) {
			k := int(n.row[i])
			if n.groups[n.group[i]].extreme {
				return 0, 0
			}
			mu, v := n.mean(n.predictor(i, b))
			return n.weight(k) * v, n.weight(k) * (n.d.Y[k] - mu)
		}), n.size)
		solved, err := n.invert(h, 0, 1e-12, 1e-9, 1e-6, 1e-3) // a step on the way may pass a singular Hessian
		if err != nil {
			return err
		}
		var step mat.VecDense
		step.MulVec(solved, g)
		gain := mat.Dot(&step, g)
		next := make([]float64, n.size)
		for share := 1.0; ; share /= 2 {
			for k := range next {
				next[k] = n.theta[k] + share*step.AtVec(k)
			}
			l := level(next)
			if l >= at-1e-12*math.Abs(at) || share < 1e-8 {
				at = l
				break
			}
		}
		copy(n.theta, next)
		if settled {
			if n.bread, err = n.invert(h, 0); err != nil {
				return err
			}
			break
		}
		if settled = gain <= 1e-16*(1+math.Abs(at)) || iteration > 20 && gain <= 1e-13*(1+math.Abs(at)); settled {
			continue // once more, for the Hessian at the maximum
		}
		if iteration == 100 {
			return n.separated()
		}
	}
	b := n.coefficients(n.theta, false)
	for i := range n.row {
		if eta := n.predictor(i, b); n.groups[n.group[i]].informs() && (eta-n.level < -25 || n.spec.Family == Logit && math.Abs(eta) > 25) {
			return n.separated()
		}
	}
	return nil
}

// invert is the inverse of the Hessian, scaled to a diagonal of ones in between, to which the first ridge is added that
// makes it one.
func (n *saturatedMean) invert(h *mat.SymDense, ridges ...float64) (*mat.SymDense, error) {
	scale := make([]float64, n.size)
	for k := range scale {
		scale[k] = 1 / math.Sqrt(h.At(k, k))
	}
	unit := mat.NewSymDense(n.size, nil)
	for a := range n.size {
		for b := a; b < n.size; b++ {
			unit.SetSym(a, b, h.At(a, b)*scale[a]*scale[b])
		}
	}
	var chol mat.Cholesky
	var inv mat.SymDense
	for _, ridge := range ridges {
		for a := range n.size {
			unit.SetSym(a, a, 1+ridge)
		}
		if ok := chol.Factorize(unit); ok && chol.InverseTo(&inv) == nil {
			break
		}
		inv.Reset()
	}
	if inv.IsEmpty() {
		return nil, n.separated()
	}
	for a := range n.size {
		for b := a; b < n.size; b++ {
			inv.SetSym(a, b, inv.At(a, b)*scale[a]*scale[b])
		}
	}
	return &inv, nil
}
