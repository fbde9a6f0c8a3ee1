// Package notebook reads and writes Jupyter notebooks (.ipynb, nbformat 4) and runs them without Jupyter: every cell's
// magics through magics/command, their outputs stored as the kernel would give them.
//
// A notebook read and written again differs from the file in nothing that Jupyter itself would keep: unknown metadata,
// unknown keys and unknown outputs stay, keys are sorted, the indent is one blank and the last line ends, as
// nbformat.write has it.
package notebook

import (
	"slices"
	"strings"
	"unicode"
)

// Notebook is a notebook of nbformat 4.
type Notebook struct {
	Metadata Object // kernelspec, language_info, authors … whatever the file has
	Major    int    // nbformat, 4
	Minor    int    // nbformat_minor; cells have ids from 5 on
	Cells    []*Cell
	Extra    Object // top-level keys that nbformat does not know
}

// Object is a JSON object as read: nil, bool, json.Number, string, []any and Object-like map[string]any.
type Object = map[string]any

// Kind is what a cell holds.
type Kind string

// The three kinds of nbformat 4.
const (
	Code     Kind = "code"
	Markdown Kind = "markdown"
	Raw      Kind = "raw"
)

// Cell is one cell.
type Cell struct {
	ID       string // "" below nbformat 4.5
	Kind     Kind
	Source   string // lines end in \n, the last one usually does not
	Metadata Object

	Attachments Object   // of Markdown and raw cells; nil if none
	Count       int      // execution_count of a code cell, 0 if it has not run
	Outputs     []Output // of a code cell

	Extra Object // keys that nbformat does not know
}

// Output is one output of a code cell. Type says which of the fields count.
type Output struct {
	Type string // stream, display_data, execute_result or error; another type is kept in Extra

	Name string // stream: stdout or stderr
	Text string // stream

	Data     Object // display_data, execute_result: MIME type → string, or any JSON for a +json type
	Metadata Object // display_data, execute_result
	Count    int    // execute_result: execution_count, 0 if null

	EName     string   // error
	EValue    string   // error
	Traceback []string // error; may hold ANSI colours

	Extra Object
}

// Output types of nbformat 4.
const (
	Stream        = "stream"
	DisplayData   = "display_data"
	ExecuteResult = "execute_result"
	ErrorOutput   = "error"
)

// Tagged tells whether the cell has the tag, as Jupyter's tag editor sets it (metadata.tags).
func (c *Cell) Tagged(tag string) bool { return slices.Contains(c.Tags(), tag) }

// Tags are the cell's tags, in file order.
func (c *Cell) Tags() []string {
	list, _ := c.Metadata["tags"].([]any)
	var tags []string
	for _, t := range list {
		if s, ok := t.(string); ok {
			tags = append(tags, s)
		}
	}
	return tags
}

// Failed tells whether the cell's outputs hold an error.
func (c *Cell) Failed() bool {
	return slices.ContainsFunc(c.Outputs, func(o Output) bool { return o.Type == ErrorOutput })
}

// Executed is the number of code cells that have run.
func (n *Notebook) Executed() int {
	count := 0
	for _, c := range n.Cells {
		if c.Count > 0 {
			count++
		}
	}
	return count
}

// Title is the notebook's first Markdown heading of level one, "" if it has none.
func (n *Notebook) Title() string {
	for _, c := range n.Cells {
		if c.Kind != Markdown {
			continue
		}
		for line := range strings.Lines(c.Source) {
			if t, ok := strings.CutPrefix(line, "# "); ok {
				return strings.TrimSpace(t)
			}
		}
	}
	return ""
}

// Language is that of the prose, as in <html lang>: "zh-CN" if a third of its letters are Chinese, else "".
func (n *Notebook) Language() string {
	han, letters := 0, 0
	for _, c := range n.Cells {
		if c.Kind != Markdown {
			continue
		}
		for _, r := range c.Source {
			if unicode.IsLetter(r) {
				letters++
			}
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
	}
	if han > 0 && 3*han >= letters {
		return "zh-CN"
	}
	return ""
}

// Clone returns a deep copy: nothing done to it shows in the original.
func (n *Notebook) Clone() *Notebook {
	d := *n
	d.Metadata, d.Extra = cloneObject(n.Metadata), cloneObject(n.Extra)
	d.Cells = make([]*Cell, len(n.Cells))
	for i, c := range n.Cells {
		k := *c
		k.Metadata, k.Attachments, k.Extra = cloneObject(c.Metadata), cloneObject(c.Attachments), cloneObject(c.Extra)
		k.Outputs = slices.Clone(c.Outputs)
		for j := range k.Outputs {
			o := &k.Outputs[j]
			o.Data, o.Metadata, o.Extra = cloneObject(o.Data), cloneObject(o.Metadata), cloneObject(o.Extra)
			o.Traceback = slices.Clone(o.Traceback)
		}
		d.Cells[i] = &k
	}
	return &d
}

func cloneObject(m Object) Object {
	if m == nil {
		return nil
	}
	return cloneValue(m).(Object)
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case Object:
		d := make(Object, len(v))
		for k, x := range v {
			d[k] = cloneValue(x)
		}
		return d
	case []any:
		d := make([]any, len(v))
		for i, x := range v {
			d[i] = cloneValue(x)
		}
		return d
	}
	return v
}
