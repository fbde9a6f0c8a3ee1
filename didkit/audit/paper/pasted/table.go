package pasted

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

var (
	countLabel  = regexp.MustCompile(`(?i)^(?:n|obs\.?|observations|number of obs(?:ervations|\.)?|no\. of obs(?:ervations|\.)?|num\.? ?obs\.?|观测值|观测数|样本量|样本数|样本)$`)
	r2Label     = regexp.MustCompile(`(?i)^(adj(?:usted|\.)?|within|overall|组内|调整后?(?:的)?)?\s*\\?\$?r(?:\^?\{?2\}?|²|-squared|-sq)\$?(?:\s*\(?(within|adj(?:usted)?|overall)\)?)?$`)
	weightLabel = regexp.MustCompile(`(?i)^(?:weights?|weighted by|权重|加权)$`)
	headers     = map[string]*regexp.Regexp{
		"n":    regexp.MustCompile(`(?i)^(?:n|obs\.?|observations|观测值|观测数|样本量|样本数)$`),
		"mean": regexp.MustCompile(`(?i)^(?:mean|average|均值|平均值|平均数)$`),
		"sd":   regexp.MustCompile(`(?i)^(?:sd|s\.d\.|std\.? ?dev\.?|standard deviation|标准差|标准偏差)$`),
		"min":  regexp.MustCompile(`(?i)^(?:min\.?|minimum|最小值)$`),
		"max":  regexp.MustCompile(`(?i)^(?:max\.?|maximum|最大值)$`),
	}
	columnNumber = regexp.MustCompile(`^[(（]\s*(\d+|[a-zA-Z]|[ivx]+)\s*[)）]$`)
)

// table reads the cells as descriptive statistics if a head says mean and standard deviation, else as regressions.
func (c cells) table() (*paper.Table, error) {
	for i, row := range c.rows {
		if at := statisticsHead(row); at != nil {
			return c.summary(i, at)
		}
	}
	return c.regressions()
}

// statisticsHead finds the columns of a head of descriptive statistics; nil if the row is none.
func statisticsHead(row []string) map[string]int {
	at := map[string]int{}
	for j, s := range row {
		for what, form := range headers {
			if _, seen := at[what]; !seen && form.MatchString(plainCell(s)) {
				at[what] = j
			}
		}
	}
	_, mean := at["mean"]
	_, sd := at["sd"]
	if !mean || !sd {
		return nil
	}
	return at
}

func (c cells) summary(head int, at map[string]int) (*paper.Table, error) {
	t := &paper.Table{}
	first := slices.Min([]int{at["mean"], at["sd"]})
	if j, ok := at["n"]; ok {
		first = min(first, j)
	}
	for i := head + 1; i < len(c.rows); i++ {
		row := c.rows[i]
		nan := paper.Printed{Value: math.NaN()}
		s := paper.Summary{Mean: nan, SD: nan, Min: nan, Max: nan}
		for j := first - 1; j >= 0 && s.Variable == ""; j-- { // the symbol stands next to the numbers
			if j < len(row) {
				s.Variable = plainCell(row[j])
			}
		}
		found := false
		for what, j := range at {
			if j >= len(row) {
				continue
			}
			n, ok := numberOf(row[j])
			if !ok {
				if strings.TrimSpace(row[j]) != "" && s.Variable != "" && j > 0 && hasNumber(row) {
					return nil, fmt.Errorf("%s: %s of %s is no number but %q", c.lines[i], what, s.Variable, strings.TrimSpace(row[j]))
				}
				continue
			}
			found = true
			switch what {
			case "n":
				if n.value.Value != math.Trunc(n.value.Value) || n.value.Value < 0 {
					return nil, fmt.Errorf("%s: n of %s is %s; it counts rows", c.lines[i], s.Variable, n.value)
				}
				s.N = int(n.value.Value)
			case "mean":
				s.Mean = n.value
			case "sd":
				s.SD = n.value
			case "min":
				s.Min = n.value
			case "max":
				s.Max = n.value
			}
		}
		if found && s.Variable != "" {
			t.Summary = append(t.Summary, s)
		}
	}
	if len(t.Summary) == 0 {
		return nil, errNoRows
	}
	return t, nil
}

func hasNumber(row []string) bool {
	return slices.ContainsFunc(row, func(s string) bool { _, ok := numberOf(s); return ok })
}

// regressions reads a column a regression: a row a term, its brackets in the cell or in the row below.
func (c cells) regressions() (*paper.Table, error) {
	width, body := 0, len(c.rows)
	for i, row := range c.rows {
		if body == len(c.rows) && hasNumber(row[min(1, len(row)):]) {
			body = i
		}
		width = max(width, len(row))
	}
	if body == len(c.rows) || width < 2 {
		return nil, errNoRows
	}
	t := &paper.Table{Columns: make([]paper.Column, width-1)}
	c.heads(t, body)
	var terms []int // where each column's newest term is, -1 for none in this row
	for i := body; i < len(c.rows); i++ {
		row := c.rows[i]
		label := ""
		if len(row) > 0 {
			label = plainCell(row[0])
		}
		if label == "" && terms != nil && c.brackets(t, row, terms) {
			continue
		}
		switch r2 := r2Label.FindStringSubmatch(label); {
		case countLabel.MatchString(label):
			if err := c.counts(t, row, i); err != nil {
				return nil, err
			}
		case weightLabel.MatchString(label):
			for j := range t.Columns {
				if j+1 < len(row) {
					t.Columns[j].Weights = plainCell(row[j+1])
				}
			}
		case r2 != nil:
			c.explained(t, row, strings.ToLower(r2[1]+r2[2]))
		case effectsOf(t, row, label):
		case label != "":
			if err := c.garbled(row, label, i); err != nil {
				return nil, err
			}
			terms = c.terms(t, row, label)
			continue
		}
		terms = nil
	}
	t.Columns = slices.DeleteFunc(t.Columns, func(k paper.Column) bool { return len(k.Terms) == 0 })
	c.errors(t)
	if len(t.Columns) == 0 {
		return nil, errNoRows
	}
	return t, nil
}

// heads names the columns: (1), (2) … where a row numbers them, and the words over it are outcomes.
func (c cells) heads(t *paper.Table, body int) {
	for _, row := range c.rows[:body] {
		if models(t, row) {
			continue
		}
		numbers := 0
		for j := 1; j < len(row); j++ {
			if columnNumber.MatchString(plainCell(row[j])) {
				numbers++
			}
		}
		for j := 1; j < len(row) && j <= len(t.Columns); j++ {
			k, s := &t.Columns[j-1], plainCell(row[j])
			switch {
			case s == "":
			case numbers > 0:
				k.Name = s
			case k.Outcome == "":
				k.Outcome = s
			default:
				k.Outcome += " " + s
			}
		}
	}
	seen := map[string]int{}
	for i := range t.Columns {
		k := &t.Columns[i]
		if k.Name == "" {
			k.Name, k.Outcome = k.Outcome, ""
		}
		if k.Name == "" {
			k.Name = fmt.Sprintf("(%d)", i+1)
		}
		if seen[k.Name]++; seen[k.Name] > 1 {
			k.Name = fmt.Sprintf("%s (%d)", k.Name, i+1)
		}
	}
}

func (c cells) terms(t *paper.Table, row []string, label string) []int {
	at := make([]int, len(t.Columns))
	some := false
	for j := range at {
		at[j] = -1
		if j+1 >= len(row) {
			continue
		}
		n, ok := numberOf(row[j+1])
		if !ok {
			continue
		}
		some = true
		k := &t.Columns[j]
		at[j] = len(k.Terms)
		k.Terms = append(k.Terms, paper.Term{Term: label, Estimate: n.value, Stars: n.stars, Statistic: n.bracket})
	}
	if !some {
		return nil
	}
	return at
}

// brackets reads a row of what stands in brackets under the terms; false if it is none.
func (c cells) brackets(t *paper.Table, row []string, terms []int) bool {
	found := false
	for j, k := range terms {
		if k < 0 || j+1 >= len(row) {
			continue
		}
		if p, ok := bracketOf(row[j+1]); ok {
			t.Columns[j].Terms[k].Statistic = &p
			found = true
		}
	}
	return found
}

func (c cells) counts(t *paper.Table, row []string, i int) error {
	for j := range t.Columns {
		if j+1 >= len(row) || strings.TrimSpace(row[j+1]) == "" {
			continue
		}
		n, ok := numberOf(row[j+1])
		if !ok || n.value.Value != math.Trunc(n.value.Value) || n.value.Value < 0 || n.value.Decimals > 0 {
			return fmt.Errorf("%s: the number of rows of column %s is no whole number but %q", c.lines[i], t.Columns[j].Name, strings.TrimSpace(row[j+1]))
		}
		t.Columns[j].N = int(n.value.Value)
	}
	return nil
}

// explained reads R²; of several kinds the first stays.
func (c cells) explained(t *paper.Table, row []string, kind string) {
	for j := range t.Columns {
		if j+1 >= len(row) || t.Columns[j].R2 != nil {
			continue
		}
		if n, ok := numberOf(row[j+1]); ok {
			t.Columns[j].R2 = &n.value
			switch {
			case strings.HasPrefix(kind, "adj"), strings.HasPrefix(kind, "调整"):
				t.Columns[j].R2Kind = "adjusted"
			case kind == "within", kind == "组内":
				t.Columns[j].R2Kind = "within"
			}
		}
	}
}

var clusters = regexp.MustCompile(`(?i)clustered (?:by|at|on)[^.]*?\((\d[\d,]*) clusters\)|聚类[^。]*?（(\d+)\s*个聚类）`)

// errors reads how many clusters the notes say there are.
func (c cells) errors(t *paper.Table) {
	m := clusters.FindStringSubmatch(c.words)
	if m == nil {
		return
	}
	n, ok := paper.ParsePrinted(m[1] + m[2])
	if !ok {
		return
	}
	for j := range t.Columns {
		t.Columns[j].Errors, t.Columns[j].Clusters = "cluster", int(n.Value)
	}
}
