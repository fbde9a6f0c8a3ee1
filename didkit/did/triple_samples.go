package did

// What triple differences take from units seen in every period, and from rows as cross-sections.

func (w *wide) members(c *cell, t, base int) (out []member) {
	for _, s := range w.compared(c.g, w.periods[max(t, base)]) {
		for i := s.from; i < s.to; i++ {
			out = append(out, member{at: i, unit: i, treated: s.treated})
		}
	}
	return out
}

// difference is one 2×2 comparison of the first units, the targets, with the others, and the influence ψ/n of all.
func (w *wide) difference(of []member, targets, t, base int) (float64, []float64, error) {
	T, n := len(w.periods), len(of)
	dy, weight := make([]float64, n), []float64(nil)
	if w.d.Weights != nil || len(w.d.X) > 0 {
		weight = make([]float64, n)
	}
	for k, m := range of {
		dy[k] = w.d.Y[w.row[m.at*T+t]] - w.d.Y[w.row[m.at*T+base]]
		if weight != nil {
			weight[k] = w.weight(m.at, min(t, base))
		}
	}
	if len(w.d.X) == 0 {
		v := changes([]span{{0, targets, true}, {targets, n, false}}, dy, weight)
		return v, dy, nil
	}
	two := &twoByTwo{n: n, d: make([]float64, n), dy: dy, w: weight, names: w.d.Terms}
	for k := range targets {
		two.d[k] = 1
	}
	for _, x := range w.d.X {
		col := make([]float64, n)
		for k, m := range of {
			col[k] = x[w.row[m.at*T+min(t, base)]]
		}
		two.x = append(two.x, col)
	}
	v, psi, err := two.estimate(w.spec.Adjustment)
	return v, shared(psi), err
}

func (w *wide) collect(c *cell, t, base int, psi []float64) influence {
	return w.byCluster(w.compared(c.g, w.periods[max(t, base)]), psi)
}

func (w *wide) eachRow(do func(unit int, row int32) error) error {
	for k, row := range w.row {
		if err := do(k/len(w.periods), row); err != nil {
			return err
		}
	}
	return nil
}

func (w *long) members(c *cell, t, base int) (out []member) {
	for _, s := range w.sections(c.g, t, base) {
		for i := s.from; i < s.to; i++ {
			out = append(out, member{at: i, unit: int(w.unit[i]), treated: s.treated, post: s.post})
		}
	}
	return out
}

// difference is that of rows of both periods.
func (w *long) difference(of []member, targets, _, _ int) (float64, []float64, error) {
	n := len(of)
	q := &sections{n: n, y: make([]float64, n), w: make([]float64, n), d: make([]float64, n), post: make([]float64, n), names: w.d.Terms}
	for k, m := range of {
		q.y[k], q.w[k] = w.d.Y[w.row[m.at]], w.weight(m.at)
		q.d[k], q.post[k] = indicator(k < targets), indicator(m.post)
	}
	for _, x := range w.d.X {
		col := make([]float64, n)
		for k, m := range of {
			col[k] = x[w.row[m.at]]
		}
		q.x = append(q.x, col)
	}
	v, psi, err := q.estimate(w.spec.Adjustment)
	return v, shared(psi), err
}

func (w *long) collect(c *cell, t, base int, psi []float64) influence {
	return w.gather(c, t, base, w.sections(c.g, t, base), psi)
}

func (w *long) eachRow(do func(unit int, row int32) error) error {
	for k, row := range w.row {
		if err := do(int(w.unit[k]), row); err != nil {
			return err
		}
	}
	return nil
}

// shared is ψ/n of ψ.
func shared(psi []float64) []float64 {
	for i := range psi {
		psi[i] /= float64(len(psi))
	}
	return psi
}
