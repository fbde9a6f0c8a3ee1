package did

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// stackedRegression is the stacked regression: each cohort with its clean controls, seen from Window[0] to Window[1] around
// adoption, is an experiment of its own, and all experiments are estimated in one. Clean controls are units that adopt
// after the window's end, or never. A unit stands in as many experiments as it is clean for; errors clustered by unit count
// it once.
//
// With StackWeights (Wing, Freedman & Hollingsworth 2024, eq. 9 and table 1) the regression is
// y = α + δ·1[D] + Σ λ_e 1[e] + Σ β_e 1[e] D on rows whose controls carry Q = (share of the experiment's treated) / (share of its
// controls), so that β_e is the cohorts' trimmed average effect; NoStackWeights is Cengiz, Dube, Lindner & Zipperer (2019):
// effects of unit by experiment and of period by experiment, each row once. Cohorts whose window is not seen whole, or
// without clean controls, are left out and named. Overall is the mean of β_e over e ≥ 0.
func stackedRegression(p *panel.Panel, s StaggeredSpec) (*ATTResult, error) {
	if s.Aggregate == "" {
		s.Aggregate = Dynamic
	}
	if s.Aggregate != Dynamic && s.Aggregate != Static {
		return nil, fmt.Errorf("method=stacked averages over event times (agg=dynamic) or has one effect for all of them (agg=static), not by %s", s.Aggregate)
	}
	if s.Control == "" {
		s.Control = NotYetTreated
	}
	if s.Stack == "" {
		s.Stack = AggregateWeights
	}
	if s.Stack == PopulationWeights {
		if s.Population == "" {
			return nil, fmt.Errorf("weights by population need the variable that holds it; name it by population=")
		}
		s.Design.Present = append(slices.Clone(s.Design.Present), s.Population)
	}
	a, err := s.adopt(p)
	if err != nil {
		return nil, err
	}
	if !a.twoWay(p) {
		return nil, fmt.Errorf("method=stacked has effects of its own for every experiment and takes those of %s and %s only", p.UnitName(), p.TimeName())
	}
	if s.Control == NeverTreated && a.never() == 0 {
		return nil, &NoNeverTreated{Method: Stacked, Otherwise: "control=notyet compares with units treated after the window"}
	}
	st, err := a.stack(p)
	if err != nil {
		return nil, err
	}
	return st.estimate()
}

// StackWeights are the weights of the controls in a stacked regression (Wing, Freedman & Hollingsworth 2024, table 1).
type StackWeights string

// The weights; the zero value is AggregateWeights.
const (
	AggregateWeights  StackWeights = "aggregate"  // each treated unit counts once
	PopulationWeights StackWeights = "population" // each treated unit by its population
	SampleWeights     StackWeights = "sample"     // each experiment by its units, treated and control
	NoStackWeights    StackWeights = "none"       // Cengiz et al. 2019: as the regression weights them
)

// experiments is the stack: one row for each row of the sample in each experiment that it belongs to.
type experiments struct {
	*adoption
	window  [2]int
	cohorts []float64 // those with an experiment
	row     []int32   // row of the sample
	number  []int32   // experiment
	event   []int16
	treated []bool
	units   int // of the sample that stand in some experiment
	adopted int // of them treated in one
	again   int // units in several experiments
	q       *panel.Panel
	name    map[string]string // of the variables of q
	control []string          // the controls' names in q
}

// clean tells whether a unit that adopts at start is a control for cohort g.
func (st *experiments) clean(start, g float64) bool {
	if start != start {
		return true
	}
	return st.spec.Control == NotYetTreated && start > g+float64(st.window[1])
}

// stack finds the experiments and lists their rows.
func (a *adoption) stack(p *panel.Panel) (*experiments, error) {
	st := &experiments{adoption: a, window: a.spec.Window, name: map[string]string{}}
	for _, t := range a.periods {
		if d := t - a.cohorts[0]; d != math.Trunc(d) || math.Abs(d) > math.MaxInt16 {
			return nil, &WindowError{fmt.Sprintf("event time is %g for some rows; periods must be whole numbers apart", d)}
		}
	}
	if st.window == [2]int{} {
		st.widest()
	}
	if st.window[0] > -1 || st.window[1] < 0 {
		return nil, &WindowError{fmt.Sprintf("the window %d:%d does not run from before adoption to after; the period before, -1, and adoption, 0, belong to it", st.window[0], st.window[1])}
	}
	if err := st.choose(); err != nil {
		return nil, err
	}
	st.alone(func(u int) bool { return slices.Contains(st.cohorts, st.start[u]) })
	visit := func(do func(k, stack int, event int16, treated bool)) {
		for k, u := range a.unit {
			t, start := a.periods[a.time[k]], a.start[u]
			for i, g := range st.cohorts {
				if e := t - g; e >= float64(st.window[0]) && e <= float64(st.window[1]) && (start == g || st.clean(start, g)) {
					do(k, i, int16(e), start == g)
				}
			}
		}
	}
	rows := 0
	visit(func(int, int, int16, bool) { rows++ })
	st.row, st.number, st.event, st.treated = make([]int32, 0, rows), make([]int32, 0, rows), make([]int16, 0, rows), make([]bool, 0, rows)
	visit(func(k, i int, e int16, d bool) {
		st.row, st.number, st.event, st.treated = append(st.row, int32(k)), append(st.number, int32(i)), append(st.event, e), append(st.treated, d)
	})
	st.count()
	return st, st.assemble(p)
}

// widest is the window that every cohort with clean controls fits in.
func (st *experiments) widest() {
	first, last := st.periods[0], st.periods[len(st.periods)-1]
	latest := math.Inf(1)
	if st.never() == 0 {
		latest = st.adoption.cohorts[len(st.adoption.cohorts)-1]
	}
	pre, post := math.Inf(1), math.Inf(1)
	for _, g := range st.adoption.cohorts {
		if g >= latest {
			continue
		}
		pre, post = math.Min(pre, g-first), math.Min(post, math.Min(last-g, latest-g-1))
	}
	if math.IsInf(pre, 1) {
		pre, post = 1, 0
	}
	st.window = [2]int{-int(pre), int(post)}
	st.notes = append(st.notes, fmt.Sprintf("the window is %d:%d, the widest that every cohort fits in; window= sets another", st.window[0], st.window[1]))
}

// choose keeps the cohorts whose window is seen and that have clean controls.
func (st *experiments) choose() error {
	first, last := st.periods[0], st.periods[len(st.periods)-1]
	for _, g := range st.adoption.cohorts {
		from, to := g+float64(st.window[0]), g+float64(st.window[1])
		why := ""
		switch {
		case from < first:
			why = fmt.Sprintf("its window begins in %g, before the first period (%g)", from, first)
		case to > last:
			why = fmt.Sprintf("its window ends in %g, after the last period (%g)", to, last)
		case !slices.ContainsFunc(st.start, func(start float64) bool { return start != g && st.clean(start, g) }):
			why = fmt.Sprintf("no unit is untreated to the end of its window, %g", to)
		default:
			st.cohorts = append(st.cohorts, g)
			continue
		}
		st.notes = append(st.notes, fmt.Sprintf("cohort %g was left out: %s", g, why))
	}
	if len(st.cohorts) > 0 {
		return nil
	}
	why := ""
	for _, n := range st.notes {
		if strings.HasPrefix(n, "cohort ") && strings.Contains(n, "was left out") {
			why += "; " + n
		}
	}
	return &WindowError{fmt.Sprintf("no cohort has the window %d:%d and clean controls%s", st.window[0], st.window[1], why)}
}

// count numbers the units of the stack.
func (st *experiments) count() {
	seen := make([]int32, len(st.start)) // 1 + the last experiment, -1 if in several
	adopted := make([]bool, len(st.start))
	for i, k := range st.row {
		u := st.unit[k]
		switch {
		case seen[u] == 0:
			seen[u] = st.number[i] + 1
			st.units++
		case seen[u] > 0 && seen[u] != st.number[i]+1:
			seen[u] = -1
			st.again++
		}
		if st.treated[i] && !adopted[u] {
			adopted[u] = true
			st.adopted++
		}
	}
}

// assemble makes the stack a data set to regress on.
func (st *experiments) assemble(p *panel.Panel) error {
	n := len(st.row)
	var vars []*panel.Variable
	taken := map[string]bool{}
	for _, by := range st.vcov.By {
		taken[by] = true
		v, err := p.Variable(by)
		if err != nil {
			return err
		}
		w := &panel.Variable{Name: by, Kind: v.Kind, Levels: v.Levels}
		if v.Kind == panel.Text {
			w.Codes = make([]int32, n)
			for i, k := range st.row {
				w.Codes[i] = v.Codes[st.d.PanelRow(int(k))]
			}
		} else {
			w.Values = make([]float64, n)
			for i, k := range st.row {
				w.Values[i] = v.Values[st.d.PanelRow(int(k))]
			}
		}
		vars = append(vars, w)
	}
	add := func(name string, value func(i int) float64) string {
		unique := name
		for taken[unique] {
			unique += "_"
		}
		taken[unique] = true
		v := &panel.Variable{Name: unique, Values: make([]float64, n)}
		for i := range v.Values {
			v.Values[i] = value(i)
		}
		vars = append(vars, v)
		return unique
	}
	st.name["outcome"] = add("outcome", func(i int) float64 { return st.d.Y[st.row[i]] })
	st.name["event_time"] = add("event_time", func(i int) float64 { return float64(st.event[i]) })
	st.name["adopts"] = add("adopts", func(i int) float64 {
		if st.treated[i] {
			return 1
		}
		return 0
	})
	st.name["adopted"] = add("adopted", func(i int) float64 {
		if st.treated[i] && st.event[i] >= 0 {
			return 1
		}
		return 0
	})
	for j, x := range st.d.X {
		st.control = append(st.control, add(st.d.Terms[j], func(i int) float64 { return x[st.row[i]] }))
	}
	if st.spec.Stack == NoStackWeights {
		st.name["unit_of_experiment"] = add("unit_of_experiment", func(i int) float64 { return float64(st.number[i])*float64(len(st.start)) + float64(st.unit[st.row[i]]) })
		st.name["period_of_experiment"] = add("period_of_experiment", func(i int) float64 {
			return float64(st.number[i])*float64(len(st.periods)) + float64(st.time[st.row[i]])
		})
		if st.d.Weights != nil {
			st.name["weight"] = add("weight", func(i int) float64 { return st.d.Weights[st.row[i]] })
		}
	} else {
		q, err := st.corrective(p)
		if err != nil {
			return err
		}
		st.name["weight"] = add("weight", q)
	}
	var err error
	st.q, err = panel.New(vars...)
	return err
}

// mass is the weight of a row of the stack, before any correction.
func (st *experiments) mass(i int) float64 {
	if st.d.Weights == nil {
		return 1
	}
	return st.d.Weights[st.row[i]]
}

// corrective are the weights Q, times those of the rows: 1 for the treated, and for the controls of experiment s
// (N_s^D / N^D) / (N_s^C / N^C) (aggregate, counted in rows of each event time, so that they hold in unbalanced panels too),
// with the population of the treated in place of their number (population), or with all units of the experiment in place of the
// treated (sample). Weights count as numbers of rows.
func (st *experiments) corrective(p *panel.Panel) (func(i int) float64, error) {
	s, width := len(st.cohorts), st.window[1]-st.window[0]+1
	if st.spec.Stack == AggregateWeights {
		sums := [2][]float64{make([]float64, s*width), make([]float64, s*width)}
		totals := [2][]float64{make([]float64, width), make([]float64, width)}
		at := func(i int) (group, e int) {
			if st.treated[i] {
				group = 1
			}
			return group, int(st.event[i]) - st.window[0]
		}
		for i := range st.row {
			g, e := at(i)
			sums[g][int(st.number[i])*width+e] += st.mass(i)
			totals[g][e] += st.mass(i)
		}
		return func(i int) float64 {
			g, e := at(i)
			if g == 1 {
				return st.mass(i)
			}
			c := int(st.number[i])*width + e
			return st.mass(i) * (sums[1][c] / totals[1][e]) / (sums[0][c] / totals[0][e])
		}, nil
	}
	var population []float64
	if st.spec.Stack == PopulationWeights {
		var err error
		if population, err = p.Numbers(st.spec.Population); err != nil {
			return nil, err
		}
	}
	type member struct{ unit, number int32 }
	type total struct{ mass, people, rows float64 }
	members := map[member]*total{} // a unit's mean over its rows in an experiment
	treated := map[member]bool{}
	for i, k := range st.row {
		m := member{st.unit[k], st.number[i]}
		t := members[m]
		if t == nil {
			t = &total{}
			members[m] = t
			treated[m] = st.treated[i]
		}
		t.rows++
		t.mass += st.mass(i)
		if population != nil {
			v := population[st.d.PanelRow(int(k))]
			if v < 0 {
				return nil, fmt.Errorf("population %s is %g in row %d; it can't be negative", st.spec.Population, v, st.d.PanelRow(int(k))+1)
			}
			t.people += v * st.mass(i)
		}
	}
	share, controls := make([]float64, s), make([]float64, s)
	all, allControls := 0.0, 0.0
	for _, m := range sortedMembers(members, func(a, b member) int {
		if a.number != b.number {
			return int(a.number - b.number)
		}
		return int(a.unit - b.unit)
	}) {
		t := members[m]
		v := t.mass / t.rows
		if !treated[m] {
			controls[m.number] += v
			allControls += v
		}
		if population != nil {
			if !treated[m] {
				continue
			}
			v = t.people / t.rows
		}
		share[m.number] += v
		all += v
	}
	if !(all > 0) {
		return nil, fmt.Errorf("population %s is 0 for all treated units", st.spec.Population)
	}
	return func(i int) float64 {
		if st.treated[i] {
			return st.mass(i)
		}
		c := st.number[i]
		return st.mass(i) * (share[c] / all) / (controls[c] / allControls)
	}, nil
}

// sortedMembers are the keys of a map in order, so that sums do not depend on the map's.
func sortedMembers[K comparable, V any](m map[K]V, order func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, order)
	return keys
}

// regress estimates the stack with the terms first, then the controls.
func (st *experiments) regress(first formula.Term) (*regress.Fit, error) {
	f := &formula.Formula{Outcome: &formula.Name{Name: st.name["outcome"]}, Terms: []formula.Term{first}}
	for _, x := range st.control {
		f.Terms = append(f.Terms, treatTerm(x))
	}
	effects := []string{st.name["adopts"], st.name["event_time"]}
	if st.spec.Stack == NoStackWeights {
		effects = []string{st.name["unit_of_experiment"], st.name["period_of_experiment"]}
	}
	for _, e := range effects {
		f.Effects = append(f.Effects, formula.FixedEffect{Vars: []formula.Expr{&formula.Name{Name: e}}})
	}
	s := regress.Spec{Vcov: st.vcov, Level: st.spec.Level}
	s.Design.Weights = st.name["weight"]
	m, err := regress.Run(st.q, f, s)
	if err != nil {
		return nil, err
	}
	return m.Fit(st.vcov, st.spec.Level)
}

func (st *experiments) estimate() (*ATTResult, error) {
	units := make([]map[int32]bool, st.window[1]-st.window[0]+1) // treated, by event time
	for e := range units {
		units[e] = map[int32]bool{}
	}
	controls := make([]int, len(units))
	for i, k := range st.row {
		e := int(st.event[i]) - st.window[0]
		if st.treated[i] {
			units[e][st.unit[k]] = true
		} else {
			controls[e]++
		}
	}
	if e := -1 - st.window[0]; len(units[e]) == 0 || controls[e] == 0 {
		return nil, &WindowError{"no treated row beside clean ones lies in the period before adoption (event time -1), which the others are compared with"}
	}
	event := formula.Term{Factors: []formula.Expr{&formula.Call{Func: "i", Args: []formula.Arg{{Value: &formula.Name{Name: st.name["event_time"]}},
		{Value: &formula.Name{Name: st.name["adopts"]}}, {Key: "ref", Value: &formula.Number{Value: -1}}}}}}
	fit, err := st.regress(event)
	if err != nil {
		return nil, err
	}
	r := st.adoption.result()
	r.N, r.dft, r.Vcov, r.Level = fit.N, fit.DFT, fit.Vcov, fit.Level
	r.Units, r.Treated, r.Cohorts = st.units, st.adopted, len(st.cohorts)
	ref := -1
	r.Ref, r.Base = &ref, "the period before adoption"
	r.Comparison = "units treated after the window or never, cohort by cohort"
	if st.spec.Control == NeverTreated {
		r.Comparison = "never-treated units"
	}
	r.Notes = append(slices.Clone(st.notes), st.d.Notes...)
	r.Notes = append(r.Notes, st.told()...)
	for _, n := range fit.Notes {
		if !strings.Contains(n, st.name["event_time"]+"::") {
			r.Notes = append(r.Notes, n)
		}
	}
	r.GroupTime, r.ByCohort, r.ByTime = []GroupTime{}, []KeyedEffect{}, []KeyedEffect{}
	return r, st.fill(r, fit, units)
}

// told is what there is to say of the stack.
func (st *experiments) told() []string {
	listed := make([]string, len(st.cohorts))
	for i, g := range st.cohorts {
		listed[i] = fmt.Sprintf("%g", g)
	}
	weights := "controls are weighted so that each treated unit counts once (Wing, Freedman & Hollingsworth 2024)"
	switch st.spec.Stack {
	case PopulationWeights:
		weights = fmt.Sprintf("controls are weighted so that each treated unit counts by %s (Wing, Freedman & Hollingsworth 2024)", st.spec.Population)
	case SampleWeights:
		weights = "controls are weighted so that each experiment counts by its units (Wing, Freedman & Hollingsworth 2024)"
	case NoStackWeights:
		weights = "without corrective weights the regression weights the experiments by its own variances (Cengiz, Dube, Lindner & Zipperer 2019)"
	}
	return []string{fmt.Sprintf("stack of %d experiments (%s): %d rows, %d of %d units in several", len(st.cohorts), strings.Join(listed, ", "), len(st.row), st.again, st.units), weights}
}

// fill sets the effects by event time and their averages.
func (st *experiments) fill(r *ATTResult, fit *regress.Fit, units []map[int32]bool) error {
	var rows [][]float64
	var at []int // place of the coefficient, -1 for the reference
	for e := st.window[0]; e <= st.window[1]; e++ {
		term := fmt.Sprintf("%s::%d:%s", formula.Quote(st.name["event_time"]), e, formula.Quote(st.name["adopts"]))
		k := slices.IndexFunc(fit.Coef, func(c regress.Coef) bool { return c.Term == term })
		if k < 0 && e != -1 {
			r.Notes = append(r.Notes, fmt.Sprintf("no effect at event time %d: no treated row beside clean ones is seen there", e))
			continue
		}
		w := make([]float64, len(fit.Coef))
		if e != -1 {
			w[k] = 1
		}
		rows, at = append(rows, w), append(at, k)
		r.ByEvent = append(r.ByEvent, KeyedEffect{Key: float64(e), Units: len(units[e-st.window[0]])})
	}
	all := combine(fit, rows)
	r.Covariance = rowsOf(all.cov)
	var before []int
	var after [][]float64
	for i := range r.ByEvent {
		r.ByEvent[i].Effect = all.effect(i)
		if r.ByEvent[i].Key < -1 {
			before = append(before, i)
		}
		if r.ByEvent[i].Key >= 0 {
			after = append(after, rows[i])
		}
	}
	if len(after) == 0 {
		return fmt.Errorf("no effect from adoption on can be estimated in the stack")
	}
	if r.Pretrend = all.wald(before); r.Pretrend == nil && len(before) > 0 {
		r.Untested = fmt.Sprintf("no joint test of %d event times before adoption: their covariance is singular", len(before))
	}
	r.Averages[Dynamic] = combine(fit, [][]float64{meanOf(after, nil)}).effect(0)
	static, err := st.regress(treatTerm(st.name["adopted"]))
	if err != nil {
		return err
	}
	c := static.Coef[0]
	r.Averages[Static] = Effect{c.Estimate, c.StdError, c.ConfLow, c.ConfHigh, c.PValue}
	r.Overall = r.Averages[r.Aggregate]
	return nil
}
