// Package parquet reads and writes tables in Parquet files.
//
// # What is read
//
// Flat columns of any physical type. Integers, floats, decimals and booleans become numbers (a column with a whole
// number that float64 would round becomes text, with a notice); strings become text; dates, times and timestamps ISO
// text (2006-01-31, 15:04:05, 2006-01-31 15:04:05). A null, a NaN and an empty string are missing. Lists, maps, structs
// and binary data are refused, since a panel has no place for them.
package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	pq "github.com/parquet-go/parquet-go"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
)

// Options say how to read. The zero value reads to the end.
type Options struct {
	Stop func() error // ends the reading soon after it gives an error, which is then returned; nil goes on
}

// Result is the table read.
type Result struct {
	Panel   *panel.Panel // a cross-section
	Notices []string     // what a reader should know, a sentence each
}

// File reads a file; errors are one sentence that begins with the file's name, and a file that is not there is a
// *file.Missing.
func File(path string, o Options) (*Result, error) {
	f, size, err := file.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := Read(file.Asking(f, o.Stop), size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return r, nil
}

// Read reads a file of size bytes.
func Read(r io.ReaderAt, size int64) (res *Result, err error) {
	if size == 0 {
		return nil, errors.New("the file is empty")
	}
	magic := make([]byte, 4)
	if n, _ := r.ReadAt(magic, 0); n < 4 || string(magic) != "PAR1" {
		if string(magic) == "PARE" {
			return nil, errors.New("this Parquet file is encrypted")
		}
		return nil, errors.New("this is no Parquet file")
	}
	// The file ends in the length of its description and the magic word again. The library takes memory for whatever
	// length stands there.
	tail := make([]byte, 8)
	if n, _ := r.ReadAt(tail, size-8); n < 8 || size < 12 || string(tail[4:]) != "PAR1" || int64(binary.LittleEndian.Uint32(tail)) > size-12 {
		return nil, errors.New("damaged Parquet file: it is cut off, or its last bytes are wrong")
	}
	// The library panics at some damaged files; for a reader's user that is an error like any other.
	defer func() {
		if p := recover(); p != nil {
			res, err = nil, fmt.Errorf("damaged Parquet file: %v", p)
		}
	}()
	f, err := pq.OpenFile(r, size, pq.SkipPageIndex(true), pq.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("damaged Parquet file: %w", err)
	}
	columns := f.Root().Columns()
	if len(columns) == 0 {
		return nil, errors.New("the file has no columns")
	}
	rows := int(f.NumRows())
	if rows == 0 {
		return nil, errors.New("the file has columns but no rows")
	}
	types := elements(f)
	if len(types) != len(columns) {
		return nil, errors.New("damaged Parquet file: its schema does not add up")
	}
	res = &Result{}
	var vars []*panel.Variable
	for i, c := range columns {
		decode, err := decoderOf(c, &types[i])
		if err != nil {
			return nil, fmt.Errorf("column %q %w", c.Name(), err)
		}
		// A damaged file may announce any number of rows; memory beyond what the file's size makes likely is taken
		// only when the values come.
		t := &target{rows: rows, room: int(min(f.NumRows(), 8*size))}
		if err := t.readChunks(f, c.Index(), decode); err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name(), err)
		}
		v, notices := t.variable(c.Name())
		vars = append(vars, v)
		res.Notices = append(res.Notices, notices...)
	}
	res.Panel, err = panel.New(vars...)
	return res, err
}

// target collects the values of a column: numbers, until a value has to be text.
type target struct {
	rows   int
	room   int       // to begin with
	values []float64 // nil when the column is text
	texts  *cell.Texts
	tally  cell.Tally
	at     int
	long   bool // a whole number did not fit a float64; read the column again as text
}

// number adds a number.
func (t *target) number(x float64) {
	if x-x != 0 && x == x { // infinite
		t.tally.Add(cell.Inf, t.at, fmt.Append(nil, x))
	}
	t.values = append(t.values, x)
	t.at++
}

// text adds text, the empty one as missing.
func (t *target) text(b []byte) {
	if len(b) == 0 {
		t.texts.AddMissing()
	} else {
		t.texts.Add(b)
	}
	t.at++
}

// readChunks reads the column's chunk of each row group, page by page.
func (t *target) readChunks(f *pq.File, index int, d decoder) error {
	buffer := make([]pq.Value, 1024)
	for pass := 0; ; pass++ {
		t.at, t.long = 0, false
		if d.isText || pass > 0 {
			t.values, t.texts = nil, &cell.Texts{}
			t.texts.Grow(t.room)
		} else {
			t.values = make([]float64, 0, t.room)
		}
		for _, group := range f.RowGroups() {
			if err := t.readChunk(group.ColumnChunks()[index], d, buffer); err != nil {
				return err
			}
		}
		if t.at != t.rows {
			return fmt.Errorf("it holds %d values, the file has %d rows", t.at, t.rows)
		}
		if !t.long {
			return nil
		}
	}
}

func (t *target) readChunk(chunk pq.ColumnChunk, d decoder, buffer []pq.Value) error {
	pages := chunk.Pages()
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("damaged page: %w", err)
		}
		values := page.Values()
		for {
			n, err := values.ReadValues(buffer)
			if n > t.rows-t.at {
				return fmt.Errorf("it holds more values than the file has rows (%d)", t.rows)
			}
			for _, v := range buffer[:n] {
				if err := t.add(v, d); err != nil {
					return err
				}
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fmt.Errorf("damaged page: %w", err)
			}
		}
		pq.Release(page)
	}
}

// variable is the column collected.
func (t *target) variable(name string) (*panel.Variable, []string) {
	row := func(r int) string { return fmt.Sprintf("row %d", r+1) }
	notices := t.tally.Notices(name, t.rows, row)
	if t.values != nil {
		return &panel.Variable{Name: name, Values: t.values}, notices
	}
	return cell.Variable(name, t.texts), notices
}
