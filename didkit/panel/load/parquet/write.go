package parquet

import (
	"io"
	"math"
	"slices"

	pq "github.com/parquet-go/parquet-go"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Write writes a panel, compressed with Snappy: a column of whole numbers (to 2^53) as INT64, other numbers as DOUBLE,
// text as a string with a dictionary, a missing value as null. Labels have no place in the file.
func Write(w io.Writer, p *panel.Panel) error {
	vars := p.Variables()
	group := orderedGroup{Group: pq.Group{}, place: map[string]int{}}
	whole := make([]bool, len(vars))
	for i, v := range vars {
		group.place[v.Name] = i
		switch {
		case v.Kind == panel.Text:
			group.Group[v.Name] = pq.Optional(pq.Encoded(pq.String(), &pq.RLEDictionary))
		case allWhole(v.Values):
			whole[i] = true
			group.Group[v.Name] = pq.Optional(pq.Int(64))
		default:
			group.Group[v.Name] = pq.Optional(pq.Leaf(pq.DoubleType))
		}
	}
	out := pq.NewGenericWriter[any](w, pq.NewSchema("panel", group), pq.Compression(&pq.Snappy))
	const block = 1024
	rows := make([]pq.Row, 0, block)
	values := make([]pq.Value, block*len(vars))
	for from := 0; from < p.Rows(); from += block {
		n := min(block, p.Rows()-from)
		rows = rows[:0]
		for r := from; r < from+n; r++ {
			row := values[(r-from)*len(vars) : (r-from+1)*len(vars)]
			for i, v := range vars {
				x, defined := pq.NullValue(), 0
				switch {
				case v.Kind == panel.Text:
					if c := v.Codes[r]; c >= 0 {
						x, defined = pq.ByteArrayValue([]byte(v.Levels[c])), 1
					}
				case v.Values[r] != v.Values[r]:
				case whole[i]:
					x, defined = pq.Int64Value(int64(v.Values[r])), 1
				default:
					x, defined = pq.DoubleValue(v.Values[r]), 1
				}
				row[i] = x.Level(0, defined, i)
			}
			rows = append(rows, row)
		}
		if _, err := out.WriteRows(rows); err != nil {
			return err
		}
	}
	return out.Close()
}

// allWhole tells whether a column is whole numbers that int64 and float64 both have; -0 is none of them.
func allWhole(values []float64) bool {
	for _, x := range values {
		if x == x && (x != math.Trunc(x) || math.Abs(x) > 1<<53 || x == 0 && math.Signbit(x)) {
			return false
		}
	}
	return true
}

// orderedGroup is a schema's group whose columns stand in the order of the panel, not of the alphabet.
type orderedGroup struct {
	pq.Group
	place map[string]int
}

// Fields lists the columns.
func (g orderedGroup) Fields() []pq.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(a, b pq.Field) int { return g.place[a.Name()] - g.place[b.Name()] })
	return fields
}
