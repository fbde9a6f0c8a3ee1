package compared_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
)

// deaf is a test that takes no failure for one.
type deaf struct {
	testing.TB
	said []string
}

func (d *deaf) Errorf(format string, a ...any) { d.said = append(d.said, fmt.Sprintf(format, a...)) }

// A case is written when its test ends, with the numbers of its subtests, and what comes after Done is no case's.
func TestCasesAreRecorded(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(compared.Folder, dir)
	var failure deaf
	t.Run("case", func(t *testing.T) {
		compared.With(t, compared.Source{Command: "did", Method: "cs", Program: "a", Version: "1", Case: "x"})
		compared.Near(t, "estimate", 1+1e-12, 1, 1e-9, 0)
		t.Run("inside", func(t *testing.T) {
			compared.Beside(t)
			compared.With(t, compared.Source{Command: "did", Method: "cs", Program: "b", Case: "y"})
			failure.TB = t
			compared.Within(&failure, "error", 3, 2, 1e-7, 1)
		})
		t.Run("sub", func(t *testing.T) { compared.Near(t, "estimate", 2, 2, 1e-9, 0) })
		compared.Done(t)
		compared.Near(t, "estimate", 2, 2, 1e-9, 0)
	})
	if len(failure.said) != 1 {
		t.Errorf("the gap of 1/2 is told by %q", failure.said)
	}
	text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.jsonl", os.Getpid())))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]conformance.Case{}
	for line := range bytes.Lines(text) {
		var c conformance.Case
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		got[c.Program] = c
	}
	if a := got["a 1"]; len(got) != 2 || a.Beside || a.Failed || a.ID != "x" || len(a.Numbers) != 1 || a.Numbers[0].Count != 2 {
		t.Errorf("recorded %+v", got)
	}
	if b := got["b"]; !b.Beside || !b.Failed || b.Numbers[0].Kind != conformance.StdError || b.Numbers[0].Gap != 1 {
		t.Errorf("recorded %+v", b)
	}
}

func TestNothingIsRecordedUnasked(t *testing.T) {
	t.Setenv(compared.Folder, "")
	compared.With(t, compared.Source{Program: "a"})
	if !compared.Near(t, "zero beside a floor", 1e-12, 0, 1e-9, 1e-2) {
		t.Error("not near")
	}
	failure := deaf{TB: t}
	nan := 0.0
	nan /= nan
	if compared.Near(&failure, "NaN", nan, nan, 1, 1) || len(failure.said) != 1 {
		t.Error("NaN is near")
	}
}
