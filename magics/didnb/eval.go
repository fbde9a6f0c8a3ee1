package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// evalCommand runs a script; its relative files are seen from the current folder.
type evalCommand struct {
	JSON bool   `help:"Print one JSON object a line for every magic with a result, and for a failing line."`
	File string `arg:"" optional:"" help:"Script; standard input without it."`
}

// Run prints what each magic shows as it is finished. A failing line ends the script with its sentence and place.
func (e *evalCommand) Run(ctx context.Context, s streams) error {
	src, err := e.source(s.in)
	if err != nil {
		return err
	}
	var failed error
	show := e.text(s.out, &failed)
	if e.JSON {
		show = e.json(s.out, &failed)
	}
	held := session.New("")
	held.NoFigures = true
	err = command.Run(ctx, held, src, show)
	switch {
	case failed != nil:
		return failed
	case err == nil:
		return nil
	}
	return e.report(src, err, s)
}

// source is the script's text.
func (e *evalCommand) source(in io.Reader) (string, error) {
	data, err := []byte(nil), error(nil)
	if e.File == "" || e.File == "-" {
		data, err = io.ReadAll(in)
	} else if data, err = os.ReadFile(e.File); errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("no file %q", e.File)
	}
	return strings.TrimPrefix(string(data), "\ufeff"), err // Windows editors begin UTF-8 with a mark
}

// text prints outputs as plain text, a blank line between them.
func (e *evalCommand) text(w io.Writer, failed *error) func(command.Output) {
	first := true
	return func(o command.Output) {
		sep := "\n"
		if first {
			sep, first = "", false
		}
		if _, err := io.WriteString(w, sep+o.Text); err != nil && *failed == nil {
			*failed = err
		}
	}
}

// json prints the results, one a line.
func (e *evalCommand) json(w io.Writer, failed *error) func(command.Output) {
	return func(o command.Output) {
		if o.Kind == "" {
			return
		}
		line, err := command.JSON(o)
		if err == nil {
			_, err = w.Write(append(line, '\n'))
		}
		if err != nil && *failed == nil {
			*failed = err
		}
	}
}

// report tells of a failing line: as JSON on standard output, else as a sentence with the line on standard error.
func (e *evalCommand) report(src string, err error, s streams) error {
	if e.JSON {
		line, jerr := command.JSONError(src, err)
		if jerr != nil {
			return jerr
		}
		if _, werr := s.out.Write(append(line, '\n')); werr != nil {
			return werr
		}
		return errReported
	}
	var d *lang.Diagnostic
	if !errors.As(err, &d) {
		return err
	}
	text := d.Text()
	if coloured(s.err) {
		text = d.ANSI()
	}
	fmt.Fprint(s.err, text)
	return errReported
}

// coloured tells whether w is a terminal that wants colours (no-color.org).
func coloured(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
