package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/seed2d25c7c2/didnb"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
	"github.com/seed2d25c7c2/didnb/magics/notebook/deposit"
	"github.com/seed2d25c7c2/didnb/magics/notebook/replicate"
)

// packCommand packs a replication deposit.
type packCommand struct {
	Set         []string `short:"p" name:"parameter" sep:"none" placeholder:"NAME=VALUE" help:"Set a parameter of the notebooks, as data=FILE; the file goes into the deposit. May be repeated."`
	Fingerprint bool     `help:"Leave the data out; their fingerprints stand in the README."`
	Out         string   `short:"o" default:"deposit.zip" placeholder:"FILE" help:"Archive to write (default: ${default})."`
}

// Run runs notebooks/*.ipynb of the current folder, or those that the program brings along, twice, and packs them if both
// runs give the same bytes.
func (p *packCommand) Run(ctx context.Context, s streams) error {
	if !strings.EqualFold(filepath.Ext(p.Out), ".zip") {
		return fmt.Errorf("%s: the deposit is a .zip file", p.Out)
	}
	params, err := parameters(p.Set)
	if err != nil {
		return err
	}
	o := deposit.Options{Root: ".", Parameters: params, Fingerprint: p.Fingerprint, Program: program(), Versions: versions()}
	if found, _ := filepath.Glob(filepath.Join("notebooks", "*.ipynb")); len(found) == 0 {
		root, remove, err := replicate.Unpack(didnb.Assets)
		if err != nil {
			return err
		}
		defer remove()
		fmt.Fprintln(s.out, s.pick("no notebooks/ here: packing those that came with didnb", "此处没有 notebooks/：打包 didnb 自带的笔记"))
		o.Root = root
	}
	var bar *progress
	o.Progress = func(run int, step replicate.Step) {
		if bar == nil {
			bar = newProgress(s.out, 2*step.Of)
		}
		bar.step(step.Notebook, step.Cells, step.Total)
	}
	d, err := deposit.Make(ctx, o)
	bar.end()
	var failed *deposit.NotebookFailed
	if errors.As(err, &failed) {
		reportCell(s, failed.Name+".ipynb", failed.Err)
		fmt.Fprintln(s.err, s.pick("nothing was packed", "未打包"))
		return errReported
	}
	if err != nil {
		return err
	}
	if err := file.Replace(p.Out, func(w io.Writer) error { return d.WriteZip(w, depositDate()) }); err != nil {
		return err
	}
	fmt.Fprintf(s.out, s.pick("%s  %d files; both runs gave the same %d results\n", "%s  %d 个文件；两次运行得到相同的 %d 项结果\n"), p.Out, len(d.Files), d.Results)
	fmt.Fprintln(s.out, s.pick("README.md in it has square brackets where only you know what to say", "其中 README.md 的方括号处只有您知道该写什么"))
	return nil
}

// depositDate is the time of all files of the archive: SOURCE_DATE_EPOCH, or none.
func depositDate() time.Time {
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// versions are the program's, Go's and the libraries'.
func versions() []string {
	version, revision := build()
	lines := []string{strings.TrimSpace("didnb " + version + " " + revision), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			lines = append(lines, m.Path+" "+m.Version)
		}
	}
	return lines
}
