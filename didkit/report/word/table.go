package word

import "fmt"

// Table is a table of three rules: a thick one above and below, a thin one under its head. Its head is repeated where it
// goes on to another page.
type Table struct {
	Widths      []int // of the columns in twips
	Head, Body  []Row
	Size        int    // of the letters in half points, 0 for 9 points
	Description string // for those who don't see it
}

// Row is a line of cells, which together cover the columns.
type Row struct {
	Cells    []Cell
	Rule     bool // a thin rule above it
	WithNext bool // it stays on the page of the row below
}

// Cell is one of them.
type Cell struct {
	Runs  []Run
	Span  int // columns, at least 1
	Align Align
	At    int  // place of the decimal point in twips from the cell's text edge, with Decimal
	Right int  // indent from the right in twips, with Right
	Rule  bool // a thin rule under it
}

// Align is how a cell's text stands.
type Align uint8

const (
	Left Align = iota
	Center
	Right
	Decimal // the point of the number stands at At
)

// Padding is the blank at the left and right of a cell in twips.
const Padding = 60

// thick and thin are rules in eighths of a point: 1.5 and 0.5 points.
const (
	thick = 12
	thin  = 4
)

// Table adds a table.
func (d *Document) Table(t Table) {
	b := &d.body
	total := 0
	for _, w := range t.Widths {
		total += w
	}
	fmt.Fprintf(b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders><w:top w:val="single" w:sz="%d" w:space="0" w:color="auto"/>`+
		`<w:bottom w:val="single" w:sz="%d" w:space="0" w:color="auto"/></w:tblBorders><w:tblLayout w:type="fixed"/>`+
		`<w:tblCellMar><w:left w:w="%d" w:type="dxa"/><w:right w:w="%d" w:type="dxa"/></w:tblCellMar>`, total, thick, thick, Padding, Padding)
	if t.Description != "" {
		fmt.Fprintf(b, `<w:tblDescription w:val="%s"/>`, escape(t.Description))
	}
	b.WriteString(`</w:tblPr><w:tblGrid>`)
	for _, w := range t.Widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	for i, r := range t.Head {
		t.row(d, r, true, i == 0, i == len(t.Head)-1, len(t.Body) == 0 && i == len(t.Head)-1)
	}
	for i, r := range t.Body {
		t.row(d, r, false, len(t.Head) == 0 && i == 0, false, i == len(t.Body)-1)
	}
	b.WriteString(`</w:tbl>`)
}

// row writes a row; the table's own rules stand at its first and last cells too, since a cell's borders win.
func (t *Table) row(d *Document, r Row, head, first, under, last bool) {
	b := &d.body
	b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
	if head {
		b.WriteString(`<w:tblHeader/>`)
	}
	b.WriteString(`</w:trPr>`)
	column := 0
	for _, c := range r.Cells {
		span := max(c.Span, 1)
		width := 0
		for _, w := range t.Widths[column:min(column+span, len(t.Widths))] {
			width += w
		}
		column += span
		fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
		if span > 1 {
			fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, span)
		}
		rules := ""
		rule := func(side string, size int) {
			rules += fmt.Sprintf(`<w:%s w:val="single" w:sz="%d" w:space="0" w:color="auto"/>`, side, size)
		}
		switch {
		case first:
			rule("top", thick)
		case r.Rule:
			rule("top", thin)
		}
		switch {
		case last:
			rule("bottom", thick)
		case under || c.Rule:
			rule("bottom", thin)
		}
		if rules != "" {
			b.WriteString(`<w:tcBorders>` + rules + `</w:tcBorders>`)
		}
		b.WriteString(`<w:vAlign w:val="center"/></w:tcPr>`)
		properties := `<w:pStyle w:val="TableText"/>`
		if head || r.WithNext {
			properties += `<w:keepNext/>`
		}
		switch c.Align {
		case Decimal:
			properties += fmt.Sprintf(`<w:tabs><w:tab w:val="decimal" w:pos="%d"/></w:tabs>`, c.At) // no tabulator: in cells both Word and LibreOffice go there by themselves
		case Center:
			properties += `<w:jc w:val="center"/>`
		case Right:
			properties += fmt.Sprintf(`<w:ind w:right="%d"/><w:jc w:val="right"/>`, c.Right)
		}
		paragraph(b, properties, c.Runs, t.Size)
		b.WriteString(`</w:tc>`)
	}
	b.WriteString(`</w:tr>`)
}
