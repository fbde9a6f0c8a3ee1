package dta

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Write writes a panel as version 118 (Stata 14 and later). A column of whole numbers takes the smallest type that
// holds it, others are doubles, text up to 2045 bytes a fixed string and longer text strLs, so that nothing is rounded
// or cut. Labels are cut at Stata's 80 characters; value labels of fractions have no place in the format. A name that
// Stata does not allow and an infinite number, which Stata does not have, are errors.
func Write(w io.Writer, p *panel.Panel) error {
	vars := p.Variables()
	if len(vars) > 32767 {
		return fmt.Errorf("%d variables are more than the 32767 of a Stata file", len(vars))
	}
	out := writer{buf: bufio.NewWriterSize(w, 1<<16)}
	columns := make([]field, len(vars))
	width := 0
	for i, v := range vars {
		var err error
		if columns[i], err = fieldOf(v); err != nil {
			return err
		}
		width += columns[i].size
	}
	strls := longStrings(columns)
	labels := labelTables(columns)

	out.put("<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>")
	out.number(uint64(len(vars)), 2)
	out.put("</K><N>")
	out.number(uint64(p.Rows()), 8)
	out.put("</N><label>")
	out.number(0, 2)
	out.put("</label><timestamp>") // none, so that the same panel is the same file
	out.number(0, 1)
	out.put("</timestamp></header>")

	// The map holds where the sections begin; all of their sizes are known.
	k := int64(len(vars))
	begin := out.size
	places := []int64{0, begin}
	next := begin + int64(len("<map></map>")) + 14*8
	for _, section := range []struct {
		tag  string
		size int64
	}{
		{"variable_types", 2 * k}, {"varnames", 129 * k}, {"sortlist", 2 * (k + 1)}, {"formats", 57 * k},
		{"value_label_names", 129 * k}, {"variable_labels", 321 * k}, {"characteristics", 0},
		{"data", int64(p.Rows()) * int64(width)}, {"strls", int64(len(strls))}, {"value_labels", int64(len(labels))},
	} {
		places = append(places, next)
		next += int64(2*len(section.tag)+len("<></>")) + section.size
	}
	places = append(places, next, next+int64(len("</stata_dta>")))
	out.put("<map>")
	for _, at := range places {
		out.number(uint64(at), 8)
	}
	out.put("</map>")

	section := func(tag string, write func()) {
		out.put("<" + tag + ">")
		write()
		out.put("</" + tag + ">")
	}
	section("variable_types", func() {
		for i := range columns {
			out.number(uint64(columns[i].code), 2)
		}
	})
	section("varnames", func() {
		for _, v := range vars {
			out.text(v.Name, 129)
		}
	})
	section("sortlist", func() { out.text("", 2*(len(vars)+1)) })
	section("formats", func() {
		for i := range columns {
			out.text(columns[i].format, 57)
		}
	})
	section("value_label_names", func() {
		for i, v := range vars {
			if len(columns[i].labels) > 0 {
				out.text(v.Name, 129)
			} else {
				out.text("", 129)
			}
		}
	})
	section("variable_labels", func() {
		for _, v := range vars {
			label := v.Label
			if label == "" {
				label = v.LabelZH
			}
			out.text(firstRunes(label, 80), 321)
		}
	})
	section("characteristics", func() {})
	section("data", func() {
		row := make([]byte, 0, width)
		for r := range p.Rows() {
			row = row[:0]
			for i := range columns {
				row = columns[i].appendCell(row, i, r)
			}
			out.bytes(row)
		}
	})
	section("strls", func() { out.bytes(strls) })
	section("value_labels", func() { out.bytes(labels) })
	out.put("</stata_dta>")
	if out.err == nil {
		out.err = out.buf.Flush()
	}
	return out.err
}

// field is a variable with the storage it is written in.
type field struct {
	*panel.Variable
	kind   storage
	size   int
	code   int // of the type in the file
	format string
	first  []uint64 // of a strL's levels: the first row that holds it, from 1, 0 if none does
	labels []int32  // values with a label, ascending
}

func fieldOf(v *panel.Variable) (field, error) {
	f := field{Variable: v}
	if reason := badName(v.Name); reason != "" {
		return f, fmt.Errorf("column %q can't be saved as .dta: a Stata name %s", v.Name, reason)
	}
	if v.Kind == panel.Text {
		longest := 1
		for _, s := range v.Levels {
			if strings.IndexByte(s, 0) >= 0 {
				longest = 2046 // only a strL holds a zero byte
			}
			longest = max(longest, len(s))
		}
		if longest > 2045 {
			f.kind, f.size, f.code, f.format = strL, 8, 32768, "%9s"
			f.first = make([]uint64, len(v.Levels))
			for row, c := range v.Codes {
				if c >= 0 && f.first[c] == 0 {
					f.first[c] = uint64(row + 1)
				}
			}
		} else {
			f.kind, f.size, f.code, f.format = fixedString, longest, longest, fmt.Sprintf("%%%ds", max(9, min(longest, 244)))
		}
		return f, nil
	}
	lo, hi, whole := 0.0, 0.0, true
	for row, x := range v.Values {
		if x != x {
			continue
		}
		if math.Abs(x) >= math.Float64frombits(missing8) {
			return f, fmt.Errorf("column %q can't be saved as .dta: row %d holds %v, and Stata's numbers end at 8.99e307", v.Name, row+1, x)
		}
		lo, hi = min(lo, x), max(hi, x)
		whole = whole && x == math.Trunc(x) && !(x == 0 && math.Signbit(x))
	}
	switch {
	case whole && lo >= -127 && hi <= maxByte:
		f.kind, f.size, f.code, f.format = byte8, 1, 65530, "%8.0g"
	case whole && lo >= -32767 && hi <= maxInt:
		f.kind, f.size, f.code, f.format = int16s, 2, 65529, "%8.0g"
	case whole && lo >= -2147483647 && hi <= maxLong:
		f.kind, f.size, f.code, f.format = int32s, 4, 65528, "%12.0g"
	default:
		f.kind, f.size, f.code, f.format = float64s, 8, 65526, "%10.0g"
	}
	for _, x := range slices.Sorted(maps.Keys(v.ValueLabels)) {
		if x == math.Trunc(x) && x >= -2147483647 && x <= maxLong {
			f.labels = append(f.labels, int32(x))
		}
	}
	return f, nil
}

// appendCell appends the cell of variable i (from 0) in a row.
func (f *field) appendCell(b []byte, i, row int) []byte {
	le := binary.LittleEndian
	switch f.kind {
	case fixedString:
		s := ""
		if c := f.Codes[row]; c >= 0 {
			s = f.Levels[c]
		}
		b = append(b, s...)
		return append(b, make([]byte, f.size-len(s))...)
	case strL:
		c := f.Codes[row]
		if c < 0 || f.Levels[c] == "" {
			return append(b, 0, 0, 0, 0, 0, 0, 0, 0)
		}
		return le.AppendUint64(b, uint64(i+1)|f.first[c]<<16)
	}
	x := f.Values[row]
	missing := x != x
	switch f.kind {
	case byte8:
		if missing {
			x = maxByte + 1
		}
		return append(b, byte(int8(x)))
	case int16s:
		if missing {
			x = maxInt + 1
		}
		return le.AppendUint16(b, uint16(int16(x)))
	case int32s:
		if missing {
			x = maxLong + 1
		}
		return le.AppendUint32(b, uint32(int32(x)))
	}
	if missing {
		return le.AppendUint64(b, missing8)
	}
	return le.AppendUint64(b, math.Float64bits(x))
}

// longStrings is the content of the section of strLs: each text once for its variable, named by the variable and the
// first row that holds it, in the order of rows, then variables.
func longStrings(columns []field) []byte {
	type entry struct {
		row      uint64
		variable int
		text     string
	}
	var entries []entry
	for i := range columns {
		for c, row := range columns[i].first {
			if s := columns[i].Levels[c]; row > 0 && s != "" {
				entries = append(entries, entry{row, i + 1, s})
			}
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.variable, b.variable))
	})
	var b []byte
	for _, e := range entries {
		b = append(b, "GSO"...)
		b = binary.LittleEndian.AppendUint32(b, uint32(e.variable))
		b = binary.LittleEndian.AppendUint64(b, e.row)
		kind, end := byte(130), "\x00" // text, which ends in a zero byte
		if strings.IndexByte(e.text, 0) >= 0 {
			kind, end = 129, "" // binary, which does not
		}
		b = append(b, kind)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(e.text)+len(end)))
		b = append(append(b, e.text...), end...)
	}
	return b
}

// labelTables is the content of the section of value labels: a table for each variable that has any, of its name.
func labelTables(columns []field) []byte {
	var b bytes.Buffer
	out := writer{buf: bufio.NewWriter(&b)}
	for i := range columns {
		f := &columns[i]
		if len(f.labels) == 0 {
			continue
		}
		var texts []byte
		var offsets []uint32
		for _, x := range f.labels {
			offsets = append(offsets, uint32(len(texts)))
			texts = append(append(texts, strings.ReplaceAll(f.ValueLabels[float64(x)], "\x00", "")...), 0)
		}
		n := len(f.labels)
		out.put("<lbl>")
		out.number(uint64(8+8*n+len(texts)), 4)
		out.text(f.Name, 129)
		out.text("", 3)
		out.number(uint64(n), 4)
		out.number(uint64(len(texts)), 4)
		for _, at := range offsets {
			out.number(uint64(at), 4)
		}
		for _, x := range f.labels {
			out.number(uint64(uint32(x)), 4)
		}
		out.bytes(texts)
		out.put("</lbl>")
	}
	out.buf.Flush()
	return b.Bytes()
}

// writer counts what it writes; its first error stays.
type writer struct {
	buf  *bufio.Writer
	size int64
	err  error
}

func (w *writer) bytes(b []byte) {
	if w.err == nil {
		_, w.err = w.buf.Write(b)
		w.size += int64(len(b))
	}
}

func (w *writer) put(s string) { w.bytes([]byte(s)) }

// number writes the n lowest bytes of x, the lowest first.
func (w *writer) number(x uint64, n int) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], x)
	w.bytes(b[:n])
}

// text writes s and zero bytes up to width.
func (w *writer) text(s string, width int) {
	b := make([]byte, width)
	copy(b, s)
	w.bytes(b)
}

func firstRunes(s string, n int) string {
	s = strings.ReplaceAll(s, "\x00", "")
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// reserved are words that no Stata variable may be named.
var reserved = []string{"_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip", "byte", "double", "float", "if", "in", "int", "long", "strL", "using", "with"}

// badName says what is wrong with a name, in words that follow "a Stata name"; "" if it is good.
func badName(name string) string {
	if n := utf8.RuneCountInString(name); n > 32 {
		return fmt.Sprintf("has 32 characters at most, not %d", n)
	}
	if slices.Contains(reserved, name) {
		return "is not one of Stata's own words"
	}
	if digits, ok := strings.CutPrefix(name, "str"); ok && digits != "" && strings.Trim(digits, "0123456789") == "" {
		return "is not one of Stata's own words"
	}
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && !(i > 0 && unicode.IsDigit(r)) {
			if i == 0 {
				return "begins with a letter or _"
			}
			return fmt.Sprintf("has letters, digits and _ only, not %q", r)
		}
	}
	return ""
}
