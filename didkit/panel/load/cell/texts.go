package cell

import (
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Texts collects a column of text as codes. The zero value is empty and ready.
type Texts struct {
	codes  []int32
	levels []string
	index  map[string]int32
}

// Add appends a row that holds b, which is copied.
func (t *Texts) Add(b []byte) {
	// In a panel the same unit's name stands on many rows in a row.
	if n := len(t.codes); n > 0 {
		if last := t.codes[n-1]; last >= 0 && t.levels[last] == string(b) {
			t.codes = append(t.codes, last)
			return
		}
	}
	c, ok := t.index[string(b)]
	if !ok {
		if t.index == nil {
			t.index = map[string]int32{}
		}
		c = int32(len(t.levels))
		s := string(b)
		t.levels = append(t.levels, s)
		t.index[s] = c
	}
	t.codes = append(t.codes, c)
}

// AddMissing appends a row without a value.
func (t *Texts) AddMissing() { t.codes = append(t.codes, -1) }

// Grow makes room for n rows more.
func (t *Texts) Grow(n int) { t.codes = slices.Grow(t.codes, n) }

// Variable joins the parts of a column, in their order, to a variable of text; its levels are sorted.
func Variable(name string, parts ...*Texts) *panel.Variable {
	rows := 0
	for _, p := range parts {
		rows += len(p.codes)
	}
	v := &panel.Variable{Name: name, Kind: panel.Text, Codes: make([]int32, 0, rows)}
	if len(parts) == 1 {
		v.Levels = parts[0].levels
	} else {
		seen := map[string]bool{}
		for _, p := range parts {
			for _, s := range p.levels {
				if !seen[s] {
					seen[s] = true
					v.Levels = append(v.Levels, s)
				}
			}
		}
	}
	v.Levels = slices.Clone(v.Levels)
	slices.Sort(v.Levels)
	rank := make(map[string]int32, len(v.Levels))
	for i, s := range v.Levels {
		rank[s] = int32(i)
	}
	for _, p := range parts {
		code := make([]int32, len(p.levels))
		for i, s := range p.levels {
			code[i] = rank[s]
		}
		for _, c := range p.codes {
			if c >= 0 {
				c = code[c]
			}
			v.Codes = append(v.Codes, c)
		}
	}
	return v
}
