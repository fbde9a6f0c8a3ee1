package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Write writes a panel as a workbook with one sheet, named data, the first row holding the names. Numbers keep all of
// their digits (excelize, the usual library, cuts them at 15). A missing value is an empty cell; labels have no place in
// the sheet. What a sheet can't hold is an error: an infinite number, more than 1,048,575 rows or 16,384 columns, a text
// of more than 32,767 characters.
func Write(w io.Writer, p *panel.Panel) error {
	vars := p.Variables()
	if err := refuse(p, vars); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, part := range []struct {
		name  string
		write func(out *bufio.Writer)
	}{
		{"[Content_Types].xml", constant(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + contentType + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + contentType + `worksheet+xml"/>` +
			`<Override PartName="/xl/sharedStrings.xml" ContentType="` + contentType + `sharedStrings+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + contentType + `styles+xml"/></Types>`)},
		{"_rels/.rels", constant(relations("xl/workbook.xml", "officeDocument"))},
		{"xl/workbook.xml", constant(`<workbook ` + mainSpace + ` xmlns:r="` + relationSpace + `"><sheets><sheet name="data" sheetId="1" r:id="rId1"/></sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", constant(relations("worksheets/sheet1.xml", "worksheet", "sharedStrings.xml", "sharedStrings", "styles.xml", "styles"))},
		{"xl/styles.xml", constant(`<styleSheet ` + mainSpace + `><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
			`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
			`<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs>` +
			`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`)},
		{"xl/sharedStrings.xml", func(out *bufio.Writer) { writeTexts(out, vars) }},
		{"xl/worksheets/sheet1.xml", func(out *bufio.Writer) { writeSheet(out, p.Rows(), vars) }},
	} {
		file, err := z.Create(part.name)
		if err != nil {
			return err
		}
		out := bufio.NewWriterSize(file, 1<<16)
		out.WriteString(xml.Header)
		part.write(out)
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return z.Close()
}

const (
	mainSpace     = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relationSpace = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	contentType   = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

func constant(s string) func(*bufio.Writer) { return func(out *bufio.Writer) { out.WriteString(s) } }

// relations lists parts by pairs of target and kind.
func relations(pairs ...string) string {
	var s strings.Builder
	s.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&s, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i/2+1, relationSpace, pairs[i+1], pairs[i])
	}
	s.WriteString(`</Relationships>`)
	return s.String()
}

// refuse looks for what a sheet can't hold.
func refuse(p *panel.Panel, vars []*panel.Variable) error {
	if p.Rows() >= maxRows {
		return fmt.Errorf("%d rows are more than the %d of a sheet; save as .csv or .parquet", p.Rows(), maxRows-1)
	}
	if len(vars) > maxColumns {
		return fmt.Errorf("%d columns are more than the %d of a sheet; save as .csv or .parquet", len(vars), maxColumns)
	}
	for _, v := range vars {
		for _, s := range v.Levels {
			if n := len(utf16.Encode([]rune(s))); n > maxText {
				return fmt.Errorf("column %q holds a text of %d characters, and a cell takes %d", v.Name, n, maxText)
			}
		}
		for row, x := range v.Values {
			if math.IsInf(x, 0) {
				return fmt.Errorf("column %q can't be saved as .xlsx: row %d is infinite, which a sheet can't hold", v.Name, row+1)
			}
		}
	}
	return nil
}

// writeTexts writes the shared strings: the names, then the levels of the columns of text, one column after the other.
func writeTexts(out *bufio.Writer, vars []*panel.Variable) {
	out.WriteString(`<sst ` + mainSpace + `>`)
	put := func(s string) {
		out.WriteString(`<si><t xml:space="preserve">`)
		out.WriteString(escape(s))
		out.WriteString(`</t></si>`)
	}
	for _, v := range vars {
		put(v.Name)
	}
	for _, v := range vars {
		for _, s := range v.Levels {
			put(s)
		}
	}
	out.WriteString(`</sst>`)
}

// escape writes text for XML. Characters that XML does not have are written as _x0001_, and so is the underscore of
// text that looks like that.
func escape(s string) string {
	var plain strings.Builder
	for i, r := range s {
		switch {
		case r == '\r', r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&plain, "_x%04X_", r)
		case r == '_' && unescape(s[i:min(len(s), i+7)]) != s[i:min(len(s), i+7)]:
			plain.WriteString("_x005F_")
		default:
			plain.WriteRune(r)
		}
	}
	var out bytes.Buffer
	xml.EscapeText(&out, []byte(plain.String())) // a bytes.Buffer takes every write
	return out.String()
}

// writeSheet writes the cells.
func writeSheet(out *bufio.Writer, rows int, vars []*panel.Variable) {
	names := make([]string, len(vars))
	firstLevel := make([]int, len(vars))
	texts := len(vars)
	for i, v := range vars {
		names[i] = letters(i + 1)
		firstLevel[i] = texts
		texts += len(v.Levels)
	}
	var line []byte
	begin := func(row int) {
		line = append(line[:0], `<row r="`...)
		line = append(strconv.AppendInt(line, int64(row), 10), `">`...)
	}
	cell := func(i, row int, kind string) {
		line = append(append(line, `<c r="`...), names[i]...)
		line = append(strconv.AppendInt(line, int64(row), 10), kind...)
		line = append(line, `<v>`...)
	}
	end := func() { line = append(line, `</v></c>`...) }
	out.WriteString(`<worksheet ` + mainSpace + `><sheetData>`)
	begin(1)
	for i := range vars {
		cell(i, 1, `" t="s">`)
		line = strconv.AppendInt(line, int64(i), 10)
		end()
	}
	for r := range rows {
		out.Write(append(line, `</row>`...))
		begin(r + 2)
		for i, v := range vars {
			switch {
			case v.Kind == panel.Text && v.Codes[r] >= 0:
				cell(i, r+2, `" t="s">`)
				line = strconv.AppendInt(line, int64(firstLevel[i])+int64(v.Codes[r]), 10)
				end()
			case v.Kind == panel.Number && v.Values[r] == v.Values[r]:
				cell(i, r+2, `">`)
				line = strconv.AppendFloat(line, v.Values[r], 'G', -1, 64)
				end()
			}
		}
	}
	out.Write(append(line, `</row>`...))
	out.WriteString(`</sheetData></worksheet>`)
}
