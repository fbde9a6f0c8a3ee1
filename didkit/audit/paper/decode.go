package paper

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// decoder fills structs from a tree: an unknown field is an error that names the nearest, a value of a wrong type one
// that says what it must be. A field that is needed and not there is kept in missing, the first of them.
type decoder struct{ missing error }

var printedType = reflect.TypeFor[Printed]()

func (d *decoder) fill(v reflect.Value, n *node, name string) error {
	if v.Type() == printedType {
		return d.printed(v, n, name)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if n.value == nil {
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return d.fill(v.Elem(), n, name)
	case reflect.Struct:
		return d.object(v, n, name)
	case reflect.Slice:
		list, ok := n.value.([]*node)
		if !ok {
			return wrong(n, name, "a list")
		}
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, e := range list {
			if err := d.fill(v.Index(i), e, name); err != nil {
				return err
			}
		}
	case reflect.Map:
		return d.levels(v, n, name)
	case reflect.String:
		s, ok := n.value.(string)
		if !ok {
			return wrong(n, name, "a text")
		}
		v.SetString(s)
	case reflect.Int:
		i, err := whole(n, name)
		if err != nil {
			return err
		}
		v.SetInt(int64(i))
	}
	return nil
}

// object fills a struct; a name in it, once read, stands in later messages.
func (d *decoder) object(v reflect.Value, n *node, name string) error {
	o := n.object()
	if o == nil {
		return wrong(n, name, "an object in braces")
	}
	fields := map[string]int{}
	var known []string
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fields[key], known = i, append(known, key)
		if v.Field(i).Type() == printedType {
			v.Field(i).Set(reflect.ValueOf(Printed{Value: math.NaN()}))
		}
	}
	for _, key := range o.keys {
		i, ok := fields[key]
		if !ok {
			return unknownField(o.fields[key], key, known)
		}
		if err := d.fill(v.Field(i), o.fields[key], key); err != nil {
			return err
		}
	}
	for i := range v.NumField() {
		key := known[i]
		if v.Type().Field(i).Tag.Get("need") == "yes" && o.get(key) == nil && d.missing == nil {
			d.missing = fmt.Errorf("line %d: the field %q is missing%s", n.line, key, inOf(name))
		}
	}
	return nil
}

func inOf(name string) string {
	if name == "" {
		return ""
	}
	return " in " + name
}

// unknownField is the error for a key that nothing reads.
func unknownField(n *node, key string, known []string) error {
	hint := suggest.Phrase(key, known)
	if hint == "" {
		known = slices.Clone(known)
		slices.Sort(known)
		hint = "; there are " + strings.Join(known, ", ")
	}
	return fmt.Errorf("line %d: unknown field %q%s", n.line, key, hint)
}

func wrong(n *node, name, must string) error {
	if name == "" {
		name = "the file"
	}
	return fmt.Errorf("line %d: %s must be %s, not %s", n.line, name, must, n.says())
}

func (d *decoder) printed(v reflect.Value, n *node, name string) error {
	if n.value == nil {
		v.Set(reflect.ValueOf(Printed{Value: math.NaN()}))
		return nil
	}
	p, err := printedOf(n, name)
	if err == nil {
		v.Set(reflect.ValueOf(p))
	}
	return err
}

func printedOf(n *node, name string) (Printed, error) {
	x, ok := n.value.(json.Number)
	if !ok {
		return Printed{}, wrong(n, name, "a number")
	}
	p, ok := ParsePrinted(x.String())
	if !ok {
		return Printed{}, wrong(n, name, "a number that fits")
	}
	return p, nil
}

func whole(n *node, name string) (int, error) {
	x, ok := n.value.(json.Number)
	if !ok {
		return 0, wrong(n, name, "a whole number")
	}
	i, err := x.Int64()
	if err != nil || i != int64(int32(i)) {
		return 0, wrong(n, name, "a whole number")
	}
	return int(i), nil
}

// levels fills the meaning of stars.
func (d *decoder) levels(v reflect.Value, n *node, name string) error {
	o := n.object()
	if o == nil {
		return wrong(n, name, "an object in braces")
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, key := range o.keys {
		p, err := printedOf(o.fields[key], name+" "+key)
		if err != nil {
			return err
		}
		if !(p.Value > 0 && p.Value < 1) {
			return wrong(o.fields[key], name+" "+key, "a level between 0 and 1")
		}
		v.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(p.Value))
	}
	return nil
}
