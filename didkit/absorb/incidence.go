package absorb

import "sync"

// incidence is B, the moments of the first effect's whitened columns (its rows) with the many's (its columns). It is kept
// as a matrix where levels meet on several rows each, as a worker and a firm do; where every row of the data is a meeting
// of its own, the data's codes say the same in no further memory.
type incidence interface {
	// subtractSquare takes B'Bv off out, for gw columns side by side.
	subtractSquare(out, v []float64, gw int)
	// each hands over the rows of B in order: some columns and their values, which are the callee's to reorder.
	each(do func(row int, cols []int32, values []float64))
	// square calls emit, row by row of B'B from lo to hi, with its columns in no order, sums by column, which it clears
	// afterwards.
	square(lo, hi int, emit func(row int, cols []int32, sums []float64))
}

// listed is B as matrices below one another.
type listed struct {
	cells   []*matrix
	all     *matrix // the same in one, with its transpose, once square was prepared
	columns *matrix
}

func (b *listed) subtractSquare(out, v []float64, gw int) {
	for _, m := range b.cells {
		m.subtractSquare(out, v, gw)
	}
}

func (b *listed) each(do func(row int, cols []int32, values []float64)) {
	var cols []int32
	var values []float64
	row := 0
	for _, m := range b.cells {
		for r := range m.rows() {
			cols = append(cols[:0], m.col[m.start[r]:m.start[r+1]]...)
			values = append(values[:0], m.val[m.start[r]:m.start[r+1]]...)
			do(row, cols, values)
			row++
		}
	}
}

// index makes the transpose that square needs.
func (b *listed) index(cols int) {
	b.all = stack(b.cells, cols)
	b.cells = []*matrix{b.all}
	b.columns = b.all.transpose()
}

func (b *listed) square(lo, hi int, emit func(row int, cols []int32, sums []float64)) {
	sums, touched := newTouched(b.all.cols)
	for d := lo; d < hi; d++ {
		for i := b.columns.start[d]; i < b.columns.start[d+1]; i++ {
			r, v := b.columns.col[i], b.columns.val[i]
			for e := b.all.start[r]; e < b.all.start[r+1]; e++ {
				touched.add(b.all.col[e])
				sums[b.all.col[e]] += v * b.all.val[e]
			}
		}
		emit(d, touched.cols, sums)
		touched.clear(sums)
	}
}

// streamed is B of plain effects as the data's rows tell it, sorted by the first effect.
type streamed struct {
	*Absorber
	many   []*factor
	levels grouping
	spare  *sync.Pool // of groupings, for square
}

func (b *streamed) subtractSquare(out, v []float64, gw int) {
	var buffer [groupWidth]float64
	sum := buffer[:gw]
	for l := range b.first.levels {
		from, to := int(b.levels.start[l]), int(b.levels.start[l+1])
		clear(sum)
		for _, f := range b.many {
			for i, c := range f.codes[from:to] {
				w := f.root[c]
				if b.weights != nil {
					w *= b.weights[from+i]
				}
				u := v[(f.offset+int(c))*gw:][:len(sum)]
				for j := range sum {
					sum[j] += w * u[j]
				}
			}
		}
		inverse := 1 / b.first.total[l]
		for j := range sum {
			sum[j] *= inverse
		}
		for _, f := range b.many {
			for i, c := range f.codes[from:to] {
				w := f.root[c]
				if b.weights != nil {
					w *= b.weights[from+i]
				}
				o := out[(f.offset+int(c))*gw:][:len(sum)]
				for j, u := range sum {
					o[j] -= w * u
				}
			}
		}
	}
}

func (b *streamed) each(do func(row int, cols []int32, values []float64)) {
	dims := 0
	for _, f := range b.many {
		dims += f.levels
	}
	sums, touched := newTouched(dims)
	var values []float64
	for l := range b.first.levels {
		for i := int(b.levels.start[l]); i < int(b.levels.start[l+1]); i++ {
			w := weight(b.weights, i) * b.first.root[l]
			for _, f := range b.many {
				d := int32(f.offset) + f.codes[i]
				touched.add(d)
				sums[d] += w * f.root[f.codes[i]]
			}
		}
		values = values[:0]
		for _, d := range touched.cols {
			values = append(values, sums[d])
		}
		touched.clear(sums)
		do(l, touched.last, values)
	}
}

func (b *streamed) square(lo, hi int, emit func(row int, cols []int32, sums []float64)) {
	dims := 0
	for _, f := range b.many {
		dims += f.levels
	}
	sums, touched := newTouched(dims)
	const pieces = 16 // of an effect, whose rows are listed at a time
	rows, ok := b.spare.Get().(*grouping)
	if !ok {
		rows = &grouping{}
	}
	defer b.spare.Put(rows)
	for _, f := range b.many {
		for c, next := max(0, lo-f.offset), -1; c < min(f.levels, hi-f.offset); c++ {
			if c >= next {
				next = min(c+(f.levels+pieces-1)/pieces, f.levels, hi-f.offset)
				rows.part(f, c, next)
			}
			for at := rows.start[c-rows.from]; at < rows.start[c-rows.from+1]; at++ {
				i := rows.row(at)
				l := b.first.codes[i]
				w := weight(b.weights, i) * f.root[c] / b.first.total[l]
				from, to := int(b.levels.start[l]), int(b.levels.start[l+1])
				for _, g := range b.many {
					for x, e := range g.codes[from:to] {
						u := w * g.root[e]
						if b.weights != nil {
							u *= b.weights[from+x]
						}
						d := int32(g.offset) + e
						touched.add(d)
						sums[d] += u
					}
				}
			}
			emit(f.offset+c, touched.cols, sums)
			touched.clear(sums)
		}
	}
}

// touched lists which of many sums are in use.
type touched struct {
	cols, last []int32
	hit        []bool
}

func newTouched(n int) ([]float64, *touched) {
	return make([]float64, n), &touched{hit: make([]bool, n)}
}

func (t *touched) add(d int32) {
	if !t.hit[d] {
		t.hit[d] = true
		t.cols = append(t.cols, d)
	}
}

// clear zeroes the sums in use. last keeps their list until the next clear.
func (t *touched) clear(sums []float64) {
	for _, d := range t.cols {
		t.hit[d], sums[d] = false, 0
	}
	t.last, t.cols = t.cols, t.last[:0]
}
