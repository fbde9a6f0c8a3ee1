// Package conformance tells how far the estimators' numbers are from those of the programs that they are held to.
//
// The tests compare with testdata/reference and record every case (package compared); go run ./magics/conformance runs
// them and writes docs/conformance.md and the table that stands in this package.
package conformance

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Row is a method of a command beside a program: Cases calls of it, and by kind of number the gap nearest to what is allowed.
type Row struct {
	Command string   `json:"command"`
	Method  string   `json:"method,omitempty"`
	Program string   `json:"program"`
	Beside  bool     `json:"beside,omitempty"` // the data are not kept with the project
	Cases   int      `json:"cases"`
	Failed  bool     `json:"failed,omitempty"`
	Files   []string `json:"files"`
	Numbers []Number `json:"numbers"`
}

// Table is what was recorded.
type Table struct {
	Rows []Row `json:"rows"`
}

//go:embed recorded.json
var recorded []byte

// Recorded is the table of the last run of the tests; go run ./magics/conformance makes it anew.
var Recorded = sync.OnceValue(func() Table {
	t, err := Read(recorded)
	if err != nil {
		return Table{} // held by a test
	}
	return t
})

// Read reads a table.
func Read(text []byte) (t Table, err error) {
	err = json.Unmarshal(text, &t)
	return t, err
}

// JSON is the table as a file, a row on each line.
func (t Table) JSON() ([]byte, error) {
	var b strings.Builder
	b.WriteString("{\"rows\": [\n")
	for i, r := range t.Rows {
		line, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		b.Write(line)
		if i+1 < len(t.Rows) {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]}\n")
	return []byte(b.String()), nil
}

// Of are the rows of a command.
func (t Table) Of(command string) Table {
	var of Table
	for _, r := range t.Rows {
		if r.Command == command {
			of.Rows = append(of.Rows, r)
		}
	}
	return of
}

// OfMethod are the rows of a method of the command.
func (t Table) OfMethod(method string) Table {
	var of Table
	for _, r := range t.Rows {
		if r.Method == method {
			of.Rows = append(of.Rows, r)
		}
	}
	return of
}

// Methods are the rows' methods, in the order of the table.
func (t Table) Methods() []string {
	var all []string
	for _, r := range t.Rows {
		if !slices.Contains(all, r.Method) {
			all = append(all, r.Method)
		}
	}
	return all
}

// Programs are the rows' programs with their versions, in the order of the table.
func (t Table) Programs() []string {
	var all []string
	for _, r := range t.Rows {
		if !slices.Contains(all, r.Program) {
			all = append(all, r.Program)
		}
	}
	return all
}

// Cases counts the rows' cases.
func (t Table) Cases() (n int) {
	for _, r := range t.Rows {
		n += r.Cases
	}
	return n
}

// Passed is true where all cases of the rows are within what is allowed.
func (t Table) Passed() bool {
	return !slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Failed })
}

// Worst is the number whose gap is nearest to what is allowed among those held closer than by simulation, one part in a
// thousand; any number where there is none.
func (t Table) Worst() (worst Number, ok bool) {
	for _, loose := range []bool{false, true} {
		for _, r := range t.Rows {
			for _, n := range r.Numbers {
				if n.Allow >= Simulated && !loose {
					continue
				}
				if !ok || n.share() > worst.share() {
					worst, ok = n, true
				}
			}
		}
		if ok {
			return worst, true
		}
	}
	return Number{}, false
}

// Simulated is the tolerance from which on numbers are held to a program's random draws.
const Simulated = 1e-3

// Gap is a gap in one digit, rounded up, as in "3e-9"; those below 1e-15 are rounding: "0".
func Gap(x float64) string {
	if x < 1e-15 {
		return "0"
	}
	digit, exponent, _ := strings.Cut(fmt.Sprintf("%.0e", roundUp(x)), "e")
	n, _ := strconv.Atoi(exponent)
	return fmt.Sprintf("%se%d", digit, n)
}

// roundUp is the number up to one digit.
func roundUp(x float64) float64 {
	if x <= 0 || math.IsInf(x, 0) {
		return x
	}
	unit := math.Pow(10, math.Floor(math.Log10(x)))
	return math.Ceil(x/unit-1e-9) * unit
}
