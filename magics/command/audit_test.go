package command_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A table that %table wrote in any format is read back whole, and honest as it is, is not accused.
func TestAuditReadsOwnTables(t *testing.T) {
	dir := t.TempDir()
	s := session.New("testdata")
	s.NoFigures = true
	if _, err := runIn(t, s, towns+"%did y ~ 1 treat=D as=m1\n%did y ~ x treat=D as=m2\n%did y ~ x treat=D vcov=iid as=m3\n%describe y x D as=d"); err != nil {
		t.Fatal(diagnosticText(err))
	}
	for _, language := range []string{"en", "zh"} {
		for _, stat := range []string{"t", "se"} {
			for _, ending := range []string{"tex", "md", "csv", "txt", "xlsx"} {
				t.Run(language+"/"+stat+"/"+ending, func(t *testing.T) {
					file, described := dir+"/"+language+stat+"."+ending, dir+"/"+language+"d."+ending
					out, err := runIn(t, s, fmt.Sprintf("%%lang %s\n%%table m1 m2 m3 stat=%s number=2 out=%s\n%%table d number=1 out=%s\n%%audit published=%s\n%%audit published=%s",
						language, stat, file, described, file, described))
					if err != nil {
						t.Fatal(diagnosticText(err))
					}
					r, d := out[3].Result.(*audit.Result), out[4].Result.(*audit.Result)
					if n := countChecks(r, "stars"); n != 8 || r.Count(audit.Inconsistent) > 0 || countChecks(r, "r2") != 3 {
						t.Errorf("%d terms of 8, %d inconsistent:\n%s", n, r.Count(audit.Inconsistent), out[3].Text)
					}
					if n := countChecks(d, "spread"); n != 3 || d.Count(audit.Inconsistent) > 0 {
						t.Errorf("%d variables of 3, %d inconsistent:\n%s", n, d.Count(audit.Inconsistent), out[4].Text)
					}
				})
			}
		}
	}
}

func countChecks(r *audit.Result, check string) int {
	n := 0
	for _, f := range r.Findings {
		if f.Check == check {
			n++
		}
	}
	return n
}

// The study's numbers give the facts that the article implies, from the long form that the project holds.
func TestAuditOfTheStudy(t *testing.T) {
	s := session.New("../..")
	s.NoFigures = true
	var out []command.Output
	if err := command.Run(context.Background(), s, "%audit published=data/published.json as=a\n%audit published=data/published.json check=mediation", func(o command.Output) { out = append(out, o) }); err != nil {
		t.Fatal(diagnosticText(err))
	}
	r := out[0].Result.(*audit.Result)
	for _, fact := range []string{"treated_rows", "treated_units", "adoption", "standard_errors", "r2", "missing_units", "lag_n", "split", "matched_on", "indirect", "tension"} {
		if !slices.ContainsFunc(r.Facts, func(f audit.Fact) bool { return f.Name == fact }) {
			t.Errorf("no %s", fact)
		}
	}
	if r.Verdict != audit.Undetermined || out[0].As != "a" || out[0].Kind != "audit" || strings.Count(out[1].Text, "a b = ") != 3 {
		t.Errorf("%s, %s:\n%s", r.Verdict, out[0].As, out[1].Text)
	}
}

func TestAuditErrors(t *testing.T) {
	for line, want := range map[string]string{
		"%audit":                                 "%audit needs published=",
		"%audit published=none.json":             `no file "none.json"`,
		"%audit published=towns.csv statistic=z": `statistic= can't be "z"`,
		"%audit published=../../../data/published.json check=mediaton": "did you mean mediation?",
		"%audit published=../../../data/published.json n=10":           "n= is for pasted tables",
		"%audit published=towns.csv first=2010 last=2000":              "last= comes after first=",
		"%audit published=golden":                                      "golden",
	} {
		if _, _, err := runScript(t, line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}
