package csv

import (
	"bytes"
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
)

// mode is what a scan does with a column.
type mode uint8

const (
	skip   mode = iota
	number      // values, and a tally of the exceptions
	text        // codes, and a tally
	reread      // codes of a column that was taken for numbers and is none; it has its tally already
)

// part is a stretch of whole records, read by one goroutine.
type part struct {
	from, to int // bytes; the last record may reach beyond to
	place    int // its first row's place in the columns, where every part has room for one row a line
	rows     int
	end      int // where the reading stopped
	blank    int // blank lines
	tallies  []cell.Tally
	texts    []*cell.Texts
	err      *fault
}

// scan reads all records. Columns that look like numbers at the beginning are read as numbers at once; those that turn
// out to be text further down are read a second time.
func (t *table) scan() error {
	modes := t.guess()
	parts, room := t.split()
	t.values = make([][]float64, len(t.names))
	for c, m := range modes {
		if m == number {
			t.values[c] = make([]float64, room)
		}
	}
	if err := t.readParts(parts, modes); err != nil {
		return err
	}
	if !joined(parts) {
		// A quote inside an unquoted field misled the split. Read as one part, nothing can.
		parts = []part{{from: t.body, to: len(t.data)}}
		if err := t.readParts(parts, modes); err != nil {
			return err
		}
	}
	blank := 0
	t.tallies = make([]cell.Tally, len(t.names))
	for i := range parts {
		p := &parts[i]
		if p.err != nil {
			p.err.row += t.rows
			return t.fault(p.err)
		}
		for c := range t.tallies {
			t.tallies[c].Join(&p.tallies[c], t.rows)
		}
		t.rows += p.rows
		blank += p.blank
	}
	if t.rows == 0 {
		return fmt.Errorf("the file has a header but no rows")
	}
	if blank > 0 {
		t.say("%s left out", count(blank, "blank line"))
	}
	t.closeUp(parts)
	return t.collectTexts(parts, modes)
}

// guess reads the first records and takes a column for text if they make it so, for numbers otherwise.
func (t *table) guess() []mode {
	tallies := make([]cell.Tally, len(t.names))
	r := reader{data: t.data, delimiter: t.delimiter, at: t.body}
	rows, col := 0, 0
	for r.at < len(t.data) && rows < 100 {
		field, _, err := r.field()
		if err != nil {
			break // the scan comes upon it again
		}
		if col < len(tallies) {
			_, k := cell.Parse(field, t.decimal)
			tallies[col].Add(k, rows, field)
		}
		col++
		if r.next() {
			rows, col = rows+1, 0
		}
	}
	modes := make([]mode, len(t.names))
	for c := range modes {
		modes[c] = number
		if tallies[c].IsText(rows) {
			modes[c] = text
		}
	}
	return modes
}

// split cuts the records into parts that begin where a line outside quotes begins, if quotes stand only around fields.
// It gives each part room for as many rows as it has lines, and returns the room that all of them need.
func (t *table) split() (parts []part, room int) {
	for from := t.body; from < len(t.data); {
		to := min(from+t.partSize, len(t.data))
		// While the part is in the cache, what it holds of quotes and lines is counted once for all.
		block := t.data[from:to]
		inside := bytes.Count(block, []byte{'"'})%2 == 1
		lines := bytes.Count(block, []byte{'\n'})
		for to < len(t.data) && (inside || t.data[to-1] != '\n') {
			switch t.data[to] {
			case '"':
				inside = !inside
			case '\n':
				lines++
			}
			to++
		}
		parts = append(parts, part{from: from, to: to, place: room})
		room += lines
		from = to
	}
	return parts, room
}

// joined tells whether each part ended where the next one began; then each began at a record, since the first did.
func joined(parts []part) bool {
	for i := range parts {
		if parts[i].err != nil {
			return true // and the parts after it do not matter
		}
		if i+1 < len(parts) && parts[i].end != parts[i+1].from {
			return false
		}
	}
	return true
}

// readParts reads the parts, several at a time; the error is that of stop.
func (t *table) readParts(parts []part, modes []mode) error {
	parallel.Unless(t.stop, t.workers, len(parts), func(i int) { t.readPart(&parts[i], modes) })
	if t.stop != nil {
		return t.stop()
	}
	return nil
}

// readPart reads the records that begin in the part.
func (t *table) readPart(p *part, modes []mode) {
	p.tallies = make([]cell.Tally, len(modes))
	p.texts = make([]*cell.Texts, len(modes))
	values := make([][]float64, len(modes))
	for c, m := range modes {
		switch m {
		case number:
			values[c] = t.values[c][p.place:]
		case text, reread:
			p.texts[c] = &cell.Texts{}
		}
	}
	r := reader{data: t.data, delimiter: t.delimiter, at: p.from}
	row := 0
	for r.at < p.to {
		if c := r.data[r.at]; c == '\n' || c == '\r' || c == ' ' {
			if n := blankLine(r.data[r.at:]); n > 0 {
				r.at += n
				p.blank++
				continue
			}
		}
		begin := r.at
		if !t.readRecord(&r, p, modes, values, row) {
			p.err = t.wrongRecord(begin, row)
			return
		}
		row++
	}
	p.rows, p.end = row, r.at
}

// readRecord reads one record into row; false means that it is not well formed or not of the header's length.
func (t *table) readRecord(r *reader, p *part, modes []mode, values [][]float64, row int) bool {
	for c, m := range modes {
		if m == number {
			// The common cell: a plain number up to the next delimiter or the end of the line, read in one pass.
			x, n, k := cell.Prefix(r.data[r.at:], t.decimal)
			end := r.data[r.at+n] // there is one, since no number takes the LF that all data ends in
			if end == '\r' && r.data[r.at+n+1] == '\n' {
				n, end = n+1, '\n'
			}
			if k == cell.Number && (end == t.delimiter || end == '\n') {
				values[c][row] = x
				r.at += n + 1
				if (end == '\n') != (c == len(modes)-1) {
					return false
				}
				continue
			}
		}
		field, quoted, err := r.field()
		if err != nil {
			return false
		}
		if m != skip {
			x, k := cell.Parse(field, t.decimal)
			if k != cell.Number && m != reread {
				p.tallies[c].Add(k, row, field)
			}
			switch {
			case m == number:
				values[c][row] = x
			case k == cell.Missing:
				p.texts[c].AddMissing()
			case quoted:
				p.texts[c].Add(field)
			default:
				p.texts[c].Add(cell.Trim(field))
			}
		}
		if last := r.next(); last != (c == len(modes)-1) {
			return false
		}
	}
	return true
}

// wrongRecord looks at a record again for what is wrong with it.
func (t *table) wrongRecord(begin, row int) *fault {
	r := reader{data: t.data, delimiter: t.delimiter, at: begin}
	fields, err := r.countFields()
	if err != nil {
		f := err.(*fault)
		f.row = row
		return f
	}
	return &fault{at: begin, row: row, fields: fields}
}

// closeUp moves the parts' rows together where blank lines or line breaks in quotes left room between them.
func (t *table) closeUp(parts []part) {
	for c, column := range t.values {
		if column == nil {
			continue
		}
		rows := 0
		for i := range parts {
			p := &parts[i]
			if p.place != rows {
				copy(column[rows:], column[p.place:p.place+p.rows])
			}
			rows += p.rows
		}
		if cap(column) > rows+rows/8+1024 {
			t.values[c] = append(make([]float64, 0, rows), column[:rows]...)
		} else {
			t.values[c] = column[:rows:rows]
		}
	}
}

// collectTexts gathers the columns of text, reading those again that the scan took for numbers; and the other way
// round, a column that looked like text never turns out to be numbers.
func (t *table) collectTexts(parts []part, modes []mode) error {
	t.texts = make([][]*cell.Texts, len(t.names))
	again := make([]mode, len(modes))
	wrong := false
	for c, m := range modes {
		if m == number && t.tallies[c].IsText(t.rows) {
			again[c], wrong = reread, true
			t.values[c] = nil
		}
		if m == text {
			for i := range parts {
				t.texts[c] = append(t.texts[c], parts[i].texts[c])
			}
		}
	}
	if !wrong {
		return nil
	}
	if err := t.readParts(parts, again); err != nil {
		return err
	}
	for c, m := range again {
		if m == reread {
			for i := range parts {
				t.texts[c] = append(t.texts[c], parts[i].texts[c])
			}
		}
	}
	return nil
}
