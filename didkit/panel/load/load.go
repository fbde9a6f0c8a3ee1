// Package load reads a panel from a file and writes one, in the format that the name's ending says: delimited text
// (.csv, .tsv, .tab, .txt, also with .gz), Excel (.xlsx), Stata (.dta) and Parquet (.parquet). Each format has a package
// of its own, which a Go cell that wants to stay light imports instead; its comment says what is read and how.
package load

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/charset"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/dta"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/parquet"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/xlsx"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Options say what is not to be found out from the file. The zero value finds out everything and gives a cross-section.
type Options struct {
	Sheet    string // of a workbook; "" is the first visible one
	Delim    string // of text: one of , ; | tab, or the sign itself; "" finds out
	Encoding string // of text: utf-8, utf-16, gb18030, latin1; "" finds out

	Unit, Time string // the panel's index; both or neither

	Stop func() error // ends the reading soon after it gives an error, which Read returns; nil goes on
}

// Loaded is what a file held.
type Loaded struct {
	Panel    *panel.Panel
	Notices  []string // what a reader should know, a sentence each: text among numbers, cells read as missing …
	Format   string   // csv, xlsx, dta or parquet
	Encoding string   // of text and .dta, else ""
}

// File reads a panel. Errors are one sentence that names the file, and the row or the word at fault; a file that is not
// there is a *file.Missing, an index that does not hold one of package panel's errors. Read gives the notices as well.
func File(path string, o Options) (*panel.Panel, error) {
	l, err := Read(path, o)
	if err != nil {
		return nil, err
	}
	return l.Panel, nil
}

// Read reads a panel, and tells what a reader should know of how it was read.
func Read(path string, o Options) (*Loaded, error) {
	l, err := read(path, o)
	if o.Stop != nil {
		if stopped := o.Stop(); stopped != nil { // whatever a reader made of it
			return nil, stopped
		}
	}
	return l, err
}

func read(path string, o Options) (*Loaded, error) {
	if (o.Unit == "") != (o.Time == "") {
		return nil, errors.New("a panel has a unit and a time, a cross-section neither; only one of them is given")
	}
	format, err := formatOf(path, "read", Formats)
	if err != nil {
		return nil, err
	}
	if err := o.fit(path, format); err != nil {
		return nil, err
	}
	encoding, err := charset.Parse(o.Encoding)
	if err != nil {
		return nil, err
	}
	l := &Loaded{Format: format}
	switch format {
	case "csv":
		delimiter, err := Delimiter(o.Delim)
		if err != nil {
			return nil, err
		}
		r, err := csv.File(path, csv.Options{Delimiter: delimiter, Encoding: encoding, Stop: o.Stop})
		if err != nil {
			return nil, err
		}
		l.Panel, l.Notices, l.Encoding = r.Panel, r.Notices, string(r.Encoding)
	case "xlsx":
		r, err := xlsx.File(path, xlsx.Options{Sheet: o.Sheet, Stop: o.Stop})
		if err != nil {
			return nil, err
		}
		l.Panel, l.Notices = r.Panel, r.Notices
	case "dta":
		r, err := dta.File(path, dta.Options{Encoding: encoding, Stop: o.Stop})
		if err != nil {
			return nil, err
		}
		l.Panel, l.Notices, l.Encoding = r.Panel, r.Notices, string(r.Encoding)
	case "parquet":
		r, err := parquet.File(path, parquet.Options{Stop: o.Stop})
		if err != nil {
			return nil, err
		}
		l.Panel, l.Notices = r.Panel, r.Notices
	}
	if o.Unit != "" {
		if l.Panel, err = l.Panel.Indexed(o.Unit, o.Time); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return l, nil
}

// Save writes a panel in the format that the ending says: .csv, .tsv, .xlsx, .dta (version 118) or .parquet. The file is
// written beside the old one and then takes its place; on failure the old one is as it was.
func Save(path string, p *panel.Panel) error {
	format, err := formatOf(path, "written", []string{".csv", ".tsv", ".tab", ".xlsx", ".dta", ".parquet"})
	if err != nil {
		return err
	}
	return file.Replace(path, func(w io.Writer) error {
		switch format {
		case "xlsx":
			return xlsx.Write(w, p)
		case "dta":
			return dta.Write(w, p)
		case "parquet":
			return parquet.Write(w, p)
		}
		if strings.EqualFold(filepath.Ext(path), ".csv") {
			return csv.Write(w, p, ',')
		}
		return csv.Write(w, p, '\t')
	})
}

// Formats are the endings that can be read.
var Formats = []string{".csv", ".tsv", ".tab", ".txt", ".csv.gz", ".xlsx", ".dta", ".parquet"}

// formatOf names the format of a file by its ending.
func formatOf(path, verb string, endings []string) (string, error) {
	name := strings.ToLower(filepath.Base(path))
	ext := filepath.Ext(name)
	if ext == ".gz" {
		if inner := filepath.Ext(strings.TrimSuffix(name, ext)); slices.Contains([]string{".csv", ".tsv", ".tab", ".txt"}, inner) && verb == "read" {
			return "csv", nil
		}
	}
	switch {
	case !slices.Contains(endings, ext):
	case ext == ".xlsx" || ext == ".dta" || ext == ".parquet":
		return ext[1:], nil
	default:
		return "csv", nil
	}
	known := strings.Join(endings[:len(endings)-1], ", ") + " and " + endings[len(endings)-1]
	switch near := suggest.Phrase(ext, endings); {
	case ext == "":
		return "", fmt.Errorf("the name %q has no ending that tells its format; %s can be %s", filepath.Base(path), known, verb)
	case ext == ".xls":
		return "", fmt.Errorf("an old workbook (.xls) can't be %s; save it as .xlsx in Excel", verb)
	case near != "":
		return "", fmt.Errorf("a file that ends in %s can't be %s%s", ext, verb, near)
	}
	return "", fmt.Errorf("a file that ends in %s can't be %s; %s can", ext, verb, known)
}

// fit refuses options that mean nothing to the format, rather than reading something else than was asked for.
func (o Options) fit(path, format string) error {
	name := filepath.Base(path)
	switch {
	case o.Sheet != "" && format != "xlsx":
		return fmt.Errorf("%s has no sheets; only a workbook (.xlsx) has", name)
	case o.Delim != "" && format != "csv":
		return fmt.Errorf("%s has no delimiter; only delimited text has", name)
	case o.Encoding != "" && format != "csv" && format != "dta":
		return fmt.Errorf("the text of %s is always utf-8; only delimited text and .dta have other encodings", name)
	}
	return nil
}

// Delimiter knows a delimiter by its sign or its name (comma, semicolon, tab, bar); "" is 0, to be found out.
func Delimiter(s string) (rune, error) {
	names := map[string]rune{"": 0, "comma": ',', "semicolon": ';', "tab": '\t', `\t`: '\t', "\t": '\t', "bar": '|', "pipe": '|'}
	if r, ok := names[strings.ToLower(s)]; ok {
		return r, nil
	}
	if r := []rune(s); len(r) == 1 {
		return r[0], nil // csv says whether it can be one
	}
	return 0, fmt.Errorf("no delimiter %q%s", s, suggest.Phrase(s, []string{"comma", "semicolon", "tab", "bar"}))
}
