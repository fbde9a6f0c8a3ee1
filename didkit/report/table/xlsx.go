package table

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Workbook writes an .xlsx with the table on one sheet. Numbers are numbers, with all their digits: decimals, brackets
// and stars are the cells' formats, so that the sheet shows the table as it is printed and can still be computed with.
// An interval is text. Brackets stand under their numbers.
type Workbook struct{}

// Write writes the table as an .xlsx workbook of one sheet.
func (Workbook) Write(w io.Writer, t *Table) error { return Workbooks(w, []*Table{t}) }

// Workbooks writes tables as one workbook, a sheet each, named by their numbers.
func Workbooks(w io.Writer, tables []*Table) error {
	f := excelize.NewFile()
	defer f.Close()
	taken := map[string]bool{}
	for i, t := range tables {
		name := sheetName(t, i+1, taken)
		var err error
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err == nil {
			err = newSheet(f, name, t).write()
		}
		if err != nil {
			return err
		}
	}
	return f.Write(w)
}

// sheetName is "Table 2", or the place of a table without a number; no two are the same, and none has what Excel forbids.
func sheetName(t *Table, at int, taken map[string]bool) string {
	name := oneLine(t.Number)
	if name == "" {
		name = strconv.Itoa(at)
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return '-'
		}
		return r
	}, t.Language.Pick("Table ", "表")+name)
	if r := []rune(name); len(r) > 24 {
		name = string(r[:24])
	}
	unique := name
	for n := 2; taken[strings.ToLower(unique)]; n++ {
		unique = fmt.Sprintf("%s (%d)", name, n)
	}
	taken[strings.ToLower(unique)] = true
	return unique
}

// sheet is a table on its way to a sheet.
type sheet struct {
	*layout
	f      *excelize.File
	name   string
	row    int // next, from 1
	styles map[string]int
}

func newSheet(f *excelize.File, name string, t *Table) *sheet {
	under := *t
	under.Beside = false
	return &sheet{layout: under.lay(typeset(t.Language), true), f: f, name: name, row: 1, styles: map[string]int{}}
}

// width is how many columns the table has, at least one.
func (s *sheet) width() int { return max(len(s.columns), 1) }

func (s *sheet) write() error {
	if err := s.widths(); err != nil {
		return err
	}
	if err := s.page(); err != nil {
		return err
	}
	if c := s.Caption(); c != "" {
		if err := s.across(c, cellForm{align: "center", bold: true, wrap: true}, 11); err != nil {
			return err
		}
	}
	for i, ln := range s.head {
		if err := s.line(ln, true, i == 0, i == len(s.head)-1, i == len(s.head)-1 && len(s.body) == 0); err != nil {
			return err
		}
	}
	for i, ln := range s.body {
		if err := s.line(ln, false, len(s.head) == 0 && i == 0, false, i == len(s.body)-1); err != nil {
			return err
		}
	}
	if n := s.Note(); n != "" {
		return s.across(n, cellForm{align: "left", wrap: true, size: 9}, 9)
	}
	return nil
}

// page prints the sheet on A4, as wide as the paper and as long as it takes.
func (s *sheet) page() error {
	fit, a4, wide, long := true, 9, 1, 0
	if err := s.f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return s.f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &a4, FitToWidth: &wide, FitToHeight: &long})
}

// widths sets the columns wide enough for their words, in characters.
func (s *sheet) widths() error {
	for i, m := range s.columns {
		most := 9
		for _, p := range m.parts {
			most = max(most, p.lead+p.tail+2)
		}
		for _, ln := range append(append([]line(nil), s.head...), s.body...) {
			for _, x := range ln.boxes {
				if x.column == i && x.span == 1 && !x.byPoint() {
					most = max(most, displayWidth(x.plain())+2)
				}
			}
		}
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := s.f.SetColWidth(s.name, name, name, float64(min(most, 40))); err != nil {
			return err
		}
	}
	return nil
}

// across writes a paragraph over the table's width, in a row high enough for it.
func (s *sheet) across(text string, form cellForm, size float64) error {
	from, to := s.at(0), s.at(s.width()-1)
	if err := s.f.SetCellStr(s.name, from, text); err != nil {
		return err
	}
	if from != to {
		if err := s.f.MergeCell(s.name, from, to); err != nil {
			return err
		}
	}
	total := 0.0
	for i := range s.width() {
		name, _ := excelize.ColumnNumberToName(i + 1)
		w, err := s.f.GetColWidth(s.name, name)
		if err != nil {
			return err
		}
		total += w
	}
	lines := len(wrap(text, max(int(total*11/size), 10)))
	if err := s.f.SetRowHeight(s.name, s.row, min(float64(lines)*size*1.35+4, 400)); err != nil {
		return err
	}
	if err := s.style(from, to, form); err != nil {
		return err
	}
	s.row++
	return nil
}

func (s *sheet) at(column int) string {
	name, _ := excelize.CoordinatesToCellName(column+1, s.row) // columns and rows of a table are in bounds
	return name
}

// line writes a line of the table with its rules.
func (s *sheet) line(ln line, head, first, under, last bool) error {
	for i, x := range ln.boxes {
		form := cellForm{align: map[Align]string{Left: "left", Right: "right", Center: "center", Decimal: "center"}[x.align], italic: x.italic || x.group}
		if head && x.align == Left && x.column >= max(s.Stub, 1) {
			form.align = "center"
		}
		switch {
		case first:
			form.top = 2
		case ln.rule && i >= 0 && !head:
			form.top = 1
		}
		switch {
		case last:
			form.bottom = 2
		case under, head && x.span > 1 && !x.blank():
			form.bottom = 1
		}
		from, to := s.at(x.column), s.at(x.column+x.span-1)
		if err := s.content(from, x, &form); err != nil {
			return err
		}
		if x.span > 1 {
			if err := s.f.MergeCell(s.name, from, to); err != nil {
				return err
			}
		}
		if err := s.style(from, to, form); err != nil {
			return err
		}
	}
	s.row++
	return nil
}

// content writes a number with its format, or words.
func (s *sheet) content(at string, x box, form *cellForm) error {
	value, format, ok := numeric(x, s.Language)
	if !ok {
		if text := x.plain(); text != "" {
			return s.f.SetCellStr(s.name, at, text)
		}
		return nil
	}
	form.format = format
	return s.f.SetCellDefault(s.name, at, strconv.FormatFloat(value, 'G', -1, 64)) // SetCellFloat cuts at 15 digits
}

// numeric is the number in a box and the format that shows it as it is printed; false for words, intervals and what a
// cell can't hold.
func numeric(x box, l wording.Language) (value float64, format string, ok bool) {
	switch {
	case x.parts == nil:
		return 0, "", false
	case x.number != nil:
		value = x.number.Value
		format = digitsFormat(value, x.number.Digits, l)
		if n := x.number.Stars; n > 0 {
			format += strings.Repeat(`\*`, min(n, 3))
		}
	case x.value != nil && x.value.High == nil:
		value = x.value.Value
		f := digitsFormat(value, x.value.Digits, l)
		format = `"("` + f + `")";"(-"` + f + `")"`
	default:
		return 0, "", false
	}
	return value, format, !math.IsNaN(value) && !math.IsInf(value, 0)
}

// digitsFormat is 0.000, or #,##0 where there are thousands, in Chinese with as many spaces as the number needs; powers
// of ten where the printed table has them.
func digitsFormat(x float64, digits int, l wording.Language) string {
	digits = min(max(digits, 0), 15)
	f := "0"
	whole, _, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'f', digits, 64), ".")
	switch groups := (len(whole) - 1) / 3; {
	case groups == 0 || math.Abs(x) >= large:
	case l == wording.Chinese:
		f = "#" + strings.Repeat(`\ ###`, groups-1) + `\ ##0`
	default:
		f = "#,##0"
	}
	if digits > 0 {
		f += "." + strings.Repeat("0", digits)
	}
	if math.Abs(x) >= large {
		f += "E+00"
	}
	return f
}

// cellForm is how a cell looks.
type cellForm struct {
	align        string
	format       string
	top, bottom  int // rules: 1 thin, 2 thick
	bold, italic bool
	wrap         bool
	size         float64
}

func (s *sheet) style(from, to string, form cellForm) error {
	key := fmt.Sprint(form)
	id, ok := s.styles[key]
	if !ok {
		st := &excelize.Style{
			Alignment: &excelize.Alignment{Horizontal: form.align, Vertical: "center", WrapText: form.wrap},
			Font:      &excelize.Font{Family: "Times New Roman", Size: form.size, Bold: form.bold, Italic: form.italic},
		}
		if form.size == 0 {
			st.Font.Size = 11
		}
		if s.Language == wording.Chinese && form.format == "" {
			st.Font.Family = "SimSun"
		}
		for side, kind := range map[string]int{"top": form.top, "bottom": form.bottom} {
			if kind > 0 {
				st.Border = append(st.Border, excelize.Border{Type: side, Color: "000000", Style: kind})
			}
		}
		if form.format != "" {
			st.CustomNumFmt = &form.format
		}
		var err error
		if id, err = s.f.NewStyle(st); err != nil {
			return err
		}
		s.styles[key] = id
	}
	return s.f.SetCellStyle(s.name, from, to, id)
}
