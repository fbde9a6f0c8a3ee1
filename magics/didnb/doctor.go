package main

import (
	"fmt"
	"io"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/checkup"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel/install"
)

// doctorCommand looks things over before they are needed.
type doctorCommand struct {
	Machine install.DoctorCommand `cmd:"" default:"1" help:"Say what is here and what is missing, and try a cell of each kind."`
	Data    doctorData            `cmd:"" help:"Say which columns of a panel are missing or odd before the study's notebooks run on it."`
}

// doctorData checks a user's panel.
type doctorData struct {
	File string `arg:"" help:"The panel: .csv, .xlsx, .dta or .parquet."`
}

// Run prints a line a finding; the exit status is 1 if the notebooks would fail.
func (d *doctorData) Run(s streams) error {
	p, notices, err := command.ReadPanel(d.File)
	if err != nil {
		return err
	}
	for _, n := range notices {
		fmt.Fprintln(s.out, "note:", n)
	}
	found := checkup.Panel(p)
	printFindings(s.out, p, found)
	if checkup.Grave(found) {
		return errReported
	}
	return nil
}

func printFindings(w io.Writer, p *panel.Panel, found []checkup.Finding) {
	for _, f := range found {
		mark := "look: "
		if f.Grave {
			mark = "mend: "
		}
		fmt.Fprintf(w, "%s%s: %s\n", mark, f.Column, f.Text)
	}
	switch {
	case checkup.Grave(found):
		fmt.Fprintf(w, "%d rows, %d columns; the notebooks can't run until what is marked mend is mended\n", p.Rows(), len(p.Names()))
	case len(found) == 0:
		fmt.Fprintf(w, "%d rows, %d columns; nothing is missing and nothing odd\n", p.Rows(), len(p.Names()))
	default:
		fmt.Fprintf(w, "%d rows, %d columns; the notebooks can run: didnb replicate -p data=FILE\n", p.Rows(), len(p.Names()))
	}
}
