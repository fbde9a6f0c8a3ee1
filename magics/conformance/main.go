// Command conformance runs the tests that hold our numbers to other programs', and writes from what they record
// docs/conformance.md and didkit/conformance/recorded.json, which %didhelp prints from.
//
//	go run ./magics/conformance                  run the tests and write both
//	go run ./magics/conformance -check           run them and say where the cases are no longer those of the table
//	go run ./magics/conformance -from FOLDER …   take what tests recorded in the folder that DIDNB_CONFORMANCE named
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/magics/command"
)

const (
	tableFile = "didkit/conformance/recorded.json"
	pageFile  = "docs/conformance.md"
)

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "a folder in which tests recorded their cases; empty: run them")
	check := flag.Bool("check", false, "write nothing, fail where the cases are others than the table's")
	flag.Parse()
	if err := run(*from, *check); err != nil {
		log.Fatal(err)
	}
}

func run(from string, check bool) error {
	if from == "" {
		dir, err := os.MkdirTemp("", "conformance")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := test(dir); err != nil {
			return err
		}
		from = dir
	}
	cases, err := read(from)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(tableFile)
	if err != nil {
		return err
	}
	former, err := conformance.Read(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", tableFile, err)
	}
	beside := slices.ContainsFunc(cases, func(c conformance.Case) bool { return c.Beside })
	table := conformance.Gather(cases, former, beside)
	if check {
		return errors.Join(complete(table), upToDate(table, former, beside))
	}
	if err := complete(table); err != nil {
		return err
	}
	text, err := table.JSON()
	if err != nil {
		return err
	}
	if err := os.WriteFile(tableFile, text, 0o644); err != nil {
		return err
	}
	return os.WriteFile(pageFile, []byte(page(table, command.Names())), 0o644)
}

// test runs the tests that compare with other programs, which record their cases in the folder.
func test(dir string) error {
	out, err := exec.Command("go", "list", "-f", "{{range .TestGoFiles}}{{$.ImportPath}} {{$.Dir}}/{{.}}\n{{end}}{{range .XTestGoFiles}}{{$.ImportPath}} {{$.Dir}}/{{.}}\n{{end}}", "./...").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	var packages, names []string
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if found := comparing(string(text)); len(found) > 0 {
			packages, names = append(packages, name), append(names, found...)
		}
	}
	args := append([]string{"test", "-count=1", "-run", "^(" + strings.Join(names, "|") + ")$"}, slices.Compact(packages)...)
	tests := exec.Command("go", args...)
	tests.Env = append(os.Environ(), compared.Folder+"="+dir)
	tests.Stdout, tests.Stderr = os.Stderr, os.Stderr
	if err := tests.Run(); err != nil {
		return fmt.Errorf("the tests: %w", err)
	}
	return nil
}

var testName = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// comparing are the tests of a file that tells whose numbers it compares with.
func comparing(text string) (names []string) {
	if !strings.Contains(text, "compared.With(") {
		return nil
	}
	for _, m := range testName.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// read reads the cases that tests recorded.
func read(dir string) (cases []conformance.Case, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no test recorded a case", dir)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		for lines.Scan() {
			var c conformance.Case
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			cases = append(cases, c)
		}
	}
	return cases, nil
}

// complete holds that every file of reference numbers is compared with, and every magic that is recorded exists.
func complete(t conformance.Table) error {
	used := map[string]bool{}
	var errs []error
	for _, r := range t.Rows {
		for _, f := range r.Files {
			used[f] = true
		}
		if _, ok := command.Lookup(r.Command); r.Command != "" && !ok {
			errs = append(errs, fmt.Errorf("a test compares numbers of %%%s, and there is no such magic", r.Command))
		}
	}
	root := filepath.FromSlash("testdata/reference")
	errs = append(errs, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		name, err := filepath.Rel(root, path)
		if name = filepath.ToSlash(name); err == nil && !used[name] {
			errs = append(errs, fmt.Errorf("testdata/reference/%s: no test tells by compared.With that it compares with these numbers", name))
		}
		return err
	}))
	return errors.Join(errs...)
}

// upToDate says where the table is no longer what the tests record, or the page what the table says.
func upToDate(table, former conformance.Table, beside bool) error {
	sentences := table.Differs(former, beside)
	text, err := os.ReadFile(pageFile)
	if err != nil {
		return err
	}
	if string(text) != page(former, command.Names()) {
		sentences = append(sentences, pageFile+" is not what "+tableFile+" says")
	}
	if len(sentences) > 0 {
		return fmt.Errorf("%s\ngo run ./magics/conformance makes both anew", strings.Join(sentences, "\n"))
	}
	return nil
}
