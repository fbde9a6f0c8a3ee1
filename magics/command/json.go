package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// JSON is the line that eval --json prints for an output with a result: keys in struct order, floats in the shortest
// form that reads back as the same number, NaN and infinities as null.
func JSON(o Output) ([]byte, error) {
	return encode(struct {
		Magic   string  `json:"magic"`
		Line    int     `json:"line"`
		As      string  `json:"as"`
		Kind    string  `json:"kind"`
		Seconds float64 `json:"seconds"`
		Result  any     `json:"result"`
	}{o.Magic, o.Line, o.As, o.Kind, o.Seconds, o.Result})
}

// JSONError is the line that eval --json prints for a failing line of src.
func JSONError(src string, err error) ([]byte, error) {
	failed := struct {
		Magic string `json:"magic"`
		Line  int    `json:"line"`
		Error string `json:"error"`
	}{Error: err.Error()}
	if d, ok := err.(*lang.Diagnostic); ok {
		failed.Line = d.Where.Line
		failed.Magic, failed.Line = magicAt(src, d.Where.Line)
	}
	return encode(failed)
}

// magicAt is the name and the first line of the magic that a line belongs to.
func magicAt(src string, line int) (string, int) {
	lines := strings.Split(src, "\n")
	first := min(line, len(lines))
	for first > 1 && strings.HasSuffix(strings.TrimRight(lines[first-2], " \t\r"), `\`) {
		first--
	}
	if first < 1 {
		return "", line
	}
	name, ok := strings.CutPrefix(strings.TrimSpace(lines[first-1]), "%")
	if !ok {
		return "", line
	}
	name = strings.TrimSpace(name)
	if end := strings.IndexFunc(name, func(c rune) bool { return !isNameRune(c) }); end >= 0 {
		name = name[:end]
	}
	return name, first
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, reflect.ValueOf(v)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// writeJSON is encoding/json with two differences: a number that is not finite is null, and nothing is escaped for HTML.
func writeJSON(b *bytes.Buffer, v reflect.Value) error {
	if !v.IsValid() {
		b.WriteString("null")
		return nil
	}
	if v.Type().Implements(marshaler) && !(v.Kind() == reflect.Pointer && v.IsNil()) {
		return writePlain(b, v.Interface())
	}
	switch v.Kind() {
	case reflect.Float64, reflect.Float32:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			b.WriteString("null")
			return nil
		}
		return writePlain(b, v.Interface())
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		return writeJSON(b, v.Elem())
	case reflect.Struct:
		return writeStruct(b, v)
	case reflect.Slice, reflect.Array:
		return writeList(b, v)
	case reflect.Map:
		return writeMap(b, v)
	}
	return writePlain(b, v.Interface())
}

func writePlain(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // Encode ends with a newline
	return nil
}

func writeList(b *bytes.Buffer, v reflect.Value) error {
	b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeJSON(b, v.Index(i)); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeMap(b *bytes.Buffer, v reflect.Value) error {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return cmp.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writePlain(b, fmt.Sprint(k)); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := writeJSON(b, v.MapIndex(k)); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

func writeStruct(b *bytes.Buffer, v reflect.Value) error {
	b.WriteByte('{')
	first := true
	if err := writeFields(b, v, &first); err != nil {
		return err
	}
	b.WriteByte('}')
	return nil
}

func writeFields(b *bytes.Buffer, v reflect.Value, first *bool) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			if err := writeFields(b, v.Field(i), first); err != nil {
				return err
			}
			continue
		}
		if options == "omitempty" && v.Field(i).IsZero() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if !*first {
			b.WriteByte(',')
		}
		*first = false
		if err := writePlain(b, name); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := writeJSON(b, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}
