package notebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Encode gives the bytes of the .ipynb file as Jupyter writes them: keys sorted, indent of one blank, text in lists of
// lines, only what JSON must escape escaped, a line end at the end. What nbformat requires and a hand-made notebook
// lacks (metadata, outputs) is written empty. It never fails: a value that JSON can't hold is written as null.
func (n *Notebook) Encode() []byte {
	top := Object{
		"metadata":       without(n.Metadata, "orig_nbformat", "orig_nbformat_minor", "signature"),
		"nbformat":       n.Major,
		"nbformat_minor": n.Minor,
	}
	cells := make([]any, len(n.Cells))
	for i, c := range n.Cells {
		cells[i] = c.object()
	}
	top["cells"] = cells
	fill(top, n.Extra)
	var b bytes.Buffer
	writeJSON(&b, top, "\n")
	b.WriteByte('\n')
	return b.Bytes()
}

// WriteFile writes the notebook to path, whole or not at all, and makes no folder. The error is a *FileError.
func (n *Notebook) WriteFile(path string) error { return writeFile(path, n.Encode()) }

// writeFile replaces path in one step, so that a reader never meets half a file.
func writeFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".didnb-*")
	if err != nil {
		return fileError("write", path, err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fileError("write", path, err)
	}
	return nil
}

func (c *Cell) object() Object {
	obj := Object{
		"cell_type": string(c.Kind),
		"metadata":  without(c.Metadata, "trusted"),
		"source":    splitLines(c.Source),
	}
	if c.ID != "" {
		obj["id"] = c.ID
	}
	if c.Attachments != nil {
		split := Object{}
		for name, bundle := range c.Attachments {
			if b, ok := bundle.(Object); ok {
				bundle = splitBundle(b)
			}
			split[name] = bundle
		}
		obj["attachments"] = split
	}
	if c.Kind == Code {
		obj["execution_count"] = count(c.Count)
		outs := make([]any, len(c.Outputs))
		for i, o := range c.Outputs {
			outs[i] = o.object()
		}
		obj["outputs"] = outs
	}
	fill(obj, c.Extra)
	return obj
}

func (o Output) object() Object {
	obj := Object{"output_type": o.Type}
	switch o.Type {
	case Stream:
		obj["name"], obj["text"] = o.Name, splitLines(o.Text)
	case DisplayData, ExecuteResult:
		obj["data"], obj["metadata"] = splitBundle(o.Data), orEmpty(o.Metadata)
		if o.Type == ExecuteResult {
			obj["execution_count"] = count(o.Count)
		}
	case ErrorOutput:
		obj["ename"], obj["evalue"] = o.EName, o.EValue
		lines := make([]any, len(o.Traceback))
		for i, l := range o.Traceback {
			lines[i] = l
		}
		obj["traceback"] = lines
	}
	fill(obj, o.Extra)
	return obj
}

func count(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func orEmpty(m Object) Object {
	if m == nil {
		return Object{}
	}
	return m
}

func without(m Object, keys ...string) Object {
	d := make(Object, len(m))
	for k, v := range m {
		if !slices.Contains(keys, k) {
			d[k] = v
		}
	}
	return d
}

// fill adds unknown keys, which never replace a known one.
func fill(obj, extra Object) {
	for k, v := range extra {
		if _, taken := obj[k]; !taken {
			obj[k] = v
		}
	}
}

// splitBundle makes lists of lines of the text types, as nbformat's writer does: text/*, SVG and JavaScript.
func splitBundle(data Object) Object {
	d := make(Object, len(data))
	for mime, v := range data {
		s, ok := v.(string)
		if ok && (strings.HasPrefix(mime, "text/") || mime == "image/svg+xml" || mime == "application/javascript") {
			v = splitLines(s)
		}
		d[mime] = v
	}
	return d
}

// splitLines cuts s after every line end that Python's str.splitlines knows, since nbformat cuts there too.
func splitLines(s string) []any {
	lines := []any{}
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch r {
		case '\r':
			if i < len(s) && s[i] == '\n' {
				i++
			}
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		default:
			continue
		}
		lines = append(lines, s[start:i])
		start = i
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}

// writeJSON writes as Python's json.dumps(sort_keys=True, indent=1, ensure_ascii=False) does; newline carries the indent.
func writeJSON(b *bytes.Buffer, v any, newline string) {
	inner := newline + " "
	switch v := v.(type) {
	case Object:
		if len(v) == 0 {
			b.WriteString("{}")
			return
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys) // by bytes of UTF-8, which is by code point, as Python sorts
		b.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(inner)
			writeString(b, k)
			b.WriteString(": ")
			writeJSON(b, v[k], inner)
		}
		b.WriteString(newline + "}")
	case []any:
		if len(v) == 0 {
			b.WriteString("[]")
			return
		}
		b.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(inner)
			writeJSON(b, x, inner)
		}
		b.WriteString(newline + "]")
	case string:
		writeString(b, v)
	case json.Number:
		b.WriteString(v.String())
	case int:
		b.WriteString(strconv.Itoa(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case nil:
		b.WriteString("null")
	default:
		// A struct put into a bundle by hand: by way of its own JSON, so that its keys are sorted like all others.
		writeJSON(b, plain(v), newline)
	}
}

// plain turns a Go value into the kinds writeJSON knows, by its JSON, with numbers spelt as Python does, so that a
// notebook saved again in Jupyter shows no difference; what has no JSON becomes null.
func plain(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var out any
	if dec.Decode(&out) != nil {
		return nil
	}
	return respell(out)
}

func respell(v any) any {
	switch v := v.(type) {
	case Object:
		for k, x := range v {
			v[k] = respell(x)
		}
	case []any:
		for i, x := range v {
			v[i] = respell(x)
		}
	case json.Number:
		return pythonNumber(v)
	}
	return v
}

// pythonNumber spells a number that is no whole one as Python's repr: 1e-05, where Go's JSON has 0.00001.
func pythonNumber(n json.Number) json.Number {
	if !strings.ContainsAny(n.String(), ".eE") {
		return n
	}
	x, err := n.Float64()
	if err != nil {
		return n
	}
	if a := math.Abs(x); a != 0 && (a < 1e-4 || a >= 1e16) {
		return json.Number(strconv.FormatFloat(x, 'e', -1, 64))
	}
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return json.Number(s)
}

func writeString(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		default:
			if r < 0x20 {
				fmt.Fprintf(b, `\u%04x`, r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
}
