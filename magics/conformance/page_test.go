package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
	"github.com/seed2d25c7c2/didnb/magics/command"
)

// The page has a section for each magic with cases, says of others that show numbers that no program holds them, and lists
// the rest.
func TestPage(t *testing.T) {
	c := conformance.Case{Command: "did", Method: "cs|x", Program: "did (R) 2.5.1", Beside: true, File: "staggered/did.json", ID: "a"}
	c.Add(conformance.Estimate, 2.5e-11, 1e-9)
	failed := conformance.Case{Command: "reg", Program: "fixest 0.14.2", Failed: true}
	failed.Add(conformance.StdError, 1, 1e-7)
	got := page(conformance.Gather([]conformance.Case{c, failed}, conformance.Table{}, true), command.Names())
	for _, want := range []string{
		"2 cases, NOT held.\n",
		"## %did\n\nThe effect of a 0/1 treatment: 1 case, held.\n",
		"| cs\\|x | did (R) 2.5.1 * | 1 | 1 | estimates 3e-11 of 1e-9 | held |\n",
		"| – | fixest 0.14.2 | 1 | 1 | errors 1e0 of 1e-7 | NOT held |\n",
		"## %trend\n\nGroup means over time, with the figure: no reference program.",
		"%label, ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
}

// A file of reference numbers that no test names, and a magic that there is not, are told.
func TestComplete(t *testing.T) {
	t.Chdir(t.TempDir())
	dir := filepath.Join("testdata", "reference", "staggered")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"did.json", "other.json", "make.py"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	table := conformance.Table{Rows: []conformance.Row{{Command: "did", Files: []string{"staggered/did.json"}}, {Command: "zzz"}}}
	err := complete(table)
	if err == nil || !strings.Contains(err.Error(), "staggered/other.json: no test tells") || !strings.Contains(err.Error(), "%zzz") || strings.Contains(err.Error(), "did.json") {
		t.Errorf("got %v", err)
	}
}

// What magics are said to have no reference program exist.
func TestUnheldMagicsExist(t *testing.T) {
	for name := range unheld {
		if _, ok := command.Lookup(name); !ok {
			t.Errorf("no magic %%%s", name)
		}
	}
}

func TestComparing(t *testing.T) {
	const text = "package x_test\n\nfunc TestA(t *testing.T) {\n\tcompared.With(t, compared.Source{})\n}\n\nfunc TestB(t *testing.T) {}\n\nfunc helper() {}\n"
	if got := strings.Join(comparing(text), " "); got != "TestA TestB" {
		t.Errorf("got %q", got)
	}
	if got := comparing(strings.ReplaceAll(text, "compared.With", "With")); got != nil {
		t.Errorf("got %q of a file that compares with nothing", got)
	}
}
