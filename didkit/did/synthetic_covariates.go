package did

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Covariates is how controls enter synthetic controls.
type Covariates string

// The ways; the zero value is OptimizedCovariates with SyntheticDID, ProjectedCovariates with SyntheticControl.
const (
	// The coefficients are found together with the weights, cohort by cohort, of standardised controls (Arkhangelsky et al.
	// 2021, footnote 4; standardised as Clarke et al. 2024).
	OptimizedCovariates Covariates = "optimized"
	// The coefficients are those of a regression on the never-treated units' rows with effects of units and periods (Kranz 2022).
	ProjectedCovariates Covariates = "projected"
)

// CovariateEffect is a control's coefficient, per unit of the control.
type CovariateEffect struct {
	Term     string  `json:"term"`
	Estimate float64 `json:"estimate"`
}

// covariates are the controls of a balanced sample.
type covariates struct {
	kind  Covariates
	x     [][]float64 // control × (unit × period), standardised
	scale []float64   // standard deviations
	y     []float64   // outcomes as they are
}

// readCovariates lays out the controls of the units kept, at their places.
func (s *synthetic) readCovariates(place []int) error {
	a := s.adoption
	if len(a.d.X) == 0 {
		return nil
	}
	c := &covariates{kind: a.spec.Covariates, y: s.y}
	if c.kind == "" {
		c.kind = OptimizedCovariates
		if a.spec.Method == SyntheticControl {
			c.kind = ProjectedCovariates
		}
	}
	if c.kind == OptimizedCovariates && a.spec.Method == SyntheticControl {
		return fmt.Errorf("method=sc has no weights of periods to find coefficients of controls with; covariates=projected takes them from never-treated units")
	}
	T := len(s.periods)
	for j, column := range a.d.X {
		x := make([]float64, len(s.y))
		for k, u := range a.unit {
			if i := place[u]; i >= 0 {
				x[i*T+int(a.time[k])] = column[k]
			}
		}
		centre(x)
		sd := deviation(x)
		if !(sd > 0) || math.IsInf(sd, 0) {
			return fmt.Errorf("control %s is the same in all rows used, or too large", a.d.Terms[j])
		}
		for i := range x {
			x[i] /= sd
		}
		c.x, c.scale = append(c.x, x), append(c.scale, sd)
	}
	s.covariates = c
	return nil
}

// less is the sample with β'x taken off the outcomes.
func (s *synthetic) less(beta []float64) *synthetic {
	out := *s
	out.y = slices.Clone(s.covariates.y)
	for j, x := range s.covariates.x {
		for i, v := range x {
			out.y[i] -= beta[j] * v
		}
	}
	return &out
}

// project regresses the outcome on the controls and effects of units and periods in the rows of the never-treated units at.
func (s *synthetic) project(at []int) ([]float64, error) {
	T, K := len(s.periods), len(s.covariates.x)
	columns := make([][]float64, 0, K+1)
	for _, v := range append(slices.Clone(s.covariates.x), s.covariates.y) {
		x := make([]float64, len(at)*T)
		mean := make([]float64, T)
		for k, i := range at {
			row := x[k*T:][:T]
			copy(row, v[s.never[i]*T:][:T])
			centre(row)
			for t, v := range row {
				mean[t] += v / float64(len(at))
			}
		}
		for k := range at {
			for t := range T {
				x[k*T+t] -= mean[t]
			}
		}
		columns = append(columns, x)
	}
	xx, xy := mat.NewSymDense(K, nil), mat.NewVecDense(K, nil)
	for j := range K {
		if inner(columns[j], columns[j]) <= 1e-20*float64(len(at)*T) { // of a standardised control
			return nil, fmt.Errorf("control %s does not change over time of itself among never-treated units, and effects of units and periods take what there is", s.adoption.d.Terms[j])
		}
		for k := j; k < K; k++ {
			xx.SetSym(j, k, inner(columns[j], columns[k]))
		}
		xy.SetVec(j, inner(columns[j], columns[K]))
	}
	var chol mat.Cholesky
	var beta mat.VecDense
	if !chol.Factorize(xx) || chol.Cond() > 1e14 || chol.SolveVecTo(&beta, xy) != nil {
		return nil, fmt.Errorf("controls are collinear among never-treated units; leave one out")
	}
	return beta.RawVector().Data, nil
}

// collapsed are outcomes or a control of never-treated units before adoption, a last row of the treated's means, and a last
// column of means after adoption.
func (b *block) collapsed(v []float64, at, treated []int) []float64 {
	s, T := b.s, len(b.s.periods)
	width := b.pre + 1
	out := make([]float64, (len(at)+1)*width)
	for k, i := range at {
		for t, x := range v[s.never[i]*T:][:T] {
			if t < b.pre {
				out[k*width+t] = x
			} else {
				out[k*width+b.pre] += x / float64(T-b.pre)
			}
		}
	}
	last := out[len(at)*width:]
	for _, u := range treated {
		for t, x := range v[u*T:][:b.pre] {
			last[t] += x / float64(len(treated))
		}
	}
	return out
}

// optimise finds weights and coefficients of controls together, from the weights given, which it changes, and coefficients
// of 0: a step of Frank and Wolfe's for each kind of weights and a step of 1/t along the gradient for the coefficients, in
// turn, until the objective falls by no more than its stop (the steps of synthdid of R and sdid of Stata, so that unfinished
// descents agree). Where fixed, the weights stay.
func (b *block) optimise(at, treated []int, omega, lambda []float64, fixed bool) []float64 {
	const maxIter = 10_000
	n, t := len(at), b.pre
	w := t + 1
	c := b.s.covariates
	y := b.collapsed(c.y, at, treated)
	x := make([][]float64, len(c.x))
	for j, v := range c.x {
		x[j] = b.collapsed(v, at, treated)
	}
	beta, rest := make([]float64, len(x)), make([]float64, len(y))
	errLambda, errOmega := make([]float64, n), make([]float64, t)
	acrossUnits, acrossTime := make([]float64, w*n), make([]float64, (n+1)*t) // period by unit, unit by period; centred
	etaLambda, etaOmega := float64(n)*math.Pow(1e-6*b.noise, 2), float64(t)*b.zeta*b.zeta
	update := func() float64 {
		copy(rest, y)
		for j, v := range x {
			for i, z := range v {
				rest[i] -= beta[j] * z
			}
		}
		for k := range n {
			for s := range w {
				acrossUnits[s*n+k] = rest[k*w+s]
			}
		}
		for s := range w {
			centre(acrossUnits[s*n:][:n])
		}
		for k := range n + 1 {
			copy(acrossTime[k*t:][:t], rest[k*w:][:t])
			centre(acrossTime[k*t:][:t])
		}
		if !fixed {
			frankWolfe(acrossUnits, lambda, errLambda, etaLambda)
			frankWolfe(acrossTime, omega, errOmega, etaOmega)
		}
		gap(acrossUnits, lambda, errLambda)
		gap(acrossTime, omega, errOmega)
		return b.zeta*b.zeta*inner(omega, omega) + etaLambda/float64(n)*inner(lambda, lambda) + inner(errOmega, errOmega)/float64(t) + inner(errLambda, errLambda)/float64(n)
	}
	update()
	stop, before := math.Pow(1e-5*b.noise, 2), math.Inf(1)
	step := make([]float64, len(beta))
	for iter := 1; iter <= maxIter && (iter%256 != 0 || b.s.spec.Design.Stopped() == nil); iter++ {
		for j, v := range x {
			var byLambda, byOmega float64
			for k, e := range errLambda {
				byLambda += e * (inner(lambda, v[k*w:][:t]) - v[k*w+t])
			}
			for k, o := range omega {
				if o != 0 {
					byOmega += o * inner(errOmega, v[k*w:][:t])
				}
			}
			byOmega -= inner(errOmega, v[n*w:][:t])
			step[j] = (byLambda/float64(n) + byOmega/float64(t)) / float64(iter)
		}
		for j, v := range step {
			beta[j] += v
		}
		value := update()
		if iter >= 2 && !(before-value > stop) {
			break
		}
		before = value
	}
	return beta
}

// gap is Σ_k w_k a_k less the column behind them.
func gap(columns, w, out []float64) {
	m := len(out)
	for i := range out {
		out[i] = -columns[len(w)*m+i]
	}
	for k, v := range w {
		if v != 0 {
			for i, a := range columns[k*m:][:m] {
				out[i] += v * a
			}
		}
	}
}

// frankWolfe is one step for ‖Aw - b‖² + η‖w‖² over weights w, which it changes; the columns of A, a row each, with b behind
// them. errors is space for Aw - b.
func frankWolfe(columns, w, errors []float64, eta float64) {
	m := len(errors)
	gap(columns, w, errors)
	best, least, along := 0, math.Inf(1), 0.0
	for k, v := range w {
		g := inner(errors, columns[k*m:][:m]) + eta*v
		if g < least {
			best, least = k, g
		}
		along += g * v
	}
	var bend, norm float64
	for i, e := range errors {
		d := columns[best*m+i] - (e + columns[len(w)*m+i])
		bend += d * d
	}
	norm = inner(w, w) - 2*w[best] + 1
	slope := least - along
	if norm == 0 || !(slope < 0) {
		return
	}
	step := math.Min(1, -slope/(bend+eta*norm))
	for k := range w {
		w[k] *= 1 - step
	}
	w[best] += step
}

// fitCovariates is fit with controls.
func (b *block) fitCovariates() error {
	s := b.s
	if s.covariates.kind == ProjectedCovariates { // the outcomes are adjusted already
		b.fit()
		return nil
	}
	at := s.everyControl()
	b.omega, b.lambda = make([]float64, len(at)), make([]float64, b.pre)
	normalise(b.omega)
	normalise(b.lambda)
	b.beta = b.optimise(at, b.units, b.omega, b.lambda, false)
	for _, v := range b.beta {
		if !finite(v) {
			return fmt.Errorf("the search for coefficients of controls did not end for cohort %g; covariates=projected takes them from a regression", b.g)
		}
	}
	b.s = s.less(b.beta)
	b.effects = b.compare(at, b.units, b.omega, b.lambda)
	return nil
}

// againCovariates is again with controls, whose coefficients are found anew; nil where they can't be.
func (b *block) againCovariates(kind Resampling, x sampled, treated []int, omega, lambda []float64) []float64 {
	c := *b
	if b.s.covariates.kind == OptimizedCovariates {
		c.s = b.s.less(b.optimise(x.controls, treated, omega, lambda, kind == JackknifeUnits))
		return c.compare(x.controls, treated, omega, lambda)
	}
	beta, err := b.s.project(x.controls)
	if err != nil {
		return nil
	}
	c.s = b.s.less(beta)
	c.before = c.columnsBefore()
	if kind != JackknifeUnits {
		c.weigh(x.controls, treated, omega, lambda)
	}
	return c.compare(x.controls, treated, omega, lambda)
}
