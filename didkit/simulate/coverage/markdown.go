package main

import (
	"fmt"
	"maps"
	"os"
	"strings"
)

// readme holds the tables between its markers.
const readme = "didkit/did/README.md"

const (
	begin = "<!-- coverage:begin, by go run ./didkit/simulate/coverage -write -->"
	end   = "<!-- coverage:end -->"
)

// rows are a design's lines in a table by the names of their estimators, and below it what was not estimated.
type rows struct{ lines, notes map[string]string }

// lines are the rows of a design.
func lines(o options, of []performance) rows {
	r := rows{map[string]string{}, map[string]string{}}
	for _, p := range of {
		name := p.estimator.name
		if p.panels < o.draws {
			name += fmt.Sprintf(" (%d panels)", p.panels)
		}
		r.lines[p.estimator.name] = fmt.Sprintf("| %s | %s | %.3f | %+.3f | %.3f | %.3f | %.1f |", name, p.estimator.target.says, p.truth, p.bias, p.sd, p.error, 100*p.coverage)
		if p.failed > 0 {
			r.notes[p.estimator.name] = fmt.Sprintf("%s gave no estimate of %d panels: %s.", p.estimator.name, p.failed, p.reason)
		}
	}
	return r
}

// markdown is the study as tables, one a design. Estimators and designs that were not studied keep the rows they have in
// the former text.
func markdown(o options, all [][]performance, former string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s draws of each design, seed %d: %d units over %d periods, a quarter adopting in period %d, a quarter in period %d, at random; ", thousands(o.draws), o.seed, units, periods, early, late)
	fmt.Fprintf(&b, "noise of standard deviation 1, correlated by %g from period to period. Errors are clustered by unit. Truth is each estimator's own average of the true effects. ", correlation)
	fmt.Fprintf(&b, "With %s draws a coverage of 95 %% lies between %.1f and %.1f (two binomial standard errors).\n", thousands(o.draws), 95-200*noise(o.draws), min(100, 95+200*noise(o.draws)))
	table := read(former)
	for i, d := range o.designs {
		now := lines(o, all[i])
		if table[d.name].lines == nil {
			table[d.name] = now
			continue
		}
		for name, line := range now.lines {
			table[d.name].lines[name] = line
			delete(table[d.name].notes, name)
		}
		maps.Copy(table[d.name].notes, now.notes)
	}
	for _, d := range designs {
		t, ok := table[d.name]
		if !ok {
			continue
		}
		fmt.Fprintf(&b, "\n%s: %s.\n\n", title(d), d.says)
		b.WriteString("| method | averages over | truth | bias | SD | mean std. error | 95 % coverage |\n|---|---|---:|---:|---:|---:|---:|\n")
		for _, e := range estimators {
			if line, ok := t.lines[e.name]; ok {
				b.WriteString(line + "\n")
			}
		}
		for _, e := range estimators {
			if note, ok := t.notes[e.name]; ok {
				b.WriteString("\n" + note + "\n")
			}
		}
	}
	return b.String()
}

func title(d scenario) string { return "**" + strings.ToUpper(d.name[:1]) + d.name[1:] + "**" }

// read finds the rows in tables that markdown wrote.
func read(text string) map[string]rows {
	out := map[string]rows{}
	in := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		for _, d := range designs {
			if strings.HasPrefix(line, title(d)+":") {
				in = d.name
				out[in] = rows{map[string]string{}, map[string]string{}}
			}
		}
		if in == "" {
			continue
		}
		for _, e := range estimators {
			if strings.HasPrefix(line, "| "+e.name+" | ") || strings.HasPrefix(line, "| "+e.name+" (") {
				out[in].lines[e.name] = line
			}
			if strings.HasPrefix(line, e.name+" gave no estimate") {
				out[in].notes[e.name] = line
			}
		}
	}
	return out
}

// written is the text between the markers of a file.
func written(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(string(text), begin)
	inside, _, _ := strings.Cut(rest, end)
	return inside, nil
}

// insert puts the text between the markers of a file.
func insert(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(old), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s has no lines %q and %q", file, begin, end)
	}
	return os.WriteFile(file, []byte(head+begin+"\n\n"+text+"\n"+end+tail), 0o644)
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
