package didkit

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/bridge"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
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

// Result is the session's result of that name: a *Fit or an *EventStudyResult. Results of other kinds are an error.
func Result(name string) (any, error) {
	c, err := notebook()
	if err != nil {
		return nil, err
	}
	return c.Result(name, func(kind string) any {
		switch kind {
		case "fit":
			return new(regress.Fit)
		case "eventstudy":
			return new(EventStudyResult)
		}
		return nil
	})
}

// Put keeps a panel, a *Fit or an *EventStudyResult in the session under a name, for magics and later cells.
func Put(name string, value any) error {
	c, err := notebook()
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case *panel.Panel:
		return c.PutPanel(name, v)
	case *regress.Fit:
		return c.PutResult(name, "fit", v)
	case *EventStudyResult:
		return c.PutResult(name, "eventstudy", v)
	}
	return fmt.Errorf("a %T can't be put into the session; a panel, a fit and an event study can", value)
}

// Show shows a panel's first rows, a fit's table or an event study's figure in the cell, as a magic would; of a string,
// it shows it as HTML. It returns when that has been done. Programs outside of a notebook get bridge.ErrNoSession.
func Show(value any) error {
	c, err := notebook()
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case *panel.Panel:
		return c.ShowPanel(v)
	case *regress.Fit:
		return c.ShowResult("fit", v)
	case *EventStudyResult:
		return c.ShowResult("eventstudy", v)
	case string:
		return c.Display(map[string]string{"text/html": v, "text/plain": "HTML"})
	}
	return errors.New("a panel, a fit, an event study or HTML can be shown; " + fmt.Sprintf("%T can't", value))
}

// ShowSVG shows a picture, as gonum/plot's vgsvg writes it, in the cell.
func ShowSVG(svg []byte) error {
	c, err := notebook()
	if err != nil {
		return err
	}
	return c.Display(map[string]string{"image/svg+xml": string(svg), "text/plain": "SVG"})
}
