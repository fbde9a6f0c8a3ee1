package main

import (
	"fmt"
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress is a bar on a terminal, and nothing where standard output is no terminal.
type progress struct {
	container *mpb.Progress
	bar       *mpb.Bar
	name      string
	of        int // notebooks
	number    int
}

func newProgress(out io.Writer, notebooks int) *progress {
	if !terminal(out) {
		return nil
	}
	return &progress{container: mpb.New(mpb.WithOutput(out), mpb.WithWidth(40)), of: notebooks}
}

// terminal tells whether w is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0
}

// step shows that so many of a notebook's code cells are done; a new name begins a new bar in the old one's place.
func (p *progress) step(notebook string, done, total int) {
	if p == nil || total == 0 {
		return
	}
	if notebook != p.name {
		if p.bar != nil {
			p.bar.Abort(true)
		}
		p.name = notebook
		p.number++
		label := notebook
		if p.of > 1 {
			label = fmt.Sprintf("%d/%d %s", p.number, p.of, notebook)
		}
		p.bar = p.container.AddBar(int64(total), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(label+" ")), mpb.AppendDecorators(decor.CountersNoUnit("%d/%d cells")))
	}
	p.bar.SetCurrent(int64(done))
}

// end takes the bar away.
func (p *progress) end() {
	if p == nil {
		return
	}
	if p.bar != nil {
		p.bar.Abort(true)
	}
	p.container.Wait()
}
