// Package replicate runs a folder of notebooks and gathers what they show in a report: the executed notebooks, one
// self-contained page, and every figure and table as files. The same notebooks and data always give the same bytes.
package replicate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/notebook/page"
)

// Options say what is run and where the report goes.
type Options struct {
	Root       string               // the folder that holds notebooks/ and data/
	Parameters []notebook.Parameter // values for the notebooks' parameters; files in them are relative to From
	Language   string               // "" for the notebooks in English, "zh" for those of notebooks/zh
	Elsewhere  bool                 // Root is a passing folder: parameters' files are given by their whole path
	From       string               // folder that the user is in; "" is the process's own
	Out        string               // folder of the report, made if need be
	Program    string               // name and version, for the page's head
	Date       string               // for the page's head, "" to leave it out
	Go         notebook.GoRunner    // nil: notebooks with Go code fail unless the cell is optional

	// Progress is told before each notebook and after each of its code cells; may be nil.
	Progress func(Step)
}

// Step is how far a run is.
type Step struct {
	Notebook     string // its name, without .ipynb
	Number, Of   int    // of the notebooks, from 1
	Cells, Total int    // code cells done, and all of this notebook
}

// Summary is what a run made.
type Summary struct {
	Notebooks []Ran
	Figures   []string // files, relative to Out
	Tables    []string
	Problems  []string // what the page could not show as written
	Data      []page.DataFile
}

// Ran is one executed notebook.
type Ran struct {
	Name    string
	Cells   int // code cells executed
	Skipped int // code cells left out because they need Go
	Seconds float64
	Err     error // *notebook.CellError of the cell that failed; nil
}

// NoNotebooks is the error for a root without a notebook.
type NoNotebooks struct{ Folder string }

func (e *NoNotebooks) Error() string { return "there is no notebook (*.ipynb) in " + e.Folder }

// Run executes the notebooks of Root/notebooks, or of a language's folder there, in alphabetical order, each in a fresh session, and writes the report. A
// notebook that fails is in the report as far as it came, and its error is in the Summary; the others run all the same.
// The error is for what stops everything: no notebooks, a file that is none, an unknown parameter, an unwritable folder.
func Run(ctx context.Context, o Options) (*Summary, error) {
	folder := filepath.Join(o.Root, "notebooks", o.Language)
	names, err := list(folder)
	if err != nil {
		return nil, err
	}
	var notebooks []*notebook.Notebook
	for _, name := range names {
		n, err := notebook.ReadFile(filepath.Join(folder, name+".ipynb"))
		if err != nil {
			return nil, err
		}
		notebooks = append(notebooks, n)
	}
	if err := notebook.CheckParameters(o.Parameters, notebooks...); err != nil {
		return nil, err
	}
	out, err := openFolder(o.Out)
	if err != nil {
		return nil, err
	}
	r := &report{options: o, folder: folder, out: out, summary: &Summary{}}
	for i, n := range notebooks {
		r.step = Step{Notebook: names[i], Number: i + 1, Of: len(names)}
		if err := r.run(ctx, names[i], n); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			break
		}
	}
	if err := r.writePage(); err != nil {
		return nil, err
	}
	r.summary.Data = r.page.Data
	return r.summary, out.writeSums()
}

// target is the folder that parameters' files are written relative to, "" for whole paths: in a passing folder's place
// there is nothing when the executed notebook is opened again.
func (o Options) target(folder string) string {
	if o.Elsewhere {
		return ""
	}
	return folder
}

// list gives the names of the folder's notebooks, without .ipynb, in alphabetical order.
func list(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: the folder can't be read", folder)
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".ipynb"); ok && !e.IsDir() && !strings.HasPrefix(name, ".") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, &NoNotebooks{folder}
	}
	slices.Sort(names)
	return names, nil
}

// report is a run under way.
type report struct {
	options Options
	folder  string // of the notebooks
	out     *folder
	step    Step
	summary *Summary
	page    page.Page
}

// run executes one notebook and writes what it gives.
func (r *report) run(ctx context.Context, name string, n *notebook.Notebook) error {
	r.progress(0, 0)
	start := time.Now()
	n = n.Inject(r.options.Parameters, r.options.From, r.options.target(r.folder))
	done, err := notebook.Run(ctx, n, notebook.Options{Dir: r.folder, Go: r.options.Go, Progress: r.progress})
	ran := Ran{Name: name, Cells: done.Notebook.Executed(), Skipped: done.Skipped, Seconds: time.Since(start).Seconds(), Err: err}
	r.summary.Notebooks = append(r.summary.Notebooks, ran)
	section := page.Section{Name: name, Dir: r.folder, Notebook: done.Notebook}
	if err != nil {
		section.Failed = sentence(err)
	}
	r.page.Sections = append(r.page.Sections, section)
	if err := r.out.write(name+".ipynb", done.Notebook.Encode()); err != nil {
		return err
	}
	r.page.Data = page.AddData(r.page.Data, page.DataOf(done, r.options.Root)...)
	return r.exhibits(name, done)
}

func (r *report) progress(done, total int) {
	if r.options.Progress != nil {
		r.step.Cells, r.step.Total = done, total
		r.options.Progress(r.step)
	}
}

func (r *report) writePage() error {
	p := &r.page
	p.Title, p.Lead = r.introduction()
	p.Program, p.Date = r.options.Program, r.options.Date
	if r.options.Language == "zh" {
		p.Language = "zh-CN"
	}
	html, problems, err := p.HTML()
	if err != nil {
		return err
	}
	r.summary.Problems = problems
	return r.out.write("index.html", html)
}

// introduction is the title and the lead of the page: the heading of notebooks/README.md and what follows it up to the
// next one; without that file, a plain title.
func (r *report) introduction() (title, lead string) {
	text, err := os.ReadFile(filepath.Join(r.folder, "README.md"))
	if err == nil {
		head, rest, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")), "\n")
		if t, ok := strings.CutPrefix(head, "# "); ok {
			lead, _, _ = strings.Cut("\n"+rest, "\n#")
			return strings.TrimSpace(t), strings.TrimSpace(lead)
		}
	}
	if sections := r.page.Sections; len(sections) == 1 {
		title = sections[0].Notebook.Title()
	}
	if r.options.Language == "zh" {
		return cmp.Or(title, "复现报告"), ""
	}
	return cmp.Or(title, "Replication report"), ""
}

// sentence begins with a capital and ends with a point, as on a page.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
