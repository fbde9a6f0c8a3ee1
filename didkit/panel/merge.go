package panel

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// How says which rows a merge keeps.
type How string

const (
	Left  How = "left"  // those of the first panel
	Outer How = "outer" // those of either
	Inner How = "inner" // those found in both
)

// Merged counts what a merge found.
type Merged struct {
	On        []string `json:"on"`
	Matched   int      `json:"matched"`    // rows of the first panel with a partner
	LeftOnly  int      `json:"left_only"`  // rows of the first without
	RightOnly int      `json:"right_only"` // rows of the second without
	Lonely    []string `json:"lonely"`     // values of the first key with no partner anywhere, of the first panel, each once
	Strangers []string `json:"strangers"`  // the same of the second panel
	Added     []string `json:"added"`      // variables
}

// Merge adds the variables of right to p, row by row of equal keys. Several rows of p may share one of right, as the
// years of a city share a list of cities; a key on two rows of right is a *DoubleKey. The index of p stays.
//
// Errors: *UnknownVariable, *DoubleKey, keys of unlike kind, a variable that both have (*BothHave).
func (p *Panel) Merge(right *Panel, on []string, how How) (*Panel, *Merged, error) {
	if err := sameKinds(p, right, on); err != nil {
		return nil, nil, err
	}
	m := &Merged{On: on, Lonely: []string{}, Strangers: []string{}}
	for _, v := range right.vars {
		if contains(on, v.Name) {
			continue
		}
		if p.Has(v.Name) {
			return nil, nil, &BothHave{Variable: v.Name}
		}
		m.Added = append(m.Added, v.Name)
	}
	lk, rk := p.keys(on), right.keys(on)
	partner := make(map[string]int, len(rk))
	for r, k := range rk {
		if first, dup := partner[k]; dup {
			return nil, nil, &DoubleKey{Key: strings.ReplaceAll(k, "\x00", " "), Rows: [2]int{first + 1, r + 1}}
		}
		partner[k] = r
	}
	var left, other []int32 // rows of each side, -1 where there is none
	found := make([]bool, len(rk))
	for r, k := range lk {
		at, ok := partner[k]
		switch {
		case ok:
			m.Matched++
			found[at] = true
		case how == Inner:
			m.LeftOnly++
			continue
		default:
			m.LeftOnly++
			at = -1
		}
		left, other = append(left, int32(r)), append(other, int32(at))
	}
	for r, ok := range found {
		if ok {
			continue
		}
		m.RightOnly++
		if how == Outer {
			left, other = append(left, -1), append(other, int32(r))
		}
	}
	m.Lonely, m.Strangers = unmet(p, right, on[0]), unmet(right, p, on[0])
	var vars []*Variable
	for _, v := range p.vars {
		w := spread(v, left)
		if contains(on, v.Name) {
			fill(w, right.vars[right.index[v.Name]], left, other)
		}
		vars = append(vars, w)
	}
	for _, v := range right.vars {
		if !contains(on, v.Name) {
			vars = append(vars, spread(v, other))
		}
	}
	q, err := New(vars...)
	if err != nil || !p.IsPanel() {
		return q, m, err
	}
	q, err = q.Indexed(p.unit, p.time)
	return q, m, err
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// sameKinds checks that both have the keys, as numbers or as texts.
func sameKinds(p, right *Panel, on []string) error {
	if len(on) == 0 {
		return fmt.Errorf("a merge needs a variable that both panels have")
	}
	for _, name := range on {
		a, err := p.Variable(name)
		if err != nil {
			return err
		}
		b, err := right.Variable(name)
		if err != nil {
			return err
		}
		if a.Kind != b.Kind {
			return fmt.Errorf("%q is a %s in one panel and a %s in the other, so no row can match", name, a.Kind, b.Kind)
		}
	}
	return nil
}

// keys are the rows' keys as texts.
func (p *Panel) keys(on []string) []string {
	keys := make([]string, p.rows)
	var b strings.Builder
	for r := range keys {
		b.Reset()
		for i, name := range on {
			if i > 0 {
				b.WriteByte(0)
			}
			b.WriteString(p.vars[p.index[name]].text(r))
		}
		keys[r] = b.String()
	}
	return keys
}

// text is a row's value as text, "" where missing.
func (v *Variable) text(row int) string {
	if v.Kind == Text {
		if c := v.Codes[row]; c >= 0 {
			return v.Levels[c]
		}
		return ""
	}
	if x := v.Values[row]; x == x {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return ""
}

// unmet are the values of a variable of a that b does not have, in a's order.
func unmet(a, b *Panel, name string) []string {
	seen := map[string]bool{"": true}
	v := b.vars[b.index[name]]
	for r := range b.rows {
		seen[v.text(r)] = true
	}
	out := []string{}
	v = a.vars[a.index[name]]
	for r := range a.rows {
		if s := v.text(r); !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// spread takes the rows of a variable, missing for -1.
func spread(v *Variable, rows []int32) *Variable {
	w := *v
	if v.Kind == Text {
		w.Codes = make([]int32, len(rows))
		for i, r := range rows {
			w.Codes[i] = -1
			if r >= 0 {
				w.Codes[i] = v.Codes[r]
			}
		}
		return &w
	}
	w.Values = make([]float64, len(rows))
	for i, r := range rows {
		w.Values[i] = math.NaN()
		if r >= 0 {
			w.Values[i] = v.Values[r]
		}
	}
	return &w
}

// fill writes the keys of right into the rows that only right has.
func fill(w, v *Variable, left, other []int32) {
	if w.Kind == Number {
		for i, r := range left {
			if r < 0 {
				w.Values[i] = v.Values[other[i]]
			}
		}
		return
	}
	texts := make([]string, len(left))
	for i, r := range left {
		if r < 0 {
			texts[i] = v.text(int(other[i]))
		} else {
			texts[i] = w.text(i)
		}
	}
	t := textVariable(w.Name, texts)
	w.Codes, w.Levels = t.Codes, t.Levels
}

// DoubleKey is the error for a key on two rows of the panel that is merged in.
type DoubleKey struct {
	Key  string
	Rows [2]int // from 1
}

func (e *DoubleKey) Error() string {
	return fmt.Sprintf("%q stands on rows %d and %d of the panel to merge in, so it is not clear which of them belongs to a row", e.Key, e.Rows[0], e.Rows[1])
}

// BothHave is the error for a variable of both panels that is no key.
type BothHave struct{ Variable string }

func (e *BothHave) Error() string {
	return fmt.Sprintf("both panels have a variable %q that is no key of the merge; rename it in one of them", e.Variable)
}
