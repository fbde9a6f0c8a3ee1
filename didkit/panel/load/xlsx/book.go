package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// maxUnzipped is the most that a workbook's parts may take in memory: a full sheet of 50 columns is about as large.
const maxUnzipped = 1 << 31

// book is an open workbook. excelize reads it; what it passes over in silence (see checker) is looked at beside it.
type book struct {
	file    *excelize.File
	sheets  []sheet
	isDate  []bool // of the cell styles
	era1904 bool   // dates count from 1904, as old Macs' do
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
	magic := make([]byte, 4)
	if n, _ := r.ReadAt(magic, 0); n == 4 && string(magic) == "\xd0\xcf\x11\xe0" {
		return nil, errors.New("this is a workbook with a password or an old one (.xls); save it as .xlsx without a password")
	} else if n < 4 || string(magic[:2]) != "PK" {
		return nil, errors.New("this is no Excel workbook, or a damaged one")
	}
	f, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped,
	})
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("this is no Excel workbook: the archive holds no workbook part")
		}
		if _, ok := errors.AsType[*xml.SyntaxError](err); ok {
			return nil, fmt.Errorf("damaged workbook: %w", err)
		}
		return nil, fmt.Errorf("this is no Excel workbook, or a damaged one (%w)", err)
	}
	b := &book{file: f}
	if err := b.readWorkbook(); err != nil {
		f.Close()
		return nil, err
	}
	b.isDate = dateStyles(f)
	return b, nil
}

// damaged is the error for a part that can't be read.
func damaged(part string, err error) error {
	return fmt.Errorf("damaged workbook: part %s: %w", part, err)
}

// part is the XML of a part, and whether the workbook has it.
func (b *book) part(name string) ([]byte, bool) {
	content, ok := b.file.Pkg.Load(name)
	if !ok {
		return nil, false
	}
	data, ok := content.([]byte)
	return data, ok
}

// relation is a part's relation to another one.
type relation struct {
	ID     string `xml:"Id,attr"`
	Kind   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// relations reads the relations of the part folder/name; targets are relative to the folder. A part without any has
// none.
func (b *book) relations(folder, name string) ([]relation, error) {
	part := path.Join(folder, "_rels", name+".rels")
	data, ok := b.part(part)
	if !ok {
		return nil, nil
	}
	var list struct {
		Relations []relation `xml:"Relationship"`
	}
	if err := xml.Unmarshal(data, &list); err != nil {
		return nil, damaged(part, err)
	}
	for i, r := range list.Relations {
		if target, absolute := strings.CutPrefix(r.Target, "/"); absolute {
			list.Relations[i].Target = target
		} else {
			list.Relations[i].Target = path.Join(folder, r.Target)
		}
	}
	return list.Relations, nil
}

// readWorkbook lists the sheets, with the parts that hold their cells, which excelize keeps to itself.
func (b *book) readWorkbook() error {
	main := "xl/workbook.xml"
	top, err := b.relations("", "")
	if err != nil {
		return err
	}
	for _, r := range top {
		if strings.HasSuffix(r.Kind, "/officeDocument") {
			main = r.Target
		}
	}
	if _, ok := b.part(main); !ok || b.file.WorkBook == nil {
		return errors.New("this is no Excel workbook: the archive holds no workbook part")
	}
	if b.file.WorkBook.WorkbookPr != nil {
		b.era1904 = b.file.WorkBook.WorkbookPr.Date1904
	}
	relations, err := b.relations(path.Dir(main), path.Base(main))
	if err != nil {
		return err
	}
	partOf := map[string]string{}
	for _, r := range relations {
		if strings.HasSuffix(r.Kind, "/worksheet") {
			partOf[r.ID] = r.Target
		}
	}
	for _, s := range b.file.WorkBook.Sheets.Sheet {
		b.sheets = append(b.sheets, sheet{name: s.Name, part: partOf[s.ID], hidden: s.State != "" && s.State != "visible"})
	}
	return nil
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
	return names
}
