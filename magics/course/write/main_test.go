package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/course"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/notebook/page"
)

var workshop = filepath.Join("..", "..", "..", "notebooks", "workshop")

// go generate ./magics/course leaves the tree clean.
func TestNotebooksAreAsGenerated(t *testing.T) {
	files, err := notebooks(filepath.Join(workshop, "en"))
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range files {
		got, err := os.ReadFile(filepath.Join(workshop, filepath.FromSlash(name)))
		if err != nil {
			t.Error(err)
			continue
		}
		if string(got) != string(n.Encode()) {
			t.Errorf("%s is not what go generate ./magics/course writes", name)
		}
	}
	found, err := filepath.Glob(filepath.Join(workshop, "*", "*.ipynb"))
	if err != nil || len(found) != len(files) {
		t.Errorf("%d notebooks in the folder, %d generated: %v", len(found), len(files), err)
	}
}

// Every notebook runs from its own folder in less than a minute, as didnb run runs it; every check of a solution is
// correct, and none of an exercise, where each says what is missing.
func TestNotebooksRun(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(workshop, "*", "*.ipynb"))
	if err != nil || len(files) != 24 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		dir, name := filepath.Split(file)
		t.Run(filepath.Base(dir)+"/"+name, func(t *testing.T) {
			n, err := notebook.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			done, err := notebook.Run(context.Background(), n, notebook.Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it takes %v", took)
			}
			checks := 0
			for _, s := range done.Shown {
				r, ok := s.Output.Result.(*command.CheckResult)
				if !ok {
					continue
				}
				checks++
				solved := strings.Contains(dir, "solutions")
				if solved != (r.State == course.Correct) {
					t.Errorf("%s is %s: %v", r.Check, r.State, r.Findings)
				}
				if !solved && len(r.Findings) == 0 {
					t.Errorf("%s does not say what is missing", r.Check)
				}
			}
			if files := page.DataOf(done, workshop); strings.HasPrefix(name, "1-") && len(files) != 4 && strings.Contains(dir, "solutions") {
				t.Errorf("the page names %d files of the four that the panel was merged from: %v", len(files), files)
			}
			if x := exercise(t, name); checks != len(x.Checks()) {
				t.Errorf("%d checks ran of %d", checks, len(x.Checks()))
			}
		})
	}
}

func exercise(t *testing.T, file string) *course.Exercise {
	t.Helper()
	all, err := course.Exercises()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if strings.HasPrefix(file, x.Name) {
			return x
		}
	}
	t.Fatalf("%s belongs to no exercise", file)
	return nil
}

// Both languages of a text say something, and an exercise does not show its solution.
func TestSourcesAreWhole(t *testing.T) {
	all, err := course.Exercises()
	if err != nil || len(all) != 6 {
		t.Fatal(len(all), err)
	}
	for _, x := range all {
		folded := 0
		for i, b := range x.Blocks {
			if b.Kind == course.Prose && (b.Text.EN == "" || b.Text.ZH == "") {
				t.Errorf("%s, block %d lacks a language", x.Name, i+1)
			}
			for _, text := range []string{b.Text.EN, b.Text.ZH} {
				if strings.Count(text, "<details>") != strings.Count(text, "</details>") {
					t.Errorf("%s, block %d: a hint is not closed", x.Name, i+1)
				}
			}
			if e, z := strings.Count(b.Text.EN, "<details>"), strings.Count(b.Text.ZH, "<details>"); e != z {
				t.Errorf("%s, block %d: %d hints in English, %d in Chinese", x.Name, i+1, e, z)
			} else {
				folded += e
			}
		}
		if folded < 4 || len(x.Checks()) < 4 {
			t.Errorf("%s has %d hints and %d checks", x.Name, folded, len(x.Checks()))
		}
		empty := string(paper(x, "en", nil).Encode())
		for _, b := range x.Blocks {
			if b.Kind != course.Answer {
				continue
			}
			for line := range strings.Lines(b.Source) {
				line = strings.TrimSpace(line)
				if len(line) > 40 && strings.Contains(empty, strings.ReplaceAll(line, `"`, `\"`)) {
					t.Errorf("%s shows its solution: %s", x.Name, line)
				}
			}
		}
	}
}
