package command

import (
	"fmt"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// panelLong turns a table with a column a year into one with a row a year.
func panelLong(c *call, _ []lang.Arg) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	if !c.has("values") {
		return nil, c.missing("%%panel long needs a name for what the columns hold: values=gdp")
	}
	time := bareName(c.text("time"))
	if time == "" {
		time = "year"
	}
	p, err := d.Panel.Long(c.text("values"), time)
	if err != nil {
		return nil, err
	}
	if unit := bareName(c.text("unit")); unit != "" {
		if p, err = p.Indexed(unit, time); err != nil {
			return nil, c.indexError(unit, err)
		}
	}
	return c.keepPanel(d, p, true, fmt.Sprintf(c.pick("%s rows of the wide table have become %s", "宽表的 %s 行已转为长表的 %s 行"), c.count(d.Panel.Rows()), c.count(p.Rows()))), nil
}

// panelRename gives a variable another name.
func panelRename(c *call, words []lang.Arg) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	if err := c.variablesExist([]lang.Text{words[1].Text}); err != nil {
		return nil, err
	}
	if !c.has("to") {
		return nil, c.missing("%%panel rename needs the new name: to=city")
	}
	a, _ := c.stmt.Key("to")
	to := bareName(a.Value)
	if !isName(to) {
		return nil, c.valueError(a, "%q is no name; a name is made of letters, digits, _ and .", a.Value)
	}
	p, err := d.Panel.Renamed(bareName(words[1].Value), to)
	if err != nil {
		return nil, within(a.Text, err)
	}
	return c.keepPanel(d, p, false, fmt.Sprintf(c.pick("%s is now %s", "%s 已更名为 %s"), bareName(words[1].Value), to)), nil
}

// panelRecode changes texts of a variable.
func panelRecode(c *call, words []lang.Arg) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	if err := c.variablesExist([]lang.Text{words[1].Text}); err != nil {
		return nil, err
	}
	from, to, ending := c.text("from"), c.text("to"), c.text("strip")
	switch {
	case from == "" && ending == "":
		return nil, c.missing("%%panel recode needs from= and to=, or strip= with an ending to take away")
	case from != "" && !c.has("to"):
		return nil, c.missing("%%panel recode from=%s lacks to=, the text to put in its place", from)
	case from == "" && c.has("to"):
		a, _ := c.stmt.Key("to")
		return nil, wordError(c.stmt, a.KeyAt, "to= stands without from=")
	}
	name := bareName(words[1].Value)
	p, changed, joined, err := d.Panel.Recoded(name, func(s string) string {
		if cut := strings.TrimSuffix(s, ending); cut != "" {
			s = cut
		}
		if s == from && from != "" {
			s = to
		}
		return s
	})
	if err != nil {
		return nil, err
	}
	if changed == 0 {
		if a, ok := c.stmt.Key("from"); ok {
			return nil, c.valueError(a, "no row of %s reads %q", name, from)
		}
		a, _ := c.stmt.Key("strip")
		return nil, c.valueError(a, "no row of %s ends in %q", name, ending)
	}
	line := fmt.Sprintf(c.pick("%s rows of %s changed", "已更改 %[2]s 的 %[1]s 行"), c.count(changed), name)
	if joined > 0 {
		line += fmt.Sprintf(c.pick("; %s of them joined the row of the same %s and %s", "；其中 %s 行与同一 %s、%s 的另一行合并"), c.count(joined), d.Panel.UnitName(), d.Panel.TimeName())
	}
	return c.keepPanel(d, p, false, line), nil
}

// panelMerge adds another panel's variables.
func panelMerge(c *call, words []lang.Arg) (*Output, error) {
	other, err := c.session.Panel(words[1].Value)
	if err != nil {
		return nil, within(words[1].Text, err)
	}
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	if d.Name == other.Name {
		return nil, c.wordError(words[1], "%s would be merged with itself; data= names the panel that gets the variables", d.Name)
	}
	on, err := c.mergeKeys(d.Panel, other)
	if err != nil {
		return nil, err
	}
	how := panel.How(c.text("how"))
	if how == "" {
		how = panel.Left
	}
	p, m, err := d.Panel.Merge(other.Panel, on, how)
	if err != nil {
		return nil, err
	}
	line := fmt.Sprintf(c.pick("merged by %s: %s rows matched, %s only in %s, %s only in %s", "按 %s 合并：%s 行匹配，%s 行仅见于 %s，%s 行仅见于 %s"),
		strings.Join(on, c.pick(" and ", "、")), c.count(m.Matched), c.count(m.LeftOnly), d.Name, c.count(m.RightOnly), other.Name)
	lines := []string{line}
	for _, side := range []struct {
		name   string
		values []string
	}{{d.Name, m.Lonely}, {other.Name, m.Strangers}} {
		if len(side.values) > 0 {
			lines = append(lines, fmt.Sprintf(c.pick("%s only in %s: %s", "%s 仅见于 %s 的取值：%s"), on[0], side.name, firstOf(side.values, 12, c.pick(", ", "、"))))
		}
	}
	both := &session.Dataset{Name: d.Name, Simulated: d.Simulated || other.Simulated, Made: []*session.Dataset{d, other}}
	return c.keepPanel(both, p, true, lines...), nil
}

// mergeKeys reads on=, or finds unit and time of the panel in the other one.
func (c *call) mergeKeys(p *panel.Panel, other *session.Dataset) ([]string, error) {
	if a, ok := c.stmt.Key("on"); ok {
		parts := listParts(a.Text)
		if err := variablesIn(p, parts); err != nil {
			return nil, err
		}
		for _, t := range parts {
			if name := bareName(t.String()); !other.Panel.Has(name) {
				d := c.textError(t, "no variable %q in %s%s", name, other.Name, suggest.Phrase(name, other.Panel.Names()))
				d.Suggestions = suggest.Nearest(name, other.Panel.Names())
				return nil, d
			}
		}
		var on []string
		for _, t := range parts {
			on = append(on, bareName(t.String()))
		}
		return on, nil
	}
	var on []string
	for _, name := range []string{p.UnitName(), p.TimeName()} {
		if name != "" && other.Panel.Has(name) {
			on = append(on, name)
		}
	}
	if len(on) == 0 || on[0] != p.UnitName() {
		return nil, c.missing("%s lacks the unit of the panel; name by on= the variables that both have, or rename one by %%panel rename", other.Name)
	}
	return on, nil
}

// firstOf joins the first n of many values.
func firstOf(values []string, n int, sep string) string {
	if len(values) <= n {
		return strings.Join(values, sep)
	}
	return strings.Join(values[:n], sep) + sep + "…"
}

// keepPanel stores a panel made from d under as=, or in d's place, and says what was done; shown lists its variables.
func (c *call) keepPanel(d *session.Dataset, p *panel.Panel, shown bool, lines ...string) *Output {
	next := &session.Dataset{Name: c.text("as"), Panel: p, Simulated: d.Simulated, Made: []*session.Dataset{d}}
	if next.Name == "" {
		next.Name = d.Name
	}
	c.session.PutPanel(next)
	out := &Output{}
	if shown {
		out = c.showPanel(next, nil)
	} else {
		lines = append(lines, panelHeadline(next, wordingOf(c.session.Language()))...)
	}
	said := lineOutput(lines...)
	out.Text, out.HTML = said.Text+out.Text, said.HTML+out.HTML
	out.As, out.Kind, out.Result = next.Name, "panel", panelResult(next)
	return out
}
