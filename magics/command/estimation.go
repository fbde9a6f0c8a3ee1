package command

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

var (
	dataKey = Key{Name: "data", Kind: PanelName, Default: "the current panel", Doc: "panel to use"}
	ifKey   = Key{Name: "if", Kind: Expression, Doc: "rows to use, as in if=\"year > 2010\"; a row where it is missing is left out"}
	goKey   = Key{Name: "go", Kind: Flag, Default: "false", Doc: "true also prints the equivalent Go cell"}
)

func asKey(prefix string) Key {
	return Key{Name: "as", Kind: NewName, Default: "the first free of " + prefix + "1, " + prefix + "2 …", Doc: "name to keep the result under"}
}

// estimationKeys are shared by the magics that take a formula.
func estimationKeys(prefix, vcovDefault, level string, more ...Key) []Key {
	return append(append([]Key{}, more...),
		Key{Name: "vcov", Kind: VcovOf, Default: vcovDefault, Doc: "covariance: iid, hetero, cluster(a), cluster(a, b), HC2, HC3, CR2(a), CR3(a), wildboot(a, reps=9999), nw(2), dk(2), conley(lat, lon, 200)"},
		Key{Name: "weights", Kind: Variable, Doc: "variable of weights; rows of weight 0 are left out"},
		Key{Name: "level", Kind: Number, Default: level, Doc: "coverage of the intervals, between 0 and 1"},
		Key{Name: "singletons", Kind: Choice, Choices: []string{"drop", "keep"}, Default: "drop", Doc: "rows alone in a level of a fixed effect"},
		dataKey, ifKey, asKey(prefix), goKey)
}

// formulaText is what stands before the first key.
func (c *call) formulaText() (lang.Text, error) {
	t := c.stmt.Head(c.cmd.hasKey)
	if t.Len() == 0 {
		return t, c.missing("%%%s needs a formula, as in y ~ x | unit + time", c.cmd.Name)
	}
	return t, nil
}

// formulas parses the formula, expanded into single regressions.
func (c *call) formulas() ([]*formula.Formula, lang.Text, error) {
	t, err := c.formulaText()
	if err != nil {
		return nil, t, err
	}
	all, err := formula.ParseAll(t.String())
	return all, t, within(t, err)
}

// formula parses a formula that must stand for one regression.
func (c *call) formula() (*formula.Formula, lang.Text, error) {
	t, err := c.formulaText()
	if err != nil {
		return nil, t, err
	}
	f, err := formula.Parse(t.String())
	return f, t, within(t, err)
}

// condition parses if=; nil without it. Its variables are checked here, where their place is known.
func (c *call) condition() (formula.Expr, error) {
	a, ok := c.stmt.Key("if")
	if !ok {
		return nil, nil
	}
	e, err := formula.ParseExpr(a.Value)
	if err != nil {
		return nil, within(a.Text, err)
	}
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	return e, within(a.Text, checkCondition(d, e))
}

// designOptions reads if=, weights= and singletons=.
func (c *call) designOptions() (design.Options, error) {
	o := design.Options{Stop: c.ctx.Err, Weights: bareName(c.text("weights")), KeepSingletons: c.text("singletons") == "keep"}
	if a, ok := c.stmt.Key("weights"); ok {
		if err := c.variablesExist([]lang.Text{a.Text}); err != nil {
			return o, err
		}
	}
	cond, err := c.condition()
	o.If = cond
	return o, err
}

// level reads level=; 0, the magic's default, without it.
func (c *call) level() (float64, error) {
	a, ok := c.stmt.Key("level")
	if !ok {
		return 0, nil
	}
	x := c.number("level", math.NaN())
	switch {
	case x > 0 && x < 1:
		return x, nil
	case x > 1 && x < 100:
		return 0, c.valueError(a, "level= is a share between 0 and 1; did you mean %g?", x/100)
	}
	return 0, c.valueError(a, "level= is a share between 0 and 1, as in 0.95, not %s", a.Value)
}

var windowForm = regexp.MustCompile(`^([+-]?\d{1,6}):([+-]?\d{1,6})$`)

// window reads window=-6:8; zeros without it.
func (c *call) window() ([2]int, error) {
	a, ok := c.stmt.Key("window")
	if !ok {
		return [2]int{}, nil
	}
	m := windowForm.FindStringSubmatch(a.Value)
	if m == nil {
		return [2]int{}, c.valueError(a, "window= runs from the first to the last event time, as in -6:8, not %q", a.Value)
	}
	lo, _ := strconv.Atoi(m[1])
	hi, _ := strconv.Atoi(m[2])
	if lo >= hi {
		return [2]int{}, c.valueError(a, "the window %s is empty; it runs from before adoption to after, as in -6:8", a.Value)
	}
	return [2]int{lo, hi}, nil
}

// treatment reads treat=, which must name a variable.
func (c *call) treatment() (string, error) {
	a, ok := c.stmt.Key("treat")
	if !ok {
		a, ok = c.stmt.Key("treatment")
	}
	if !ok {
		return "", c.missing("no treatment is named; say which 0/1 variable it is by treat=")
	}
	return bareName(a.Value), c.variablesExist([]lang.Text{a.Text})
}

// resultName is as=, or else the name that the same line had before, or else the first free name of the prefix.
func (c *call) resultName(prefix string) string {
	if as := c.text("as"); as != "" {
		return as
	}
	for _, name := range c.session.ResultNames() {
		if r, _ := c.session.Result(name); r.Auto && r.Source == c.stmt.Source {
			return name
		}
	}
	for i := 1; ; i++ {
		name := fmt.Sprintf("%s%d", prefix, i)
		if _, err := c.session.Result(name); err != nil {
			return name
		}
	}
}

// keep stores a result under as= or a name of its own, and returns the name.
func (c *call) keep(prefix, kind string, value any, d *session.Dataset) string {
	r := &session.Result{Name: c.resultName(prefix), Magic: c.cmd.Name, Kind: kind, Source: c.stmt.Source, Value: value, Auto: !c.has("as")}
	if d != nil {
		r.Data, r.Simulated = d.Name, d.Simulated
	}
	c.session.PutResult(r)
	return r.Name
}

// keepEvents keeps a result that is or has an event study with the Go statements that compute that.
func (c *call) keepEvents(prefix, kind string, r any, d *session.Dataset, statements string) string {
	name := c.keep(prefix, kind, r, d)
	if kept, err := c.session.Result(name); err == nil {
		kept.Go = statements
	}
	return name
}

// mark writes the panel's name and provenance into a fit.
func mark(f *regress.Fit, d *session.Dataset) {
	f.Data, f.Simulated = d.Name, d.Simulated
}
