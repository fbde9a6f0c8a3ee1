package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/kernel/gocell"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/notebook/page"
	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// runCommand executes notebooks without Jupyter, papermill's way.
type runCommand struct {
	Notebooks []string `arg:"" name:"notebook" help:"Notebooks (.ipynb), run in this order, each in a fresh session."`
	Set       []string `short:"p" name:"parameter" sep:"none" placeholder:"NAME=VALUE" help:"Set a parameter of the cell tagged \"parameters\"; a file is relative to the current folder. May be repeated."`
	Out       string   `short:"o" default:"out" placeholder:"DIR" help:"Folder of the executed copies (default: ${default}); the notebooks themselves are left as they are."`
	HTML      bool     `help:"Write each executed notebook as a self-contained web page too."`
}

// Run executes the notebooks in turn and writes their copies. It stops at the first cell that fails: that notebook's copy
// holds what ran and the error, and the notebooks behind it are not run.
func (r *runCommand) Run(ctx context.Context, s streams) error {
	params, err := parameters(r.Set)
	if err != nil {
		return err
	}
	var notebooks []*notebook.Notebook
	for _, path := range r.Notebooks {
		n, err := notebook.ReadFile(path)
		if err != nil {
			return err
		}
		notebooks = append(notebooks, n)
	}
	if err := notebook.CheckParameters(params, notebooks...); err != nil {
		return err
	}
	copies, err := r.copies()
	if err != nil {
		return err
	}
	for i, n := range notebooks {
		if err := r.one(ctx, s, n.Inject(params, "", filepath.Dir(r.Notebooks[i])), r.Notebooks[i], copies[i]); err != nil {
			return err
		}
	}
	return nil
}

// parameters reads the -p flags.
func parameters(flags []string) ([]notebook.Parameter, error) {
	var params []notebook.Parameter
	for _, f := range flags {
		p, err := notebook.ParseParameter(f)
		if err != nil {
			return nil, err
		}
		params = append(params, p)
	}
	return params, nil
}

// copies are the paths of the executed copies; none may be a notebook that is read, and no two the same.
func (r *runCommand) copies() ([]string, error) {
	if err := os.MkdirAll(r.Out, 0o755); err != nil {
		return nil, fmt.Errorf("%s: the folder can't be made", r.Out)
	}
	var copies []string
	from := map[string]string{}
	for _, path := range r.Notebooks {
		to := filepath.Join(r.Out, filepath.Base(path))
		if other, taken := from[to]; taken {
			return nil, fmt.Errorf("%s and %s would both be written to %s; run them with different -o", other, path, to)
		}
		from[to] = path
		for _, in := range r.Notebooks {
			if same(in, to) {
				return nil, fmt.Errorf("the executed copy of %s would replace %s; give another folder with -o", path, in)
			}
		}
		copies = append(copies, to)
	}
	return copies, nil
}

func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// one runs a notebook and writes its copy.
func (r *runCommand) one(ctx context.Context, s streams, n *notebook.Notebook, path, to string) error {
	start := time.Now()
	bar := newProgress(s.out, 1)
	goCells := gocell.NewHeadless()
	if c, ok := goCells.(*gocell.Headless); ok {
		defer c.Close()
	}
	done, failed := notebook.Run(ctx, n, notebook.Options{Dir: filepath.Dir(path), Go: goCells, Progress: func(done, total int) {
		bar.step(page.Name(path), done, total)
	}})
	bar.end()
	if err := done.Notebook.WriteFile(to); err != nil {
		return err
	}
	files := to
	if r.HTML {
		p := page.Page{Title: title(done.Notebook, path), Language: done.Notebook.Language(), Program: program(), Date: buildDate(), Data: page.DataOf(done, "."),
			Sections: []page.Section{{Name: page.Name(path), Dir: filepath.Dir(path), Notebook: done.Notebook}}}
		if failed != nil {
			p.Sections[0].Failed = failed.Error() + "."
		}
		html := strings.TrimSuffix(to, ".ipynb") + ".html"
		problems, err := writePage(p, html)
		if err != nil {
			return err
		}
		for _, problem := range problems {
			fmt.Fprintln(s.err, s.pick("didnb: not shown on the page:", "didnb: 网页上未显示："), problem)
		}
		files += ", " + html
	}
	if failed != nil {
		reportCell(s, path, failed)
		fmt.Fprintf(s.err, s.pick("what ran is in %s\n", "已运行的部分在 %s\n"), files)
		return errReported
	}
	fmt.Fprintf(s.out, s.pick("%s  %d cells, %.2f s  %s\n", "%s  %d 个单元格，%.2f 秒  %s\n"), page.Name(path), done.Notebook.Executed(), time.Since(start).Seconds(), files)
	if done.Skipped > 0 {
		fmt.Fprintf(s.out, s.pick("%s: %d optional cells were skipped because Go cells can't run here; didnb doctor says what is missing\n", "%s：因 Go 单元格在此不能运行，跳过 %d 个可选单元格；didnb doctor 说明缺少什么\n"), page.Name(path), done.Skipped)
	}
	return nil
}

func title(n *notebook.Notebook, path string) string {
	if t := n.Title(); t != "" {
		return t
	}
	return page.Name(path)
}

func writePage(p page.Page, path string) ([]string, error) {
	html, problems, err := p.HTML()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, html, 0o644); err != nil {
		return nil, fmt.Errorf("%s: it can't be written", path)
	}
	return problems, nil
}

// reportCell tells which cell of which notebook failed, and shows the line.
func reportCell(s streams, path string, failed error) {
	var c *notebook.CellError
	var d *lang.Diagnostic
	if !errors.As(failed, &c) {
		s.say(fmt.Errorf("%s: %w", path, failed))
		return
	}
	var g *notebook.GoError
	if errors.As(c.Err, &g) {
		fmt.Fprintf(s.err, s.pick("didnb: %s, code cell %d: the Go code fails\n%s\n", "didnb: %s，第 %d 个代码单元格：Go 代码出错\n%s\n"), path, c.Number, g.Text(coloured(s.err)))
		return
	}
	if !errors.As(c.Err, &d) {
		sentence := c.Err.Error()
		if s.chinese {
			sentence = zh.Sentence(sentence)
		}
		fmt.Fprintf(s.err, s.pick("didnb: %s, code cell %d: %s\n", "didnb: %s，第 %d 个代码单元格：%s\n"), path, c.Number, sentence)
		return
	}
	text := d.Text()
	if coloured(s.err) {
		text = d.ANSI()
	}
	fmt.Fprintf(s.err, s.pick("didnb: %s, code cell %d: %s", "didnb: %s，第 %d 个代码单元格：%s"), path, c.Number, text)
}
