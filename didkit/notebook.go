package didkit

import (
	"encoding/base64"
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/bridge"
	"github.com/seed2d25c7c2/didnb/didkit/bridge/kind"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// notebook is the connection to the session of the notebook that runs this program, made with the first use.
var notebook = sync.OnceValues(bridge.Connect)

// FetchPanel is the session's panel of that name, the current one for "". Outside of a notebook's Go cell the error is
// bridge.ErrNoSession.
func FetchPanel(name string) (*Panel, error) {
	c, err := notebook()
	if err != nil {
		return nil, err
	}
	return c.Panel(name)
}

// MustPanel is FetchPanel for a cell: an error ends the program, with its sentence and no stack, which would only hide it.
func MustPanel(name string) *Panel {
	p, err := FetchPanel(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return p
}

// Panels lists the session's panels, oldest first.
func Panels() ([]bridge.PanelInfo, error) {
	c, err := notebook()
	if err != nil {
		return nil, err
	}
	return c.Panels()
}

// Result is the session's result of that name: a *Fit, an *EventStudyResult, a *placebo.Result …, as kind.New lists them.
func Result(name string) (any, error) {
	c, err := notebook()
	if err != nil {
		return nil, err
	}
	return c.Result(name, kind.New)
}

// Put keeps a panel or a result of an estimator or test in the session under a name, for magics and later cells.
func Put(name string, value any) error {
	c, err := notebook()
	if err != nil {
		return err
	}
	if p, ok := value.(*panel.Panel); ok {
		return c.PutPanel(name, p)
	}
	if k := kind.Of(value); k != "" {
		return c.PutResult(name, k, value)
	}
	return fmt.Errorf("a %T can't be put into the session; a panel and the result of an estimator or test can", value)
}

// Show shows a panel's first rows, a fit's table, an event study's figure, and of any other result what its magic shows, in
// the cell; a string is shown as HTML. It returns when that has been done. Programs outside of a notebook get bridge.ErrNoSession.
func Show(value any) error {
	c, err := notebook()
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case *panel.Panel:
		return c.ShowPanel(v)
	case string:
		return c.Display(map[string]string{"text/html": v, "text/plain": "HTML"})
	}
	if k := kind.Of(value); k != "" {
		return c.ShowResult(k, value)
	}
	return fmt.Errorf("a %T can't be shown; a panel, the result of an estimator or test, and HTML in a string can", value)
}

// ShowSVG shows a picture, as gonum/plot's vgsvg writes it, in the cell. Its title, if it has one, is what screen readers
// say.
func ShowSVG(svg []byte) error {
	c, err := notebook()
	if err != nil {
		return err
	}
	words := "a picture drawn by a Go cell"
	if m := svgTitle.FindSubmatch(svg); m != nil {
		words = strings.Join(strings.Fields(html.UnescapeString(string(m[1]))), " ")
	}
	image := fmt.Sprintf(`<div class="didnb-figure"><img src="data:image/svg+xml;base64,%s" alt="%s"></div>`, base64.StdEncoding.EncodeToString(svg), html.EscapeString(words))
	return c.Display(map[string]string{"image/svg+xml": string(svg), "text/html": image, "text/plain": words})
}

var svgTitle = regexp.MustCompile(`(?s)<title[^>]*>(.*?\S.*?)</title>`)
