// Package compared holds numbers of ours to another program's in tests, and records how far apart they are.
//
// A test tells whose numbers come next by With and compares them by Near. Where the environment variable Folder names a
// folder, each case is written there as a line of JSON (conformance.Case), from which docs/conformance.md is made by
// go run ./magics/conformance.
package compared

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
)

// Folder is the environment variable that names where cases are recorded; unset, nothing is.
const Folder = "DIDNB_CONFORMANCE"

// Source is whose numbers a test compares with.
type Source struct {
	Command string // the magic without %: did, reg …; empty where no magic shows the number
	Method  string // what of it: cs, vcov=cluster, psm(caliper) …
	Program string
	Version string
	File    string // below testdata/reference, empty where the numbers stand elsewhere
	Case    string // its id in the file
}

// open holds the case that each running test is at, by the test's name, and notes the tests that read data beside the project.
var open = struct {
	sync.Mutex
	cases  map[string]*conformance.Case
	beside map[string]bool
}{cases: map[string]*conformance.Case{}, beside: map[string]bool{}}

// With says whose numbers Near compares with from here on in the test and in its subtests.
func With(tb testing.TB, s Source) {
	tb.Helper()
	if os.Getenv(Folder) == "" {
		return
	}
	open.Lock()
	defer open.Unlock()
	name := tb.Name()
	if _, again := open.cases[name]; again {
		record(tb, name)
	} else {
		tb.Cleanup(func() {
			open.Lock()
			defer open.Unlock()
			record(tb, name)
			delete(open.cases, name)
		})
	}
	open.cases[name] = &conformance.Case{Test: name, Command: s.Command, Method: s.Method, Program: strings.TrimSpace(s.Program + " " + s.Version), File: s.File, ID: s.Case}
}

// Done ends the test's case: what Near holds from here on is no other program's.
func Done(tb testing.TB) {
	tb.Helper()
	With(tb, Source{})
}

// Beside notes that a test reads data that are not kept with the project, so that its cases are known where they are only.
func Beside(tb testing.TB) {
	open.Lock()
	defer open.Unlock()
	open.beside[tb.Name()] = true
}

// Near fails where got is further from want than so much of the larger of |want| and floor; a NaN is never near.
func Near(tb testing.TB, what string, got, want, relative, floor float64) bool {
	tb.Helper()
	return Within(tb, what, got, want, relative, math.Max(math.Abs(want), floor))
}

// Within fails where got is further from want than so much of the scale, as of an interval's width; a NaN is never near.
func Within(tb testing.TB, what string, got, want, tolerance, scale float64) bool {
	tb.Helper()
	off := math.Abs(got - want)
	ok := off <= tolerance*scale
	if !ok {
		tb.Errorf("%s: got %.16g, want %.16g (off by %.1e of %.1e, %.1e allowed)", what, got, want, off, scale, tolerance)
	}
	note(tb, what, off, tolerance, scale, ok)
	return ok
}

// note adds a comparison to the test's case.
func note(tb testing.TB, what string, off, tolerance, scale float64, ok bool) {
	if os.Getenv(Folder) == "" || tolerance == 0 || math.IsInf(tolerance, 0) {
		return
	}
	open.Lock()
	defer open.Unlock()
	for name := tb.Name(); ; {
		if c := open.cases[name]; c != nil {
			if c.Program == "" { // Done
				return
			}
			gap := 0.0
			if off > 0 {
				gap = off / scale
			}
			c.Add(conformance.KindOf(what), gap, tolerance)
			c.Failed = c.Failed || !ok
			return
		}
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return
		}
		name = name[:i]
	}
}

// record writes the case that a test was at, with open locked.
func record(tb testing.TB, name string) {
	c := open.cases[name]
	if c == nil || len(c.Numbers) == 0 {
		return
	}
	for up := name; ; {
		c.Beside = c.Beside || open.beside[up]
		i := strings.LastIndexByte(up, '/')
		if i < 0 {
			break
		}
		up = up[:i]
	}
	line, err := json.Marshal(c)
	if err != nil {
		tb.Error(err)
		return
	}
	f, err := os.OpenFile(filepath.Join(os.Getenv(Folder), fmt.Sprintf("%d.jsonl", os.Getpid())), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		tb.Error(err)
		return
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		tb.Error(err)
	}
	c.Numbers = nil
}
