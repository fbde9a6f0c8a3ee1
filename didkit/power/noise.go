package power

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Noise is how the noise of a draw is made of the model's residuals.
type Noise string

// The noises; the zero value is Blocks.
const (
	// Blocks gives every unit the whole series of residuals of a unit drawn at random: serial correlation of any form, and
	// differences in variance among units, come as they are. Residuals net of the unit's mean suffice, since the model
	// takes that mean off again; nothing of the correlation is lost.
	Blocks Noise = "blocks"
	// Own gives every unit its own residuals with a random sign, all of a cluster the same: differences in variance between
	// treated and untreated units stay. Effects are taken off the residuals of treated units, which are the smaller for it
	// the fewer they are.
	Own Noise = "own"
	// Autoregressive gives every unit an AR(1) series with the panel's correlation and the unit's own variance.
	Autoregressive Noise = "ar"
)

// A unit keeps its own residuals, with a random sign, where fewer units than these can stand in for it: five, or a third of
// all, as noise made of a few units' residuals would rest on these few.
const (
	fewDonors   = 5
	fewestShare = 3
)

// series are residuals by unit and period, each unit's at places of the same periods.
type series struct {
	at       [][]float64 // unit × period, NaN where not seen
	start    []float64   // of treatment, NaN never
	block    []int32     // units with the same sign where signs are drawn
	patterns []pattern
	demeaned bool      // the model has effects of the unit
	signs    bool      // units keep their residuals, a block changes sign at random
	weighted bool      // rows are weighted: units keep their variance
	size     []float64 // of a unit's noise, as its weight has it, up to scale

	rho float64 // of Autoregressive
	own []float64
}

// pattern is units seen in the same periods, and those that are seen in all of these at least.
type pattern struct {
	seen   []bool
	units  []int32
	donors []int32
}

// where tells unit and period of each row of a design.
type where struct {
	unit, period []int32
	units        int
}

// locate numbers units and periods of a model's rows in the order of their values.
func locate(p *panel.Panel, m *regress.Model) where {
	w := where{unit: make([]int32, m.Design.N), period: make([]int32, m.Design.N)}
	units, periods := p.Units(), p.Periods()
	number := make([]int32, units.Levels())
	for k := range m.Design.N {
		number[units.Codes[m.Design.PanelRow(k)]] = 1
	}
	for c, seen := range number {
		number[c] = int32(w.units)
		w.units += int(seen)
	}
	for k := range m.Design.N {
		r := m.Design.PanelRow(k)
		w.unit[k], w.period[k] = number[units.Codes[r]], periods.Codes[r]
	}
	return w
}

// residuals estimates what the panel's outcomes hold beside effects, controls and treatment. The treatment has an effect
// of its own at each event time, so that a growing effect is no noise; event times with one unit alone join those before.
// Residuals are enlarged to the variance that a row has net of its unit's mean, (n - units)/(n - parameters).
func residuals(p *panel.Panel, s did.Spec, m *regress.Model, t *did.Timing, w where) (*series, error) {
	f, v, err := s.Prepared(p)
	if err != nil {
		return nil, err
	}
	q, name, err := sinceAdoption(p, s, m, t)
	if err != nil {
		return nil, err
	}
	events, err := formula.Parse(fmt.Sprintf("y ~ i(%s, ref=-1)", formula.Quote(name)))
	if err != nil {
		return nil, err
	}
	g := *f
	g.Terms = slices.Clone(events.Terms)
	for _, term := range f.Terms {
		if term.String() != formula.Quote(s.Treat) {
			g.Terms = append(g.Terms, term)
		}
	}
	o := s.Design
	o.Present = append(slices.Clone(o.Present), s.Treat)
	free, err := regress.Run(q, &g, regress.Spec{Design: o})
	if err != nil {
		return nil, err
	}
	fit, err := free.Fit(vcov.Spec{Type: vcov.IID}, 0)
	if err != nil {
		return nil, err
	}
	if free.Design.N != m.Design.N {
		return nil, fmt.Errorf("the residuals have %d rows and the model %d", free.Design.N, m.Design.N)
	}
	out := &series{start: make([]float64, w.units), block: make([]int32, w.units)}
	for _, e := range m.Design.Effects {
		out.demeaned = out.demeaned || e.Intercept && e.Name == formula.Quote(p.UnitName())
	}
	means := 0.0
	if out.demeaned {
		means = float64(w.units)
	}
	scale := math.Sqrt((float64(m.Design.N) - means) / fit.DFResid)
	if !(fit.DFResid > 0) {
		return nil, &regress.TooFewRows{Rows: m.Design.N, Parameters: m.Design.N - int(fit.DFResid)}
	}
	out.at = make([][]float64, w.units)
	for u := range out.at {
		out.at[u] = make([]float64, p.Periods().Levels())
		for t := range out.at[u] {
			out.at[u][t] = math.NaN()
		}
	}
	for k, e := range free.Residuals() {
		u := w.unit[k]
		out.at[u][w.period[k]] = e * scale
		out.start[u] = t.Start[p.Units().Codes[m.Design.PanelRow(k)]]
	}
	out.group()
	return out, out.cluster(p, m, v, w)
}

// sinceAdoption adds the periods since adoption, -1 where untreated, to the panel.
func sinceAdoption(p *panel.Panel, s did.Spec, m *regress.Model, t *did.Timing) (*panel.Panel, string, error) {
	d, err := p.Numbers(s.Treat)
	if err != nil {
		return nil, "", err
	}
	since := make([]float64, p.Rows())
	units := map[float64]map[int32]bool{}
	for r, x := range d {
		since[r] = -1
		if x == 1 {
			since[r] = math.Max(0, t.Event[r])
		}
	}
	for k := range m.Design.N {
		if r := m.Design.PanelRow(k); since[r] >= 0 {
			if units[since[r]] == nil {
				units[since[r]] = map[int32]bool{}
			}
			units[since[r]][p.Units().Codes[r]] = true
		}
	}
	var times []float64
	for e := range units {
		times = append(times, e)
	}
	slices.Sort(times)
	last := map[float64]float64{}
	for i, e := range times {
		last[e] = e
		if i > 0 && len(units[e]) < 2 {
			last[e] = last[times[i-1]]
		}
	}
	for r, e := range since {
		if e >= 0 {
			since[r] = last[e]
		}
	}
	name := "since_adoption"
	for p.Has(name) {
		name += "_"
	}
	q, err := p.With(&panel.Variable{Name: name, Values: since})
	return q, name, err
}

// group finds the units seen in the same periods, and who can stand in for them.
func (s *series) group() {
	byKey := map[string]int{}
	for u, e := range s.at {
		seen, key := make([]bool, len(e)), make([]byte, len(e))
		for t, x := range e {
			seen[t] = x == x
			if seen[t] {
				key[t] = 1
			}
		}
		i, known := byKey[string(key)]
		if !known {
			i = len(s.patterns)
			byKey[string(key)] = i
			s.patterns = append(s.patterns, pattern{seen: seen})
		}
		s.patterns[i].units = append(s.patterns[i].units, int32(u))
	}
	common := make([]int, len(s.patterns)) // by units, the most first
	for i := range common {
		common[i] = i
	}
	slices.SortStableFunc(common, func(a, b int) int { return len(s.patterns[b].units) - len(s.patterns[a].units) })
	common = common[:min(len(common), manyPatterns)]
	for i := range s.patterns {
		p := &s.patterns[i]
		if !slices.Contains(common, i) {
			p.donors = append(p.donors, p.units...)
		}
		for _, k := range common {
			if covers(s.patterns[k].seen, p.seen) {
				p.donors = append(p.donors, s.patterns[k].units...)
			}
		}
		slices.Sort(p.donors)
	}
}

// manyPatterns is how many patterns of gaps, the most frequent, are searched for units that can stand in for others.
const manyPatterns = 500

func covers(a, b []bool) bool {
	for t := range b {
		if b[t] && !a[t] {
			return false
		}
	}
	return true
}

// cluster decides whether units may take each other's residuals. Where rows are weighted, small units may vary more: they
// take others' in the size that goes with their weight. Where clusters hold several units, which may move together, they keep their own, and all
// of a cluster change sign together, the wild bootstrap's way; such noise is the smaller the fewer clusters are treated.
func (s *series) cluster(p *panel.Panel, m *regress.Model, v vcov.Spec, w where) error {
	for u := range s.block {
		s.block[u] = int32(u)
	}
	s.weighted = m.Design.Weights != nil
	s.sizes(m, w)
	if v.Type != vcov.Cluster || v.By[0] == p.UnitName() {
		return nil
	}
	codes, _, err := m.Design.Codes(v.By[0])
	if err != nil {
		return err
	}
	s.signs = true
	first := make([]int32, w.units)
	for u := range first {
		first[u] = -1
	}
	for k, c := range codes {
		if u := w.unit[k]; first[u] >= 0 && first[u] != c {
			return fmt.Errorf("errors are clustered by %s, which changes within %s: noise is drawn for whole units; cluster by %s, or by groups of them", v.By[0], p.UnitName(), p.UnitName())
		}
		first[w.unit[k]] = c
	}
	s.block = first
	return nil
}

// sizes regress the logarithm of the units' mean squared residual on that of their mean weight (Harvey 1976), and take the
// root of what it predicts; 1 each without weights, or where these are all the same.
func (s *series) sizes(m *regress.Model, w where) {
	s.size = make([]float64, len(s.at))
	for u := range s.size {
		s.size[u] = 1
	}
	if !s.weighted {
		return
	}
	weight, rows := make([]float64, len(s.at)), make([]float64, len(s.at))
	for k, u := range w.unit {
		weight[u], rows[u] = weight[u]+m.Design.Weights[k], rows[u]+1
	}
	var xs, ys []float64
	x := make([]float64, len(s.at))
	for u, e := range s.at {
		x[u] = math.Log(weight[u] / rows[u])
		if _, squares, _ := moments(e); squares > 0 {
			xs, ys = append(xs, x[u]), append(ys, math.Log(squares/rows[u]))
		}
	}
	sxx, sxy, mean := 0.0, 0.0, 0.0
	for _, v := range xs {
		mean += v / float64(len(xs))
	}
	for i, v := range xs {
		sxx, sxy = sxx+(v-mean)*(v-mean), sxy+(v-mean)*ys[i]
	}
	if !(sxx > 1e-12*float64(len(xs))) {
		return
	}
	for u := range s.size {
		s.size[u] = math.Exp((x[u] - mean) * sxy / sxx / 2)
	}
}

// target is a design that noise is drawn for.
type target struct {
	*series
	kind   Noise
	unit   []int32 // one a row
	period []int32
	source []int32 // one a unit: the unit of series that it is, or is a copy of
	block  []int32 // one a unit
	blocks int
	donors [][]int32           // one a unit; nil: own residuals with a random sign
	peers  map[float64][]int32 // treated units of series by their start, where treated units here are copies of some: a copy varies as any of its cohort
}

// aim readies the drawing for rows of units that are those of source.
func (s *series) aim(kind Noise, w where, source, block []int32) *target {
	t := &target{series: s, kind: kind, unit: w.unit, period: w.period, source: source, block: block, donors: make([][]int32, len(source))}
	of := make([][]int32, len(s.at))
	for _, p := range s.patterns {
		if len(p.donors) >= max(fewDonors, len(s.at)/fewestShare) && !s.signs && kind != Own {
			for _, u := range p.units {
				of[u] = p.donors
			}
		}
	}
	for u, from := range source {
		t.donors[u] = of[from]
		t.blocks = max(t.blocks, int(block[u])+1)
	}
	return t
}

// signed counts the units that keep their residuals.
func (t *target) signed() int {
	n := 0
	for _, d := range t.donors {
		if d == nil {
			n++
		}
	}
	return n
}

// draw fills e, a row each, with noise.
func (t *target) draw(rng *rand.Rand, e []float64) {
	if t.kind == Autoregressive {
		t.autoregress(rng, e)
		return
	}
	sign := make([]float64, t.blocks)
	for b := range sign {
		sign[b] = float64(2*rng.IntN(2) - 1)
	}
	from := make([][]float64, len(t.source))
	scale := make([]float64, len(t.source))
	for u, donors := range t.donors {
		if donors == nil {
			from[u], scale[u] = t.at[t.source[u]], sign[t.block[u]]
			if t.kind == Own && t.peers != nil {
				if at := t.at[t.peer(rng, t.source[u])]; seenWherever(at, from[u]) {
					from[u] = at
				}
			}
		} else {
			donor := donors[rng.IntN(len(donors))]
			from[u], scale[u] = t.at[donor], 1
			if t.weighted {
				scale[u] = t.size[t.source[u]] / t.size[donor]
			}
		}
	}
	for k, u := range t.unit {
		e[k] = scale[u] * from[u][t.period[k]]
	}
}

// peer is a unit that varies as unit u of series does: itself, or any of its cohort for a treated one of which there are
// copies. Cohorts are kept apart since they may vary differently, and weigh differently in an estimate.
func (t *target) peer(rng *rand.Rand, u int32) int32 {
	if cohort := t.peers[t.start[u]]; len(cohort) > 0 {
		return cohort[rng.IntN(len(cohort))]
	}
	return u
}

// seenWherever tells that a is seen in all periods of b.
func seenWherever(a, b []float64) bool {
	for t, x := range b {
		if x == x && a[t] != a[t] {
			return false
		}
	}
	return true
}

// autoregress draws stationary AR(1) series over all periods, seen or not.
func (t *target) autoregress(rng *rand.Rand, e []float64) {
	periods := len(t.at[0])
	x := make([]float64, len(t.source)*periods)
	fresh := math.Sqrt(1 - t.rho*t.rho)
	for u := range t.source {
		own := x[u*periods : (u+1)*periods]
		for i := range own {
			own[i] = rng.NormFloat64()
			if i > 0 {
				own[i] = t.rho*own[i-1] + fresh*own[i]
			}
		}
	}
	scale := make([]float64, len(t.source))
	for u, from := range t.source {
		scale[u] = t.own[t.peer(rng, from)]
	}
	for k, u := range t.unit {
		e[k] = scale[u] * x[int(u)*periods+int(t.period[k])]
	}
}
