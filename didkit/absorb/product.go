package absorb

import (
	"math/bits"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// crossTable is D'WD between two effects' whitened columns, with a row for each of the system's dimensions.
func (a *Absorber) crossTable(f, g *factor, dims int) *matrix {
	sorted, _ := f.order()
	levels := f.grouping(sorted)
	m := newMatrix(dims)
	for range f.offset {
		m.endRow()
	}
	sums, touched := newTouched(g.dims())
	wide := make([]float64, g.dims()*(f.width-1)) // sums for f's further columns
	qf, qg, z := make([]float64, f.width), make([]float64, g.width), make([]float64, max(f.width, g.width))
	for c := 0; c < f.levels; c++ {
		for i := levels.start[c]; i < levels.start[c+1]; i++ {
			row := levels.row(i)
			w := weight(a.weights, row)
			f.whitened(row, z, qf)
			g.whitened(row, z, qg)
			for y, v := range qg {
				d := int(g.codes[row])*g.width + y
				touched.add(int32(d))
				sums[d] += w * qf[0] * v
				for x, u := range qf[1:] {
					wide[d*(f.width-1)+x] += w * u * v
				}
			}
		}
		for _, d := range touched.cols {
			m.push(int32(g.offset)+d, sums[d])
		}
		m.endRow()
		for x := range f.width - 1 {
			for _, d := range touched.cols {
				m.push(int32(g.offset)+d, wide[int(d)*(f.width-1)+x])
			}
			m.endRow()
		}
		for _, d := range touched.cols {
			clear(wide[int(d)*(f.width-1):][:f.width-1])
		}
		touched.clear(sums)
	}
	for m.rows() < dims {
		m.endRow()
	}
	return m
}

// multiply makes −B'B explicit where it has fewer entries than B: where the first effect's levels touch few of the
// others', as workers do firms, or always the same ones together. entries and products are those of B and, before any
// fall together, of B'B.
func (s *sparse) multiply(entries, products int) {
	const worth = 30 // products for each entry of B, beyond which making the matrix takes longer than it saves
	if products > worth*entries || products > 2*entries && s.sampledEntries() > entries/2 {
		return
	}
	if b, ok := s.cells.(*listed); ok {
		b.index(s.n)
	}
	bounds := chunks(s.n, 0, 0)
	rows := make([]*matrix, len(bounds)-1)
	parallel.For(s.a.workers, len(rows), func(p int) {
		const sample = 64 // rows, by which the others' entries are judged
		m := newMatrix(s.n)
		s.cells.square(bounds[p], bounds[p+1], func(row int, cols []int32, sums []float64) {
			slices.Sort(cols)
			for _, c := range cols {
				if int(c) != row {
					m.push(c, -sums[c])
				}
			}
			m.endRow()
			if m.rows() == sample {
				m.reserve(bounds[p+1] - bounds[p] - sample)
			}
		})
		rows[p] = m
	})
	s.product = stack(rows, s.n)
	if s.a.first.white == nil { // else the graphs are made of its intercepts' part
		s.cells = nil
	}
	if len(s.many) == 1 && s.a.plain() {
		s.exactDiagonal()
	}
}

// exactDiagonal sums a Laplacian's diagonal from its links, where 1 − Σb² would cancel.
func (s *sparse) exactDiagonal() {
	f := s.many[0]
	for d := range s.diag {
		sum := 0.0
		for i := s.product.start[d]; i < s.product.start[d+1]; i++ {
			sum -= s.product.val[i] / f.root[s.product.col[i]]
		}
		s.diag[d] = sum * f.root[d]
	}
}

// sampledEntries estimates the entries of B'B from some of its rows.
func (s *sparse) sampledEntries() int {
	const sample = 64 // a bit each
	step := (s.n + sample - 1) / sample
	seen := make([]uint64, s.n) // the sampled rows that have an entry in a column
	s.cells.each(func(_ int, cols []int32, _ []float64) {
		rows := uint64(0)
		for _, d := range cols {
			if int(d)%step == 0 {
				rows |= 1 << (int(d) / step)
			}
		}
		if rows == 0 {
			return
		}
		for _, e := range cols {
			seen[e] |= rows
		}
	})
	total := 0
	for _, rows := range seen {
		total += bits.OnesCount64(rows)
	}
	return total * s.n / max((s.n+step-1)/step, 1)
}
