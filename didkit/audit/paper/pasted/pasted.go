// Package pasted reads a table as it stands in a paper, copied as text, in LaTeX or in a workbook, into a paper's numbers.
package pasted

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// Options are what a table alone does not say.
type Options struct {
	Statistic string // in brackets: t or se; "": what the table's note says, or else what its stars agree with
	Sample    *paper.Sample
}

// cells is a table cut into cells, with the words around it.
type cells struct {
	rows  [][]string
	lines []string // where each row stands, for messages: "line 3", "row 3"
	words string   // caption and notes
}

// Endings are those of files that Read takes.
var Endings = []string{".txt", ".md", ".csv", ".tsv", ".tex", ".xlsx"}

// Read reads a table from a file of that name and content.
func Read(name string, data []byte, o Options) (*paper.Book, error) {
	var all []cells
	var err error
	switch ending := strings.ToLower(filepath.Ext(name)); ending {
	case ".xlsx":
		all, err = fromWorkbook(data)
	case ".tex":
		all, err = fromLaTeX(string(data))
	case ".txt", ".md", ".csv", ".tsv":
		all, err = fromText(string(data), ending)
	default:
		return nil, fmt.Errorf("%s is of no kind that a table is read from: .json, %s", name, strings.Join(Endings, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b := &paper.Book{Source: filepath.Base(name), Sample: o.Sample}
	words := ""
	for _, c := range all {
		t, err := c.table()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if t.Name = numbered(c.words); t.Name == "" || hasTable(b, t.Name) {
			t.Name = fmt.Sprintf("table%d", len(b.Tables)+1)
		}
		b.Tables = append(b.Tables, *t)
		words += c.words + "\n" + c.notes()
	}
	if len(b.Tables) == 0 {
		return nil, fmt.Errorf("%s: no table was found", name)
	}
	statistic := o.Statistic
	if statistic == "" {
		statistic = inBrackets(words)
	}
	b.Stars = legendOf(words)
	b.SetStatistic(statistic)
	b.Roles()
	return b, nil
}

func hasTable(b *paper.Book, name string) bool {
	_, err := b.Table(name)
	return err == nil
}

var caption = regexp.MustCompile(`(?i)(?:\btable|表)\s*(\d+)`)

// numbered is table2 for a caption that says Table 2 or 表 2.
func numbered(words string) string {
	if m := caption.FindStringSubmatch(words); m != nil {
		return "table" + m[1]
	}
	return ""
}

var (
	saysT  = regexp.MustCompile(`(?i)\bt[- ]?(?:stat|val|ratio)|\bt\s*(?:值|统计量)|\$t\$`)
	saysSE = regexp.MustCompile(`(?i)standard\s+errors?\s+(?:are\s+)?(?:\w+\s+)*in\b|(?:robust|clustered)\s+standard errors|标准误`)
)

// inBrackets is what the notes say stands there.
func inBrackets(words string) string {
	t, se := saysT.MatchString(words), saysSE.MatchString(words)
	switch {
	case t && !se:
		return "t"
	case se && !t:
		return "se"
	}
	return ""
}

// number is a cell with a number: its stars and what stands in brackets behind it.
type number struct {
	value   paper.Printed
	stars   string
	bracket *paper.Printed
}

var (
	cellForm    = regexp.MustCompile(`^([-−–]?[\d][\d,.   ]*|[-−–]?\.\d+)\s*(\**)\s*(?:[(（\[]\s*([^()（）\[\]]+?)\s*[)）\]]\s*(\**))?$`)
	bracketForm = regexp.MustCompile(`^[(（\[]\s*([-−–]?[\d.,]+)\s*[)）\]]$`)
)

func plainCell(s string) string {
	s = width.Fold.String(superscript.ReplaceAllString(s, ""))
	s = strings.NewReplacer("∗", "*", "＊", "*", "⁎", "*", "(", "(", "$", "", "\u00a0", " ", "**{}", "**").Replace(s)
	return strings.TrimSpace(s)
}

var superscript = regexp.MustCompile(`(?i)</?su[pb]>`)

// numberOf reads 0.297***(7.931).
func numberOf(s string) (number, bool) {
	m := cellForm.FindStringSubmatch(plainCell(s))
	if m == nil {
		return number{}, false
	}
	v, ok := paper.ParsePrinted(m[1])
	if !ok {
		return number{}, false
	}
	n := number{value: v, stars: m[2] + m[4]}
	if m[3] != "" {
		b, ok := paper.ParsePrinted(m[3])
		if !ok {
			return number{}, false
		}
		n.bracket = &b
	}
	return n, true
}

// bracketOf reads (7.931).
func bracketOf(s string) (paper.Printed, bool) {
	m := bracketForm.FindStringSubmatch(plainCell(s))
	if m == nil {
		return paper.Printed{}, false
	}
	return paper.ParsePrinted(m[1])
}

var errNoRows = errors.New("no row of numbers was found")
