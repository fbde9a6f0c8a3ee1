package csv

import (
	"bytes"
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
)

// layout finds the delimiter, the header and the decimal sign.
func (t *table) layout(o Options) error {
	t.skipBlank()
	t.delimiter = byte(o.Delimiter)
	if line := firstLine(t.data[t.body:]); len(line) == 5 && bytes.EqualFold(line[:4], []byte("sep=")) && mayDelimit(rune(line[4])) {
		t.body += bytes.IndexByte(t.data[t.body:], '\n') + 1 // Excel's own way to say it
		if t.delimiter == 0 {
			t.delimiter = line[4]
		}
		t.skipBlank()
	}
	if t.body == len(t.data) {
		return fmt.Errorf("the file is empty")
	}
	if t.delimiter == 0 {
		t.delimiter = sniffDelimiter(t.data[t.body:])
	}
	t.result.Delimiter = rune(t.delimiter)
	if err := t.header(); err != nil {
		return err
	}
	t.cutEmptyRows()
	t.decimal = '.'
	if t.delimiter != ',' {
		t.sniffDecimal()
	}
	return nil
}

func (t *table) skipBlank() {
	for t.body < len(t.data) {
		n := blankLine(t.data[t.body:])
		if n == 0 {
			return
		}
		t.body += n
	}
}

// blankLine is the length of the line that data begins with if it holds spaces at most, else 0.
func blankLine(data []byte) int {
	for i, c := range data {
		switch c {
		case ' ', '\r':
		case '\n':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

func firstLine(data []byte) []byte {
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	return bytes.TrimRight(line, "\r")
}

// sniffDelimiter takes the sign that divides the first records into equally many fields, and into most; where none
// does so, the one that divides the first record into most.
func sniffDelimiter(data []byte) byte {
	best, bestHeader := byte(0), byte(',')
	most, mostHeader := 1, 1
	for _, d := range []byte{',', ';', '\t', '|'} {
		header, even := 0, true
		r := reader{data: data, delimiter: d}
		for n := 0; n < 200 && r.at < len(data); n++ {
			if skip := blankLine(data[r.at:]); skip > 0 {
				r.at += skip
				continue
			}
			fields, err := r.countFields()
			if err != nil {
				even = false
				break
			}
			if header == 0 {
				header = fields
			}
			even = even && fields == header
		}
		if even && header > most {
			best, most = d, header
		}
		if header > mostHeader {
			bestHeader, mostHeader = d, header
		}
	}
	if best != 0 {
		return best
	}
	return bestHeader
}

// header reads the names of the columns, and leaves body at the first record.
func (t *table) header() error {
	r := reader{data: t.data, delimiter: t.delimiter, at: t.body}
	numbers := true
	seen := map[string]int{}
	for last := false; !last; {
		field, _, err := r.field()
		if err != nil {
			return t.fault(err)
		}
		name := string(cell.Trim(field))
		_, k := cell.Parse(field, '.')
		numbers = numbers && k == cell.Number
		t.names = append(t.names, name)
		if first, twice := seen[name]; twice && name != "" {
			return fmt.Errorf("two columns are named %q in the header, the %s and the %s", name, ordinal(first), ordinal(len(t.names)))
		}
		seen[name] = len(t.names)
		last = r.next()
	}
	t.body = r.at
	if numbers {
		return fmt.Errorf("the first line holds numbers (%s) where the columns' names should stand", t.names[0])
	}
	for c, name := range t.names {
		// The first column may turn out to count the rows; assemble decides.
		if name == "" && (c > 0 || len(t.names) == 1) {
			return fmt.Errorf("column %d has no name in the header", c+1)
		}
	}
	return nil
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n, suffix)
}

// cutEmptyRows drops what programs leave at the end of a sheet: lines of nothing but delimiters.
func (t *table) cutEmptyRows() {
	end, rows := len(t.data), 0
	for end > t.body {
		start := bytes.LastIndexByte(t.data[:end-1], '\n') + 1
		filled := false
		for _, c := range t.data[start : end-1] {
			filled = filled || c != t.delimiter && c != ' ' && c != '\r'
		}
		if filled || start < t.body {
			break
		}
		if bytes.IndexByte(t.data[start:end-1], t.delimiter) >= 0 {
			rows++
		}
		end = start
	}
	t.data = t.data[:end]
	if rows > 0 {
		t.say("%s at the end of the file without any value left out", count(rows, "row"))
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// sniffDecimal looks for numbers that can be read one way only. Without one, a semicolon between fields is taken for
// the sign of a country that writes decimal commas, where programs use it for just that reason.
func (t *table) sniffDecimal() {
	points, commas, either := t.decimalSigns(10_000)
	if points+commas == 0 {
		points, commas, either = t.decimalSigns(-1)
	}
	if commas > points || commas == points && t.delimiter == ';' {
		t.decimal = ','
		if commas+either > 0 {
			t.say("numbers are read with decimal commas")
		}
	}
}

// decimalSigns counts the cells of the first records (all for -1) by the decimal sign they show; either way counts
// those that could be read both ways.
func (t *table) decimalSigns(records int) (points, commas, either int) {
	r := reader{data: t.data, delimiter: t.delimiter, at: t.body}
	for n := 0; n != records && r.at < len(t.data); {
		field, _, err := r.field()
		if err != nil {
			break // scan reports it
		}
		if len(field) > 2 && bytes.ContainsAny(field, ".,") {
			switch cell.DecimalSign(field) {
			case '.':
				points++
			case ',':
				commas++
			default:
				if _, k := cell.Parse(field, '.'); k == cell.Number || k == cell.Grouped {
					either++
				}
			}
		}
		if r.next() {
			n++
		}
	}
	return points, commas, either
}
