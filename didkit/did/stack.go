package did

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// experiments is the stack: one row for each row of the sample in each experiment that it belongs to.
type experiments struct {
	*adoption
	window  [2]int
	step    int       // periods are so far apart; event times are multiples of it where adoptions are periods of the panel
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
	d, _ := spacing(a.periods)
	st.step = int(d)
	if st.window == [2]int{} {
		st.widest()
	}
	if st.window[0] > -st.step || st.window[1] < 0 {
		return nil, &WindowError{fmt.Sprintf("the window %d:%d does not run from before adoption to after; the period before, %d, and adoption, 0, belong to it", st.window[0], st.window[1], -st.step)}
	}
	st.window = [2]int{st.window[0] / st.step * st.step, st.window[1] / st.step * st.step}
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
		pre, post = math.Min(pre, g-first), math.Min(post, math.Min(last-g, latest-g-float64(st.step)))
	}
	if math.IsInf(pre, 1) {
		pre, post = float64(st.step), 0
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
	free := func(name string) string {
		for taken[name] {
			name += "_"
		}
		taken[name] = true
		return name
	}
	add := func(name string, value func(i int) float64) string {
		v := &panel.Variable{Name: free(name), Values: make([]float64, n)}
		for i := range v.Values {
			v.Values[i] = value(i)
		}
		vars = append(vars, v)
		return v.Name
	}
	st.name["outcome"] = add("outcome", func(i int) float64 { return st.d.Y[st.row[i]] })
	code := func(name string, levels []string, level func(i int) int32) string {
		v := &panel.Variable{Name: free(name), Kind: panel.Text, Levels: levels, Codes: make([]int32, n)}
		for i := range v.Codes {
			v.Codes[i] = level(i)
		}
		vars = append(vars, v)
		return v.Name
	}
	events := make([]string, st.window[1]-st.window[0]+1)
	for e := range events {
		events[e] = strconv.Itoa(e + st.window[0])
	}
	sorted := slices.Sorted(slices.Values(events)) // as a panel codes texts, which then takes the codes as they are
	place := make([]int32, len(events))
	for e, label := range events {
		place[e] = int32(slices.Index(sorted, label))
	}
	st.name["event_time"] = code("event_time", sorted, func(i int) int32 { return place[int(st.event[i])-st.window[0]] })
	st.name["adopts"] = code("adopts", []string{"no", "yes"}, func(i int) int32 {
		if st.treated[i] {
			return 1
		}
		return 0
	})
	for j, x := range st.d.X {
		st.control = append(st.control, add(st.d.Terms[j], func(i int) float64 { return x[st.row[i]] }))
	}
	if st.spec.Stack == NoStackWeights {
		if len(st.vcov.By) == 1 && st.vcov.By[0] == st.unitName { // which is a column already
			st.name["unit"] = st.unitName
		} else {
			st.name["unit"] = add("unit", func(i int) float64 { return float64(st.unit[st.row[i]]) })
		}
		x := &panel.Variable{Name: free("experiment"), Kind: panel.Text, Codes: st.number}
		for _, g := range st.cohorts {
			x.Levels = append(x.Levels, fmt.Sprintf("%g", g))
		}
		vars, st.name["experiment"] = append(vars, x), x.Name
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
