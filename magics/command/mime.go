package command

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// Bundle is one display: representations by MIME type, as Jupyter's display_data message and .ipynb files have them.
type Bundle struct {
	Data     map[string]any // text/plain and text/html as string, the JSON types as json.RawMessage, image/png in base64
	Metadata map[string]any
}

// ResultMIME is the type of an output's result as JSON: {"magic", "as", "kind", "result"}, as eval --json prints it but
// without line and seconds, so that the same cell always gives the same bytes.
const ResultMIME = "application/vnd.didnb+json"

// Bundles are the displays that a front end shows for the output. The kernel sends them and the headless runner stores
// them, so a notebook is the same from either. An output with both a table and a figure makes two, since a front end
// shows one representation of each only. The error is that of writing the result as JSON.
func (o Output) Bundles() ([]Bundle, error) {
	main := Bundle{Data: map[string]any{"text/plain": strings.TrimRight(o.Text, "\n")}, Metadata: map[string]any{}}
	if o.HTML != "" {
		main.Data["text/html"] = o.HTML
	}
	if o.Kind != "" {
		result, err := encode(struct {
			Magic  string `json:"magic"`
			As     string `json:"as"`
			Kind   string `json:"kind"`
			Result any    `json:"result"`
		}{o.Magic, o.As, o.Kind, o.Result})
		if err != nil {
			return nil, err
		}
		main.Data[ResultMIME] = json.RawMessage(result)
	}
	if o.Figure == nil {
		return []Bundle{main}, nil
	}
	if o.HTML == "" {
		o.Figure.show(main)
		return []Bundle{main}, nil
	}
	figure := Bundle{Data: map[string]any{"text/plain": o.Figure.Title}, Metadata: map[string]any{}}
	o.Figure.show(figure)
	return []Bundle{main, figure}, nil
}

// show adds the picture to a display. Its HTML is what most front ends take first: an image with its words beside it for
// screen readers, which neither JupyterLab nor nbconvert read out of an SVG that they show. Inline, the SVG itself stands
// in its place, and the image where a page that does not trust the notebook takes styles and SVG away.
func (p *Picture) show(b Bundle) {
	if len(p.SVG) > 0 {
		b.Data["image/svg+xml"] = string(p.SVG)
		image := fmt.Sprintf(`<img src="data:image/svg+xml;base64,%s" alt="%s">`, base64.StdEncoding.EncodeToString(p.SVG), html.EscapeString(p.Alt))
		picture := `<div class="didnb-figure">` + image + "</div>"
		if p.Inline {
			picture = liveStyle + `<div class="didnb-figure didnb-still">` + image + `</div><div class="didnb-figure didnb-live" hidden="hidden">` + string(p.SVG) + "</div>"
		}
		if below := htmlLines(p.Below...); below != "" {
			picture += "\n" + below
		}
		b.Data["text/html"] = picture
	}
	if len(p.PNG) > 0 {
		b.Data["image/png"] = base64.StdEncoding.EncodeToString(p.PNG)
	}
}

const liveStyle = "<style>.didnb-still{display:none}.didnb-live{display:block!important}</style>\n"

// Failure is an error as Jupyter shows and stores it.
type Failure struct {
	Name      string   // ename
	Value     string   // evalue: the sentence
	Traceback []string // lines with ANSI colours: the sentence, the offending line, carets under the word
}

// Fail is err as Jupyter shows it.
func Fail(err error) Failure {
	f := Failure{Name: "Error", Value: err.Error(), Traceback: []string{err.Error()}}
	var d *lang.Diagnostic
	if errors.As(err, &d) {
		f.Name = "MagicError"
		f.Traceback = strings.Split(strings.TrimRight(d.ANSI(), "\n"), "\n")
	}
	return f
}
