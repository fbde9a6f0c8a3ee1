package paper

import (
	"reflect"
	"slices"
	"strings"
)

// saidKeys are what the short form can say of a column beside its numbers, under the names that the long form has.
var saidKeys = []string{"weights", "model", "effects", "controls", "errors", "clusters", "r2_kind"}

// say reads one of saidKeys into the column.
func (c *Column) say(key string, n *node) error {
	if n.value == nil {
		return nil
	}
	return (&decoder{}).fill(c.field(key), n, key)
}

// field is that of a name in JSON.
func (c *Column) field(key string) reflect.Value {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); name == key {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// sayEach reads one of saidKeys for a table's columns: a list with a value a column, or one value for all of them.
func (t *Table) sayEach(key string, n *node) error {
	list, many := n.value.([]*node)
	words := key == "effects" || key == "controls"
	if many && words { // a list of texts is one value
		many = slices.ContainsFunc(list, func(e *node) bool { _, text := e.value.(string); return !text }) && len(list) > 0
	}
	if !many {
		for i := range t.Columns {
			if err := t.Columns[i].say(key, n); err != nil {
				return err
			}
		}
		return nil
	}
	cells, err := cellsOf(n, key, len(t.Columns))
	if err != nil {
		return err
	}
	for i, e := range cells {
		if err := t.Columns[i].say(key, e); err != nil {
			return err
		}
	}
	return nil
}
