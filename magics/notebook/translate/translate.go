// Package translate makes a notebook in another language out of the English one and a file of its prose: the code cells
// are the English ones, so that there is one source of the numbers.
//
// The file is Markdown with a marker before each cell's text, <!-- 01-03 5f0a9c1e -->: the cell's id and the first
// digits of the SHA-256 of the English text that was translated, which tell when the English has changed since. In a
// cell's text a line "@@ 3" stands for the third paragraph of the English cell, "@@ -1" for its last, as they are:
// equations, references, code.
package translate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

// Translation is a file of prose.
type Translation struct {
	cells []cell
	head  string // what stands before the first marker
}

type cell struct {
	id, of string // of: digits of the English text, "" for a text that has just been written
	text   string
}

var marker = regexp.MustCompile(`^<!-- ([A-Za-z0-9_-]+)(?: ([0-9a-f]{8}))? -->$`)

// Parse reads a file of prose; a cell that stands twice is an error.
func Parse(src string) (*Translation, error) {
	t := &Translation{}
	for line := range strings.Lines(src) {
		if m := marker.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			if t.find(m[1]) != nil {
				return nil, fmt.Errorf("cell %s stands twice", m[1])
			}
			t.cells = append(t.cells, cell{id: m[1], of: m[2]})
			continue
		}
		if n := len(t.cells); n > 0 {
			t.cells[n-1].text += line
		} else {
			t.head += line
		}
	}
	for i := range t.cells {
		t.cells[i].text = strings.TrimSpace(t.cells[i].text)
	}
	return t, nil
}

func (t *Translation) find(id string) *cell {
	if i := slices.IndexFunc(t.cells, func(c cell) bool { return c.id == id }); i >= 0 {
		return &t.cells[i]
	}
	return nil
}

// of is the text for a cell: that of its English text, whatever id it had then, else that of its id, unless that is the
// text of another cell which has been numbered anew.
func (t *Translation) of(n *notebook.Notebook, c *notebook.Cell) *cell {
	text := digits(c.Source)
	if i := slices.IndexFunc(t.cells, func(k cell) bool { return k.of == text }); i >= 0 {
		return &t.cells[i]
	}
	have := t.find(c.ID)
	if have != nil && slices.ContainsFunc(n.Cells, func(k *notebook.Cell) bool { return k.ID != c.ID && digits(k.Source) == have.of }) {
		return nil
	}
	return have
}

// digits identify an English text.
func digits(source string) string {
	sum := sha256.Sum256([]byte(source))
	return hex.EncodeToString(sum[:4])
}

// State is how a translation stands to its notebook.
type State struct {
	Missing  []string // Markdown cells without a translation; they stay English
	Outdated []string // cells whose English text has changed since
	Unknown  []string // translated cells that the notebook does not have
}

// Language is what the translated notebook sets before its first code cell.
const languageCell = "language"

// Apply makes the notebook in the language: Markdown cells by t, the line %lang before the first code cell, files of
// data/ one folder further up. Code cells stay as they are but for that.
func (t *Translation) Apply(n *notebook.Notebook, language string) (*notebook.Notebook, State, error) {
	out, s := n.Clone(), State{}
	used := map[*cell]bool{}
	first := -1
	for i, c := range out.Cells {
		if c.Kind == notebook.Code {
			if first < 0 {
				first = i
			}
			c.Source = strings.ReplaceAll(c.Source, "../data/", "../../data/")
			continue
		}
		have := t.of(n, c)
		used[have] = true
		if have == nil {
			s.Missing = append(s.Missing, c.ID)
			continue
		}
		if have.of != "" && have.of != digits(c.Source) {
			s.Outdated = append(s.Outdated, c.ID)
		}
		text, err := fill(have.text, c.Source)
		if err != nil {
			return nil, s, fmt.Errorf("cell %s: %w", c.ID, err)
		}
		c.Source = text
	}
	for i := range t.cells {
		if !used[&t.cells[i]] {
			s.Unknown = append(s.Unknown, t.cells[i].id)
		}
	}
	if first >= 0 {
		set := &notebook.Cell{ID: languageCell, Kind: notebook.Code, Source: "%lang " + language, Metadata: notebook.Object{}}
		out.Cells = slices.Insert(out.Cells, first, set)
	}
	return out, s, nil
}

var quoted = regexp.MustCompile(`(?m)^@@ (-?\d+)$`)

// fill puts the English paragraphs where the text asks for them.
func fill(text, english string) (string, error) {
	paragraphs := strings.Split(strings.TrimSpace(english), "\n\n")
	var failed error
	text = quoted.ReplaceAllStringFunc(text, func(s string) string {
		k, err := strconv.Atoi(strings.TrimPrefix(s, "@@ "))
		at := k - 1
		if k < 0 {
			at = len(paragraphs) + k
		}
		if err != nil || at < 0 || at >= len(paragraphs) {
			failed = fmt.Errorf("%q names no paragraph; the English text has %d", s, len(paragraphs))
			return s
		}
		return paragraphs[at]
	})
	return text, failed
}

// Stamp writes the file again, with the digits of the English texts where a marker has none yet, and the ids of now.
func (t *Translation) Stamp(n *notebook.Notebook) string {
	var b strings.Builder
	b.WriteString(t.head)
	for i, c := range t.cells {
		if j := slices.IndexFunc(n.Cells, func(k *notebook.Cell) bool { return digits(k.Source) == c.of }); j >= 0 {
			c.id = n.Cells[j].ID
		} else if j := slices.IndexFunc(n.Cells, func(k *notebook.Cell) bool { return k.ID == c.id }); c.of == "" && j >= 0 {
			c.of = digits(n.Cells[j].Source)
		}
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(strings.TrimRight("<!-- "+c.id+" "+c.of, " ") + " -->\n\n" + c.text + "\n")
	}
	return b.String()
}
