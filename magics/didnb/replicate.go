package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"github.com/seed2d25c7c2/didnb"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gocell"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
	"github.com/seed2d25c7c2/didnb/magics/notebook/replicate"
)

// replicateCommand runs the study's notebooks and writes the report.
type replicateCommand struct {
	Set      []string `short:"p" name:"parameter" sep:"none" placeholder:"NAME=VALUE" help:"Set a parameter of the notebooks, as data=FILE; a file is relative to the current folder. May be repeated."`
	Go       bool     `name:"go" help:"Run the cells with Go code too, through GoNB; otherwise they are skipped, so that the report is the same on every machine."`
	Language string   `name:"lang" enum:"both,en,zh" default:"both" placeholder:"LANG" help:"Language of notebooks and report: en, zh, or both, the Chinese one then in a folder zh of the report's (default: ${default})."`
	Out      string   `short:"o" default:"report" placeholder:"DIR" help:"Folder of the report (default: ${default})."`
}

// Run executes notebooks/*.ipynb of the current folder, or, where there are none, those that the program brings along.
// It fails if a notebook fails, after the others have run and the report is written.
func (r *replicateCommand) Run(ctx context.Context, s streams) error {
	params, err := parameters(r.Set)
	if err != nil {
		return err
	}
	o := replicate.Options{Root: ".", Parameters: params, Out: r.Out, Program: program(), Date: buildDate()}
	if r.Go {
		if missing := gonb.Missing(); len(missing) > 0 {
			return fmt.Errorf("--go needs %s, which is missing; %s", missing[0].Program, missing[0].Remedy)
		}
		cells := &gocell.Headless{}
		defer cells.Close()
		o.Go = cells
	}
	if found, _ := filepath.Glob(filepath.Join("notebooks", "*.ipynb")); len(found) == 0 {
		root, remove, err := replicate.Unpack(didnb.Assets)
		if err != nil {
			return err
		}
		defer remove()
		fmt.Fprintln(s.out, "no notebooks/ here: running those that came with didnb")
		o.Root, o.Elsewhere = root, true
	}
	if r.Language != "zh" {
		if err := r.run(ctx, s, o); err != nil || r.Language == "en" {
			return err
		}
	}
	if found, _ := filepath.Glob(filepath.Join(o.Root, "notebooks", "zh", "*.ipynb")); len(found) == 0 && r.Language == "both" {
		return nil // notebooks of one's own, in one language
	}
	if r.Language == "both" {
		o.Out = filepath.Join(o.Out, "zh")
	}
	o.Language = "zh"
	return r.run(ctx, s, o)
}

// run makes the report in one language.
func (r *replicateCommand) run(ctx context.Context, s streams, o replicate.Options) error {
	var bar *progress
	o.Progress = func(step replicate.Step) {
		if bar == nil {
			bar = newProgress(s.out, step.Of)
		}
		bar.step(step.Notebook, step.Cells, step.Total)
	}
	summary, err := replicate.Run(ctx, o)
	bar.end()
	if err != nil {
		return err
	}
	return r.report(s, o, summary)
}

// report prints what was made, and fails if a notebook did.
func (r *replicateCommand) report(s streams, o replicate.Options, summary *replicate.Summary) error {
	var failed error
	for _, n := range summary.Notebooks {
		n.Name = path.Join(o.Language, n.Name)
		if n.Err != nil {
			failed = errReported
			reportCell(s, n.Name+".ipynb", n.Err)
			continue
		}
		fmt.Fprintf(s.out, s.pick("%-24s %3d cells  %.2f s\n", "%-24s %3d 个单元格  %.2f 秒\n"), n.Name, n.Cells, n.Seconds)
		if n.Skipped > 0 {
			fmt.Fprintf(s.out, s.pick("%-24s %3d cells with Go code, or on what it makes, were skipped; --go runs them where GoNB is\n", "%-24s 跳过 %3d 个含 Go 代码或用到其结果的单元格；有 GoNB 时可用 --go 运行\n"), "", n.Skipped)
		}
	}
	for _, problem := range summary.Problems {
		fmt.Fprintln(s.err, s.pick("didnb: not shown on the page:", "didnb: 网页上未显示："), problem)
	}
	fmt.Fprintf(s.out, s.pick("%s  with %d figure files and %d table files beside it\n", "%s  旁有 %d 个图文件和 %d 个表文件\n"), filepath.Join(o.Out, "index.html"), len(summary.Figures), len(summary.Tables))
	return failed
}

// program is the program's name and version, as a page's head has them.
func program() string {
	version, _ := build()
	return "didnb " + version
}

// buildDate is the date that a page shows: none, so that pages are the same from day to day, unless SOURCE_DATE_EPOCH
// (reproducible-builds.org) says which.
func buildDate() string {
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.DateOnly)
}
