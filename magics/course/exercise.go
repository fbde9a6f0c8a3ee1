// Package course is the workshop's material: six exercises, each written once in exercises/ in English and Chinese with
// its solution, from which the notebooks are written (go generate ./magics/course) and by which %check judges an answer.
//
// No expected number stands anywhere: a check runs the solution on the learner's own data and compares.
package course

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./write

//go:embed exercises/*.md
var sources embed.FS

// Text is a sentence in both languages.
type Text struct{ EN, ZH string }

// Exercise is one notebook of the course.
type Exercise struct {
	Number int
	Name   string // of its files: 2-parallel-trends
	Blocks []Block
}

// BlockKind is what a block of the source is.
type BlockKind string

// The kinds of block. A cell to fill in has two sources: the comment the learner sees and the solution.
const (
	Prose  BlockKind = "prose"  // Text, markdown
	Code   BlockKind = "code"   // Source, the same for everyone
	Answer BlockKind = "answer" // Text, the comment in the empty cell; Source, the solution
	Probe  BlockKind = "check"  // Check
)

// Block is a cell of the notebook.
type Block struct {
	Kind   BlockKind
	Text   Text
	Source string
	Tags   []string
	Check  *Check
}

// CheckKind is what a check judges.
type CheckKind string

// The kinds of check.
const (
	Value    CheckKind = "value"    // a number on the line
	YesNo    CheckKind = "yesno"    // yes or no on the line
	Largest  CheckKind = "largest"  // a word on the line: the name whose expression is largest
	Result   CheckKind = "result"   // a stored result
	Variable CheckKind = "variable" // a variable of a panel
	Whole    CheckKind = "panel"    // a panel
)

// Check is one %check N.M.
type Check struct {
	Number string // 2.3
	Kind   CheckKind
	About  Text // what is asked, a few words
	Hint   Text // said with a wrong answer for which nothing more exact can be said
	Name   string
	Panel  string // of a variable
	Bound  []binding
	Want   string // expression over the bound names; of yesno true where it is not 0
	Digits int    // decimals a value is asked to
	Traps  []trap
	Picks  []pick // of largest
}

// binding gives a name to a number of the solution's session.
type binding struct{ name, source string }

// trap is a wrong value that deserves a sentence of its own.
type trap struct {
	want string
	say  Text
}

// pick is one word that can be chosen, and the expression that must be largest.
type pick struct{ word, want string }

// Asked tells whether the answer stands on the line.
func (c *Check) Asked() bool { return c.Kind == Value || c.Kind == YesNo || c.Kind == Largest }

var read = sync.OnceValues(func() ([]*Exercise, error) {
	entries, err := sources.ReadDir("exercises")
	if err != nil {
		return nil, err
	}
	var all []*Exercise
	for _, e := range entries {
		text, err := sources.ReadFile("exercises/" + e.Name())
		if err != nil {
			return nil, err
		}
		x, err := parse(strings.TrimSuffix(e.Name(), ".md"), string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		all = append(all, x)
	}
	return all, nil
})

// Exercises are those of the course in order.
func Exercises() ([]*Exercise, error) { return read() }

// Checks lists the numbers of all checks.
func Checks() []string {
	all, err := read()
	if err != nil {
		return nil
	}
	var out []string
	for _, x := range all {
		for _, c := range x.Checks() {
			out = append(out, c.Number)
		}
	}
	return out
}

// Checks are the exercise's, in order.
func (x *Exercise) Checks() []*Check {
	var out []*Check
	for _, b := range x.Blocks {
		if b.Check != nil {
			out = append(out, b.Check)
		}
	}
	return out
}

// Find is the check of that number and its exercise; nil if there is none.
func Find(number string) (*Exercise, *Check) {
	all, err := read()
	if err != nil {
		return nil, nil
	}
	for _, x := range all {
		for _, c := range x.Checks() {
			if c.Number == number {
				return x, c
			}
		}
	}
	return nil, nil
}

// Needs are the names of the panels and results of the solution that a check looks at.
func (c *Check) Needs() []string {
	var out []string
	for _, name := range []string{c.Name, c.Panel} {
		if name != "" {
			out = append(out, name)
		}
	}
	for _, b := range c.Bound {
		words := strings.Fields(b.source)
		if len(words) > 1 && words[0] == "panel" {
			words = words[1:]
		}
		out = append(out, words[0])
	}
	return out
}

// Solution is the script that leads to a check: the cells that are given and the solutions of those to fill in, without
// what only shows something.
func (x *Exercise) Solution(c *Check) string {
	var b strings.Builder
	for _, block := range x.Blocks {
		if block.Check == c {
			break
		}
		if block.Kind != Code && block.Kind != Answer {
			continue
		}
		continued := false // a line that only shows goes with what continues it
		for line := range strings.Lines(block.Source) {
			line = strings.TrimRight(line, "\n")
			if !continued && slices.ContainsFunc(showing, func(m string) bool { return strings.HasPrefix(line, m) }) {
				continued = strings.HasSuffix(line, `\`)
				b.WriteString("\n")
				continue
			}
			if continued {
				continued = strings.HasSuffix(line, `\`)
				line = ""
			}
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// showing begins the lines that only show.
var showing = []string{"%table ", "%plot ", "%trend ", "%panel head", "%panel list", "%panel missing", "%panel save", "%lang ", "%check", "%session"}
