package dta

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// The largest values that are not missing; above them stand ., .a … .z in this order (help dta in Stata, "missing
// values").
const (
	maxByte  = 100
	maxInt   = 32740
	maxLong  = 2147483620
	missing4 = 0x7f000000         // bits of . as a float
	missing8 = 0x7fe0000000000000 // bits of . as a double
)

// reference is a cell that holds a strL: which one, and where the cell is.
type reference struct {
	column int
	row    int
	key    strLKey
}

type strLKey struct{ variable, row uint64 }

// readRows reads the data, a block of rows at a time. Cells with a strL are added to refs, to be filled later.
func (d *dataset) readRows(refs *[]reference) {
	if d.err != nil {
		return
	}
	width := int64(0)
	for i := range d.columns {
		width += int64(d.columns[i].size)
	}
	if d.rows == 0 {
		d.err = fmt.Errorf("the file has variables but no rows")
		return
	}
	if there := d.left() / width; there < d.rows {
		d.fail("the file is cut off: %d rows announced, %d there,", d.rows, there)
		return
	}
	for i := range d.columns {
		if c := &d.columns[i]; c.isText() {
			c.texts.Grow(int(d.rows))
		} else {
			c.values = make([]float64, d.rows)
		}
	}
	perBlock := max(1, (1<<20)/width)
	block := make([]byte, min(perBlock, d.rows)*width)
	for from := int64(0); from < d.rows; from += perBlock {
		n := min(perBlock, d.rows-from)
		d.fill(block[:n*width])
		if d.err != nil {
			return
		}
		at := 0
		for i := range d.columns {
			d.readColumn(i, block[at:n*width], int(width), int(from), int(n), refs)
			at += d.columns[i].size
		}
	}
}

// readColumn reads the cells of variable i in n rows of a block, whose first cell of the variable begins cells.
func (d *dataset) readColumn(i int, cells []byte, width, from, n int, refs *[]reference) {
	c := &d.columns[i]
	order := d.order
	nan := math.NaN()
	switch c.kind {
	case byte8:
		for r := range n {
			x := int8(cells[r*width])
			c.values[from+r] = float64(x)
			if x > maxByte {
				c.values[from+r] = nan
				if x > maxByte+1 {
					d.extended++
				}
			}
		}
	case int16s:
		for r := range n {
			x := int16(order.Uint16(cells[r*width:]))
			c.values[from+r] = float64(x)
			if x > maxInt {
				c.values[from+r] = nan
				if x > maxInt+1 {
					d.extended++
				}
			}
		}
	case int32s:
		for r := range n {
			x := int32(order.Uint32(cells[r*width:]))
			c.values[from+r] = float64(x)
			if x > maxLong {
				c.values[from+r] = nan
				if x > maxLong+1 {
					d.extended++
				}
			}
		}
	case float32s:
		for r := range n {
			b := order.Uint32(cells[r*width:])
			c.values[from+r] = float64(math.Float32frombits(b))
			if b&0x7fffffff >= missing4 {
				c.values[from+r] = nan
				if b > missing4 && b <= missing4+26*0x800 {
					d.extended++
				}
			}
		}
	case float64s:
		for r := range n {
			b := order.Uint64(cells[r*width:])
			c.values[from+r] = math.Float64frombits(b)
			if b&0x7fffffffffffffff >= missing8 {
				c.values[from+r] = nan
				if b > missing8 && b <= missing8+26<<40 {
					d.extended++
				}
			}
		}
	case fixedString:
		for r := range n {
			s := untilZero(cells[r*width : r*width+c.size])
			if len(s) == 0 {
				c.texts.AddMissing()
			} else {
				c.texts.Add(s)
			}
		}
	case strL:
		for r := range n {
			b := cells[r*width : r*width+8]
			*refs = append(*refs, reference{column: i, row: from + r, key: d.strLKey(b)})
		}
	}
}

// strLKey splits the 8 bytes of a reference: the variable's number in the first bytes, the row's in the rest.
func (d *dataset) strLKey(b []byte) strLKey {
	v := int(d.widths.strLVariable)
	return strLKey{d.short(b[:v]), d.short(b[v:8])}
}

// short reads an unsigned integer of up to 8 bytes.
func (d *dataset) short(b []byte) uint64 {
	x := uint64(0)
	for i := range b {
		if d.order == binary.BigEndian {
			x = x<<8 | uint64(b[i])
		} else {
			x |= uint64(b[i]) << (8 * i)
		}
	}
	return x
}

// readStrLs reads the long strings, and fills the cells that refer to them.
func (d *dataset) readStrLs(refs []reference) {
	type content struct {
		text []byte
		ok   bool
	}
	strls := map[strLKey]content{{}: {nil, true}} // (0, 0) is the empty string
	for d.trytag("GSO") {
		key := strLKey{d.number(4), d.number(d.widths.strLRow)}
		isBinary := d.number(1) == 129
		b := d.take(int64(d.number(4)))
		if d.err != nil {
			return
		}
		if !isBinary {
			b = untilZero(b)
		}
		// Stata marks a string with a zero byte in it as binary; that it is, or else text all the same.
		strls[key] = content{b, !isBinary || utf8.Valid(b) && bytes.IndexByte(b, 0) < 0}
	}
	if d.err != nil {
		return
	}
	// References were gathered block by block, within a block variable by variable: by variable they are in row order.
	for _, ref := range refs {
		c, ok := strls[ref.key]
		if !ok {
			d.fail("row %d of %s refers to a long string that is not there,", ref.row+1, d.columns[ref.column].name)
			return
		}
		texts := &d.columns[ref.column].texts
		if !c.ok {
			d.binary++
		}
		if !c.ok || len(c.text) == 0 {
			texts.AddMissing()
		} else {
			texts.Add(c.text)
		}
	}
}
