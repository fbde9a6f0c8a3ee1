package pasted

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	tabular   = regexp.MustCompile(`(?s)\\begin\{(tabular\*?|tabularx|longtable|threeparttable|tabu)\}(.*?)\\end\{(?:tabular\*?|tabularx|longtable|tabu)\}`)
	rowEnd    = regexp.MustCompile(`\\\\\*?\s*(?:\[[^\]]*\])?|\\tabularnewline`)
	ruleCmd   = regexp.MustCompile(`\\(?:toprule|midrule|bottomrule|hline|endhead|endfirsthead|endfoot|endlastfoot)\b|\\c(?:mid|)(?:rule|line)(?:\([^)]*\))?\{[^}]*\}|\\addlinespace(?:\[[^\]]*\])?`)
	multi     = regexp.MustCompile(`^\s*\\multicolumn\{(\d+)\}`)
	multirow  = regexp.MustCompile(`\\multirow(?:\[[^\]]*\])?\{[^}]*\}(?:\[[^\]]*\])?\{[^}]*\}`)
	starsUp   = regexp.MustCompile(`\^\{?\s*(?:\\ast|\\star|\*)+(?:\s*(?:\\ast|\\star|\*))*\s*\}?|\\sym\{(\*+)\}|\\textsuperscript\{(\*+)\}`)
	squared   = regexp.MustCompile(`R\s*\^\s*\{?2\}?`)
	oneStar   = regexp.MustCompile(`\\ast|\\star|\*`)
	wrapper   = regexp.MustCompile(`\\(?:textit|textbf|emph|mathrm|text|textrm|mathit|num|makecell|shortstack|underline|mbox|small|footnotesize)(?:\[[^\]]*\])?\{([^{}]*)\}`)
	comment   = regexp.MustCompile(`(?m)(^|[^\\])%.*$`)
	otherCmds = regexp.MustCompile(`\\(?:quad|qquad|hspace\{[^}]*\}|,|;|!|phantom\{[^}]*\}|centering|small|footnotesize)`)
)

// fromLaTeX reads every tabular of a file.
func fromLaTeX(s string) ([]cells, error) {
	s = comment.ReplaceAllString(strings.ReplaceAll(s, "\r\n", "\n"), "$1")
	found := tabular.FindAllStringSubmatchIndex(s, -1)
	if found == nil {
		return nil, errors.New("no \\begin{tabular} … \\end{tabular} was found")
	}
	var all []cells
	before := 0
	for i, m := range found {
		until := len(s)
		if i+1 < len(found) {
			until = found[i+1][0]
		}
		c := cells{words: s[before:m[0]] + "\n" + s[m[1]:until]}
		if i+1 < len(found) { // captions of the next table are its own
			if j := strings.Index(s[m[1]:until], `\end{table`); j >= 0 {
				until = m[1] + j
				c.words = s[before:m[0]] + "\n" + s[m[1]:until]
			}
		}
		before = until
		body, line := s[m[4]:m[5]], 1+strings.Count(s[:m[4]], "\n")
		if err := c.latexRows(body, line); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (c *cells) latexRows(body string, line int) error {
	body = strings.TrimLeft(body, " \n")
	var logical []int
	if strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") { // column format
		end := formatEnd(body)
		logical = columnsOf(lastGroup(body[:end]))
		body = body[end:]
	}
	at := 0
	for _, end := range append(rowEnd.FindAllStringIndex(body, -1), []int{len(body), len(body)}) {
		raw := body[at:end[0]]
		here := line + strings.Count(body[:at+len(raw)-len(strings.TrimLeft(raw, " \n"))], "\n")
		at = end[1]
		raw = ruleCmd.ReplaceAllString(raw, "")
		if strings.TrimSpace(raw) == "" {
			continue
		}
		row, err := latexRow(raw, logical, here)
		if err != nil {
			return err
		}
		if row[0] != "" || len(row) > 1 {
			c.rows, c.lines = append(c.rows, row), append(c.lines, fmt.Sprintf("line %d", here))
		}
	}
	return nil
}

// latexRow is a row's cells, those of columns that meet at the decimal point (r@{}l) as one. logical gives the column that
// each column of the format belongs to; one beyond it is its own.
func latexRow(raw string, logical []int, line int) ([]string, error) {
	var row []string
	physical := 0
	for _, cell := range splitCells(raw) {
		span := 1
		if m := multi.FindStringSubmatch(cell); m != nil {
			span, _ = strconv.Atoi(m[1])
			span = max(span, 1)
			cell = lastGroup(cell)
		}
		first, last := logicalAt(logical, physical), logicalAt(logical, physical+span-1)
		physical += span
		if span > maxColumns || last > maxColumns {
			return nil, fmt.Errorf("line %d: the table has more than %d columns", line, maxColumns)
		}
		text := latexPlain(cell)
		if _, ok := numberOf(text); ok && last > first {
			return nil, fmt.Errorf("line %d: one cell over %d columns holds the number %s, which belongs to one of them; write it there", line, last-first+1, text)
		}
		for len(row) <= last {
			row = append(row, "")
		}
		for k := first; k <= last; k++ {
			row[k] += text
		}
	}
	return row, nil
}

func logicalAt(logical []int, physical int) int {
	if physical < len(logical) {
		return logical[physical]
	}
	if n := len(logical); n > 0 {
		return logical[n-1] + physical - n + 1
	}
	return physical
}

// A table has no more columns, and its format no more characters.
const (
	maxColumns = 200
	maxFormat  = 1 << 14
)

var repeated = regexp.MustCompile(`\*\{(\d+)\}\{((?:[^{}]|\{[^{}]*\})*)\}`)

// columnsOf reads a column format: the columns in their order, r@{}l counting as one.
func columnsOf(format string) []int {
	for range 3 {
		if len(format) > maxFormat {
			return nil
		}
		format = repeated.ReplaceAllStringFunc(format, func(s string) string {
			m := repeated.FindStringSubmatch(s)
			n, _ := strconv.Atoi(m[1])
			return strings.Repeat(m[2], min(n, maxColumns))
		})
	}
	var out []int
	column, met := -1, false
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case '@', '!', '>', '<':
			group := ""
			if i+1 < len(format) && format[i+1] == '{' {
				end := i + 1 + groupEnd(format[i+1:])
				group = format[i+1 : end]
				i = end - 1
			}
			met = c == '@' && group == "{}" && len(out) > 0 && i+1 < len(format)
			met = met && format[i+1] == 'l'
		case '{', '[': // of a width or an option
			i += groupEnd(format[i:]) - 1
		case 'l', 'c', 'r', 'p', 'm', 'b', 'X', 'S', 'D', 'L', 'C', 'R', 'd':
			if !met {
				column++
			}
			met = false
			out = append(out, column)
		}
	}
	return out
}

// groupEnd is where the group that s begins with ends.
func groupEnd(s string) int {
	depth := 0
	for i, r := range s {
		switch r {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// formatEnd is where the column format behind \begin{tabular} ends: all groups that stand there but the last of text.
func formatEnd(s string) int {
	depth, i := 0, 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		default:
			if depth == 0 && s[i] != ' ' {
				return i
			}
		}
		if depth == 0 && i+1 < len(s) && s[i+1] != '{' && s[i+1] != '[' {
			return i + 1
		}
	}
	return i
}

// splitCells cuts at & outside \&.
func splitCells(s string) []string {
	var out []string
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '&' && (i == 0 || s[i-1] != '\\') {
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// lastGroup is what stands in the last braces: the text of \multicolumn{n}{c}{text}.
func lastGroup(s string) string {
	depth, from, out := 0, 0, s
	for i, r := range s {
		switch r {
		case '{':
			if depth == 0 {
				from = i + 1
			}
			depth++
		case '}':
			depth--
			if depth == 0 {
				out = s[from:i]
			}
		}
	}
	return out
}

// latexPlain is a cell without commands.
func latexPlain(s string) string {
	s = multirow.ReplaceAllString(s, "")
	s = starsUp.ReplaceAllStringFunc(s, func(m string) string { return strings.Repeat("*", len(oneStar.FindAllString(m, -1))) })
	s = strings.NewReplacer(`R$^2$`, "R2", `$R^2$`, "R2", `R$^{2}$`, "R2", `$R^{2}$`, "R2", `\(`, "", `\)`, "", `\#`, "#", `\times`, "×", `\_`, "_", `\%`, "%", `\&`, "&", "~", " ", "$", "", `\-`, "", "---", "–", "--", "–").Replace(s)
	s = squared.ReplaceAllString(s, "R2")
	for range 4 {
		s = wrapper.ReplaceAllString(s, "$1")
	}
	s = otherCmds.ReplaceAllString(s, " ")
	s = strings.NewReplacer("{", "", "}", "").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}
