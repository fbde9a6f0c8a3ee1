package notebook

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Tags that Jupyter's own runner, nbclient, knows, and one of ours.
const (
	raisesTag     = "raises-exception" // the cell may fail; the run goes on
	skipTag       = "skip-execution"
	goOptionalTag = "go-optional" // skipped where no Go kernel is: cells with Go code, and magics on what those made
)

// GoRunner runs the Go code of the cell of that number. Magics of the same cell have run before; their lines are blank in code, so that
// line numbers are the cell's. What the code shows goes to emit in order.
// An error of the code itself is a *GoError.
type GoRunner interface {
	RunGo(ctx context.Context, s *session.Session, count int, code string, emit func(Output)) error
}

// GoError is what the compiler or the Go program said, as Jupyter shows and stores it.
type GoError struct {
	Name, Value string
	Traceback   []string
}

func (e *GoError) Error() string { return e.Value }

// Text is the traceback for a terminal.
func (e *GoError) Text(coloured bool) string {
	text := strings.TrimRight(strings.Join(e.Traceback, "\n"), "\n")
	if text == "" {
		text = e.Value
	}
	if !coloured {
		text = ansiColour.ReplaceAllString(text, "")
	}
	return text
}

var ansiColour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Options of Run.
type Options struct {
	Dir      string                // folder of the notebook's relative files; "" is the process's own
	Go       GoRunner              // nil: cells with Go code fail, or are skipped if tagged go-optional
	Progress func(done, total int) // after each code cell; may be nil
}

// Executed is what a run leaves.
type Executed struct {
	Notebook *Notebook        // the copy with outputs
	Session  *session.Session // as it is after the last cell
	Shown    []Shown          // what the magics showed, in order
	Skipped  int              // code cells left out because they need Go
}

// Shown is one magic's output.
type Shown struct {
	Cell   string // the cell's id
	Number int    // of the code cell, as in [3]:
	Output command.Output
}

// CellError is the error of a failing cell.
type CellError struct {
	Number int // of the code cell, as in [3]:
	Err    error
}

func (e *CellError) Error() string {
	where := fmt.Sprintf("code cell %d", e.Number)
	var d *lang.Diagnostic
	if errors.As(e.Err, &d) && d.Place() != "" {
		where += ", " + d.Place()
	}
	return where + ": " + e.Err.Error()
}

// Unwrap gives the cell's own error.
func (e *CellError) Unwrap() error { return e.Err }

// ErrNeedsGo is the error of a cell with Go code where no Go kernel is.
var ErrNeedsGo = errors.New("the cell holds Go code, which needs the Go kernel; open the notebook in Jupyter, or tag the cell go-optional to have it skipped here")

// Run executes the notebook's code cells in order in a fresh session and returns a copy with their outputs; the notebook
// itself is not changed. At the first failing cell it stops: the copy then holds that cell's error as Jupyter stores it,
// the cells behind it are unexecuted, and the error is a *CellError. Cells tagged raises-exception may fail, and cells
// tagged skip-execution are left out, as in nbclient.
func Run(ctx context.Context, n *Notebook, opts Options) (*Executed, error) {
	r := &run{ctx: ctx, opts: opts, out: &Executed{Notebook: n.Clone(), Session: session.New(opts.Dir)}}
	var cells []*Cell
	for _, c := range r.out.Notebook.Cells {
		if c.Kind == Code {
			c.Outputs, c.Count = nil, 0
			delete(c.Metadata, "execution") // the times of an earlier run
			cells = append(cells, c)
		}
	}
	for i, c := range cells {
		if err := r.cell(c); err != nil && !c.Tagged(raisesTag) {
			return r.out, &CellError{Number: r.count, Err: err}
		}
		if opts.Progress != nil {
			opts.Progress(i+1, len(cells))
		}
	}
	return r.out, nil
}

// run is one notebook's execution.
type run struct {
	ctx   context.Context
	opts  Options
	out   *Executed
	count int // code cells executed
}

// cell runs one code cell and stores its outputs.
func (r *run) cell(c *Cell) error {
	if c.Tagged(skipTag) || strings.TrimSpace(c.Source) == "" {
		return nil
	}
	needsGo := hasGo(c.Source)
	if r.opts.Go == nil && c.Tagged(goOptionalTag) {
		text := [2]string{"skipped: the cell holds Go code, which needs the Go kernel\n", "已跳过：单元格含 Go 代码，需要 Go 内核\n"}
		if !needsGo {
			text = [2]string{"skipped: the cell needs what Go cells before it make\n", "已跳过：单元格需要前面 Go 单元格的结果\n"}
		}
		said := text[0]
		if r.out.Session.Language() == session.Chinese {
			said = text[1]
		}
		c.Outputs = []Output{{Type: Stream, Name: "stderr", Text: said}}
		r.out.Skipped++
		return nil
	}
	r.count++
	c.Count = r.count
	err := r.execute(c, needsGo)
	if err != nil {
		f := command.Said(err, r.out.Session)
		var g *GoError
		if errors.As(err, &g) {
			f = command.Failure{Name: g.Name, Value: g.Value, Traceback: g.Traceback}
		}
		c.Outputs = append(c.Outputs, Output{Type: ErrorOutput, EName: f.Name, EValue: f.Value, Traceback: f.Traceback})
	}
	return err
}

func (r *run) execute(c *Cell, needsGo bool) (err error) {
	emit := func(o command.Output) {
		shown, berr := Displays(o)
		if berr != nil && err == nil {
			err = berr
		}
		c.Outputs = append(c.Outputs, shown...)
		r.out.Shown = append(r.out.Shown, Shown{Cell: c.ID, Number: r.count, Output: o})
	}
	if !needsGo {
		if rerr := command.Run(r.ctx, r.out.Session, c.Source, emit); rerr != nil {
			return rerr
		}
		return err
	}
	if r.opts.Go == nil {
		return ErrNeedsGo
	}
	magics, code, serr := lang.Split(c.Source, command.Ours)
	if rerr := command.Execute(r.ctx, r.out.Session, magics, emit); rerr != nil {
		return rerr
	}
	if serr != nil {
		return serr
	}
	if err != nil {
		return err
	}
	return r.opts.Go.RunGo(r.ctx, r.out.Session, c.Count, code, c.emit)
}

// emit appends an output, to the last one if both are pieces of the same stream, as Jupyter does.
func (c *Cell) emit(o Output) {
	if last := len(c.Outputs) - 1; o.Type == Stream && last >= 0 && c.Outputs[last].Type == Stream && c.Outputs[last].Name == o.Name {
		c.Outputs[last].Text += o.Text
		return
	}
	c.Outputs = append(c.Outputs, o)
}

// Displays are a magic's output as .ipynb outputs. The error is that of writing the result as JSON.
func Displays(o command.Output) ([]Output, error) {
	bundles, err := o.Bundles()
	var out []Output
	for _, b := range bundles {
		out = append(out, Output{Type: DisplayData, Data: b.Data, Metadata: b.Metadata})
	}
	return out, err
}

// hasGo tells whether a cell holds more than magics: Go code, a shell line, a %% cell. A single misspelt magic is none.
func hasGo(source string) bool {
	_, rest, err := lang.Split(source, command.Ours)
	if err != nil {
		return false // what can't be read is reported when it runs
	}
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "//"):
		case strings.HasPrefix(line, "%") && !strings.HasPrefix(line, "%%"), strings.HasPrefix(line, "％"):
		default:
			return true
		}
	}
	return false
}
