package didkit

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-gota/gota/dataframe"

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

// Show shows in the cell the first rows of a panel or of gota's data frame, a fit's table, an event study's figure, of any
// other result what its magic shows, and a gonum plot; a string is shown as HTML. It returns when that has been done.
// Programs outside of a notebook get bridge.ErrNoSession.
func Show(value any) error {
	c, err := notebook()
	if err != nil {
		return err
	}
	switch v := value.(type) {
	case *panel.Panel:
		return c.ShowPanel(v)
	case dataframe.DataFrame:
		p, err := panel.FromDataFrame(v)
		if err != nil {
			return err
		}
		return c.ShowPanel(p)
	case string:
		return c.Display(map[string]string{"text/html": v, "text/plain": "HTML"})
	}
	if k := kind.Of(value); k != "" {
		return c.ShowResult(k, value)
	}
	if svg, ok, err := drawn(value); ok {
		if err != nil {
			return err
		}
		return ShowSVG(svg)
	}
	return fmt.Errorf("a %T can't be shown; a panel, a data frame, the result of an estimator or test, a plot, and HTML in a string can", value)
}

// drawn is the picture of a *plot.Plot of gonum.org/v1/plot, 16 by 9 cm, if value is one. The method that draws it is found by
// its name, so that cells without a plot need not link the package.
func drawn(value any) (svg []byte, ok bool, err error) {
	method := reflect.ValueOf(value)
	if value == nil || method.Kind() == reflect.Pointer && method.IsNil() {
		return nil, false, nil
	}
	if method = method.MethodByName("WriterTo"); !method.IsValid() {
		return nil, false, nil
	}
	draw := method.Type()
	if draw.NumIn() != 3 || draw.NumOut() != 2 || draw.In(0).Kind() != reflect.Float64 || draw.In(0) != draw.In(1) || draw.In(2).Kind() != reflect.String {
		return nil, false, nil
	}
	const centimetre = 72 / 2.54 // in points
	length := func(cm float64) reflect.Value { return reflect.ValueOf(cm * centimetre).Convert(draw.In(0)) }
	out := method.Call([]reflect.Value{length(16), length(9), reflect.ValueOf("svg")})
	if err, failed := out[1].Interface().(error); failed {
		return nil, true, err
	}
	picture, ok := out[0].Interface().(io.WriterTo)
	if !ok {
		return nil, false, nil
	}
	var b bytes.Buffer
	_, err = picture.WriteTo(&b)
	return entitled(b.Bytes(), value), true, err
}

// entitled is the picture with the plot's title as its own, for those who hear it.
func entitled(svg []byte, plot any) []byte {
	v := reflect.Indirect(reflect.ValueOf(plot))
	if v.Kind() != reflect.Struct {
		return svg
	}
	title := v.FieldByName("Title")
	if title.Kind() == reflect.Struct {
		title = title.FieldByName("Text")
	}
	start := bytes.Index(svg, []byte("<svg"))
	if title.Kind() != reflect.String || title.Len() == 0 || start < 0 {
		return svg
	}
	end := bytes.IndexByte(svg[start:], '>')
	if end < 0 {
		return svg
	}
	return slices.Insert(svg, start+end+1, []byte("<title>"+html.EscapeString(title.String())+"</title>")...)
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
