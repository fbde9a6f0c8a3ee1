package paper

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is a value of a JSON file with its line; an object keeps the order of its keys, a number its digits.
type node struct {
	line  int
	value any // nil, bool, string, json.Number, *object, []*node
}

type object struct {
	keys   []string
	fields map[string]*node
}

func (n *node) object() *object { o, _ := n.value.(*object); return o }

func (o *object) get(key string) *node {
	if o == nil {
		return nil
	}
	return o.fields[key]
}

// parseTree reads JSON; the error says the line.
func parseTree(data []byte) (*node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	t := &treeParser{dec, data}
	n, err := t.value()
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = fmt.Errorf("line %d: more follows behind the end", t.line())
		}
	}
	return n, t.plain(err)
}

type treeParser struct {
	*json.Decoder
	data []byte
}

func (t *treeParser) line() int { return t.lineAt(t.InputOffset()) }

func (t *treeParser) lineAt(offset int64) int {
	return 1 + bytes.Count(t.data[:min(int(offset), len(t.data))], []byte("\n"))
}

// plain says where JSON is wrong in words of the file: its line.
func (t *treeParser) plain(err error) error {
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %s", t.lineAt(syntax.Offset), strings.TrimPrefix(syntax.Error(), "json: "))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("line %d: the file ends too early", t.lineAt(int64(len(t.data))))
	}
	return err
}

func (t *treeParser) value() (*node, error) {
	tok, err := t.Token()
	if err != nil {
		return nil, err
	}
	n := &node{line: t.line(), value: tok}
	switch tok {
	case json.Delim('{'):
		o := &object{fields: map[string]*node{}}
		n.value = o
		for t.More() {
			key, err := t.Token()
			if err != nil {
				return nil, err
			}
			name, line := key.(string), t.line()
			if _, twice := o.fields[name]; twice {
				return nil, fmt.Errorf("line %d: %q stands twice", line, name)
			}
			v, err := t.value()
			if err != nil {
				return nil, err
			}
			o.keys, o.fields[name] = append(o.keys, name), v
		}
		_, err = t.Token()
	case json.Delim('['):
		list := []*node{}
		for t.More() {
			v, err := t.value()
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		n.value = list
		_, err = t.Token()
	}
	return n, err
}

// says names a value for a message: the text "5364", a list.
func (n *node) says() string {
	switch v := n.value.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("the text %q", v)
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	case *object:
		return "{…}"
	}
	return "a list"
}
