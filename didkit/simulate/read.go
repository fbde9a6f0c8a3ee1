package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// DesignError is the error for a design that can't be carried out; Field says where, as in "covariates[2].noise.ar".
type DesignError struct {
	Field   string
	Message string
}

func (e *DesignError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

func bad(field, format string, args ...any) error {
	return &DesignError{field, fmt.Sprintf(format, args...)}
}

// Read reads a design from JSON and checks it. A key that no field has, and a second value after the first, are errors;
// so is everything that Validate finds.
func Read(r io.Reader) (Design, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Design{}, err
	}
	var d Design
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return Design{}, bad("", "the design is not readable: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); err != io.EOF {
		return Design{}, bad("", "something follows the design after its closing brace")
	}
	return d, d.Validate()
}

// largest is the most rows a design may ask for, so that a slip in a file does not eat the memory.
const largest = 50_000_000

// Validate tells what is wrong with a design, as a *DesignError, or nil.
func (d Design) Validate() error {
	if !d.Simulated {
		return bad("simulated", "must be true, so that nobody takes the panel for observed data")
	}
	switch {
	case d.Units.Name == "" || d.Period.Name == "":
		return bad("units, period", "both need a name")
	case d.Units.Count < 2 || d.Period.Count < 2:
		return bad("units, period", "a panel needs at least 2 of each, not %d and %d", d.Units.Count, d.Period.Count)
	case d.Period.First < -1e9 || d.Period.First > 1e9:
		return bad("period.first", "is %d; it must lie between -1e9 and 1e9", d.Period.First)
	case d.Units.Count > largest/d.Period.Count:
		return bad("units, period", "%d × %d are more than %d rows", d.Units.Count, d.Period.Count, largest)
	}
	n := names{traits: d.Traits, made: []string{d.Units.Name, d.Period.Name}}
	for i, a := range d.Adoptions {
		if err := n.adoption(d, a, fmt.Sprintf("adoptions[%d]", i)); err != nil {
			return err
		}
	}
	for i, c := range d.Covariates {
		if err := n.covariate(c, fmt.Sprintf("covariates[%d]", i)); err != nil {
			return err
		}
	}
	for i, c := range d.Mediators {
		if err := n.covariate(c, fmt.Sprintf("mediators[%d]", i)); err != nil {
			return err
		}
	}
	if err := n.outcome(d.Outcome); err != nil {
		return err
	}
	if d.Counts != nil {
		if err := n.counts(d); err != nil {
			return err
		}
	}
	for i, m := range d.Missing {
		field := fmt.Sprintf("missing[%d]", i)
		if err := n.known(field+".variable", m.Variable, n.made[2:], "variable"); err != nil {
			return err
		}
		for _, s := range m.Spare {
			if err := n.known(field+".spare", s, n.policies, "policy"); err != nil {
				return err
			}
		}
		if m.Units < 0 || m.Units > d.Units.Count {
			return bad(field+".units", "%d of %d units can't lose a variable", m.Units, d.Units.Count)
		}
	}
	for i, c := range d.Columns {
		field := fmt.Sprintf("columns[%d]", i)
		if err := n.known(field, c, n.made[2:], "variable"); err != nil {
			return err
		}
		if slices.Contains(d.Columns[:i], c) {
			return bad(field, "%q stands twice", c)
		}
	}
	return nil
}

// names collects what a design has named so far, so that a name can be used only after it is made.
type names struct {
	traits, made, policies []string
}

func (n *names) known(field, name string, among []string, what string) error {
	if slices.Contains(among, name) {
		return nil
	}
	if near := suggest.Nearest(name, among); len(near) > 0 {
		return bad(field, "no %s %q; did you mean %s?", what, name, strings.Join(near, " or "))
	}
	return bad(field, "no %s %q", what, name)
}

func (n *names) add(field, name string) error {
	if name == "" {
		return bad(field, "a variable has no name")
	}
	if slices.Contains(n.made, name) {
		return bad(field, "%q is made twice", name)
	}
	n.made = append(n.made, name)
	return nil
}

func (n *names) policy(field string, p Policy) error {
	if err := n.add(field+".name", p.Name); err != nil {
		return err
	}
	n.policies = append(n.policies, p.Name)
	if p.Adopted == "" {
		return nil
	}
	return n.add(field+".adopted", p.Adopted)
}

func (n *names) mixture(field string, m Mixture) error {
	for _, k := range sorted(m.Load) {
		if err := n.known(field+".load", k, n.traits, "trait"); err != nil {
			return err
		}
		if !finite(m.Load[k]) {
			return bad(field+".load", "the loading of %s is %v", k, m.Load[k])
		}
	}
	if !finite(m.Own) {
		return bad(field+".own", "is %v", m.Own)
	}
	return nil
}

func (n *names) adoption(d Design, a Adoption, field string) error {
	if len(a.Policies) == 0 {
		return bad(field, "names no policy")
	}
	for i, p := range a.Policies {
		if err := n.policy(fmt.Sprintf("%s.policies[%d]", field, i), p); err != nil {
			return err
		}
	}
	if a.Joint != nil {
		if err := n.policy(field+".joint", *a.Joint); err != nil {
			return err
		}
	}
	units := 0
	for i, s := range a.Stages {
		stage := fmt.Sprintf("%s.stages[%d]", field, i)
		if err := n.mixture(stage+".select", s.Select); err != nil {
			return err
		}
		for j, g := range s.Groups {
			group := fmt.Sprintf("%s.groups[%d]", stage, j)
			if len(g.Adopt) != len(a.Policies) {
				return bad(group+".adopt", "has %d periods for %d policies (0 means never)", len(g.Adopt), len(a.Policies))
			}
			if g.Units < 0 {
				return bad(group+".units", "is %d", g.Units)
			}
			if units += g.Units; units > d.Units.Count {
				return bad(group+".units", "the groups need %d units and there are %d", units, d.Units.Count)
			}
		}
	}
	return nil
}

func (n *names) covariate(c Covariate, field string) error {
	if err := n.add(field+".name", c.Name); err != nil {
		return err
	}
	if err := n.mixture(field+".unit", c.Unit); err != nil {
		return err
	}
	if err := c.Path.check(field + ".path"); err != nil {
		return err
	}
	if err := c.Noise.check(field + ".noise"); err != nil {
		return err
	}
	if !finite(c.Slope) || !finite(c.Shock) {
		return bad(field, "slope is %v and shock is %v", c.Slope, c.Shock)
	}
	if s := c.Shape; s != nil {
		if !(finite(s.Min) && finite(s.Max) && s.Min < s.Max) {
			return bad(field+".shape", "the range %v to %v is empty", s.Min, s.Max)
		}
		if !(s.A > 0 && s.B > 0 && finite(s.A) && finite(s.B)) {
			return bad(field+".shape", "a and b must be positive, not %v and %v", s.A, s.B)
		}
	}
	for _, p := range sorted(c.Effects) {
		if err := n.known(field+".effects", p, n.policies, "policy"); err != nil {
			return err
		}
		if !finite(c.Effects[p]) {
			return bad(field+".effects", "the effect of %s is %v", p, c.Effects[p])
		}
	}
	return decimals(field, c.Decimals)
}

func (n *names) outcome(o Outcome) error {
	before := n.made[2:]
	if err := n.mixture("outcome.level", o.Level.Mixture); err != nil {
		return err
	}
	if !finite(o.Level.Base) || !finite(o.Level.Scale) || !finite(o.Level.Sigma) {
		return bad("outcome.level", "base is %v, scale %v and sigma %v", o.Level.Base, o.Level.Scale, o.Level.Sigma)
	}
	if err := o.Path.check("outcome.path"); err != nil {
		return err
	}
	if err := o.Noise.check("outcome.noise"); err != nil {
		return err
	}
	if !finite(o.Power) || o.Power < 0 {
		return bad("outcome.power", "is %v; it must be 0 or positive", o.Power)
	}
	for _, k := range sorted(o.Coef) {
		if err := n.known("outcome.coef", k, before, "variable"); err != nil {
			return err
		}
		if !finite(o.Coef[k]) {
			return bad("outcome.coef", "the coefficient of %s is %v", k, o.Coef[k])
		}
	}
	for i, e := range o.Effects {
		field := fmt.Sprintf("outcome.effects[%d]", i)
		if err := n.known(field+".policy", e.Policy, n.policies, "policy"); err != nil {
			return err
		}
		if len(e.Path) == 0 {
			return bad(field+".path", "is empty; it holds the effect 0, 1, 2 … periods after adoption")
		}
		for _, x := range e.Path {
			if !finite(x) {
				return bad(field+".path", "holds %v", x)
			}
		}
		if !finite(e.Spread) || math.Abs(e.Spread) > 20 {
			return bad(field+".spread", "is %v; it must lie between -20 and 20", e.Spread)
		}
		if !(e.Cap >= 0 && finite(e.Cap)) {
			return bad(field+".cap", "is %v; it must be positive, or 0 for none", e.Cap)
		}
		if !finite(e.Base) {
			return bad(field+".base", "is %v", e.Base)
		}
		if err := n.mixture(field, e.Mixture); err != nil {
			return err
		}
	}
	if o.Floor != nil && !finite(*o.Floor) {
		return bad("outcome.floor", "is %v", *o.Floor)
	}
	if err := decimals("outcome", o.Decimals); err != nil {
		return err
	}
	return n.add("outcome.name", o.Name)
}

func (n *names) counts(d Design) error {
	c := d.Counts
	if err := n.add("counts.part", c.Part); err != nil {
		return err
	}
	if err := n.add("counts.whole", c.Whole); err != nil {
		return err
	}
	if err := n.mixture("counts.size", c.Size); err != nil {
		return err
	}
	if err := c.Noise.check("counts.noise"); err != nil {
		return err
	}
	if err := c.Share.check("counts.share"); err != nil {
		return err
	}
	if d.Outcome.Floor == nil || *d.Outcome.Floor < 0 {
		return bad("outcome.floor", "must be 0 or more, since a location quotient can't be negative")
	}
	if !(c.Median >= 1 && c.Median < 1e12) || !finite(c.Growth) {
		return bad("counts", "median is %v and growth is %v; a size is 1 person or more", c.Median, c.Growth)
	}
	for t := range d.Period.Count {
		if s := c.Share.at(float64(d.Period.First + t)); !(s > 0 && s < 1) {
			return bad("counts.share", "is %v in %d; it must lie between 0 and 1", s, d.Period.First+t)
		}
	}
	return nil
}

func (p Path) check(field string) error {
	for i, x := range p {
		if !finite(x[0]) || !finite(x[1]) {
			return bad(field, "point %d is (%v, %v)", i+1, x[0], x[1])
		}
		if i > 0 && x[0] <= p[i-1][0] {
			return bad(field, "periods must ascend, and %v follows %v", x[0], p[i-1][0])
		}
	}
	return nil
}

func (n Noise) check(field string) error {
	switch {
	case !(n.SD >= 0 && finite(n.SD)):
		return bad(field+".sd", "is %v; it must be 0 or positive", n.SD)
	case !(n.AR > -1 && n.AR < 1):
		return bad(field+".ar", "is %v; it must lie between -1 and 1", n.AR)
	case n.DF != 0 && (n.DF < 3 || n.DF > 1000):
		return bad(field+".df", "is %d; it must be 3 to 1000, or 0 for the normal, since fewer have no variance", n.DF)
	}
	return nil
}

func decimals(field string, n int) error {
	if n < -1 || n > 12 {
		return bad(field+".decimals", "is %d; it must be 0 to 12, or -1 for no rounding", n)
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// sorted lists the keys of m in alphabetical order, since the order of a map must reach neither an error nor a sum.
func sorted(m map[string]float64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
