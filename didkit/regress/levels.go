package regress

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// MarshalJSON writes {"city": 298, "year": 18}, in formula order.
func (l Levels) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, e := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(e.Name)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(e.Levels))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Coefficient finds a coefficient by its term.
func (f *Fit) Coefficient(term string) (Coef, bool) {
	for _, c := range f.Coef {
		if c.Term == term {
			return c, true
		}
	}
	return Coef{}, false
}
