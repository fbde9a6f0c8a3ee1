package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Invalid is the error for a file that is not a notebook we can read.
type Invalid struct {
	Path   string // "" when the notebook did not come from a file
	Reason string // a clause: "line 3 is not JSON: …"
}

func (e *Invalid) Error() string {
	if e.Path == "" {
		return "not a notebook: " + e.Reason
	}
	return fmt.Sprintf("%s is not a notebook: %s", e.Path, e.Reason)
}

// OldFormat is the error for a notebook of another major format than 4.
type OldFormat struct {
	Path  string
	Major int
}

func (e *OldFormat) Error() string {
	name := e.Path
	if name == "" {
		name = "the notebook"
	}
	if e.Major > 4 {
		return fmt.Sprintf("%s is in nbformat %d, which is newer than the 4.5 this program reads", name, e.Major)
	}
	return fmt.Sprintf("%s is in nbformat %d, and 4 is needed; open it in Jupyter and save it once, or run jupyter nbconvert --to notebook on it", name, e.Major)
}

// ReadFile reads the notebook at path. Errors: the file system's, said in one sentence, *Invalid, *OldFormat.
func ReadFile(path string) (*Notebook, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fileError("read", path, err)
	}
	return parse(path, data)
}

// Parse reads a notebook from the bytes of an .ipynb file. Errors: *Invalid, *OldFormat.
func Parse(data []byte) (*Notebook, error) { return parse("", data) }

func parse(path string, data []byte) (*Notebook, error) {
	n, err := decode(data)
	if err != nil {
		var inv *Invalid
		var old *OldFormat
		switch {
		case errors.As(err, &inv):
			inv.Path = path
		case errors.As(err, &old):
			old.Path = path
		}
		return nil, err
	}
	return n, nil
}

func invalid(format string, args ...any) error { return &Invalid{Reason: fmt.Sprintf(format, args...)} }

func decode(data []byte) (*Notebook, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, invalid("it is empty")
	}
	if !utf8.Valid(data) {
		return nil, invalid("it is not UTF-8 text")
	}
	var top any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&top); err != nil {
		return nil, notJSON(data, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, invalid("line %d: there is more text after the end of the JSON object", lineAt(data, dec.InputOffset()))
	}
	obj, ok := top.(Object)
	if !ok {
		return nil, invalid("its JSON is %s, not an object", jsonKind(top))
	}
	major, ok := integer(obj["nbformat"])
	if !ok {
		return nil, invalid(`it has no "nbformat" number`)
	}
	if major != 4 {
		return nil, &OldFormat{Major: major}
	}
	n := &Notebook{Major: major}
	if n.Minor, ok = integer(obj["nbformat_minor"]); !ok {
		return nil, invalid(`it has no "nbformat_minor" number`)
	}
	var err error
	if n.Metadata, err = object(obj, "metadata", "the notebook"); err != nil {
		return nil, err
	}
	for _, transient := range []string{"orig_nbformat", "orig_nbformat_minor", "signature"} {
		delete(n.Metadata, transient)
	}
	cells, ok := obj["cells"].([]any)
	if !ok {
		return nil, invalid(`it has no list of "cells"`)
	}
	for i, c := range cells {
		cell, err := decodeCell(c, fmt.Sprintf("cell %d", i+1))
		if err != nil {
			return nil, err
		}
		n.Cells = append(n.Cells, cell)
	}
	n.Extra = rest(obj, "metadata", "nbformat", "nbformat_minor", "cells")
	return n, nil
}

func decodeCell(v any, where string) (*Cell, error) {
	obj, ok := v.(Object)
	if !ok {
		return nil, invalid("%s is %s, not an object", where, jsonKind(v))
	}
	kind, _ := obj["cell_type"].(string)
	c := &Cell{Kind: Kind(kind)}
	switch c.Kind {
	case Code, Markdown, Raw:
	case "":
		return nil, invalid(`%s has no "cell_type"`, where)
	default:
		return nil, invalid("%s has cell_type %q; it is code, markdown or raw", where, kind)
	}
	known := []string{"cell_type", "metadata", "source"}
	if id, ok := obj["id"].(string); ok {
		c.ID = id
		known = append(known, "id")
	}
	var err error
	if c.Metadata, err = object(obj, "metadata", where); err != nil {
		return nil, err
	}
	delete(c.Metadata, "trusted") // Jupyter's own mark, never stored
	if c.Source, ok = multiline(obj["source"]); !ok {
		return nil, invalid(`%s has no text as "source"`, where)
	}
	if a, ok := obj["attachments"].(Object); ok {
		for _, bundle := range a {
			if b, ok := bundle.(Object); ok {
				joinBundle(b)
			}
		}
		c.Attachments = a
		known = append(known, "attachments")
	}
	if c.Kind == Code {
		known = append(known, "execution_count", "outputs")
		c.Count, _ = integer(obj["execution_count"])
		outs, ok := obj["outputs"].([]any)
		if !ok && obj["outputs"] != nil {
			return nil, invalid(`"outputs" of %s is %s, not a list`, where, jsonKind(obj["outputs"]))
		}
		for j, o := range outs {
			out, err := decodeOutput(o, fmt.Sprintf("output %d of %s", j+1, where))
			if err != nil {
				return nil, err
			}
			c.Outputs = append(c.Outputs, out)
		}
	}
	c.Extra = rest(obj, known...)
	return c, nil
}

func decodeOutput(v any, where string) (Output, error) {
	var o Output
	obj, ok := v.(Object)
	if !ok {
		return o, invalid("%s is %s, not an object", where, jsonKind(v))
	}
	o.Type, _ = obj["output_type"].(string)
	var err error
	switch o.Type {
	case Stream:
		o.Name, _ = obj["name"].(string)
		if o.Text, ok = multiline(obj["text"]); !ok {
			return o, invalid(`%s has no "text"`, where)
		}
		o.Extra = rest(obj, "output_type", "name", "text")
	case DisplayData, ExecuteResult:
		if o.Data, err = object(obj, "data", where); err != nil {
			return o, err
		}
		if o.Metadata, err = object(obj, "metadata", where); err != nil {
			return o, err
		}
		joinBundle(o.Data)
		known := []string{"output_type", "data", "metadata"}
		if o.Type == ExecuteResult {
			o.Count, _ = integer(obj["execution_count"])
			known = append(known, "execution_count")
		}
		o.Extra = rest(obj, known...)
	case ErrorOutput:
		o.EName, _ = obj["ename"].(string)
		o.EValue, _ = obj["evalue"].(string)
		lines, _ := obj["traceback"].([]any)
		for _, l := range lines {
			s, ok := l.(string)
			if !ok {
				return o, invalid("the traceback of %s holds %s", where, jsonKind(l))
			}
			o.Traceback = append(o.Traceback, s)
		}
		o.Extra = rest(obj, "output_type", "ename", "evalue", "traceback")
	case "":
		return o, invalid(`%s has no "output_type"`, where)
	default:
		o.Extra = rest(obj, "output_type")
	}
	return o, nil
}

// multiline joins nbformat's multi-line strings: a string, or a list of the lines with their ends.
func multiline(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case []any:
		var b strings.Builder
		for _, l := range v {
			s, ok := l.(string)
			if !ok {
				return "", false
			}
			b.WriteString(s)
		}
		return b.String(), true
	}
	return "", false
}

func joinBundle(data Object) {
	for mime, v := range data {
		if _, list := v.([]any); list && !jsonMIME(mime) {
			if s, ok := multiline(v); ok {
				data[mime] = s
			}
		}
	}
}

func jsonMIME(mime string) bool {
	return mime == "application/json" || strings.HasPrefix(mime, "application/") && strings.HasSuffix(mime, "+json")
}

func object(obj Object, key, where string) (Object, error) {
	switch v := obj[key].(type) {
	case nil:
		return Object{}, nil
	case Object:
		return v, nil
	default:
		return nil, invalid("%q of %s is %s, not an object", key, where, jsonKind(v))
	}
}

func rest(obj Object, known ...string) Object {
	var extra Object
next:
	for k, v := range obj {
		for _, name := range known {
			if k == name {
				continue next
			}
		}
		if extra == nil {
			extra = Object{}
		}
		extra[k] = v
	}
	return extra
}

func integer(v any) (int, bool) {
	num, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(num.String())
	return i, err == nil
}

func jsonKind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case json.Number:
		return "a number"
	case string:
		return "a text"
	case []any:
		return "a list"
	}
	return "an object"
}

func notJSON(data []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return invalid("line %d is not JSON: %s", lineAt(data, syntax.Offset), syntax)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return invalid("the file ends in the middle, at line %d", lineAt(data, int64(len(data))))
	}
	return invalid("it is not JSON: %s", err)
}

func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset-1, 0), int64(len(data)))], []byte("\n"))
}

// fileError says in one sentence what a file operation met: no such file, a folder, no permission.
func fileError(verb, path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist) && verb == "write":
		return &FileError{Path: path, Reason: "its folder does not exist", Err: err}
	case errors.Is(err, fs.ErrNotExist):
		return &FileError{Path: path, Reason: "there is no such file", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &FileError{Path: path, Reason: "permission to " + verb + " it is denied", Err: err}
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		if info, serr := os.Stat(path); serr == nil && info.IsDir() {
			return &FileError{Path: path, Reason: "it is a folder", Err: err}
		}
		return &FileError{Path: path, Reason: pe.Err.Error(), Err: err}
	}
	return &FileError{Path: path, Reason: err.Error(), Err: err}
}

// FileError is the error for a file or folder that can't be read or written.
type FileError struct {
	Path   string
	Reason string // a clause: "there is no such file"
	Err    error
}

func (e *FileError) Error() string { return e.Path + ": " + e.Reason }

// Unwrap gives the file system's error.
func (e *FileError) Unwrap() error { return e.Err }
