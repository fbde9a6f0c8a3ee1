package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// book is a workbook: a zip archive of XML parts (ECMA-376, Office Open XML). Sheets are read as streams, and with the
// types and styles of their cells, for which the usual libraries want the whole sheet in memory.
type book struct {
	parts   map[string]*zip.File
	sheets  []sheet
	texts   []string // shared strings
	isDate  []bool   // of the cell styles
	era1904 bool     // dates count from 1904, as old Macs' do
}

type sheet struct {
	name   string
	part   string // "" for a sheet without cells, such as a chart
	hidden bool
}

// openBook reads everything but the sheets.
func openBook(r io.ReaderAt, size int64) (*book, error) {
	if size == 0 {
		return nil, errors.New("the file is empty")
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		magic := make([]byte, 4)
		if n, _ := r.ReadAt(magic, 0); n == 4 && string(magic) == "\xd0\xcf\x11\xe0" {
			return nil, errors.New("this is a workbook with a password or an old one (.xls); save it as .xlsx without a password")
		}
		return nil, errors.New("this is no Excel workbook, or a damaged one")
	}
	b := &book{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		b.parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	main := "xl/workbook.xml"
	if targets, err := b.relations("_rels/.rels", ""); err == nil {
		for _, t := range targets {
			if strings.HasSuffix(t.kind, "/officeDocument") {
				main = t.part
			}
		}
	}
	if b.parts[strings.ToLower(main)] == nil {
		return nil, errors.New("this is no Excel workbook: the archive holds no workbook part")
	}
	if err := b.readWorkbook(main); err != nil {
		return nil, err
	}
	return b, nil
}

// damaged is the error for a part that can't be read.
func damaged(part string, err error) error {
	return fmt.Errorf("damaged workbook: part %s: %w", part, err)
}

// each calls f for every start and end tag and every text of a part, until f returns false.
func (b *book) each(part string, f func(token xml.Token) (more bool, err error)) error {
	file := b.parts[strings.ToLower(part)]
	if file == nil {
		return damaged(part, errors.New("it is not there"))
	}
	r, err := file.Open()
	if err != nil {
		return damaged(part, err)
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	d.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("its encoding is %s", charset)
	}
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return damaged(part, err)
		}
		more, err := f(token)
		if err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
}

// attr is the value of an attribute, whatever its prefix.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

type relation struct{ id, kind, part string }

// relations reads a part's relations to other parts, whose names are relative to its folder.
func (b *book) relations(part, folder string) ([]relation, error) {
	var out []relation
	err := b.each(part, func(t xml.Token) (bool, error) {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" {
			target := attr(e, "Target")
			if abs, ok := strings.CutPrefix(target, "/"); ok {
				target = abs
			} else {
				target = path.Join(folder, target)
			}
			out = append(out, relation{attr(e, "Id"), attr(e, "Type"), target})
		}
		return true, nil
	})
	return out, err
}

// readWorkbook reads the list of sheets, the styles and the shared strings.
func (b *book) readWorkbook(part string) error {
	folder, name := path.Split(part)
	relations, err := b.relations(path.Join(folder, "_rels", name+".rels"), folder)
	if err != nil {
		return err
	}
	partOf := map[string]string{}
	for _, r := range relations {
		switch {
		case strings.HasSuffix(r.kind, "/worksheet"):
			partOf[r.id] = r.part
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			err = b.readTexts(r.part)
		case strings.HasSuffix(r.kind, "/styles"):
			err = b.readStyles(r.part)
		}
		if err != nil {
			return err
		}
	}
	return b.each(part, func(t xml.Token) (bool, error) {
		if e, ok := t.(xml.StartElement); ok {
			switch e.Name.Local {
			case "workbookPr":
				b.era1904 = attr(e, "date1904") == "1" || attr(e, "date1904") == "true"
			case "sheet":
				state := attr(e, "state")
				b.sheets = append(b.sheets, sheet{name: attr(e, "name"), part: partOf[attr(e, "id")], hidden: state != "" && state != "visible"})
			}
		}
		return true, nil
	})
}

// readTexts reads the shared strings. A string in several formats stands in several runs; readings of East Asian
// characters (rPh) are not part of it.
func (b *book) readTexts(part string) error {
	var s strings.Builder
	inText, phonetic := false, false
	return b.each(part, func(t xml.Token) (bool, error) {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "t":
				inText = !phonetic
			case "rPh":
				phonetic = true
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			case "si":
				b.texts = append(b.texts, unescape(s.String()))
				s.Reset()
			}
		case xml.CharData:
			if inText {
				s.Write(e)
			}
		}
		return true, nil
	})
}

// unescape turns _x000D_ and the like into the character of that number.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			break
		}
		out.WriteString(s[:i])
		if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && s[i+6] == '_' {
			out.WriteRune(rune(n))
			s = s[i+7:]
		} else {
			out.WriteString("_x")
			s = s[i+2:]
		}
	}
	return out.String() + s
}

// UnknownSheet is the error for a sheet that the workbook does not have.
type UnknownSheet struct {
	Name   string
	Sheets []string
}

func (e *UnknownSheet) Error() string {
	if s := suggest.Phrase(e.Name, e.Sheets); s != "" {
		return fmt.Sprintf("no sheet %q%s", e.Name, s)
	}
	return fmt.Sprintf("no sheet %q; the workbook has %s", e.Name, quoteAll(e.Sheets))
}

// choose finds the sheet that is meant.
func (b *book) choose(name string) (sheet, error) {
	var names []string
	for _, s := range b.sheets {
		if s.part == "" {
			continue
		}
		names = append(names, s.name)
		if s.name == name || name == "" && !s.hidden {
			return s, nil
		}
	}
	if name != "" && len(names) > 0 {
		return sheet{}, &UnknownSheet{Name: name, Sheets: names}
	}
	return sheet{}, errors.New("the workbook has no visible sheet with cells")
}

// others are the names of the further visible sheets.
func (b *book) others(than sheet) []string {
	var names []string
	for _, s := range b.sheets {
		if s.part != "" && !s.hidden && s.part != than.part {
			names = append(names, s.name)
		}
	}
	return slices.Clip(names)
}
