package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func panelLoad(c *call, words []lang.Arg) (*Output, error) {
	word := words[1]
	path := c.session.Path(word.Value)
	how := session.Load{Unit: bareName(c.text("unit")), Time: bareName(c.text("time")), Sheet: c.text("sheet"), Delim: c.text("delim"), Encoding: c.text("encoding")}
	if err := c.unitAndTime(); err != nil {
		return nil, err
	}
	p, notes, err := readPanel(path, how, c.ctx.Err)
	if err != nil {
		return nil, c.loadError(word, path, err)
	}
	name := c.text("as")
	if name == "" {
		name = "panel"
	}
	d := &session.Dataset{Name: name, File: word.Value, Panel: p, Load: how, Simulated: isSimulated(path)}
	c.session.PutPanel(d)
	if current := c.session.Current(); current != name {
		notes = append(notes, fmt.Sprintf("lines without data= go on with %s; data=%s takes this panel, %%panel use %[2]s for all lines from here on", current, name))
	}
	out := c.showPanel(d, notes)
	out.As, out.Kind, out.Result = name, "panel", panelResult(d)
	return out, nil
}

// loadError points at unit= or time= where one of them is at fault, else at the file.
func (c *call) loadError(a lang.Arg, path string, err error) error {
	var (
		unknown   *panel.UnknownVariable
		duplicate *panel.DuplicateRows
		empty     *panel.MissingIndex
	)
	switch {
	case errors.As(err, &unknown):
		return c.indexError(unknown.Name, unknown)
	case errors.As(err, &empty):
		return c.indexError(empty.Variable, empty)
	case errors.As(err, &duplicate):
		return c.indexError(duplicate.Unit, duplicate)
	}
	return c.fileError(a, path, err)
}

// indexError points at the key whose value is the variable.
func (c *call) indexError(name string, err error) error {
	for _, key := range []string{"unit", "time"} {
		if a, ok := c.stmt.Key(key); ok && bareName(a.Value) == name {
			return within(a.Text, err)
		}
	}
	return err
}

// unitAndTime refuses one of the two keys without the other.
func (c *call) unitAndTime() error {
	for _, pair := range [][2]string{{"unit", "time"}, {"time", "unit"}} {
		if c.has(pair[0]) && !c.has(pair[1]) {
			a, _ := c.stmt.Key(pair[0])
			return wordError(c.stmt, a.At, "%s= stands without %s=; a panel needs both, a cross-section neither", pair[0], pair[1])
		}
	}
	return nil
}

// isSimulated tells whether a file beside the data, of the same name but ending in .json, says "simulated": true.
func isSimulated(path string) bool {
	base := filepath.Base(path)
	if i := strings.IndexByte(base, '.'); i > 0 {
		base = base[:i]
	}
	sidecar := filepath.Join(filepath.Dir(path), base+".json")
	if info, err := os.Stat(sidecar); err != nil || info.Size() > 16<<20 { // a design is small; a large file is data
		return false
	}
	data, err := os.ReadFile(sidecar)
	if err != nil {
		return false
	}
	var marker struct {
		Simulated bool `json:"simulated"`
	}
	return json.Unmarshal(data, &marker) == nil && marker.Simulated
}

// panelSave writes the panel to a file of the kind that its ending names.
func panelSave(c *call, words []lang.Arg) (*Output, error) {
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	a := words[1]
	path := c.session.Path(a.Value)
	l := wordingOf(c.session.Language())
	if err := c.ctx.Err(); err != nil { // the user was told that the line is interrupted
		return nil, err
	}
	if err := load.Save(path, d.Panel); err != nil {
		return nil, c.fileError(a, path, err)
	}
	return lineOutput(fmt.Sprintf(l.Pick("%s written to %s: %s, %s", "%s 已写入 %s：%s，%s"), d.Name, a.Value, rowsOf(d.Panel.Rows(), l), variablesOf(len(d.Panel.Names()), l))), nil
}
