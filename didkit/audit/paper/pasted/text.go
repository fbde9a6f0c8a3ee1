package pasted

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var (
	gaps   = regexp.MustCompile(`\t|  +`)
	ruling = regexp.MustCompile(`^[\s|:+=_–—-]*$`)
)

// fromText cuts text into a table: at tabs, at the bars of Markdown, at the commas of a .csv, or, where blanks line columns
// up, at two blanks or more, each piece in the column that it stands under.
func fromText(s, ending string) ([]cells, error) {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "\ufeff"), "\r\n", "\n")
	if ending == ".csv" {
		r := csv.NewReader(strings.NewReader(s))
		r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = -1, true, true
		rows, err := r.ReadAll()
		if err != nil {
			return nil, fmt.Errorf("no comma-separated table: %w", err)
		}
		c := cells{rows: rows, words: s}
		for i := range rows {
			c.lines = append(c.lines, fmt.Sprintf("row %d", i+1))
		}
		return []cells{c}, nil
	}
	c := cells{words: s}
	lines := strings.Split(s, "\n")
	blanks := !strings.Contains(s, "\t") && strings.Count(s, "|") < len(lines)
	var marks []mark
	first := 0
	if blanks {
		marks, first = columnMarks(lines)
	}
	for i, line := range lines {
		if strings.TrimSpace(line) == "" || ruling.MatchString(line) {
			continue
		}
		var row []string
		switch {
		case !blanks && strings.Contains(line, "\t"):
			row = strings.Split(line, "\t")
		case !blanks && strings.Contains(line, "|"):
			row = markdownCells(line)
			if named := breaks(row); named != nil {
				c.rows, c.lines = append(c.rows, named), append(c.lines, fmt.Sprintf("line %d", i+1))
			}
		case !blanks:
			continue // caption or note
		default:
			pieces := piecesOf(line)
			if marks == nil || i < first && pieces[0].from < marks[0].to { // no table, or a caption over it
				continue
			}
			row = place(pieces, marks)
		}
		c.rows, c.lines = append(c.rows, row), append(c.lines, fmt.Sprintf("line %d", i+1))
	}
	return []cells{c}, nil
}

// mark is where a column stands, in columns of a screen.
type mark struct{ from, to int }

type piece struct {
	mark
	text string
}

// piecesOf cuts a line at two blanks or more.
func piecesOf(line string) []piece {
	var out []piece
	at := 0
	for _, span := range append(gaps.FindAllStringIndex(line, -1), []int{len(line), len(line)}) {
		if text := line[at:span[0]]; strings.TrimSpace(text) != "" {
			lead := len(text) - len(strings.TrimLeft(text, " "))
			from := widthOf(line[:at+lead])
			text = strings.TrimSpace(text)
			out = append(out, piece{mark{from, from + widthOf(text)}, text})
		}
		at = span[1]
	}
	return out
}

// columnMarks are those of the line that numbers the columns or heads descriptive statistics, or else of the line with the
// most numbers; nil if no line has two pieces. A blank before heads counts as the column of labels.
func columnMarks(lines []string) (marks []mark, at int) {
	most := 1
	var best []piece
	for i, line := range lines {
		if ruling.MatchString(line) {
			continue
		}
		pieces := piecesOf(line)
		row := make([]string, len(pieces))
		score := 0
		for j, p := range pieces {
			row[j] = p.text
			if _, ok := numberOf(p.text); ok {
				score = max(score, 1) + 1
			}
			if columnNumber.MatchString(plainCell(p.text)) {
				score += 1000
			}
		}
		if statisticsHead(row) != nil {
			score += 1000
		}
		if score > most {
			most, best, at = score, pieces, i
		}
	}
	if best == nil {
		return nil, 0
	}
	if columnNumber.MatchString(plainCell(best[0].text)) || best[0].from > 3 {
		marks = append(marks, mark{0, max(best[0].from-2, 1)})
	}
	for _, p := range best {
		marks = append(marks, p.mark)
	}
	return marks, at
}

// place puts each piece under the nearest column; what stands at the line's beginning is its label.
func place(pieces []piece, marks []mark) []string {
	row := make([]string, len(marks))
	for k, p := range pieces {
		best, far := 0, 1<<30
		for j, m := range marks {
			d := p.from + p.to - m.from - m.to
			if d = max(d, -d); d < far {
				best, far = j, d
			}
		}
		if k == 0 && p.from <= 1 {
			best = 0
		}
		if row[best] != "" {
			row[best] += " "
		}
		row[best] += p.text
	}
	return row
}

// widthOf counts columns of a screen, two for a Chinese character or full-width sign.
func widthOf(s string) int {
	n := 0
	for _, r := range s {
		n++
		if unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff61 {
			n++
		}
	}
	return n
}

// markdownCells cuts a row of Markdown at bars and takes emphasis and escapes away.
func markdownCells(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	const star, bar = "\x00", "\x01"
	line = strings.NewReplacer(`\*`, star, `\|`, bar, `\_`, "_", "&nbsp;", " ").Replace(line)
	cells := strings.Split(line, "|")
	for i, s := range cells {
		s = strings.TrimSpace(s)
		if inner := strings.TrimSuffix(strings.TrimPrefix(s, "**"), "**"); len(inner)+4 == len(s) && !strings.Contains(inner, "*") { // bold
			s = inner
		}
		if t := strings.TrimSpace(strings.Trim(s, "*")); len(t)+2 == len(s) && strings.HasPrefix(s, "*") && strings.HasSuffix(s, "*") {
			s = t
		}
		s = strings.NewReplacer("*<br>", "<br>", "<br/>", "<br>").Replace(s)
		if strings.Contains(s, "<br>") {
			s = strings.TrimPrefix(s, "*")
		}
		cells[i] = strings.NewReplacer(star, "*", bar, "|").Replace(s)
	}
	return cells
}

// breaks splits heads of two lines: it returns the first lines, and leaves the second ones in row; nil if there are none.
func breaks(row []string) []string {
	var first []string
	some := false
	for i, s := range row {
		a, b, ok := strings.Cut(s, "<br>")
		if _, number := numberOf(a); ok && !number {
			row[i], some = b, true
			first = append(first, a)
			continue
		}
		row[i] = strings.ReplaceAll(s, "<br>", " ")
		first = append(first, "")
	}
	if !some {
		return nil
	}
	return first
}
