// Package csv reads and writes delimited text: the format most data sets arrive in, and the one with the least rules.
//
// # What is read
//
// Delimiter: comma, semicolon, tab or bar, told apart by which divides every line into equally many fields (or by a
// first line "sep=;"). Encoding: UTF-8, UTF-16 with a byte order mark, GB18030. Lines end in LF, CRLF or CR. A field
// may stand in quotes, and then hold delimiters, line breaks and "" for a quote. Blank lines are left out.
//
// A column is numbers when each of its cells is a number or missing, and text otherwise.
//   - Missing in every column: nothing, a single dot, NA, N/A, n/a, #N/A, NaN, nan, NULL, null, <NA>.
//   - Missing among numbers only, with a notice: - -- – — .. … n.a. None, Stata's .a to .z, a worksheet's #REF! and the
//     like. In a column of text these are text.
//   - Numbers may have an exponent, thousands in groups of three (1,234.5; a notice says so), and, where fields are not
//     separated by commas, a decimal comma. Inf is a number, with a notice.
//   - TRUE and FALSE are 1 and 0 where they fill the column.
//   - Codes with leading zeros (0571) and whole numbers that float64 would round (beyond 2^53) keep a column text, with
//     a notice, since a number would lose what they say. Dates stay text.
package csv

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/charset"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
)

// Options say what is not to be found out from the file. The zero value finds out everything.
type Options struct {
	Delimiter rune             // an ASCII sign; 0: found out
	Encoding  charset.Encoding // Detect: found out
	Stop      func() error     // ends the reading soon after it gives an error, which is then returned; nil goes on
}

// Result is the table read.
type Result struct {
	Panel     *panel.Panel // a cross-section, one row a record
	Notices   []string     // what a reader should know, a sentence each
	Encoding  charset.Encoding
	Delimiter rune
}

// File reads a file; .gz is decompressed, and .tsv and .tab mean tabs. Errors are one sentence that begins with the
// file's name; a file that is not there is a *file.Missing, a record of the wrong length a *Ragged, bytes that are no
// text a *charset.Undecodable.
func File(path string, o Options) (*Result, error) {
	data, err := file.Read(path, o.Stop)
	if err != nil {
		return nil, err
	}
	if o.Delimiter == 0 {
		name := strings.TrimSuffix(strings.ToLower(path), ".gz")
		if ext := filepath.Ext(name); ext == ".tsv" || ext == ".tab" {
			o.Delimiter = '\t'
		}
	}
	r, err := Read(data, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return r, nil
}

// Read reads a table from text in memory; data may be changed.
func Read(data []byte, o Options) (*Result, error) { return read(data, o, 1<<19) }

// read splits the text into parts of about partSize bytes, which are read at the same time. The result does not depend
// on where the text is split.
func read(data []byte, o Options, partSize int) (*Result, error) {
	if o.Delimiter != 0 && !mayDelimit(o.Delimiter) {
		return nil, fmt.Errorf("%q can't separate fields; a comma, a semicolon, a tab or a bar can", o.Delimiter)
	}
	if err := refuseBinary(data); err != nil {
		return nil, err
	}
	data, encoding, err := charset.Decode(data, o.Encoding)
	if err != nil {
		return nil, err
	}
	t := &table{result: Result{Encoding: encoding}, partSize: partSize, workers: runtime.GOMAXPROCS(0), stop: o.Stop}
	if encoding != charset.UTF8 {
		t.say("the text is read as %s", strings.ToUpper(string(encoding)))
	}
	t.data = endLines(data)
	if err := t.layout(o); err != nil {
		return nil, err
	}
	if err := t.scan(); err != nil {
		return nil, err
	}
	if err := t.assemble(); err != nil {
		return nil, err
	}
	return &t.result, nil
}

// mayDelimit tells whether a rune can separate fields without being taken for a part of one.
func mayDelimit(r rune) bool {
	if r == '\t' {
		return true
	}
	return r > ' ' && r < utf8.RuneSelf && !strings.ContainsRune(`"'.+-_`, r) &&
		!('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
}

// refuseBinary knows the first bytes of formats that are sometimes named .csv.
func refuseBinary(data []byte) error {
	for _, other := range []struct{ magic, what string }{
		{"PK\x03\x04", "an Excel workbook or a zip archive; name a workbook .xlsx"},
		{"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls); save it as .xlsx or CSV"},
		{"PAR1", "a Parquet file; name it .parquet"},
		{"<stata_dta>", "a Stata file; name it .dta"},
		{"\x1f\x8b", "gzip data; name it .csv.gz"},
	} {
		if bytes.HasPrefix(data, []byte(other.magic)) {
			return fmt.Errorf("this is not text but %s", other.what)
		}
	}
	return nil
}

// endLines lets every line end in LF, the last one included.
func endLines(data []byte) []byte {
	if bytes.IndexByte(data, '\n') < 0 {
		for i, c := range data {
			if c == '\r' {
				data[i] = '\n'
			}
		}
	}
	if n := len(data); n > 0 && data[n-1] != '\n' {
		data = append(data, '\n')
	}
	return data
}

func lineAt(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte{'\n'}) }

// table is a table on its way from text to a panel.
type table struct {
	data      []byte // lines, each ending in LF
	body      int    // where the records begin
	names     []string
	delimiter byte
	decimal   byte
	partSize  int
	workers   int
	stop      func() error

	rows    int
	values  [][]float64 // of the columns of numbers, nil for others
	tallies []cell.Tally
	texts   [][]*cell.Texts // of the columns of text, by part
	result  Result
}

func (t *table) say(format string, args ...any) {
	t.result.Notices = append(t.result.Notices, fmt.Sprintf(format, args...))
}

// assemble makes the panel of the columns read.
func (t *table) assemble() error {
	row := func(r int) string { return fmt.Sprintf("row %d", r+1) }
	var vars []*panel.Variable
	for c, name := range t.names {
		if name == "" {
			if !t.countsRows(c) {
				return fmt.Errorf("column %d has no name in the header", c+1)
			}
			t.say("the first column has no name and only counts the rows; it is left out")
			continue
		}
		for _, s := range t.tallies[c].Notices(name, t.rows, row) {
			t.say("%s", s)
		}
		if t.texts[c] != nil {
			vars = append(vars, cell.Variable(name, t.texts[c]...))
		} else {
			vars = append(vars, &panel.Variable{Name: name, Values: t.values[c]})
		}
	}
	p, err := panel.New(vars...)
	t.result.Panel = p
	return err
}

// countsRows tells whether a column holds 1, 2, 3 … or 0, 1, 2 …, as R and pandas write row names, in the first place.
func (t *table) countsRows(c int) bool {
	if c > 0 || len(t.names) == 1 || t.texts[c] != nil {
		return false
	}
	from := t.values[c][0]
	if from != 0 && from != 1 {
		return false
	}
	for i, x := range t.values[c] {
		if x != from+float64(i) {
			return false
		}
	}
	return true
}
