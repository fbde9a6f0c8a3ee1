package command

import (
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// vcovNames are the covariances of the language; those with false are not built yet.
var vcovNames = []struct {
	name      string
	available bool
	form, doc string
}{
	{"iid", true, "iid", "classical errors"},
	{"hetero", true, "hetero", "robust to heteroskedasticity (HC1)"},
	{"cluster", true, "cluster(city)", "clustered; several variables for several ways"},
	{"wildboot", true, "wildboot(city, reps=9999)", "wild cluster bootstrap: p and interval; weights=rademacher|webb|mammen, null=imposed|free, seed="},
	{"HC2", true, "HC2", "residuals over √(1 − leverage)"},
	{"HC3", true, "HC3", "residuals over 1 − leverage, the jackknife's"},
	{"CR2", true, "CR2(city)", "clustered, corrected for leverage, with Satterthwaite's degrees of freedom (Bell & McCaffrey 2002)"},
	{"CR3", true, "CR3(city)", "clustered, the jackknife's, with Satterthwaite's degrees of freedom"},
	{"nw", true, "nw(2)", "Newey-West: correlated within units over lags; unit=, time="},
	{"dk", true, "dk(2)", "Driscoll-Kraay: correlated across units and over lags; time="},
	{"conley", true, "conley(lat, lon, 200)", "spatial, within a distance in km; distance=triangular|spherical"},
}

// vcovKinds lists the names of the covariances that are built.
func vcovKinds() []string {
	var names []string
	for _, v := range vcovNames {
		if v.available {
			names = append(names, v.name)
		}
	}
	return names
}

// vcov reads vcov=; the zero Spec, which stands for the magic's own default, if it is not given.
func (c *call) vcov() (vcov.Spec, error) {
	a, ok := c.stmt.Key("vcov")
	if !ok {
		return vcov.Spec{}, nil
	}
	name, inside, err := c.callForm(a)
	if err != nil {
		return vcov.Spec{}, err
	}
	spec := vcov.Spec{}
	switch name.String() {
	case "iid":
		spec.Type = vcov.IID
	case "hetero", "HC1":
		spec.Type = vcov.Hetero
	case "HC2", "HC3", "CR2", "CR3", "cluster", "wildboot", "nw", "dk", "conley":
		spec.Type = vcov.Type(name.String())
	default:
		d := c.textError(name, "no covariance %q%s", name, vcovHint(name.String()))
		d.Suggestions = suggest.Nearest(name.String(), vcovKinds())
		return spec, d
	}
	inside, options, err := c.vcovOptions(name, inside)
	if err != nil {
		return spec, err
	}
	switch spec.Type {
	case vcov.IID, vcov.Hetero, vcov.HC2, vcov.HC3:
		if len(inside) > 0 {
			return spec, c.textError(inside[0], "%s takes no variable; cluster(%s) clusters by it", name, inside[0])
		}
		return spec, nil
	case vcov.NeweyWest, vcov.DriscollKraay:
		spec.Serial, err = c.serialOptions(name, inside, options)
		return spec, err
	case vcov.Conley:
		spec.Space, err = c.spaceOptions(name, inside, options)
		return spec, err
	}
	if len(inside) == 0 {
		return spec, c.textError(name, "%s needs a variable, as in %s(city)", name, name)
	}
	for _, v := range inside {
		spec.By = append(spec.By, bareName(v.String()))
	}
	if err := c.variablesExist(inside); err != nil {
		return spec, err
	}
	if spec.Type != vcov.Cluster && len(inside) > 1 {
		return spec, c.textError(inside[1], "%s takes one cluster variable, and %s is a second", name, inside[1])
	}
	if spec.Type == vcov.WildBoot {
		spec.Wild, err = c.wildOptions(options)
	}
	return spec, err
}

// vcovHint names the nearest covariance, or all of them.
func vcovHint(name string) string {
	switch strings.ToLower(name) {
	case "robust", "white", "hc0", "hc1", "heteroskedastic": // other programs' words
		return "; did you mean hetero?"
	case "ols", "classical", "standard", "none":
		return "; did you mean iid?"
	case "neweywest", "newey_west", "newey-west", "hac":
		return "; did you mean nw?"
	case "driscollkraay", "driscoll_kraay", "driscoll-kraay", "scc":
		return "; did you mean dk?"
	case "crv1", "cr1":
		return "; did you mean cluster?"
	case "crv3", "jackknife":
		return "; did you mean CR3?"
	case "wild", "boottest", "wildboottest", "bootstrap":
		return "; did you mean wildboot?"
	}
	if near := suggest.Phrase(name, vcovKinds()); near != "" {
		return near
	}
	return "; it is iid, hetero, cluster(…) or another of %didhelp reg"
}

// callForm reads "name" or "name(a, b)" out of a value.
func (c *call) callForm(a lang.Arg) (name lang.Text, inside []lang.Text, err error) {
	runes := []rune(a.Value)
	open := strings.IndexRune(a.Value, '(')
	if open < 0 {
		return a.Text.TrimSpace(), nil, nil
	}
	open = len([]rune(a.Value[:open]))
	if runes[len(runes)-1] != ')' {
		return name, nil, c.valueError(a, "%q does not end with a parenthesis", a.Value)
	}
	name = a.Text.Slice(0, open).TrimSpace()
	start, depth, quoted := open+1, 0, false
	for i := open + 1; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '`':
			quoted = !quoted
		case quoted:
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case r == ',' && depth == 0, i == len(runes)-1:
			part := a.Text.Slice(start, i).TrimSpace()
			if part.Len() > 0 {
				inside = append(inside, part)
			} else if r == ',' || len(inside) > 0 {
				return name, nil, c.textError(a.Text.Slice(i, i+1), "a name is missing before %q", string(r))
			}
			start = i + 1
		}
	}
	return name, inside, nil
}

// textError is the diagnostic of a part of the line.
func (c *call) textError(t lang.Text, format string, args ...any) *lang.Diagnostic {
	return wordError(c.stmt, t.All(), format, args...)
}

// bareName takes backquotes off.
func bareName(s string) string {
	if len(s) > 2 && s[0] == '`' && s[len(s)-1] == '`' {
		return s[1 : len(s)-1]
	}
	return s
}

// variablesExist checks names against the panel, so that a wrong one is pointed at.
func (c *call) variablesExist(names []lang.Text) error {
	d, err := c.dataset()
	if err != nil {
		return err
	}
	for _, n := range names {
		if _, err := d.Panel.Variable(bareName(n.String())); err != nil {
			return within(n, err)
		}
	}
	return nil
}
