package match

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Run matches the treated rows of p to untreated ones as the spec asks. Ties are broken by unit and period, or by the
// values themselves in a cross-section, never by the order of rows.
//
// Errors: *regress.Separation where the covariates tell the treatment without error, *Unmatched where the caliper
// excludes everyone, *did.NoTreated where there is nobody to match.
func Run(p *panel.Panel, s Spec) (*Result, error) {
	s, err := s.withDefaults(p.IsPanel())
	if err != nil {
		return nil, err
	}
	r, err := run(p, s)
	if stopped := s.Design.Stopped(); stopped != nil {
		return nil, stopped
	}
	return r, err
}

func run(p *panel.Panel, s Spec) (*Result, error) {
	f, err := formula.Parse(s.Formula)
	if err != nil {
		return nil, err
	}
	if len(f.Terms) == 0 {
		return nil, fmt.Errorf("the formula names no covariate to match on; write treatment ~ x1 + x2")
	}
	if s.Scheme == PreMeans {
		return onPreMeans(p, f, s)
	}
	r := newResult(p.Rows(), f, s)
	if s.Scheme != ByYear {
		d, err := build(p, f, s.Design)
		if err != nil {
			return nil, err
		}
		a, err := newSample(p, d, s)
		if err != nil {
			return nil, err
		}
		a.matchInto(r, s)
		return finish(p, r, s, []*sample{a})
	}
	var samples []*sample
	periods := p.Periods()
	for t := range periods.Levels() {
		cond := &formula.Binary{Op: "==", X: &formula.Name{Name: p.TimeName()}, Y: &formula.Number{Value: 0}}
		if periods.Texts != nil {
			cond.Y = &formula.Text{Value: periods.Texts[t]}
		} else {
			cond.Y = &formula.Number{Value: periods.Numbers[t]}
		}
		o := s.Design
		o.If = formula.Expr(cond)
		if s.Design.If != nil {
			o.If = &formula.Binary{Op: "&", X: s.Design.If, Y: cond}
		}
		d, err := build(p, f, o)
		if err != nil || !bothGroups(d.Y) {
			r.Notes = append(r.Notes, fmt.Sprintf("%s: no treated or no untreated rows, nothing matched", periods.Label(t)))
			continue
		}
		a, err := newSample(p, d, s)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", p.TimeName(), periods.Label(t), err)
		}
		a.matchInto(r, s)
		samples = append(samples, a)
	}
	if len(samples) == 0 {
		return nil, &did.NoTreated{Variable: f.Outcome.String()}
	}
	return finish(p, r, s, samples)
}

func newResult(rows int, f *formula.Formula, s Spec) *Result {
	r := &Result{Treatment: f.Outcome.String(), Formula: f.String(), Method: s.Method, Distance: s.Distance, Scheme: s.Scheme,
		Ratio: s.Ratio, Replace: !s.NoReplacement, Caliper: math.Inf(1), Pairs: []Pair{},
		Weights: make([]float64, rows), Score: make([]float64, rows), Support: [2]float64{math.Inf(1), math.Inf(-1)}}
	for i := range r.Score {
		r.Score[i] = math.NaN()
	}
	return r
}

func bothGroups(y []float64) bool { return slices.Contains(y, 0) && slices.Contains(y, 1) }

func build(p *panel.Panel, f *formula.Formula, o design.Options) (*design.Design, error) {
	d, err := design.Build(p, f, o)
	if err != nil {
		return nil, err
	}
	if len(d.Effects) > 0 {
		return nil, fmt.Errorf("a propensity score takes no absorbed fixed effects; write them as i(%s)", d.Effects[0].Name)
	}
	for i, y := range d.Y {
		if y != 0 && y != 1 {
			return nil, &did.NotBinary{Variable: d.Outcome, Row: d.PanelRow(i) + 1, Value: y}
		}
	}
	if !slices.Contains(d.Y, 1) {
		return nil, &did.NoTreated{Variable: d.Outcome, Value: 0}
	}
	return d, nil
}

// matchInto adds the sample's matches to the result.
func (a *sample) matchInto(r *Result, s Spec) {
	lo, hi := math.Inf(1), math.Inf(-1)
	if a.distance != nil {
		for _, c := range a.controls {
			lo, hi = math.Min(lo, a.distance[c]), math.Max(hi, a.distance[c])
		}
		for i := range a.d.Y {
			r.Score[a.d.PanelRow(i)] = a.distance[i]
		}
		r.Support = [2]float64{math.Min(r.Support[0], lo), math.Max(r.Support[1], hi)}
	}
	off := 0
	support := func(i int) bool {
		return !s.CommonSupport || a.distance == nil || a.distance[i] >= lo && a.distance[i] <= hi
	}
	for _, i := range a.treated {
		if !support(i) {
			off++
		}
	}
	pairs := a.pairings(s, support)
	r.Treated += len(a.treated)
	r.Controls += len(a.controls)
	r.TreatedOff += off
	r.TreatedMatched += len(pairs)
	r.Caliper = a.caliper
	for _, p := range pairs {
		t := a.d.PanelRow(p.treated)
		r.Weights[t] = 1
		for k, c := range p.controls {
			row := a.d.PanelRow(c)
			r.Weights[row] += p.share[k]
			if s.Method == Nearest {
				r.Pairs = append(r.Pairs, Pair{t, row, p.distance[k]})
			}
		}
	}
	if r.Logit == nil {
		r.Logit = a.logit
	}
}

func (a *sample) pairings(s Spec, support func(int) bool) []pairing {
	if s.Method == Nearest {
		return a.nearest(s, support)
	}
	return a.weighted(s, support)
}

// finish counts, measures balance and says in words what was done.
func finish(p *panel.Panel, r *Result, s Spec, samples []*sample) (*Result, error) {
	if err := s.Design.Stopped(); err != nil {
		return nil, err
	}
	if r.TreatedMatched == 0 {
		e := &Unmatched{Treated: r.Treated, Caliper: r.Caliper, Nearest: math.Inf(1)}
		for _, a := range samples {
			f := a.newSearch()
			for _, i := range a.treated {
				if _, x := f.find(i, func(int) bool { return false }); x < e.Nearest {
					e.Nearest = x
				}
			}
		}
		return nil, e
	}
	treated, before := make([]bool, p.Rows()), make([]float64, p.Rows())
	first := samples[0].d
	columns := make([][]float64, len(first.Terms))
	for j := range columns {
		columns[j] = make([]float64, p.Rows())
	}
	for _, a := range samples {
		for i, y := range a.d.Y {
			row := a.d.PanelRow(i)
			treated[row], before[row] = y == 1, 1
			for j, name := range first.Terms {
				if at := slices.Index(a.d.Terms, name); at >= 0 {
					columns[j][row] = a.d.X[at][i]
				}
			}
		}
	}
	r.InTreated = treated
	for row, w := range r.Weights {
		if w > 0 {
			r.MatchedRows = append(r.MatchedRows, row)
			if !treated[row] {
				r.ControlsMatched++
			}
		}
	}
	for j, name := range first.Terms {
		r.Balance = append(r.Balance, balanceOf(name, columns[j], treated, before, r.Weights))
	}
	r.Notes = append([]string{s.words()}, r.Notes...)
	if r.TreatedMatched < r.Treated {
		r.Notes = append(r.Notes, counting.Sprintf("%d of %d treated rows found no match, so the estimate speaks for the matched treated alone", r.Treated-r.TreatedMatched, r.Treated))
	}
	if few := r.fewerThan(s.Ratio); few > 0 {
		r.Notes = append(r.Notes, counting.Sprintf("%d of %d matched treated rows found fewer than %d controls", few, r.TreatedMatched, s.Ratio))
	}
	return r, nil
}

// fewerThan counts the treated rows that were paired, but with fewer controls than asked for.
func (r *Result) fewerThan(ratio int) int {
	controls := map[int]int{}
	for _, pair := range r.Pairs {
		controls[pair.Treated]++
	}
	few := 0
	for _, n := range controls {
		if n < ratio {
			few++
		}
	}
	return few
}

// words names the scheme, so that two matchings can be told apart.
func (s Spec) words() string {
	text := map[Scheme]string{
		CrossSection: "matched as a cross-section",
		Pooled:       "matched on pooled rows: a unit may be paired with another year, also its own",
		ByYear:       "matched year by year: a unit's controls change over time",
		PreMeans:     "matched units on their means before the first adoption",
	}[s.Scheme]
	replacement := "with replacement"
	if s.NoReplacement {
		replacement = fmt.Sprintf("without replacement, %s score first", s.Order)
	}
	switch s.Method {
	case Kernel:
		return fmt.Sprintf("%s; %s kernel, bandwidth %g", text, s.kernel(), s.Bandwidth)
	case Radius:
		return fmt.Sprintf("%s; all controls within the radius", text)
	}
	return fmt.Sprintf("%s; 1:%d nearest neighbour by %s, %s", text, s.Ratio, s.Distance, replacement)
}
