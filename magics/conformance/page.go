package main

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
	"github.com/seed2d25c7c2/didnb/magics/command"
)

// unheld says of the magics that show numbers and have no case how far these are known; what is not here only shows or
// keeps what others computed.
var unheld = map[string]string{
	"gen":     "means, ranks, lags and the like by formulas that its tests compute anew; no other program",
	"trend":   "means by group and period; no other program",
	"map":     "class breaks by formulas that its tests compute anew; no other program",
	"audit":   "published numbers beside ours, which %reg, %did, %mediate and %psm compute",
	"compare": "published numbers beside ours, which %reg, %did, %mediate and %psm compute",
	"check":   "answers of the workshop beside numbers that other magics compute",
}

// page is docs/conformance.md.
func page(t conformance.Table, names []string) string {
	var b strings.Builder
	b.WriteString(`# What our numbers are held to

<!-- made by: go run ./magics/conformance; don't edit -->

Each magic, the programs whose numbers its own are compared with in the tests, and of each kind of number the gap that is
nearest to what is allowed. Gaps are relative, in one digit rounded up; what is allowed was chosen before the comparison.
Allowed gaps of 1e-3 and more are those of programs that simulate or search a grid. The numbers stand in
[testdata/reference](../testdata/reference/README.md) with version and call. Rows marked * need data that may not be given
away with the project: they are as they were where the data were at hand last.

`)
	fmt.Fprintf(&b, "%s, %s.\n", count(t.Cases()), passed(t))
	var silent []string
	for _, name := range names {
		c, _ := command.Lookup(name)
		of := t.Of(c.Name)
		if reason, shows := unheld[c.Name]; len(of.Rows) == 0 {
			if shows {
				fmt.Fprintf(&b, "\n## %%%s\n\n%s: no reference program. %s.\n", c.Name, upper(c.Short), upper(reason))
			} else {
				silent = append(silent, "%"+c.Name)
			}
			continue
		}
		section(&b, "%"+c.Name, c.Short, of)
	}
	if of := t.Of(""); len(of.Rows) > 0 {
		section(&b, "The library", "what several magics use", of)
	}
	fmt.Fprintf(&b, "\nMagics without numbers of their own: %s.\n", strings.Join(silent, ", "))
	return b.String()
}

func section(b *strings.Builder, title, short string, t conformance.Table) {
	fmt.Fprintf(b, "\n## %s\n\n%s: %s, %s.\n\n| method | reference | cases | numbers | gap, of what is allowed | status |\n|---|---|---:|---:|---|---|\n", title, upper(short), count(t.Cases()), passed(t))
	for _, r := range t.Rows {
		program, numbers := r.Program, 0
		if r.Beside {
			program += " *"
		}
		var gaps []string
		for _, n := range r.Numbers {
			numbers += n.Count
			gaps = append(gaps, fmt.Sprintf("%s %s of %s", kindNames[n.Kind], conformance.Gap(n.Gap), conformance.Gap(n.Allow)))
		}
		fmt.Fprintf(b, "| %s | %s | %d | %d | %s | %s |\n", cell(r.Method), cell(program), r.Cases, numbers, strings.Join(gaps, "; "), passed(conformance.Table{Rows: []conformance.Row{r}}))
	}
}

// kindNames are the kinds of numbers in words.
var kindNames = map[conformance.Kind]string{
	conformance.Estimate: "estimates", conformance.StdError: "errors", conformance.PValue: "p", conformance.Interval: "intervals",
	conformance.Statistic: "statistics", conformance.Weight: "weights",
}

func count(cases int) string {
	if cases == 1 {
		return "1 case"
	}
	return fmt.Sprintf("%d cases", cases)
}

func passed(t conformance.Table) string {
	if t.Passed() {
		return "held"
	}
	return "NOT held"
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// cell is a text as a table's cell.
func cell(s string) string {
	if s == "" {
		return "–"
	}
	return strings.ReplaceAll(s, "|", "\\|")
}
