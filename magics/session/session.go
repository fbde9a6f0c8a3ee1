// Package session holds what a notebook or script has made so far: panels and results by name, the labels' language,
// and the folder that relative files stand in. One goroutine owns a Session.
package session

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Language is that of labels and help.
type Language string

const (
	English Language = "en"
	Chinese Language = "zh"
)

// Session is the state of one notebook. What it holds is never changed in place: a new panel or result takes the place
// of an old one, so that Try can put everything back.
type Session struct {
	Dir       string // folder of relative files; "" is the process's own
	NoFigures bool   // results are not drawn, since nothing shows figures; %plot draws all the same
	state
}

// state is what Try restores.
type state struct {
	language Language
	current  string // name of the current panel
	panels   map[string]*Dataset
	results  map[string]*Result
	order    []string // names of results, oldest first
	loaded   []string // names of panels, oldest first

	parameters map[string]string
	shown      []Shown           // oldest first
	checks     map[string]string // of the workshop, number to state
}

// Shown is a table or figure that a line showed and that a report takes. What it is, the package of the magics knows.
type Shown interface{ Key() string }

// Dataset is a panel under a name.
type Dataset struct {
	Name      string
	File      string     // it was read from, "" if it was made
	Made      []*Dataset // panels that %panel made it of
	Panel     *panel.Panel
	Simulated bool // the data are simulated, and every table and figure of them must say so
	Load      Load
	Steps     []Step // what was made of it since, in order
}

// Load is how a panel was read, so that a Go cell can read it again.
type Load struct{ Unit, Time, Sheet, Delim, Encoding string }

// Step is one variable that %gen made, or, if Match is set, the matching that %psm made the panel by.
type Step struct {
	Name, Expr, By, If string
	Match              *match.Spec
}

// Result is what a command made, under a name.
type Result struct {
	Name      string
	Magic     string // that made it
	Kind      string // as in the JSON of eval: fit, eventstudy …
	Source    string // the line that made it
	Data      string // name of its panel
	Auto      bool   // the name was given by the session, not by as=
	Value     any
	Simulated bool
	Go        string // statements of a Go cell that compute an event study es from the panel p, and the error err; "" without
}

// New starts an empty session whose relative files stand in dir.
func New(dir string) *Session {
	return &Session{Dir: dir, state: state{language: English, panels: map[string]*Dataset{}, results: map[string]*Result{}}}
}

// Path is the file's path seen from the session's folder.
func (s *Session) Path(file string) string {
	if filepath.IsAbs(file) || s.Dir == "" {
		return file
	}
	return filepath.Join(s.Dir, file)
}

// Try runs f and, if it fails or panics, puts the session back as it was before.
func (s *Session) Try(f func() error) (err error) {
	before := s.state.clone()
	done := false
	defer func() {
		if !done || err != nil {
			s.state = before
		}
	}()
	err = f()
	done = true
	return err
}

// Copy is a session that holds the same, and whose changes this one does not see.
func (s *Session) Copy() *Session {
	out := *s
	out.state = s.state.clone()
	return &out
}

// Become takes over what a copy holds; the copy must not be used afterwards.
func (s *Session) Become(copied *Session) { s.state = copied.state }

func (st state) clone() state {
	st.panels, st.results = maps.Clone(st.panels), maps.Clone(st.results)
	st.parameters, st.checks = maps.Clone(st.parameters), maps.Clone(st.checks)
	st.order, st.loaded, st.shown = slices.Clone(st.order), slices.Clone(st.loaded), slices.Clone(st.shown)
	return st
}

// Language is that of labels and help, English at first.
func (s *Session) Language() Language { return s.language }

// SetLanguage changes it.
func (s *Session) SetLanguage(l Language) { s.language = l }

// PutPanel keeps a panel under its name; the first one becomes the current one.
func (s *Session) PutPanel(d *Dataset) {
	if _, old := s.panels[d.Name]; !old {
		s.loaded = append(s.loaded, d.Name)
	}
	s.panels[d.Name] = d
	if s.current == "" {
		s.current = d.Name
	}
}

// Use makes a panel the current one; the error is an *UnknownName.
func (s *Session) Use(name string) error {
	d, err := s.Panel(name)
	if err != nil {
		return err
	}
	s.current = d.Name
	return nil
}

// Current is the name of the current panel, "" before the first.
func (s *Session) Current() string { return s.current }

// Panel finds a panel by name, the current one for "". The error is an *UnknownName, or ErrNoPanel before the first.
func (s *Session) Panel(name string) (*Dataset, error) {
	if len(s.panels) == 0 {
		return nil, ErrNoPanel
	}
	if name == "" {
		name = s.current
	}
	if d := s.panels[name]; d != nil {
		return d, nil
	}
	return nil, &UnknownName{What: "panel", Name: name, Nearest: suggest.Nearest(name, s.PanelNames()), All: s.PanelNames()}
}

// PanelNames lists the panels, oldest first.
func (s *Session) PanelNames() []string { return slices.Clone(s.loaded) }

// PutResult keeps a result under its name and makes it the newest.
func (s *Session) PutResult(r *Result) {
	if at := slices.Index(s.order, r.Name); at >= 0 {
		s.order = slices.Delete(s.order, at, at+1)
	}
	s.order = append(s.order, r.Name)
	s.results[r.Name] = r
}

// Result finds a result by name; the error is an *UnknownName.
func (s *Session) Result(name string) (*Result, error) {
	if r := s.results[name]; r != nil {
		return r, nil
	}
	return nil, &UnknownName{What: "result", Name: name, Nearest: suggest.Nearest(name, s.ResultNames()), All: s.ResultNames()}
}

// ResultNames lists the results, oldest first.
func (s *Session) ResultNames() []string { return slices.Clone(s.order) }

// Show keeps what a line showed, in the place of what had the same key.
func (s *Session) Show(e Shown) {
	if at := slices.IndexFunc(s.shown, func(old Shown) bool { return old.Key() == e.Key() }); at >= 0 {
		s.shown[at] = e
		return
	}
	s.shown = append(s.shown, e)
}

// Shown is what a report takes, oldest first.
func (s *Session) Shown() []Shown { return slices.Clone(s.shown) }

// Results are all results by name, as they are now; later ones don't change the map.
func (s *Session) Results() map[string]*Result { return maps.Clone(s.results) }

// With is a session of the same panels and language but with the results given, to show again what was shown of them.
func (s *Session) With(results map[string]*Result) *Session {
	out := &Session{Dir: s.Dir, state: s.state.clone()}
	out.results, out.order = maps.Clone(results), slices.Sorted(maps.Keys(results))
	return out
}

// ErrNoPanel is the error of a command that needs a panel before one is loaded.
var ErrNoPanel = fmt.Errorf("no panel is loaded; begin with %%panel load FILE unit= time=")

// UnknownName is the error for a panel or result that the session does not hold.
type UnknownName struct {
	What    string // panel or result
	Name    string
	Nearest []string
	All     []string
}

func (e *UnknownName) Error() string {
	s := fmt.Sprintf("no %s %q", e.What, e.Name)
	switch {
	case len(e.Nearest) > 0:
		return s + "; did you mean " + strings.Join(e.Nearest, " or ") + "?"
	case len(e.All) == 0:
		return s + fmt.Sprintf("; the session holds no %s yet", e.What)
	case len(e.All) <= 8:
		return s + "; the session holds " + strings.Join(e.All, ", ")
	}
	return s + "; %session lists what is held"
}
