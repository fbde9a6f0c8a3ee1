package typeface

import (
	"encoding/binary"
	"errors"
	"slices"
)

// needed are the tables that outlines, widths and names come from. The rest (bitmaps, positioning, hints of other
// programs) is left behind: some fonts have versions of it that no parser of ours reads.
var needed = []string{"CFF ", "OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "kern", "loca", "maxp", "name", "post"}

var errNoFont = errors.New("it holds no font")

// members are the offsets of the fonts in a file, one or, in a collection, several.
func members(file []byte) []uint32 {
	if len(file) < 12 {
		return nil
	}
	if string(file[:4]) != "ttcf" {
		return []uint32{0}
	}
	n := binary.BigEndian.Uint32(file[8:])
	var offsets []uint32
	for i := uint32(0); i < n && i < 256 && int(16+4*i) <= len(file); i++ {
		offsets = append(offsets, binary.BigEndian.Uint32(file[12+4*i:]))
	}
	return offsets
}

// repack copies one font out of a file into a file of its own, its tables at offsets that are multiples of four. The
// OpenType specification asks for that and golang.org/x/image/font/sfnt insists, but WenQuanYi's and AR PL UMing's
// collections, which Debian has, keep tables at odd ones.
func repack(file []byte, offset uint32) ([]byte, error) {
	at := int(offset)
	if at < 0 || at+12 > len(file) {
		return nil, errNoFont
	}
	version := file[at : at+4]
	count := int(binary.BigEndian.Uint16(file[at+4:]))
	if at+12+16*count > len(file) {
		return nil, errNoFont
	}
	type table struct {
		tag  string
		data []byte
	}
	var tables []table
	for i := range count {
		record := file[at+12+16*i:]
		tag := string(record[:4])
		start, length := uint64(binary.BigEndian.Uint32(record[8:])), uint64(binary.BigEndian.Uint32(record[12:]))
		if start+length > uint64(len(file)) {
			return nil, errors.New("its table " + tag + " lies outside the file")
		}
		known := slices.ContainsFunc(tables, func(t table) bool { return t.tag == tag })
		if slices.Contains(needed, tag) && !known {
			tables = append(tables, table{tag, file[start : start+length]})
		}
	}
	slices.SortFunc(tables, func(a, b table) int {
		if a.tag < b.tag {
			return -1
		}
		return 1
	})
	out := append([]byte(nil), version...)
	out = binary.BigEndian.AppendUint16(out, uint16(len(tables)))
	out = append(out, make([]byte, 6)...) // search ranges, which no reader needs
	place := 12 + 16*len(tables)
	for _, t := range tables {
		out = append(out, t.tag...)
		out = binary.BigEndian.AppendUint32(out, 0) // checksum
		out = binary.BigEndian.AppendUint32(out, uint32(place))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data)))
		place += (len(t.data) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		out = append(out, make([]byte, -len(t.data)&3)...)
	}
	return out, nil
}
