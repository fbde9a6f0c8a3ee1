package dta

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
)

// dataset is a file as it is read: its text still in the file's encoding.
type dataset struct {
	cursor
	version int
	widths  widths
	label   string
	rows    int64
	columns []column

	valueLabels map[string]map[int32]string
	extended    int // cells with one of .a to .z
	binary      int // cells with a strL that is no text
}

// column is one variable.
type column struct {
	name, label, format, labelName string

	kind   storage
	size   int // bytes a row
	values []float64
	texts  cell.Texts
}

func (c *column) isText() bool { return c.kind == fixedString || c.kind == strL }

// storage is how a variable is stored.
type storage uint8

const (
	byte8 storage = iota
	int16s
	int32s
	float32s
	float64s
	fixedString
	strL
)

// widths are the sizes in bytes of a version's fields.
type widths struct {
	variables, rows         int64 // of the counts K and N
	label                   int64 // of the length of the data set's label
	kind                    int64
	name, format, labelName int64
	varLabel                int64
	sort                    int64
	strLVariable            int64 // of the variable's number in a strL's reference, which has 8 bytes
	strLRow                 int64 // of the row's number in a strL itself
}

// layouts are the versions known (help dta in Stata; 116 was never used).
var layouts = map[int]widths{
	113: {variables: 2, rows: 4, kind: 1, name: 33, format: 12, labelName: 33, varLabel: 81, sort: 2},
	114: {variables: 2, rows: 4, kind: 1, name: 33, format: 49, labelName: 33, varLabel: 81, sort: 2},
	115: {variables: 2, rows: 4, kind: 1, name: 33, format: 49, labelName: 33, varLabel: 81, sort: 2},
	117: {variables: 2, rows: 4, label: 1, kind: 2, name: 33, format: 49, labelName: 33, varLabel: 81, sort: 2, strLVariable: 4, strLRow: 4},
	118: {variables: 2, rows: 8, label: 2, kind: 2, name: 129, format: 57, labelName: 129, varLabel: 321, sort: 2, strLVariable: 2, strLRow: 8},
	119: {variables: 4, rows: 8, label: 2, kind: 2, name: 129, format: 57, labelName: 129, varLabel: 321, sort: 4, strLVariable: 3, strLRow: 8},
}

// readAll reads the file from its first byte.
func (d *dataset) readAll() error {
	if d.size == 0 {
		return fmt.Errorf("the file is empty")
	}
	d.order = binary.LittleEndian
	if d.trytag("<stata_dta>") {
		d.readTagged()
	} else {
		d.readBinary()
	}
	return d.err
}

// refuse stops at a version that has another layout.
func (d *dataset) known() bool {
	var ok bool
	if d.widths, ok = layouts[d.version]; ok || d.err != nil {
		return ok && d.err == nil
	}
	switch {
	case d.version >= 102 && d.version < 113:
		d.err = fmt.Errorf("version %d of the .dta format (Stata 7 or older) is not read; save the file anew in a newer Stata", d.version)
	case d.version > 119 && d.version < 130:
		d.err = fmt.Errorf("version %d of the .dta format is not read; in Stata, say saveold with version(14)", d.version)
	default:
		d.err = fmt.Errorf("this is no Stata file")
	}
	return false
}

// readBinary reads versions 113 to 115, whose sections follow each other without marks.
func (d *dataset) readBinary() {
	head := d.take(4)
	if d.err != nil {
		d.err = fmt.Errorf("this is no Stata file")
		return
	}
	d.version = int(head[0])
	if !d.known() {
		return
	}
	if head[1] == 1 {
		d.order = binary.BigEndian
	} else if head[1] != 2 {
		d.err = fmt.Errorf("this is no Stata file")
		return
	}
	k := int64(d.number(d.widths.variables))
	d.rows = int64(d.number(d.widths.rows))
	d.label = d.text(81)
	d.take(18) // time stamp
	d.readTypes(k)
	d.readNames()
	d.take(d.widths.sort * (k + 1))
	d.readFields()
	for d.err == nil { // expansion fields, the characteristics, which a field of length 0 ends
		kind, n := d.number(1), d.number(4)
		d.take(int64(n))
		if kind == 0 && n == 0 {
			break
		}
	}
	d.readRows(nil)
	d.valueLabels = map[string]map[int32]string{}
	for d.err == nil && d.left() > 0 {
		d.readValueLabel()
	}
}

// readTagged reads versions 117 to 119, whose sections stand in tags.
func (d *dataset) readTagged() {
	d.tag("<header>")
	d.tag("<release>")
	d.version, _ = strconv.Atoi(d.text(3))
	if !d.known() || d.version < 117 {
		d.fail("version %d in tags", d.version)
		return
	}
	d.tag("</release>")
	d.tag("<byteorder>")
	switch order := d.text(3); order {
	case "MSF":
		d.order = binary.BigEndian
	case "LSF":
	default:
		d.fail("byte order %q", order)
	}
	d.tag("</byteorder>")
	d.tag("<K>")
	k := int64(d.number(d.widths.variables))
	d.tag("</K>")
	d.tag("<N>")
	n := d.number(d.widths.rows)
	if n > 1<<62 {
		d.fail("%d rows", n)
	}
	d.rows = int64(n)
	d.tag("</N>")
	d.tag("<label>")
	d.label = d.text(int64(d.number(d.widths.label)))
	d.tag("</label>")
	d.tag("<timestamp>")
	d.take(int64(d.number(1)))
	d.tag("</timestamp>")
	d.tag("</header>")
	d.tag("<map>")
	d.take(14 * 8)
	d.tag("</map>")
	d.tag("<variable_types>")
	d.readTypes(k)
	d.tag("</variable_types>")
	d.tag("<varnames>")
	d.readNames()
	d.tag("</varnames>")
	d.tag("<sortlist>")
	d.take(d.widths.sort * (k + 1))
	d.tag("</sortlist>")
	d.readFields()
	d.tag("<characteristics>")
	for d.trytag("<ch>") {
		d.take(int64(d.number(4)))
		d.tag("</ch>")
	}
	d.tag("</characteristics>")
	d.tag("<data>")
	var refs []reference
	d.readRows(&refs)
	d.tag("</data>")
	d.tag("<strls>")
	d.readStrLs(refs)
	d.tag("</strls>")
	d.tag("<value_labels>")
	d.valueLabels = map[string]map[int32]string{}
	for d.trytag("<lbl>") {
		d.readValueLabel()
		d.tag("</lbl>")
	}
	d.tag("</value_labels>")
	d.tag("</stata_dta>")
}

// readTypes reads the types of k variables.
func (d *dataset) readTypes(k int64) {
	raw := d.take(d.widths.kind * k)
	if d.err == nil && k == 0 {
		d.err = fmt.Errorf("the file has no variables")
	}
	if d.err != nil {
		return
	}
	d.columns = make([]column, k)
	for i := range d.columns {
		code := int(raw[int64(i)*d.widths.kind])
		if d.widths.kind == 2 {
			code = int(d.order.Uint16(raw[2*i:]))
		}
		var ok bool
		if d.columns[i].kind, d.columns[i].size, ok = storageOf(code, d.widths.kind); !ok {
			d.fail("variable %d has the unknown type %d,", i+1, code)
			return
		}
	}
}

func storageOf(code int, width int64) (kind storage, size int, ok bool) {
	if width == 2 {
		switch {
		case code >= 1 && code <= 2045:
			return fixedString, code, true
		case code == 32768:
			return strL, 8, true
		case code >= 65526 && code <= 65530:
			code -= 65526
			return float64s - storage(code), []int{8, 4, 4, 2, 1}[code], true
		}
		return 0, 0, false
	}
	switch {
	case code >= 1 && code <= 244:
		return fixedString, code, true
	case code >= 251 && code <= 255:
		code -= 251
		return byte8 + storage(code), []int{1, 2, 4, 4, 8}[code], true
	}
	return 0, 0, false
}

func (d *dataset) readNames() {
	for i := range d.columns {
		d.columns[i].name = d.text(d.widths.name)
	}
}

// readFields reads formats, names of value labels and variable labels, in tags or not.
func (d *dataset) readFields() {
	field := func(tag string, width int64, set func(c *column, s string)) {
		if d.version >= 117 {
			d.tag("<" + tag + ">")
			defer d.tag("</" + tag + ">")
		}
		for i := range d.columns {
			set(&d.columns[i], d.text(width))
		}
	}
	field("formats", d.widths.format, func(c *column, s string) { c.format = s })
	field("value_label_names", d.widths.labelName, func(c *column, s string) { c.labelName = s })
	field("variable_labels", d.widths.varLabel, func(c *column, s string) { c.label = s })
}

// readValueLabel reads one table of value labels: n values and the places of their texts in a block.
func (d *dataset) readValueLabel() {
	length := int64(d.number(4))
	name := d.text(d.widths.labelName)
	d.take(3)
	begin := d.at
	n, textSize := int64(d.number(4)), int64(d.number(4))
	if d.err == nil && (n > d.left()/8 || textSize > d.left() || 8+8*n+textSize > length) {
		d.fail("value label %q is larger than its block", name)
	}
	offsets, values := d.take(4*n), d.take(4*n)
	texts := d.take(textSize)
	if d.err != nil {
		return
	}
	labels := make(map[int32]string, n)
	for i := range n {
		at := int64(d.order.Uint32(offsets[4*i:]))
		if at > textSize {
			d.fail("value label %q points beyond its block", name)
			return
		}
		if x := int32(d.order.Uint32(values[4*i:])); x <= maxLong { // above it are labels of .a to .z
			labels[x] = string(untilZero(texts[at:]))
		}
	}
	d.take(length - (d.at - begin)) // what a program may have left unused
	d.valueLabels[name] = labels
}
