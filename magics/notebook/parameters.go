package notebook

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// The tags of papermill: the cell that holds a notebook's parameters, and the one that a run puts behind it.
const (
	ParametersTag = "parameters"
	InjectedTag   = "injected-parameters"
)

// Parameter is one name=value.
type Parameter struct{ Name, Value string }

// ParseParameter reads the name=value of a -p flag; the error is one sentence.
func ParseParameter(s string) (Parameter, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		return Parameter{}, fmt.Errorf("%q sets no parameter; write -p name=value", s)
	}
	if !isName(name) {
		return Parameter{}, fmt.Errorf("%q is no parameter's name; a name is made of letters, digits, _ and .", name)
	}
	return Parameter{name, value}, nil
}

func isName(s string) bool {
	for i, c := range s {
		if !(c == '_' || c == '.' || unicode.IsLetter(c) || unicode.IsDigit(c) && i > 0 || unicode.Is(unicode.M, c) && i > 0) {
			return false
		}
	}
	return s != ""
}

// UnknownParameter is the error for a parameter that none of the notebooks declares.
type UnknownParameter struct {
	Name    string
	Nearest []string
	Known   []string // all that are declared
}

func (e *UnknownParameter) Error() string {
	switch {
	case len(e.Nearest) > 0:
		return fmt.Sprintf("no notebook has a parameter %q; did you mean %s?", e.Name, strings.Join(e.Nearest, " or "))
	case len(e.Known) > 0:
		return fmt.Sprintf("no notebook has a parameter %q; there is %s", e.Name, strings.Join(e.Known, ", "))
	}
	return fmt.Sprintf("no notebook has a parameter %q, nor a cell tagged %q", e.Name, ParametersTag)
}

// CheckParameters returns an *UnknownParameter for the first parameter that none of the notebooks declares.
func CheckParameters(params []Parameter, notebooks ...*Notebook) error {
	var known []string
	for _, n := range notebooks {
		for _, p := range n.Parameters() {
			known = append(known, p.Name)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, p := range params {
		if !slices.Contains(known, p.Name) {
			return &UnknownParameter{p.Name, suggest.Nearest(p.Name, known), known}
		}
	}
	return nil
}

// Parameters are the names and defaults that the %param lines of the notebook's cell tagged "parameters" set, in order.
func (n *Notebook) Parameters() []Parameter {
	var params []Parameter
	for _, c := range n.Cells {
		if c.Kind != Code || !c.Tagged(ParametersTag) {
			continue
		}
		magics, _, _ := lang.Split(c.Source, func(name string) bool { return name == "param" }) // a wrong line shows when it runs
		for _, m := range magics {
			for _, a := range m.Args {
				if !a.IsWord() {
					params = append(params, Parameter{a.Key, a.Value})
				}
			}
		}
	}
	return params
}

// Inject returns a copy of the notebook with a cell behind the one tagged "parameters" that sets those of params that
// the notebook declares; a cell that an earlier run injected gives way. Without such a parameter the copy is the same.
// A value for a parameter whose default is a data file is taken relative to folder from and written relative to the
// notebook's own folder, dir, or whole if dir is "".
func (n *Notebook) Inject(params []Parameter, from, dir string) *Notebook {
	c := n.Clone()
	declared := n.Parameters()
	lines := []string{"# Parameters"}
	for _, p := range params {
		i := slices.IndexFunc(declared, func(d Parameter) bool { return d.Name == p.Name })
		if i < 0 {
			continue
		}
		if isDataFile(declared[i].Value) {
			p.Value = relocate(p.Value, from, dir)
		}
		lines = append(lines, "%param "+p.Name+"="+quoted(p.Value))
	}
	if len(lines) == 1 {
		return c
	}
	c.Cells = slices.DeleteFunc(c.Cells, func(c *Cell) bool { return c.Kind == Code && c.Tagged(InjectedTag) })
	at := slices.IndexFunc(c.Cells, func(c *Cell) bool { return c.Kind == Code && c.Tagged(ParametersTag) })
	cell := &Cell{Kind: Code, Source: strings.Join(lines, "\n"), Metadata: Object{"tags": []any{InjectedTag}}}
	if c.Minor >= 5 {
		cell.ID = c.freeID(InjectedTag)
	}
	c.Cells = slices.Insert(c.Cells, at+1, cell)
	return c
}

// isDataFile tells a parameter that names a data file from one that does not, by the ending of its default.
func isDataFile(value string) bool {
	return slices.Contains([]string{".csv", ".tsv", ".txt", ".xlsx", ".dta", ".parquet"}, strings.ToLower(filepath.Ext(value)))
}

// relocate writes a file's path, relative to from, relative to dir; whole if dir is "" or on another drive.
func relocate(path, from, dir string) string {
	if filepath.IsAbs(path) {
		return path
	}
	start, err := filepath.Abs(from)
	if err != nil {
		return path
	}
	full := filepath.Join(start, path)
	if dir == "" {
		return full
	}
	base, err := filepath.Abs(dir)
	if err != nil {
		return full
	}
	if rel, err := filepath.Rel(base, full); err == nil {
		return filepath.ToSlash(rel)
	}
	return full
}

// quoted writes a value so that %param reads it back as one.
func quoted(value string) string {
	plain := value != "" && value[0] != '=' && !strings.ContainsFunc(value, func(c rune) bool {
		return unicode.IsSpace(c) || strings.ContainsRune("#\"'`()[]\\", c) || c > unicode.MaxASCII && !unicode.IsLetter(c)
	})
	if plain {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(value) + `"`
}

// freeID is name, or name-2 and so on, so that it is no other cell's id.
func (n *Notebook) freeID(name string) string {
	id := name
	for k := 2; slices.ContainsFunc(n.Cells, func(c *Cell) bool { return c.ID == id }); k++ {
		id = fmt.Sprintf("%s-%d", name, k)
	}
	return id
}
