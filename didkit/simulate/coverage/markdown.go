package main

import (
	"fmt"
	"os"
	"strings"
)

// readme holds the tables between its markers.
const readme = "didkit/did/README.md"

const (
	begin = "<!-- coverage:begin, by go run ./didkit/simulate/coverage -write -->"
	end   = "<!-- coverage:end -->"
)

// markdown is the study as tables, one a design.
func markdown(o options, all [][]performance) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s draws of each design, seed %d: %d units over %d periods, a quarter adopting in period %d, a quarter in period %d, at random; ", thousands(o.draws), o.seed, units, periods, early, late)
	fmt.Fprintf(&b, "noise of standard deviation 1, correlated by %g from period to period. Errors are clustered by unit. Truth is each estimator's own average of the true effects. ", correlation)
	fmt.Fprintf(&b, "With %s draws a coverage of 95 %% lies between %.1f and %.1f (two binomial standard errors).\n", thousands(o.draws), 95-200*noise(o.draws), min(100, 95+200*noise(o.draws)))
	for i, d := range o.designs {
		fmt.Fprintf(&b, "\n**%s**: %s.\n\n", strings.ToUpper(d.name[:1])+d.name[1:], d.says)
		b.WriteString("| method | averages over | truth | bias | SD | mean std. error | 95 % coverage |\n|---|---|---:|---:|---:|---:|---:|\n")
		for _, p := range all[i] {
			name := p.estimator.name
			if p.panels < o.draws {
				name += fmt.Sprintf(" (%d panels)", p.panels)
			}
			fmt.Fprintf(&b, "| %s | %s | %.3f | %+.3f | %.3f | %.3f | %.1f |\n", name, p.estimator.target.says, p.truth, p.bias, p.sd, p.error, 100*p.coverage)
		}
		for _, p := range all[i] {
			if p.failed > 0 {
				fmt.Fprintf(&b, "\n%s gave no estimate of %d panels: %s.\n", p.estimator.name, p.failed, p.reason)
			}
		}
	}
	return b.String()
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
