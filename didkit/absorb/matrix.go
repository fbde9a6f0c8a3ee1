package absorb

import "slices"

// matrix is a sparse matrix by rows: row i's entries are start[i] to start[i+1].
type matrix struct {
	cols  int
	start []int
	col   []int32
	val   []float64
}

func newMatrix(cols int) *matrix { return &matrix{cols: cols, start: []int{0}} }

func (m *matrix) rows() int { return len(m.start) - 1 }

func (m *matrix) push(col int32, val float64) {
	m.col, m.val = append(m.col, col), append(m.val, val)
}

func (m *matrix) pushRow(l *entryList) {
	m.col, m.val = append(m.col, l.at...), append(m.val, l.val...)
	m.endRow()
}

// reserve makes room for rows more in all, judging by the rows there are.
func (m *matrix) reserve(rows int) {
	n := len(m.col)*(rows+1)/max(m.rows(), 1)*21/20 - len(m.col) + 16
	m.col, m.val, m.start = slices.Grow(m.col, n), slices.Grow(m.val, n), slices.Grow(m.start, rows)
}

func (m *matrix) endRow() { m.start = append(m.start, len(m.col)) }

// stack puts matrices below one another, and lets go of each once it is copied.
func stack(parts []*matrix, cols int) *matrix {
	if len(parts) == 1 {
		return parts[0]
	}
	entries, rows := 0, 0
	for _, m := range parts {
		entries += len(m.col)
		rows += m.rows()
	}
	all := &matrix{cols: cols, start: make([]int, 1, rows+1), col: make([]int32, 0, entries), val: make([]float64, 0, entries)}
	for i, m := range parts {
		base := len(all.col)
		all.col, all.val = append(all.col, m.col...), append(all.val, m.val...)
		for _, end := range m.start[1:] {
			all.start = append(all.start, base+end)
		}
		parts[i] = nil
	}
	return all
}

// transpose, with entries of a row in rising order.
func (m *matrix) transpose() *matrix {
	t := &matrix{cols: m.rows(), start: make([]int, m.cols+1), col: make([]int32, len(m.col)), val: make([]float64, len(m.val))}
	for _, c := range m.col {
		t.start[c+1]++
	}
	for c := 0; c < m.cols; c++ {
		t.start[c+1] += t.start[c]
	}
	next := append([]int(nil), t.start[:m.cols]...)
	for r := 0; r < m.rows(); r++ {
		for p := m.start[r]; p < m.start[r+1]; p++ {
			at := next[m.col[p]]
			next[m.col[p]]++
			t.col[at], t.val[at] = int32(r), m.val[p]
		}
	}
	return t
}

// addTo adds m·v to out, for gw columns side by side.
func (m *matrix) addTo(out, v []float64, gw int) {
	for r := 0; r < m.rows(); r++ {
		o := out[r*gw:][:gw]
		for p := m.start[r]; p < m.start[r+1]; p++ {
			b := m.val[p]
			u := v[int(m.col[p])*gw:][:len(o)] // so long that the compiler knows the index to be in range
			for j := range o {
				o[j] += b * u[j]
			}
		}
	}
}

// addTransposeTo adds m'·v to out.
func (m *matrix) addTransposeTo(out, v []float64, gw int) {
	for r := 0; r < m.rows(); r++ {
		from := v[r*gw:][:gw]
		for p := m.start[r]; p < m.start[r+1]; p++ {
			b := m.val[p]
			o := out[int(m.col[p])*gw:][:len(from)]
			for j, u := range from {
				o[j] += b * u
			}
		}
	}
}

// subtractSquare takes m'm·v off out in one pass over m.
func (m *matrix) subtractSquare(out, v []float64, gw int) {
	var buffer [groupWidth]float64
	sum := buffer[:gw]
	for r := 0; r < m.rows(); r++ {
		from, to := m.start[r], m.start[r+1]
		clear(sum)
		for p := from; p < to; p++ {
			b := m.val[p]
			u := v[int(m.col[p])*gw:][:len(sum)]
			for j := range sum {
				sum[j] += b * u[j]
			}
		}
		for p := from; p < to; p++ {
			b := m.val[p]
			o := out[int(m.col[p])*gw:][:len(sum)]
			for j, u := range sum {
				o[j] -= b * u
			}
		}
	}
}
