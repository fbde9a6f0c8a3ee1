// Package bridge moves panels and results between a notebook's session and the Go programs of its cells, over a Unix
// socket. It is light: a cell that uses it links no more than panels and encoding.
package bridge

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Meta is a panel without its columns' values.
type Meta struct {
	Rows      int        `json:"rows"`
	Unit      string     `json:"unit,omitempty"`
	Time      string     `json:"time,omitempty"`
	Variables []Variable `json:"variables"`
}

// Variable is a column without its values.
type Variable struct {
	Name        string            `json:"name"`
	Text        bool              `json:"text,omitempty"` // codes of four bytes, else numbers of eight
	Levels      []string          `json:"levels,omitempty"`
	Label       string            `json:"label,omitempty"`
	LabelZH     string            `json:"label_zh,omitempty"`
	ValueLabels map[string]string `json:"value_labels,omitempty"`
}

// MetaOf describes a panel.
func MetaOf(p *panel.Panel) Meta {
	m := Meta{Rows: p.Rows(), Unit: p.UnitName(), Time: p.TimeName()}
	for _, v := range p.Variables() {
		w := Variable{Name: v.Name, Text: v.Kind == panel.Text, Levels: v.Levels, Label: v.Label, LabelZH: v.LabelZH}
		for value, label := range v.ValueLabels {
			if w.ValueLabels == nil {
				w.ValueLabels = map[string]string{}
			}
			w.ValueLabels[strconv.FormatFloat(value, 'g', -1, 64)] = label
		}
		m.Variables = append(m.Variables, w)
	}
	return m
}

// maxRows bounds what a length may claim: row numbers are 32 bits wide everywhere.
const maxRows = math.MaxInt32

// Bytes is how many bytes the columns take.
func (m Meta) Bytes() (int64, error) {
	if m.Rows < 0 || m.Rows > maxRows {
		return 0, fmt.Errorf("a panel of %d rows can't be", m.Rows)
	}
	n := int64(0)
	for _, v := range m.Variables {
		n += int64(m.Rows) * v.width()
	}
	return n, nil
}

func (v Variable) width() int64 {
	if v.Text {
		return 4
	}
	return 8
}

// block is how many bytes are converted at once.
const block = 1 << 16

// WriteColumns writes the values, column by column: numbers as float64, codes as int32, little-endian.
func WriteColumns(w io.Writer, p *panel.Panel) error {
	buf := make([]byte, block)
	for _, v := range p.Variables() {
		for values := v.Values; len(values) > 0; {
			n := min(len(values), block/8)
			for i, x := range values[:n] {
				binary.LittleEndian.PutUint64(buf[8*i:], math.Float64bits(x))
			}
			if _, err := w.Write(buf[:8*n]); err != nil {
				return err
			}
			values = values[n:]
		}
		for codes := v.Codes; len(codes) > 0; {
			n := min(len(codes), block/4)
			for i, c := range codes[:n] {
				binary.LittleEndian.PutUint32(buf[4*i:], uint32(c))
			}
			if _, err := w.Write(buf[:4*n]); err != nil {
				return err
			}
			codes = codes[n:]
		}
	}
	return nil
}

// ReadColumns reads what WriteColumns has written and makes the panel. Memory grows with what comes, not with what the
// meta claims; a code without a level is an error.
func ReadColumns(r io.Reader, m Meta) (*panel.Panel, error) {
	if _, err := m.Bytes(); err != nil {
		return nil, err
	}
	buf := make([]byte, block)
	vars := make([]*panel.Variable, 0, len(m.Variables))
	for _, w := range m.Variables {
		v := &panel.Variable{Name: w.Name, Label: w.Label, LabelZH: w.LabelZH, Levels: w.Levels}
		for value, label := range w.ValueLabels {
			x, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return nil, fmt.Errorf("variable %q labels the value %q, which is no number", w.Name, value)
			}
			if v.ValueLabels == nil {
				v.ValueLabels = map[float64]string{}
			}
			v.ValueLabels[x] = label
		}
		if w.Text {
			v.Kind = panel.Text
		} else {
			v.Levels = nil
		}
		for left := int64(m.Rows) * w.width(); left > 0; {
			part := buf[:min(left, block)]
			if _, err := io.ReadFull(r, part); err != nil {
				return nil, fmt.Errorf("variable %q breaks off: %w", w.Name, err)
			}
			left -= int64(len(part))
			if !w.Text {
				at := len(v.Values)
				v.Values = slices.Grow(v.Values, len(part)/8)[:at+len(part)/8]
				for i := range v.Values[at:] {
					v.Values[at+i] = math.Float64frombits(binary.LittleEndian.Uint64(part[8*i:]))
				}
				continue
			}
			at := len(v.Codes)
			v.Codes = slices.Grow(v.Codes, len(part)/4)[:at+len(part)/4]
			for i := range v.Codes[at:] {
				code := int32(binary.LittleEndian.Uint32(part[4*i:]))
				if code < -1 || int(code) >= len(w.Levels) {
					return nil, fmt.Errorf("variable %q has code %d of %d levels", w.Name, code, len(w.Levels))
				}
				v.Codes[at+i] = code
			}
		}
		vars = append(vars, v)
	}
	p, err := panel.New(vars...)
	if err != nil {
		return nil, err
	}
	if p.Rows() != m.Rows {
		return nil, fmt.Errorf("the panel claims %d rows and has no variables", m.Rows)
	}
	if m.Unit == "" {
		return p, nil
	}
	return p.Indexed(m.Unit, m.Time)
}
