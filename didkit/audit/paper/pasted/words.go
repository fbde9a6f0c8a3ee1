package pasted

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

var (
	starLevel   = regexp.MustCompile(`([*†‡+]+)\s*(?:\{\})?\s*(?:for|:|=|indicates?|denotes?)?\s*\(?\s*[pP]\s*(?:-?\s*value)?\s*(?:<|≤|<=|&lt;|\\le)\s*(0?\.\d+|\d+\s*%)`)
	starsListed = regexp.MustCompile(`([*†‡+]+(?:(?: *(?:,|、|;|/|and|和|及|或|与)+ *(?:and|和)? *| +)[*†‡+]+)+)[^*†‡+\d\n]{0,60}?((?:\d+(?:\.\d+)?|\.\d+) *%?(?:(?: *(?:,|、|;|/|and|和|及|或|与)+ *(?:and|和)? *| +)(?:\d+(?:\.\d+)?|\.\d+) *%?)+)`)
	oneMark     = regexp.MustCompile(`[*†‡+]+`)
	oneLevel    = regexp.MustCompile(`(\d*\.?\d+)\s*(%?)`)
)

// legendOf reads what stars stand for from a table's notes: "*** p<0.01" or "***、**、*分别表示在1%、5%、10%的水平上显著"; nil if they
// do not say.
func legendOf(words string) map[string]float64 {
	words = starsUp.ReplaceAllStringFunc(words, func(m string) string { return strings.Repeat("*", len(oneStar.FindAllString(m, -1))) })
	words = plainCell(strings.NewReplacer(`\(`, "", `\)`, "", `\%`, "%", `\*`, "*", `\`, "", "{", "", "}", "").Replace(words))
	out := map[string]float64{}
	for _, m := range starLevel.FindAllStringSubmatch(words, -1) {
		out[m[1]] = levelOf(m[2], strings.Contains(m[2], "%"))
	}
	if len(out) == 0 {
		if m := starsListed.FindStringSubmatch(words); m != nil {
			marks, levels := oneMark.FindAllString(m[1], -1), oneLevel.FindAllStringSubmatch(m[2], -1)
			if len(marks) != len(levels) {
				return nil
			}
			for i, mark := range marks {
				out[mark] = levelOf(levels[i][1], strings.Contains(m[2], "%"))
			}
		}
	}
	for _, level := range out {
		if !(level > 0 && level < 1) {
			return nil
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func levelOf(s string, percent bool) float64 {
	p, ok := paper.ParsePrinted(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%")))
	switch {
	case !ok:
		return 0
	case percent:
		return p.Value / 100
	}
	return p.Value
}

var (
	effectLabel = regexp.MustCompile(`(?i)^(.*?)\s*(?:fixed[- ]effects?|\bfes?|固定效应|固定)$`)
	both        = regexp.MustCompile(`(?i)^(.+?)(?:\s+and\s+|\s*[/&、和与]\s*)(.+)$`)
	yes         = regexp.MustCompile(`(?i)^(?:yes|y|✓|√|×?√|x|是|控制|有)$`)
	no          = regexp.MustCompile(`(?i)^(?:no|n|否|未控制|不控制|无|–|-|—)?$`)
)

// effectsOf reads a row such as City FE | Yes | No; false if it is none.
func effectsOf(t *paper.Table, row []string, label string) bool {
	m := effectLabel.FindStringSubmatch(label)
	if m == nil {
		return false
	}
	marked := false
	for j := range t.Columns {
		s := cellAt(row, j+1)
		if !yes.MatchString(s) && !no.MatchString(s) {
			return false
		}
		marked = marked || yes.MatchString(s) || s != ""
	}
	if !marked {
		return false
	}
	names := []string{strings.ToLower(m[1])}
	if names[0] == "" {
		names[0] = "fixed effects"
	}
	if two := both.FindStringSubmatch(names[0]); two != nil {
		names = two[1:]
	}
	for j := range t.Columns {
		c := &t.Columns[j]
		if c.Effects == nil {
			c.Effects = []string{}
		}
		if yes.MatchString(cellAt(row, j+1)) {
			c.Effects = append(c.Effects, names...)
		}
	}
	return true
}

// notes are the rows that hold one text over all columns, as esttab writes a table's notes.
func (c cells) notes() string {
	var out strings.Builder
	for _, row := range c.rows {
		if len(row) > 0 && !slices.ContainsFunc(row[1:], func(s string) bool { return s != "" && s != row[0] }) {
			out.WriteString(row[0] + "\n")
		}
	}
	return out.String()
}

func cellAt(row []string, j int) string {
	if j < len(row) {
		return plainCell(row[j])
	}
	return ""
}

var modelWord = regexp.MustCompile(`(?i)^(?:ols|fe|twfe|logit|logistic|probit|tobit|poisson|ppml|iv|2sls|iv-2sls|gmm|wls|工具变量法?|固定效应|泊松)$`)

// models reads a head that names the columns' methods; false if it is none.
func models(t *paper.Table, row []string) bool {
	some := false
	for j := 1; j < len(row); j++ {
		s := plainCell(row[j])
		if s != "" && !modelWord.MatchString(s) {
			return false
		}
		some = some || s != ""
	}
	if !some {
		return false
	}
	for j := range t.Columns {
		if s := strings.ToLower(cellAt(row, j+1)); !slices.Contains([]string{"", "fe", "twfe", "固定效应"}, s) {
			t.Columns[j].Model = s
		}
	}
	return true
}

// looksPrinted is a decimal number with something behind it that is no word.
var looksPrinted = regexp.MustCompile(`^[-−–]?\d*\.\d+[^\s\d.,\pL%~–—-]`)

// garbled is the error for a term's cell that begins as a number and can't be read: without it the number would be lost.
func (c cells) garbled(row []string, label string, i int) error {
	for _, s := range row[1:] {
		s = plainCell(s)
		if _, ok := numberOf(s); !ok && looksPrinted.MatchString(s) {
			return fmt.Errorf("%s: a cell of %s is no number but %q", c.lines[i], label, s)
		}
	}
	return nil
}
