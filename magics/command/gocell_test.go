package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// The Go cells that go=true prints compile, run, and give the magic's numbers to the last digit. They are put into one
// program, which builds faster than four.
func TestGoCellsRun(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	out, _ := mustRun(t, towns+"%gen lx = log(x) if=\"x > 1.5\"\n%gen `mean part` = mean(part) by=region\n%gen text = region\n"+
		"%reg y ~ lx + `mean part` vcov=hetero level=0.9 weights=w go=true\n"+
		"%reg c(y, part) ~ sw(x, D) vcov=cluster(town, year) if='region == \"East\"' singletons=keep go=true\n"+
		"%did y ~ x | town + year treat=D vcov=iid absorbing=false go=true\n"+
		"%eventstudy y ~ x treat=D window=-2:3 ref=-2 ends=clip go=true")
	var program, want strings.Builder
	calls := ""
	for i, o := range out[4:] {
		_, cell, ok := strings.Cut(o.Text, "\nimport (")
		if !ok {
			t.Fatalf("%%%s prints no cell:\n%s", o.Magic, o.Text)
		}
		imports, body, _ := strings.Cut(cell, ")\n\nfunc main() {")
		if i == 0 {
			program.WriteString("package main\n\nimport (" + imports + ")\n")
		}
		fmt.Fprintf(&program, "\nfunc cell%d() {%s", i, body)
		calls += fmt.Sprintf("\tcell%d()\n", i)
		writeNumbers(&want, o.Result)
	}
	program.WriteString("\nfunc main() {\n" + calls + "}\n")
	dir := t.TempDir()
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "cells.exe")
	if err := os.WriteFile(source, []byte(program.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command("go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, msg, program.String())
	}
	run := exec.Command(binary)
	run.Dir = "testdata"
	got, err := run.CombinedOutput()
	if err != nil || string(got) != want.String() {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, want.String())
	}
}

// writeNumbers prints a result as the cells do.
func writeNumbers(b *strings.Builder, result any) {
	fit := func(f *regress.Fit) {
		for _, c := range f.Coef {
			fmt.Fprintln(b, c.Term, c.Estimate, c.StdError, c.PValue)
		}
	}
	switch r := result.(type) {
	case *regress.Fit:
		fit(r)
	case *did.EventStudyResult:
		for _, c := range r.Coef {
			fmt.Fprintln(b, c.EventTime, c.Estimate, c.StdError)
		}
	case interface{ Fits() []*regress.Fit }:
		for _, f := range r.Fits() {
			fmt.Fprintln(b, f.Formula)
			fit(f)
		}
	}
}
