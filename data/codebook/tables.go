package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/seed2d25c7c2/didnb/data/calibration"
	"github.com/seed2d25c7c2/didnb/data/replica"
)

var titles = map[string]string{
	"table2": "Table 2: baseline", "table3": "Table 3: robustness", "table4": "Table 4: mechanisms",
	"table5": "Table 5: years since adoption", "table6": "Table 6: groups of cities",
}

// tied are the statistics that a parameter of the design was calibrated to.
func tied() map[string]bool {
	out := map[string]bool{}
	for _, p := range calibration.Pairs() {
		out[p.Statistic] = true
	}
	return out
}

// isTied tells whether a line is among them.
func isTied(l replica.Line, among map[string]bool) bool {
	switch key := l.Table + " " + l.Column + " "; l.Kind {
	case replica.Moment:
		return among[l.What+" "+l.Column]
	case replica.Coefficient:
		return among[key+l.What]
	case replica.Statistic:
		return among[key+l.What+" se"]
	case replica.RSquared:
		return among[key+"r2"]
	}
	return false
}

// summary counts what agrees.
func summary(b *bytes.Buffer, lines []replica.Line) {
	var free, near, far, all int
	among := tied()
	for _, l := range lines {
		if l.Kind != replica.Coefficient {
			continue
		}
		all++
		if isTied(l, among) {
			continue
		}
		free++
		switch gap := math.Abs(l.Gap()); {
		case gap <= 1:
			near++
		case gap > 2:
			far++
		}
	}
	fmt.Fprintf(b, "%d statistics were calibration targets, one for each parameter (or group) that moved. Of %d published coefficients these are %d (marked *). Of the\n"+
		"other %d, which no parameter was tied to, %d lie within one standard error of the published value, %d between one and two, %d beyond two.\n\n",
		len(among), all, all-free, free, near, free-near-far, far)
}

func moments(b *bytes.Buffer, lines []replica.Line) {
	b.WriteString("**Table 1: means, standard deviations, extremes** (5,364 rows each)\n\n| variable | mean | sd | min | max |\n|---|---|---|---|---|\n")
	for i := 0; i < len(lines); i++ {
		if lines[i].Kind != replica.Rows || lines[i].Table != "table1" {
			continue
		}
		fmt.Fprintf(b, "| %s |", lines[i].Column)
		for _, l := range lines[i+1 : i+5] {
			fmt.Fprintf(b, " %s → %s |", fixed(l.Published.Value, l.Published.Decimals), fixed(l.Ours, l.Published.Decimals))
		}
		b.WriteString("\n")
	}
	b.WriteString("\nPublished → simulated, here and below.\n\n")
}

// regressions writes one table for each of the paper's, a row a coefficient, R² and n with the first of a column.
func regressions(b *bytes.Buffer, lines []replica.Line) {
	among := tied()
	star := func(l replica.Line) string {
		if isTied(l, among) {
			return "*"
		}
		return ""
	}
	table := ""
	for i := 0; i < len(lines); {
		l := lines[i]
		if l.Table == "table1" {
			i++
			continue
		}
		if l.Table != table {
			if table != "" {
				b.WriteString("\n")
			}
			table = l.Table
			fmt.Fprintf(b, "**%s**\n\n| column | term | coefficient | t | gap in s.e. | R² | n |\n|---|---|---|---|---|---|---|\n", titles[table])
		}
		from := i
		for i < len(lines) && lines[i].Table == l.Table && lines[i].Column == l.Column {
			i++
		}
		column := lines[from:i]
		r2, n := column[len(column)-2], column[len(column)-1]
		for k := 0; k < len(column)-2; k += 2 {
			c, t := column[k], column[k+1]
			name, tail := "", "| |"
			if k == 0 {
				name = c.Column
				tail = fmt.Sprintf("%s → %s%s | %s → %s |", fixed(r2.Published.Value, 3), fixed(r2.Ours, 3), star(r2), thousands(n.Published.Value), thousands(n.Ours))
			}
			fmt.Fprintf(b, "| %s | %s | %s → %s%s | %s → %s%s | %s | %s\n", name, c.What,
				fixed(c.Published.Value, 3), fixed(c.Ours, 3), star(c), fixed(t.Published.Value, 2), fixed(t.Ours, 2), star(t), fixed(c.Gap(), 1), tail)
		}
	}
	b.WriteString("\nA star at a t value says that the standard error was a target, at an R² that it was itself.\n\n")
}

// fixed is x with so many decimals and a true minus, without a minus before zero.
func fixed(x float64, decimals int) string {
	s := fmt.Sprintf("%.*f", decimals, x)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

func thousands(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	if len(s) > 3 {
		s = s[:len(s)-3] + "," + s[len(s)-3:]
	}
	return s
}
