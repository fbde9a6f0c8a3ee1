package paper

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The short form has a key a table. A term is [estimate, statistic, stars]:
//
//	"table1": {"columns": ["n", "mean", "sd", "min", "max"], "rows": {"DIA": [5364, 0.697, …]}}
//	"table2": {"columns": ["(1)", "(2)"], "n": […], "r2": […], "terms": {"DID": [[0.276, 7.401, "***"], null]}}
//	"table3": {"(1) PSM-DID": {"DID": [0.150, 1.759, "*"], "n": 1262, "r2": 0.443}}
//	"table4": {"DTI": {"first": {…}, "second": {…}}, "n": 5364}
//
// A table or a column can say weights, model, effects, controls, errors, clusters and r2_kind as in the long form; a table of
// terms has for each a value for all columns or a list with one a column. effects beside the tables are those of all of them.
//
// A table's outcome is its key "outcome", or else the variable that the paper describes first; that of a first step is the
// mediator. Beside tables there are source, sample, stars, statistic ("t" or "se"; otherwise the reading that its stars agree with), derived
// and notes (not read), figure… (its number actual is), trend_FIRST_LAST.
var (
	shortTable = regexp.MustCompile(`^table\w*$`)
	shortTrend = regexp.MustCompile(`^trend_(\d+)_(\d+)$`)
	shortKeys  = []string{"source", "sample", "stars", "statistic", "effects", "derived", "notes", "tables"}
)

// isShort tells whether the file is in the short form: it has a key that only that form has.
func isShort(o *object) bool {
	return slices.ContainsFunc(o.keys, func(k string) bool {
		return shortTable.MatchString(k) && k != "tables" && k != "tabels" && o.fields[k].object() != nil
	})
}

func readShort(b *Book, o *object) error {
	statistic := ""
	var effects *node
	for _, key := range o.keys {
		n, err := o.fields[key], error(nil)
		switch {
		case key == "source" || key == "statistic":
			s, ok := n.value.(string)
			if !ok {
				return wrong(n, key, "a text")
			}
			if key == "source" {
				b.Source = s
			} else {
				statistic = s
			}
		case key == "sample":
			b.Sample, err = shortSample(n)
		case key == "stars":
			b.Stars, err = shortStars(n)
		case key == "effects":
			effects = n
		case key == "derived", key == "notes":
		case strings.HasPrefix(key, "figure"):
			err = b.shortFigure(key, n)
		case shortTrend.MatchString(key):
			b.Trend, err = shortTrendOf(key, n)
		case shortTable.MatchString(key):
			var t *Table
			if t, err = readShortTable(key, n); err == nil {
				b.Tables = append(b.Tables, *t)
			}
		default:
			return unknownField(n, key, append(slices.Clone(shortKeys), "table1", "figure1"))
		}
		if err != nil {
			return err
		}
	}
	for i := range b.Tables {
		for j := range b.Tables[i].Columns {
			if c := &b.Tables[i].Columns[j]; effects != nil && c.Effects == nil {
				if err := c.say("effects", effects); err != nil {
					return err
				}
			}
		}
	}
	b.SetStatistic(statistic)
	b.shortOutcomes()
	return nil
}

// shortOutcomes gives columns that have none the first variable described.
func (b *Book) shortOutcomes() {
	for _, t := range b.Tables {
		if len(t.Summary) == 0 {
			continue
		}
		for i := range b.Tables {
			for j := range b.Tables[i].Columns {
				if c := &b.Tables[i].Columns[j]; c.Outcome == "" {
					c.Outcome = t.Summary[0].Variable
				}
			}
		}
		return
	}
}

func shortSample(n *node) (*Sample, error) {
	names := map[string]string{"cities": "units", "firms": "units", "provinces": "units", "counties": "units", "states": "units", "units": "units",
		"first_year": "first", "first": "first", "last_year": "last", "last": "last", "n": "n"}
	o, s := n.object(), &Sample{}
	if o == nil {
		return nil, wrong(n, "sample", "an object in braces")
	}
	for _, key := range o.keys {
		if key == "adoption" {
			list, _ := o.fields[key].value.([]*node)
			for _, e := range list {
				year, err := whole(e, key)
				if err != nil {
					return nil, err
				}
				s.Adoption = append(s.Adoption, year)
			}
			continue
		}
		to, ok := names[key]
		if !ok {
			return nil, unknownField(o.fields[key], key, []string{"units", "cities", "first_year", "last_year", "n", "adoption"})
		}
		i, err := whole(o.fields[key], key)
		if err != nil {
			return nil, err
		}
		*map[string]*int{"units": &s.Units, "first": &s.First, "last": &s.Last, "n": &s.N}[to] = i
	}
	return s, nil
}

func shortStars(n *node) (map[string]float64, error) {
	o := n.object()
	if o == nil {
		return nil, wrong(n, "stars", "an object in braces")
	}
	out := map[string]float64{}
	for _, key := range o.keys {
		p, err := printedOf(o.fields[key], "stars "+key)
		if err != nil {
			return nil, err
		}
		out[key] = p.Value
	}
	return out, nil
}

// shortFigure keeps the estimate that a figure marks as the actual one; the rest of a figure is description.
func (b *Book) shortFigure(key string, n *node) error {
	at := n.object().get("actual")
	if at == nil {
		return nil
	}
	p, err := printedOf(at, "actual")
	if err == nil {
		b.Quoted = append(b.Quoted, Quoted{Where: key, Value: p})
	}
	return err
}

func shortTrendOf(key string, n *node) (*Trend, error) {
	m := shortTrend.FindStringSubmatch(key)
	t := &Trend{}
	t.First, _ = strconv.Atoi(m[1])
	t.Last, _ = strconv.Atoi(m[2])
	for field, to := range map[string]*Printed{"treated_increase": &t.Treated, "control_increase": &t.Control} {
		at := n.object().get(field)
		if at == nil {
			return nil, fmt.Errorf("line %d: the field %q is missing in %s", n.line, field, key)
		}
		p, err := printedOf(at, field)
		if err != nil {
			return nil, err
		}
		*to = p
	}
	return t, nil
}

func readShortTable(name string, n *node) (*Table, error) {
	t, o := &Table{Name: name}, n.object()
	if o == nil {
		return nil, wrong(n, name, "an object in braces")
	}
	outcome := ""
	if n := o.get("outcome"); n != nil {
		var ok bool
		if outcome, ok = n.value.(string); !ok {
			return nil, wrong(n, "outcome", "a text")
		}
	}
	defer func() {
		for i := range t.Columns {
			if t.Columns[i].Outcome == "" {
				t.Columns[i].Outcome = outcome
			}
		}
	}()
	switch {
	case o.get("rows") != nil:
		return t, t.shortSummary(o)
	case o.get("terms") != nil:
		return t, t.shortRegressions(o)
	}
	if err := t.shortColumns(o, "", ""); err != nil {
		return nil, err
	}
	for _, key := range saidKeys {
		if n := o.get(key); n != nil && n.object() == nil {
			for i := range t.Columns {
				if !t.Columns[i].field(key).IsZero() {
					continue
				}
				if err := t.Columns[i].say(key, n); err != nil {
					return nil, err
				}
			}
		}
	}
	if shared := o.get("n"); shared != nil && shared.value != nil {
		rows, err := whole(shared, "n")
		if err != nil {
			return nil, err
		}
		for i := range t.Columns {
			if t.Columns[i].N == 0 {
				t.Columns[i].N = rows
			}
		}
	}
	return t, nil
}

func (t *Table) shortSummary(o *object) error {
	columns, err := texts(o.get("columns"), "columns")
	if err != nil {
		return err
	}
	rows := o.get("rows").object()
	if rows == nil {
		return wrong(o.get("rows"), "rows", "an object in braces")
	}
	for _, variable := range rows.keys {
		n := rows.fields[variable]
		cells, _ := n.value.([]*node)
		if len(cells) != len(columns) {
			return fmt.Errorf("line %d: %d values stand for %d columns in %s", n.line, len(cells), len(columns), variable)
		}
		nan := Printed{Value: math.NaN()}
		s := Summary{Variable: variable, Mean: nan, SD: nan, Min: nan, Max: nan}
		for i, c := range columns {
			to := map[string]*Printed{"mean": &s.Mean, "sd": &s.SD, "min": &s.Min, "max": &s.Max}[c]
			switch {
			case c == "n" && cells[i].value == nil:
			case c == "n":
				if s.N, err = whole(cells[i], "n of "+variable); err != nil {
					return err
				}
			case to == nil:
				return unknownField(o.get("columns"), c, []string{"n", "mean", "sd", "min", "max"})
			case cells[i].value != nil:
				if *to, err = printedOf(cells[i], c+" of "+variable); err != nil {
					return err
				}
			}
		}
		t.Summary = append(t.Summary, s)
	}
	return nil
}

func texts(n *node, name string) ([]string, error) {
	if n == nil {
		return nil, fmt.Errorf("the field %q is missing", name)
	}
	list, ok := n.value.([]*node)
	if !ok {
		return nil, wrong(n, name, "a list of texts")
	}
	var out []string
	for _, e := range list {
		s, ok := e.value.(string)
		if !ok {
			return nil, wrong(e, name, "a list of texts")
		}
		out = append(out, s)
	}
	return out, nil
}

func (t *Table) shortRegressions(o *object) error {
	names, err := texts(o.get("columns"), "columns")
	if err != nil {
		return err
	}
	t.Columns = make([]Column, len(names))
	for i, name := range names {
		t.Columns[i].Name = name
	}
	for _, key := range o.keys {
		n := o.fields[key]
		if key == "columns" || key == "outcome" {
			continue
		}
		if key == "terms" {
			terms := n.object()
			if terms == nil {
				return wrong(n, key, "an object in braces")
			}
			for _, term := range terms.keys {
				cells, err := cellsOf(terms.fields[term], term, len(names))
				if err != nil {
					return err
				}
				for i, c := range cells {
					if c.value == nil {
						continue
					}
					x, err := shortTerm(term, c)
					if err != nil {
						return err
					}
					t.Columns[i].Terms = append(t.Columns[i].Terms, x)
				}
			}
			continue
		}
		if slices.Contains(saidKeys, key) {
			if err := t.sayEach(key, n); err != nil {
				return err
			}
			continue
		}
		if key != "n" && key != "r2" {
			return unknownField(n, key, append([]string{"columns", "n", "r2", "terms", "outcome"}, saidKeys...))
		}
		cells, err := cellsOf(n, key, len(names))
		if err != nil {
			return err
		}
		for i, c := range cells {
			if err := t.Columns[i].shortFoot(key, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func cellsOf(n *node, name string, columns int) ([]*node, error) {
	cells, ok := n.value.([]*node)
	if !ok {
		return nil, wrong(n, name, "a list, one value a column")
	}
	if len(cells) != columns {
		return nil, fmt.Errorf("line %d: %d values stand for %d columns in %s", n.line, len(cells), columns, name)
	}
	return cells, nil
}

// shortFoot reads a column's n or R².
func (c *Column) shortFoot(key string, n *node) (err error) {
	if n.value == nil {
		return nil
	}
	if key == "n" {
		c.N, err = whole(n, "n")
		return err
	}
	p, err := printedOf(n, "r2")
	c.R2 = &p
	return err
}

func shortTerm(term string, n *node) (Term, error) {
	cells, ok := n.value.([]*node)
	if !ok || len(cells) < 2 || len(cells) > 3 {
		return Term{}, wrong(n, term, `[estimate, statistic, stars]`)
	}
	t := Term{Term: term}
	var err error
	if t.Estimate, err = printedOf(cells[0], "the estimate of "+term); err != nil {
		return t, err
	}
	if cells[1].value != nil {
		p, err := printedOf(cells[1], "the statistic of "+term)
		if err != nil {
			return t, err
		}
		t.Statistic = &p
	}
	if len(cells) == 3 && cells[2].value != nil {
		if t.Stars, ok = cells[2].value.(string); !ok {
			return t, wrong(cells[2], "the stars of "+term, "a text")
		}
	}
	return t, nil
}

// shortColumns reads columns by name, those of a mediator one level deeper.
func (t *Table) shortColumns(o *object, mediator string, prefix string) error {
	for _, key := range o.keys {
		n := o.fields[key]
		inner := n.object()
		switch {
		case inner == nil && prefix == "" && (key == "n" || key == "outcome" || slices.Contains(saidKeys, key)):
			continue
		case inner == nil:
			return wrong(n, key, "a column: an object in braces")
		case inner.get("first") != nil || inner.get("second") != nil:
			if err := t.shortColumns(inner, key, key+" "); err != nil {
				return err
			}
			continue
		}
		c := Column{Name: prefix + key, Mediator: mediator}
		if mediator != "" {
			c.Role = Role(key)
			if key != "first" && key != "second" {
				return unknownField(n, key, []string{"first", "second"})
			}
			if key == "first" {
				c.Outcome = mediator
			}
		}
		for _, field := range inner.keys {
			if field == "n" || field == "r2" {
				if err := c.shortFoot(field, inner.fields[field]); err != nil {
					return err
				}
				continue
			}
			if inner.fields[field].value == nil {
				continue
			}
			if slices.Contains(saidKeys, field) {
				if err := c.say(field, inner.fields[field]); err != nil {
					return err
				}
				continue
			}
			if _, number := inner.fields[field].value.(json.Number); number {
				return unknownField(inner.fields[field], field, []string{"n", "r2"})
			}
			x, err := shortTerm(field, inner.fields[field])
			if err != nil {
				return err
			}
			c.Terms = append(c.Terms, x)
		}
		t.Columns = append(t.Columns, c)
	}
	return nil
}
