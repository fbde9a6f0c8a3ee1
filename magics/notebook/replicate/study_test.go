package replicate

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

const root = "../../.." // of the module

// The study's own notebooks: as Jupyter writes them, without outputs, all cells with ids.
func TestStudyNotebooksAreClean(t *testing.T) {
	names, err := list(filepath.Join(root, "notebooks"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := filepath.Join(root, "notebooks", name+".ipynb")
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := notebook.Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.Equal(raw, n.Encode()) {
			t.Errorf("%s is not as Jupyter would save it", name)
		}
		seen := map[string]bool{}
		for i, c := range n.Cells {
			if len(c.Outputs) > 0 || c.Count > 0 {
				t.Errorf("%s: cell %d has outputs", name, i+1)
			}
			if c.ID == "" || seen[c.ID] {
				t.Errorf("%s: cell %d has no id of its own (%q)", name, i+1, c.ID)
			}
			seen[c.ID] = true
		}
	}
}

// The main job on the real notebooks and data: nothing fails, everything can be shown, and the report is the same byte
// for byte when it is made again from the copies in the program and with one processor.
func TestReplicateStudy(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every notebook twice")
	}
	run := func(o Options) ([]byte, *Summary) {
		t.Helper()
		o.Out = t.TempDir()
		s, err := Run(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		sums, err := os.ReadFile(filepath.Join(o.Out, sumsFile))
		if err != nil {
			t.Fatal(err)
		}
		return sums, s
	}
	first, summary := run(Options{Root: root})
	for _, n := range summary.Notebooks {
		if n.Err != nil {
			t.Errorf("%s: %v", n.Name, n.Err)
		}
	}
	if len(summary.Problems) > 0 {
		t.Errorf("not shown as written: %q", summary.Problems)
	}
	if _, zh := run(Options{Root: root, Language: "zh"}); len(zh.Notebooks) == 0 || len(zh.Problems) > 0 || len(zh.Tables) < len(summary.Tables)/2 {
		t.Errorf("in Chinese: %d notebooks, %d tables, not shown as written: %q", len(zh.Notebooks), len(zh.Tables), zh.Problems)
	} else {
		for _, n := range zh.Notebooks {
			if n.Err != nil {
				t.Errorf("zh/%s: %v", n.Name, n.Err)
			}
		}
	}
	for _, want := range []string{"figures/02-parallel-trends-es.svg", "figures/castle-groups.png", "tables/03-baseline-table2.tex"} {
		if !slices.Contains(append(summary.Figures, summary.Tables...), want) {
			t.Errorf("no %s", want)
		}
	}

	unpacked, remove, err := Unpack(didnb.Assets)
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	old := runtime.GOMAXPROCS(1)
	again, _ := run(Options{Root: unpacked, Elsewhere: true})
	runtime.GOMAXPROCS(old)
	if !bytes.Equal(first, again) {
		t.Errorf("from the program's own copies and with one processor the report differs:\n%s", differing(first, again))
	}
}

// differing lists the lines of a that b lacks.
func differing(a, b []byte) string {
	other := strings.Split(string(b), "\n")
	return strings.Join(slices.DeleteFunc(strings.Split(string(a), "\n"), func(l string) bool { return slices.Contains(other, l) }), "\n")
}

func TestFolderKeepsWhatIsNotItsOwn(t *testing.T) {
	dir := t.TempDir()
	f, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gone.txt", "sub/changed.txt"} {
		if err := f.write(name, []byte("ours")); err != nil {
			t.Fatal(err)
		}
	}
	f.sums.WriteString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ../outside.txt\nnonsense\n")
	if err := f.writeSums(); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(filepath.Dir(dir), "outside.txt")
	for path, text := range map[string]string{filepath.Join(dir, "sub/changed.txt"): "edited", filepath.Join(dir, "theirs.txt"): "abc", outside: "abc"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := openFolder(dir); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"gone.txt": false, "sub/changed.txt": true, "theirs.txt": true, "../outside.txt": true} {
		if _, err := os.Stat(filepath.Join(dir, path)); (err == nil) != want {
			t.Errorf("%s: there = %v", path, err == nil)
		}
	}
}

func TestRunErrors(t *testing.T) {
	empty := t.TempDir()
	if _, err := Run(context.Background(), Options{Root: empty, Out: t.TempDir()}); !errors.As(err, new(*NoNotebooks)) || !strings.HasPrefix(err.Error(), "there is no notebook (*.ipynb) in ") {
		t.Errorf("no notebooks: %v", err)
	}
	file := filepath.Join(empty, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := openFolder(file); err == nil || !strings.HasPrefix(err.Error(), file+": it can't be written") {
		t.Errorf("a file in the folder's place: %v", err)
	}
	if _, err := fs.Stat(didnb.Assets, "notebooks/01-data.ipynb"); err != nil {
		t.Errorf("the program lacks its notebooks: %v", err)
	}
}
