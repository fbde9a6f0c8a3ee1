package csv

import (
	"bytes"
	"fmt"
)

// reader walks over the fields of text whose lines all end in LF.
type reader struct {
	data      []byte
	delimiter byte
	at        int // the beginning of a field; after field, its end: a delimiter or the LF of the record
	scratch   []byte
}

// field returns the content of the field at r.at, and whether it stood in quotes, and moves r.at to its end. The
// content is good until the next call.
func (r *reader) field() (content []byte, quoted bool, err error) {
	i := r.at
	for r.data[i] == ' ' { // blanks before an opening quote
		i++
	}
	if r.data[i] == '"' {
		return r.quoted(i)
	}
	data, delimiter := r.data, r.delimiter
	for data[i] != delimiter && data[i] != '\n' {
		i++
	}
	start := r.at
	content = data[start:i]
	if err := noZero(content, start); err != nil {
		return nil, false, err
	}
	r.at = i
	if data[i] == '\n' && i > start && data[i-1] == '\r' {
		content = data[start : i-1]
	}
	return content, false, nil
}

// noZero refuses a zero byte, which no number begins with: so the fields that are read as numbers at once need no look.
func noZero(content []byte, at int) error {
	if i := bytes.IndexByte(content, 0); i >= 0 {
		return &fault{at: at + i, what: "a zero byte, so this is no text file, or one in UTF-16 (encoding=utf-16)"}
	}
	return nil
}

// quoted reads the field whose opening quote stands at open.
func (r *reader) quoted(open int) ([]byte, bool, error) {
	i, start := open+1, open+1
	r.scratch = r.scratch[:0]
	for {
		n := bytes.IndexByte(r.data[i:], '"')
		if n < 0 {
			return nil, true, &fault{at: open, what: "a quote opens that is never closed"}
		}
		i += n
		if r.data[i+1] != '"' { // a quote is never the last byte, since a LF is
			break
		}
		r.scratch = append(r.scratch, r.data[start:i+1]...) // with the first quote of the two
		i += 2
		start = i
	}
	if err := noZero(r.data[open:i], open); err != nil {
		return nil, true, err
	}
	content := r.data[start:i]
	if len(r.scratch) > 0 {
		r.scratch = append(r.scratch, content...)
		content = r.scratch
	}
	i++
	for r.data[i] == ' ' || r.data[i] == '\r' {
		i++
	}
	if r.data[i] != r.delimiter && r.data[i] != '\n' {
		return nil, true, &fault{at: i, what: "text follows the closing quote of a field"}
	}
	r.at = i
	return content, true, nil
}

// next steps over the end of a field and tells whether it was the record's last.
func (r *reader) next() (last bool) {
	r.at++
	return r.data[r.at-1] == '\n'
}

// countFields steps over a record and counts its fields.
func (r *reader) countFields() (int, error) {
	for n := 1; ; n++ {
		if _, _, err := r.field(); err != nil {
			return n, err
		}
		if r.next() {
			return n, nil
		}
	}
}

// fault is what is wrong at a place of the text.
type fault struct {
	at     int
	row    int // from 0, counted from the beginning of the part
	fields int // of a record of the wrong length, else 0
	what   string
}

func (f *fault) Error() string { return f.what }

// fault turns a reader's error into the user's.
func (t *table) fault(err error) error {
	f := err.(*fault)
	line := lineAt(t.data, f.at)
	if f.fields > 0 {
		return &Ragged{Row: f.row + 1, Line: line, Fields: f.fields, Header: len(t.names)}
	}
	return fmt.Errorf("line %d: %s", line, f.what)
}

// Ragged is the error for a record that has more or fewer fields than the header.
type Ragged struct {
	Row    int // the record, from 1
	Line   int // where it begins in the file, from 1
	Fields int // its fields
	Header int // the header's
}

func (e *Ragged) Error() string {
	return fmt.Sprintf("row %d (line %d of the file) has %s, the header has %d", e.Row, e.Line, count(e.Fields, "field"), e.Header)
}
