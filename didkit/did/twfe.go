package did

import (
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// TWFE estimates outcome_it = δ D_it + γ'x_it + μ_i + λ_t + ε_it by least squares: the coefficient δ of an absorbing 0/1
// treatment in the two-way fixed-effects regression (Gao, Han & Han 2026, eq. 1). The treatment is the first term of the
// result. Errors are clustered by unit unless told otherwise. Under staggered adoption δ is the ATT only where effects
// don't vary over cohorts and time (Goodman-Bacon 2021).
func TWFE(p *panel.Panel, s Spec) (*regress.Fit, error) {
	fit, _, err := TWFEModel(p, s)
	return fit, err
}

// TWFEModel is TWFE that also hands out the estimated model, for what is built on its residuals and columns.
func TWFEModel(p *panel.Panel, s Spec) (*regress.Fit, *regress.Model, error) {
	pre, err := s.prepare(p)
	if err != nil {
		return nil, nil, err
	}
	f := *pre.formula
	f.Terms = []formula.Term{treatTerm(s.Treat)}
	for _, t := range pre.formula.Terms {
		if t.String() != formula.Quote(s.Treat) {
			f.Terms = append(f.Terms, t)
		}
	}
	rs := regress.Spec{Vcov: pre.vcov, Level: s.Level, Design: s.Design}
	m, err := regress.Run(p, &f, rs)
	if err != nil {
		return nil, nil, err
	}
	if err := treatedSample(p, m, pre.timing); err != nil {
		return nil, nil, err
	}
	for _, c := range m.Collinear {
		if c == formula.Quote(s.Treat) {
			return nil, nil, &regress.NoVariation{Variable: s.Treat, Effects: true}
		}
	}
	fit, err := m.Fit(pre.vcov, s.Level)
	if err != nil {
		return nil, nil, err
	}
	fit.Method, fit.Treatment = "twfe", formula.Quote(s.Treat)
	fit.Weights, fit.Singletons = s.Design.Weights, s.Design.KeepSingletons
	if s.Design.If != nil {
		fit.If = s.Design.If.String()
	}
	fit.Notes = append(pre.notes, fit.Notes...)
	fit.Notes = append(fit.Notes, treatedNote(p, m, pre.timing))
	if note := oneTreatedCluster(m.Design, pre.vcov, isOne(m.Design, s.Treat)); note != "" {
		fit.Notes = append(fit.Notes, note)
	}
	return fit, m, nil
}

// treatedSample refuses a sample in which the treatment does not vary.
func treatedSample(p *panel.Panel, m *regress.Model, t *Timing) error {
	d, err := m.Design.Column(t.Treat)
	if err != nil {
		return err
	}
	ones := 0
	for _, x := range d {
		if x == 1 {
			ones++
		}
	}
	if ones == 0 || ones == len(d) {
		return &NoTreated{t.Treat, float64(min(ones, 1))}
	}
	return nil
}

// isOne tells of each row whether it is treated.
func isOne(d *design.Design, treat string) func(row int) bool {
	x, err := d.Column(treat)
	return func(row int) bool { return err == nil && x[row] == 1 }
}

// treatedNote counts the treated of the sample: units, cohorts, rows.
func treatedNote(p *panel.Panel, m *regress.Model, t *Timing) string {
	units := p.Units()
	const absent, untreated, treated = 0, 1, 2
	status := make([]uint8, units.Levels())
	rows := 0
	treat, _ := m.Design.Column(t.Treat)
	for k, x := range treat {
		u := units.Codes[m.Design.PanelRow(k)]
		if x == 1 {
			rows++
			status[u] = treated
		} else {
			status[u] = max(status[u], untreated)
		}
	}
	all, ever, always := 0, 0, 0
	var starts []float64
	for u, s := range status {
		if s == absent {
			continue
		}
		all++
		if s == treated {
			ever++
			starts = append(starts, t.Start[u])
			if t.Always[u] {
				always++
			}
		}
	}
	slices.Sort(starts)
	cohorts := "1 cohort"
	if n := len(slices.Compact(starts)); n != 1 {
		cohorts = counting.Sprintf("%d cohorts", n)
	}
	observed := "1 treated row"
	if rows != 1 {
		observed = counting.Sprintf("%d treated rows", rows)
	}
	s := counting.Sprintf("%s: %s in %d of %d units, %s", t.Treat, observed, ever, all, cohorts)
	switch {
	case always == 1:
		s += "; 1 unit is treated from its first period on"
	case always > 1:
		s += counting.Sprintf("; %d units are treated from their first period on", always)
	}
	return s
}
