package paper

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Parse reads a paper's numbers as JSON, in either of two forms: one with a list of tables, as Book marshals, or the
// shorter one with a key a table (see short.go). name is the file's, for messages. Roles of columns are filled in.
func Parse(data []byte, name string) (*Book, error) {
	tree, err := parseTree(data)
	if err != nil {
		return nil, fmt.Errorf("%s holds no published tables: %w", name, err)
	}
	b, missing := &Book{}, error(nil)
	if o := tree.object(); o != nil && o.get("tables") == nil && isShort(o) {
		err = readShort(b, o)
	} else {
		d := &decoder{}
		err = d.fill(reflect.ValueOf(b).Elem(), tree, "")
		missing = d.missing
	}
	if err != nil {
		return nil, fmt.Errorf("%s holds no published tables: %w", name, err)
	}
	if err := b.check(name); err != nil {
		return nil, err
	}
	if missing != nil {
		return nil, fmt.Errorf("%s is not whole: %w", name, missing)
	}
	b.Roles()
	return b, nil
}

// check refuses tables without a name or without content, and words that stand for no choice.
func (b *Book) check(name string) error {
	seen := map[string]bool{}
	for i, t := range b.Tables {
		switch {
		case t.Name == "":
			return fmt.Errorf("table %d of %s has no name", i+1, name)
		case seen[t.Name]:
			return fmt.Errorf("two tables of %s are named %q", name, t.Name)
		case len(t.Columns) == 0 && len(t.Summary) == 0:
			return fmt.Errorf("table %q of %s has neither columns nor a summary", t.Name, name)
		}
		seen[t.Name] = true
		for _, c := range t.Columns {
			if c.Statistic != "t" && c.Statistic != "se" {
				return fmt.Errorf("the statistic of column %s in table %q of %s is %q; it is t or se", c.Name, t.Name, name, c.Statistic)
			}
			for _, w := range []struct {
				field, value string
				choices      []string
			}{
				{"r2_kind", c.R2Kind, []string{"overall", "within", "adjusted"}},
				{"errors", c.Errors, []string{"iid", "hetero", "cluster"}},
				{"role", string(c.Role), []string{"lag", "matched", "group", "exposure", "first", "second", "plain", "other"}},
			} {
				if w.value != "" && !slices.Contains(w.choices, w.value) {
					return fmt.Errorf("%s of column %s in table %q of %s is %q; it is %s", w.field, c.Name, t.Name, name, w.value, strings.Join(w.choices, ", "))
				}
			}
			if c.N < 0 {
				return fmt.Errorf("n of column %s in table %q of %s is %d; it counts rows", c.Name, t.Name, name, c.N)
			}
		}
		for _, s := range t.Summary {
			if s.Kind != "" && !slices.Contains([]string{"binary", "whole", "quotient"}, s.Kind) {
				return fmt.Errorf("kind of %s in table %q of %s is %q; it is binary, whole or quotient", s.Variable, t.Name, name, s.Kind)
			}
		}
	}
	if s := b.Sample; s != nil && (s.Units < 0 || s.N < 0 || s.Last < s.First) {
		return fmt.Errorf("the sample of %s counts %d units and %d rows from %d to %d", name, s.Units, s.N, s.First, s.Last)
	}
	return nil
}
