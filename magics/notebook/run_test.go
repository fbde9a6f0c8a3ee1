package notebook

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

var update = flag.Bool("update", false, "write the goldens anew")

func read(t *testing.T, name string) *Notebook {
	t.Helper()
	n, err := ReadFile(filepath.Join("testdata/notebooks", name+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func execute(t *testing.T, n *Notebook) (*Executed, error) {
	t.Helper()
	return Run(context.Background(), n, Options{Dir: "testdata/notebooks"})
}

// shape is what a run did, a line a code cell: its number and its outputs' types.
func shape(n *Notebook) string {
	var b strings.Builder
	for _, c := range n.Cells {
		if c.Kind != Code {
			continue
		}
		if c.Count > 0 {
			b.WriteByte(byte('0' + c.Count))
		} else {
			b.WriteByte('-')
		}
		for _, o := range c.Outputs {
			b.WriteString(" " + o.Type)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestRun(t *testing.T) {
	tests := []struct{ name, shape, err string }{
		{"tiny", "1 display_data\n2 display_data\n3 display_data\n-\n", ""},
		{"failing", "1 display_data\n2 display_data error\n-\n", `code cell 2, line 2, column 11: no variable "z" in panel; did you mean x or y?`},
		{"go", "1 display_data\n- stream\n2 error\n", "code cell 2: the cell holds Go code, which needs the Go kernel; open the notebook in Jupyter, or tag the cell go-optional to have it skipped here"},
		{"tagged", "1 display_data\n2 error\n-\n3 display_data\n", ""},
		{"minor4", "1 display_data\n2 display_data\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := read(t, tt.name)
			n.Cells[0].Metadata["execution"] = Object{"iopub.execute_input": "2026-01-01T00:00:00Z"}
			before := string(n.Encode())
			got, err := execute(t, n)
			if _, kept := got.Notebook.Cells[0].Metadata["execution"]; kept && n.Cells[0].Kind == Code {
				t.Error("the times of an earlier run are still there")
			}
			if msg := message(err); msg != tt.err {
				t.Errorf("error\ngot  %s\nwant %s", msg, tt.err)
			}
			if err != nil && !errors.As(err, new(*CellError)) {
				t.Errorf("no *CellError: %T", err)
			}
			if s := shape(got.Notebook); s != tt.shape {
				t.Errorf("got\n%swant\n%s", s, tt.shape)
			}
			if string(n.Encode()) != before {
				t.Error("the notebook itself was changed")
			}
			again, _ := execute(t, got.Notebook)
			if diff := cmp.Diff(string(got.Notebook.Encode()), string(again.Notebook.Encode())); diff != "" {
				t.Errorf("run again it differs:\n%s", diff)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// The executed copies, whole, as goldens: an error as Jupyter stores it, displays as the kernel sends them.
func TestRunGolden(t *testing.T) {
	for _, name := range []string{"stops", "minor4"} {
		got, _ := execute(t, read(t, name))
		path := filepath.Join("testdata/notebooks", name+".golden")
		if *update {
			if err := os.WriteFile(path, got.Notebook.Encode(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got.Notebook.Encode())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	got, err := Run(ctx, read(t, "tiny"), Options{Dir: "testdata/notebooks", Progress: func(done, total int) {
		seen = done
		if total != 4 {
			t.Errorf("%d cells", total)
		}
		if done == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || seen != 2 {
		t.Errorf("after %d cells: %v", seen, err)
	}
	if s := shape(got.Notebook); s != "1 display_data\n2 display_data\n3 error\n-\n" {
		t.Errorf("%s", s)
	}
}

// echo stands for a Go kernel: it shows the code it is given.
type echo struct{ code []string }

func (e *echo) RunGo(_ context.Context, _ *session.Session, _ int, code string, emit func(Output)) error {
	e.code = append(e.code, code)
	emit(Output{Type: Stream, Name: "stdout", Text: code})
	return nil
}

func TestRunGoRunner(t *testing.T) {
	e := &echo{}
	got, err := Run(context.Background(), read(t, "go"), Options{Dir: "testdata/notebooks", Go: e})
	if err != nil {
		t.Fatal(err)
	}
	if s := shape(got.Notebook); s != "1 display_data\n2 stream\n3 display_data stream\n" {
		t.Errorf("%s", s)
	}
	if diff := cmp.Diff([]string{"import \"fmt\"\n%%\nfmt.Println(1)", "\nfmt.Println(2)"}, e.code); diff != "" {
		t.Error(diff)
	}
}

func TestHasGo(t *testing.T) {
	tests := []struct {
		cell string
		want bool
	}{
		{"%describe y", false},
		{"# only words\n\n%describe y", false},
		{"%describe y \\\n  x", false},
		{"// a comment\n%describe y", false},
		{"%descripe y", false},
		{"%nonsensical y", false},
		{"％describe y", false},
		{`%describe "y`, false},
		{"x := 1", true},
		{"%describe y\nx := 1", true},
		{"%%\nfmt.Println()", true},
		{"!ls", true},
		{"%%writefile a.txt\n%describe", true},
		{"", false},
	}
	for _, tt := range tests {
		if got := hasGo(tt.cell); got != tt.want {
			t.Errorf("%q: %v", tt.cell, got)
		}
	}
}

// Go cells that print in pieces and then fail, and magics that need what a Go cell makes.
type failingGo struct{}

func (failingGo) RunGo(_ context.Context, _ *session.Session, _ int, _ string, emit func(Output)) error {
	emit(Output{Type: Stream, Name: "stdout", Text: "a\n"})
	emit(Output{Type: Stream, Name: "stdout", Text: "b\n"})
	emit(Output{Type: Stream, Name: "stderr", Text: "c\n"})
	return &GoError{Name: "ERROR", Value: "exit status 1", Traceback: []string{"\x1b[31mcell:2: undefined: x\x1b[0m", "exit status 1"}}
}

func TestRunGoFails(t *testing.T) {
	n := &Notebook{Major: 4, Minor: 5, Cells: []*Cell{{Kind: Code, ID: "a", Source: "%%\nx()"}}}
	got, err := Run(context.Background(), n, Options{Go: failingGo{}})
	var g *GoError
	if !errors.As(err, &g) || g.Text(false) != "cell:2: undefined: x\nexit status 1" || !strings.Contains(g.Text(true), "\x1b[31m") {
		t.Errorf("error %v", err)
	}
	want := []Output{
		{Type: Stream, Name: "stdout", Text: "a\nb\n"}, {Type: Stream, Name: "stderr", Text: "c\n"},
		{Type: ErrorOutput, EName: "ERROR", EValue: "exit status 1", Traceback: g.Traceback},
	}
	if diff := cmp.Diff(want, got.Notebook.Cells[0].Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestRunSkipsWhatNeedsGo(t *testing.T) {
	optional := Object{"tags": []any{"go-optional"}}
	n := &Notebook{Major: 4, Minor: 5, Cells: []*Cell{
		{Kind: Code, ID: "a", Source: "%%\nx()", Metadata: optional}, {Kind: Code, ID: "b", Source: "%table own", Metadata: optional}, {Kind: Code, ID: "c", Source: "%session"},
	}}
	got, err := Run(context.Background(), n, Options{})
	if err != nil || got.Skipped != 2 || got.Notebook.Executed() != 1 {
		t.Errorf("%d skipped, %d executed, error %v", got.Skipped, got.Notebook.Executed(), err)
	}
	if text := got.Notebook.Cells[1].Outputs[0].Text; !strings.Contains(text, "what Go cells before it make") {
		t.Errorf("the magic's cell says %q", text)
	}
}
