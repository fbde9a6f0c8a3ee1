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

// Levels are the distinct texts so far, in the order of their first row.
func (t *Texts) Levels() []string { return t.levels }

// Rewrite replaces every text s by f(s); two that become the same are one from then on.
func (t *Texts) Rewrite(f func(s string) string) {
	for i, s := range t.levels {
		t.levels[i] = f(s)
	}
	t.index = map[string]int32{}
	for i, s := range t.levels {
		if _, ok := t.index[s]; !ok {
			t.index[s] = int32(i)
		}
	}
	for i, c := range t.codes {
		if c >= 0 {
			t.codes[i] = t.index[t.levels[c]]
		}
	}
}

// Variable joins the parts of a column, in their order, to a variable of text; its levels are sorted.
func Variable(name string, parts ...*Texts) *panel.Variable {
	rows := 0
	for _, p := range parts {
		rows += len(p.codes)
	}
	v := &panel.Variable{Name: name, Kind: panel.Text, Codes: make([]int32, 0, rows)}
	rank := map[string]int32{}
	for _, p := range parts {
		for _, s := range p.levels {
			if _, seen := rank[s]; !seen {
				rank[s] = 0
				v.Levels = append(v.Levels, s)
			}
		}
	}
	slices.Sort(v.Levels)
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
