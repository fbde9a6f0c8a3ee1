// Package dta reads Stata's .dta files, versions 113 to 115 and 117 to 119 (Stata 8 to 18), and writes version 118.
//
// # What is read
//
// Numbers of all five types become float64; Stata's 27 missing values (., .a to .z) are all missing. Strings and strLs
// become text, the empty string missing. Variable labels and value labels come along. A date stays the number Stata
// stores (days, weeks, months, quarters or half-years since 1960-01-01, milliseconds for %tc), so that lags count
// periods; a notice says which.
//
// Text is UTF-8 from version 118 on. Older files do not say what their text is: it is read as UTF-8 where it is that,
// else as GB18030 where it looks like Chinese, else as Windows-1252.
package dta

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/charset"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
)

// Options say what is not to be found out from the file.
type Options struct {
	Encoding charset.Encoding // of the file's text; Detect: by the version and the text itself
	Stop     func() error     // ends File soon after it gives an error, which is then returned; nil goes on
}

// Result is the data set read.
type Result struct {
	Panel    *panel.Panel // a cross-section
	Notices  []string     // what a reader should know, a sentence each
	Version  int          // 113 … 119
	Label    string       // of the data set
	Encoding charset.Encoding
}

// File reads a file; errors are one sentence that begins with the file's name, and a file that is not there is a
// *file.Missing.
func File(path string, o Options) (*Result, error) {
	f, size, err := file.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := Read(file.Asking(f, o.Stop), size, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return r, nil
}

// Read reads a data set of size bytes. A file that is cut off or damaged is a *Damaged.
func Read(r io.ReaderAt, size int64, o Options) (*Result, error) {
	d := &dataset{cursor: cursor{r: r, size: size}}
	if err := d.readAll(); err != nil {
		return nil, err
	}
	decode, encoding, err := d.textDecoder(o.Encoding)
	if err != nil {
		return nil, err
	}
	res := &Result{Version: d.version, Encoding: encoding}
	if res.Encoding != charset.UTF8 {
		res.Notices = append(res.Notices, "the text is read as "+strings.ToUpper(string(res.Encoding)))
	}
	res.Label = decode(d.label)
	if d.extended > 0 {
		res.Notices = append(res.Notices, counting.Sprintf("%d cells hold one of .a to .z, read as missing", d.extended))
	}
	if d.binary > 0 {
		res.Notices = append(res.Notices, counting.Sprintf("%d cells hold binary data, read as missing", d.binary))
	}
	var vars []*panel.Variable
	for i := range d.columns {
		c := &d.columns[i]
		name := decode(c.name)
		var v *panel.Variable
		if c.isText() {
			c.texts.Rewrite(decode)
			v = cell.Variable(name, &c.texts)
		} else {
			v = &panel.Variable{Name: name, Values: c.values}
			if labels := d.valueLabels[c.labelName]; labels != nil {
				v.ValueLabels = map[float64]string{}
				for x, s := range labels {
					v.ValueLabels[float64(x)] = decode(s)
				}
			}
			if unit := dateUnit(c.format); unit != "" {
				res.Notices = append(res.Notices, fmt.Sprintf("column %s: %s (%s)", name, unit, c.format))
			}
		}
		v.Label = decode(c.label)
		vars = append(vars, v)
	}
	res.Panel, err = panel.New(vars...)
	return res, err
}

// dateUnit says what a date's number counts, "" for other formats and for %ty, whose numbers are plain years.
func dateUnit(format string) string {
	f, ok := strings.CutPrefix(strings.Replace(format, "%-", "%", 1), "%")
	if !ok {
		return ""
	}
	for _, u := range []struct{ prefix, unit string }{
		{"tc", "milliseconds since 1960-01-01"}, {"tC", "milliseconds since 1960-01-01, leap seconds included"},
		{"td", "days since 1960-01-01"}, {"d", "days since 1960-01-01"}, {"tw", "weeks since 1960-01-01"},
		{"tm", "months since 1960-01"}, {"tq", "quarters since 1960q1"}, {"th", "half-years since 1960h1"},
		{"tb", "days of a business calendar"},
	} {
		if strings.HasPrefix(f, u.prefix) {
			return u.unit
		}
	}
	return ""
}

// Damaged is the error for a file that ends too early or does not hold what its format says.
type Damaged struct {
	At   int64 // byte
	What string
}

func (e *Damaged) Error() string {
	return fmt.Sprintf("damaged Stata file: %s at byte %d", e.What, e.At)
}
