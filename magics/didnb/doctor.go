package main

import (
	"fmt"
	"io"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/checkup"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/kernel/install"
	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// doctorCommand looks things over before they are needed.
type doctorCommand struct {
	Lang    string                `enum:",en,zh" default:"" placeholder:"LANG" help:"Language of the answer, en or zh; without it as LANG says."`
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
		fmt.Fprintln(s.out, s.pick("note: ", "注：")+s.pick(n, zh.Sentence(n)))
	}
	found := checkup.Panel(p, s.language())
	printFindings(s.out, p, found, s.language())
	if checkup.Grave(found) {
		return errReported
	}
	return nil
}

func printFindings(w io.Writer, p *panel.Panel, found []checkup.Finding, l wording.Language) {
	for _, f := range found {
		mark := l.Pick("look: ", "留意：")
		if f.Grave {
			mark = l.Pick("mend: ", "需改：")
		}
		fmt.Fprintf(w, "%s%s%s%s\n", mark, f.Column, l.Pick(": ", "："), f.Text)
	}
	verdict := l.Pick("the notebooks can run: didnb replicate -p data=FILE", "笔记可以运行：didnb replicate -p data=文件")
	switch {
	case checkup.Grave(found):
		verdict = l.Pick("the notebooks can't run until what is marked mend is mended", "标为“需改”的改好之前，笔记不能运行")
	case len(found) == 0:
		verdict = l.Pick("nothing is missing and nothing odd", "没有缺少，也没有异常")
	}
	fmt.Fprintf(w, l.Pick("%d rows, %d columns; %s\n", "%d 行、%d 列；%s\n"), p.Rows(), len(p.Names()), verdict)
}
