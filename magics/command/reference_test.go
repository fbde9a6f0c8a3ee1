package command_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// referenceCase is what the language must reproduce of a case in testdata/reference/regressions: program, version and
// call stand there, with the tolerance chosen beforehand.
type referenceCase struct {
	ID, Program, Version, Call   string
	Data, Formula, Vcov, Weights string
	If, Singletons               string
	Index                        []string
	N                            int
	Coef                         []referenceCoef
	Tolerance                    struct{ Estimate, Std_Error float64 }
}

type referenceCoef struct {
	Term      string
	Estimate  float64
	Std_Error *float64
}

// line is the case as a magic.
func (c referenceCase) line() string {
	s := "%reg " + c.Formula + " vcov=" + strings.ReplaceAll(c.Vcov, " ", "")
	if c.Weights != "" {
		s += " weights=" + c.Weights
	}
	if c.If != "" {
		s += fmt.Sprintf(" if=%q", c.If)
	}
	if c.Singletons != "" {
		s += " singletons=" + c.Singletons
	}
	return s
}

// TestReferences holds the whole way, from a line of text to a line of JSON, against other programs' numbers.
func TestReferences(t *testing.T) {
	files, err := filepath.Glob("../../testdata/reference/regressions/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	sessions := map[string]*session.Session{}
	for _, file := range files {
		var set struct{ Cases []referenceCase }
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &set); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range set.Cases {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json")+"/"+c.ID, func(t *testing.T) {
				load := "%panel load " + c.Data
				if len(c.Index) == 2 {
					load += " unit=" + c.Index[0] + " time=" + c.Index[1]
				}
				s := sessions[load]
				if s == nil {
					s = session.New("../..")
					if _, err := runIn(t, s, load); err != nil {
						t.Fatal(diagnosticText(err))
					}
					sessions[load] = s
				}
				out, err := runIn(t, s, c.line())
				if err != nil {
					t.Fatal(diagnosticText(err))
				}
				c.compare(t, out[0])
			})
		}
	}
}

func (c referenceCase) compare(t *testing.T, o command.Output) {
	t.Helper()
	line, err := command.JSON(o)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Result struct {
			N    int
			Coef []referenceCoef
		}
	}
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	if got.Result.N != c.N {
		t.Errorf("n is %d, want %d", got.Result.N, c.N)
	}
	ours := map[string]referenceCoef{}
	for _, k := range got.Result.Coef {
		ours[k.Term] = k
	}
	for _, want := range c.Coef {
		k, ok := ours[want.Term]
		if !ok {
			t.Errorf("no coefficient %s", want.Term)
			continue
		}
		if off := math.Abs(k.Estimate/want.Estimate - 1); !(off <= c.Tolerance.Estimate) {
			t.Errorf("%s: estimate %.16g, want %.16g (relative %.1e)", want.Term, k.Estimate, want.Estimate, off)
		}
		if want.Std_Error == nil {
			continue
		}
		if off := math.Abs(*k.Std_Error/(*want.Std_Error) - 1); !(off <= c.Tolerance.Std_Error) {
			t.Errorf("%s: standard error %.16g, want %.16g (relative %.1e)", want.Term, *k.Std_Error, *want.Std_Error, off)
		}
	}
	if t.Failed() {
		t.Logf("%s\n%s %s: %s", c.line(), c.Program, c.Version, c.Call)
	}
}
