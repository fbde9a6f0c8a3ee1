// Package deposit packs what a journal asks for at acceptance: notebooks, data or their fingerprints, results, versions,
// seeds and a README in the order of the AEA Data Editor's template. Everything is run twice in the deposit itself, and
// the deposit is made only if both runs give the same bytes.
package deposit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/notebook/replicate"
)

// Options say what is packed.
type Options struct {
	Root        string               // the folder that holds notebooks/ and data/
	Parameters  []notebook.Parameter // as of replicate; a data file in them goes into the deposit's data/
	From        string               // folder that parameters' files are relative to
	Fingerprint bool                 // leave the data out: their fingerprints stand in the README
	Program     string               // name and version
	Versions    []string             // lines of versions.txt
	Progress    func(run int, step replicate.Step)
}

// Deposit is a packed folder.
type Deposit struct {
	Files   []File // by name
	Results int    // files that both runs gave alike
	Summary *replicate.Summary
}

// File is one file of it.
type File struct {
	Name string // with slashes
	Data []byte
}

// NotebookFailed is the error of a notebook that does not run in the deposit.
type NotebookFailed struct {
	Name string
	Err  error
}

func (e *NotebookFailed) Error() string { return e.Name + ".ipynb: " + e.Err.Error() }
func (e *NotebookFailed) Unwrap() error { return e.Err }

// NotSame is the error of two runs that differ.
type NotSame struct{ Files []string }

func (e *NotSame) Error() string {
	return fmt.Sprintf("a second run gave other bytes in %s; what a deposit holds must come out the same every time, so fix a seed= where draws are random", strings.Join(e.Files[:min(len(e.Files), 5)], ", "))
}

// Make gathers notebooks and data in a passing folder, runs all twice there, and writes README, versions and sums.
func Make(ctx context.Context, o Options) (*Deposit, error) {
	tree, err := os.MkdirTemp("", "didnb-deposit-*")
	if err != nil {
		return nil, fmt.Errorf("no passing folder can be made: %w", err)
	}
	defer os.RemoveAll(tree)
	b := &builder{options: o, tree: tree, files: map[string][]byte{}}
	if err := b.notebooks(); err != nil {
		return nil, err
	}
	params, err := b.parameters()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	summary, err := b.run(ctx, 1, params, filepath.Join(tree, "results"))
	if err != nil {
		return nil, err
	}
	took := time.Since(start)
	again, err := os.MkdirTemp("", "didnb-again-*")
	if err != nil {
		return nil, fmt.Errorf("no passing folder can be made: %w", err)
	}
	defer os.RemoveAll(again)
	if _, err := b.run(ctx, 2, params, again); err != nil {
		return nil, err
	}
	results, err := same(filepath.Join(tree, "results"), again)
	if err != nil {
		return nil, err
	}
	if err := b.gather(); err != nil {
		return nil, err
	}
	d := &Deposit{Results: results, Summary: summary}
	seeds, err := seedsOf(b.files)
	if err != nil {
		return nil, err
	}
	b.files["versions.txt"] = []byte(strings.Join(o.Versions, "\n") + "\n")
	b.files["README.md"] = []byte(readme{options: o, summary: summary, params: params, seeds: seeds, data: b.data, results: results, took: took, files: b.files}.text())
	if o.Fingerprint {
		for _, f := range b.data {
			delete(b.files, f.Name)
		}
	}
	b.sums()
	for _, name := range sorted(b.files) {
		d.Files = append(d.Files, File{name, b.files[name]})
	}
	return d, nil
}

type builder struct {
	options Options
	tree    string
	files   map[string][]byte
	data    []dataFile
}

// dataFile is a file that the notebooks read.
type dataFile struct {
	Name   string
	Bytes  int
	SHA256 string
	Rows   int // 0 if it is no panel
	Simul  bool
}

// mentioned are names of files in code, as far as their ending tells.
var mentioned = regexp.MustCompile(`(?i)[^\s"'=,|()]+\.(?:csv|tsv|txt|xlsx|xlsm|dta|parquet|json|tex|md)\b`)

// notebooks copies notebooks/ and the files below Root that their code names.
func (b *builder) notebooks() error {
	folder := filepath.Join(b.options.Root, "notebooks")
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: the folder can't be read", folder)
	}
	found := false
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasPrefix(name, ".") || !strings.HasSuffix(name, ".ipynb") && name != "README.md" {
			continue
		}
		if err := b.copy(filepath.Join(folder, name), "notebooks/"+name); err != nil {
			return err
		}
		if !strings.HasSuffix(name, ".ipynb") {
			continue
		}
		found = true
		n, err := notebook.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		for _, c := range n.Cells {
			if c.Kind != notebook.Code {
				continue
			}
			for _, word := range mentioned.FindAllString(c.Source, -1) {
				if err := b.read(filepath.Join(folder, filepath.FromSlash(word))); err != nil {
					return err
				}
			}
		}
	}
	if !found {
		return &replicate.NoNotebooks{Folder: folder}
	}
	return nil
}

// read copies a file that code names, if it is there and below Root.
func (b *builder) read(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil // made by the notebook, or no file at all: the run tells
	}
	rel, err := filepath.Rel(b.options.Root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return nil
	}
	name := filepath.ToSlash(rel)
	if _, have := b.files[name]; have {
		return nil
	}
	return b.addData(path, name)
}

func (b *builder) addData(path, name string) error {
	if err := b.copy(path, name); err != nil {
		return err
	}
	sum := sha256.Sum256(b.files[name])
	b.data = append(b.data, dataFile{Name: name, Bytes: len(b.files[name]), SHA256: hex.EncodeToString(sum[:])})
	slices.SortFunc(b.data, func(x, y dataFile) int { return strings.Compare(x.Name, y.Name) })
	return nil
}

func (b *builder) copy(path, name string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: the file can't be read", path)
	}
	to := filepath.Join(b.tree, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("the passing folder can't be written: %w", err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		return fmt.Errorf("the passing folder can't be written: %w", err)
	}
	b.files[name] = data
	return nil
}

// parameters puts data files that parameters name into the deposit's data/ and gives the parameters as they are there.
func (b *builder) parameters() ([]notebook.Parameter, error) {
	var out []notebook.Parameter
	for _, p := range b.options.Parameters {
		path := p.Value
		if !filepath.IsAbs(path) {
			path = filepath.Join(b.options.From, path)
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			name := "data/" + filepath.Base(path)
			if old, have := b.files[name]; have {
				if now, err := os.ReadFile(path); err != nil || string(now) != string(old) {
					return nil, fmt.Errorf("%s and the notebooks' own %s would be one file of the deposit; rename one", p.Value, name)
				}
			} else if err := b.addData(path, name); err != nil {
				return nil, err
			}
			p.Value = name
		}
		out = append(out, p)
	}
	return out, nil
}

// run runs the deposit's notebooks into a folder; a notebook that fails is an error.
func (b *builder) run(ctx context.Context, number int, params []notebook.Parameter, out string) (*replicate.Summary, error) {
	o := replicate.Options{Root: b.tree, Parameters: params, From: b.tree, Out: out, Program: b.options.Program}
	if b.options.Progress != nil {
		o.Progress = func(s replicate.Step) { b.options.Progress(number, s) }
	}
	summary, err := replicate.Run(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, n := range summary.Notebooks {
		if n.Err != nil {
			return nil, &NotebookFailed{n.Name, n.Err}
		}
	}
	for _, f := range summary.Data {
		for i := range b.data {
			if b.data[i].SHA256 == f.SHA256 {
				b.data[i].Rows, b.data[i].Simul = f.Rows, f.Simulated
			}
		}
	}
	return summary, nil
}

// same compares two folders byte by byte and counts their files.
func same(a, b string) (int, error) {
	one, err := contents(a)
	if err != nil {
		return 0, err
	}
	two, err := contents(b)
	if err != nil {
		return 0, err
	}
	var differ []string
	for _, name := range sorted(one) {
		if data, ok := two[name]; !ok || string(data) != string(one[name]) {
			differ = append(differ, name)
		}
	}
	for _, name := range sorted(two) {
		if _, ok := one[name]; !ok {
			differ = append(differ, name)
		}
	}
	differ = slices.DeleteFunc(differ, func(s string) bool { return s == "SHA256SUMS" && len(differ) > 1 })
	if len(differ) > 0 {
		return 0, &NotSame{differ}
	}
	return len(one), nil
}

func contents(folder string) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		out[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the results can't be read again: %w", err)
	}
	return out, nil
}

// gather takes the results into the deposit.
func (b *builder) gather() error {
	results, err := contents(filepath.Join(b.tree, "results"))
	for name, data := range results {
		b.files["results/"+name] = data
	}
	return err
}

// sums lists every file as sha256sum -c reads it.
func (b *builder) sums() {
	var s strings.Builder
	for _, name := range sorted(b.files) {
		sum := sha256.Sum256(b.files[name])
		fmt.Fprintf(&s, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	b.files["SHA256SUMS"] = []byte(s.String())
}

func sorted(m map[string][]byte) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
