// Command write makes notebooks/workshop/ from the exercises' sources: each exercise in English and Chinese, once to be
// filled in and once filled in. A number that a task asks for is computed by the solution here, and typed nowhere. It
// runs in magics/course, as go generate does.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/course"
	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func main() {
	if err := write(filepath.Join("..", "..", "notebooks", "workshop")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(folder string) error {
	files, err := notebooks(filepath.Join(folder, "en"))
	if err != nil {
		return err
	}
	for name, n := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := n.WriteFile(path); err != nil {
			return err
		}
	}
	return nil
}

// notebooks are the course's files by their names in notebooks/workshop. Solutions run in dir, whose relative files are
// those of every folder of the course.
func notebooks(dir string) (map[string]*notebook.Notebook, error) {
	all, err := course.Exercises()
	if err != nil {
		return nil, err
	}
	out := map[string]*notebook.Notebook{}
	for _, x := range all {
		answers, err := expected(dir, x)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.Name, err)
		}
		for _, l := range []session.Language{session.English, session.Chinese} {
			out[string(l)+"/"+x.Name+".ipynb"] = paper(x, l, nil)
			out["solutions/"+x.Name+"-"+string(l)+".ipynb"] = paper(x, l, answers)
		}
	}
	return out, nil
}

// expected are the answers that stand on the lines of an exercise's checks, by number.
func expected(dir string, x *course.Exercise) (map[string]string, error) {
	out := map[string]string{}
	for _, c := range x.Checks() {
		if !c.Asked() {
			continue
		}
		s, err := command.Solve(context.Background(), dir, x, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Number, err)
		}
		if out[c.Number], err = command.Expected(c, s); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Number, err)
		}
	}
	return out, nil
}

// numbered writes behind the word Task the numbers of the checks that follow it, up to the next task.
func numbered(text string, rest []course.Block) string {
	const en, zh = "**Task.**", "**任务。**"
	var numbers []string
	for _, b := range rest {
		if b.Check != nil {
			numbers = append(numbers, b.Check.Number)
		}
		if strings.Contains(b.Text.EN, en) {
			break
		}
	}
	word := "Task "
	if len(numbers) > 1 {
		word = "Tasks "
	}
	text = strings.ReplaceAll(text, en, "**"+word+strings.Join(numbers, ", ")+".**")
	return strings.ReplaceAll(text, zh, "**任务 "+strings.Join(numbers, "、")+"。**")
}

// paper is a notebook of one exercise, with its solution if answers are given.
func paper(x *course.Exercise, l session.Language, answers map[string]string) *notebook.Notebook {
	n := &notebook.Notebook{Major: 4, Minor: 5, Metadata: notebook.Object{
		"kernelspec":    notebook.Object{"display_name": "didnb", "language": "go", "name": "didnb"},
		"language_info": notebook.Object{"file_extension": ".go", "mimetype": "text/x-go", "name": "go"},
	}}
	add := func(kind notebook.Kind, source string, tags ...string) {
		c := &notebook.Cell{ID: fmt.Sprintf("w%d-%02d", x.Number, len(n.Cells)+1), Kind: kind, Source: source, Metadata: notebook.Object{}}
		if len(tags) > 0 {
			list := make([]any, len(tags))
			for i, t := range tags {
				list[i] = t
			}
			c.Metadata["tags"] = list
		}
		n.Cells = append(n.Cells, c)
	}
	pick := func(t course.Text) string {
		if l == session.Chinese {
			return t.ZH
		}
		return t.EN
	}
	spoken := l == session.English
	for i, b := range x.Blocks {
		switch b.Kind {
		case course.Prose:
			add(notebook.Markdown, numbered(pick(b.Text), x.Blocks[i+1:]))
		case course.Code:
			add(notebook.Code, b.Source, b.Tags...)
			if !spoken { // after the parameters, which papermill and didnb run look for in the first cell
				add(notebook.Code, "%lang zh", "hide-output")
				spoken = true
			}
		case course.Answer:
			source := "# " + strings.ReplaceAll(pick(b.Text), "\n", "\n# ") + "\n"
			if answers != nil {
				source += b.Source
			}
			add(notebook.Code, strings.TrimRight(source, "\n"))
		case course.Probe:
			answer := answers[b.Check.Number]
			if yes, ok := map[string]string{"yes": "是", "no": "否"}[answer]; ok && l == session.Chinese {
				answer = yes
			}
			add(notebook.Code, strings.TrimRight("%check "+b.Check.Number+" "+answer, " "))
		}
	}
	return n
}
