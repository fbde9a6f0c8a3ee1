package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
)

// auditCommand begins a reading of published numbers; %audit does the rest.
type auditCommand struct {
	Init auditInit `cmd:"" help:"Write an empty file of published numbers to fill in, for %audit."`
}

// auditInit writes the form.
type auditInit struct {
	File string `arg:"" default:"published.json" help:"File to write; one that is there already stays."`
}

// Run writes the file and says how to go on.
func (a *auditInit) Run(s streams) error {
	switch _, err := os.Lstat(a.File); {
	case err == nil:
		return fmt.Errorf("%s is there already; name another file", a.File)
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	err := file.Replace(a.File, func(w io.Writer) error {
		_, err := io.WriteString(w, paper.Template)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, s.pick("%s is written; fill it in from the paper, then: %%audit published=%s\n", "已写出 %s；请按论文填写，然后：%%audit published=%s\n"), a.File, a.File)
	return nil
}
