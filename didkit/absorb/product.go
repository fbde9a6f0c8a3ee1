package absorb

import "slices"

// crossTable is D'WD between two effects' whitened columns, with a row for each of the system's dimensions.
func (a *Absorber) crossTable(f, g *factor, dims int) *matrix {
	sorted, _ := f.order()
	levels := f.grouping(sorted)
	m := newMatrix(dims)
	for range f.offset {
		m.endRow()
	}
	sums, hit := make([]float64, g.dims()*f.width), make([]bool, g.dims())
	var touched []int32
	qf, qg, z := make([]float64, f.width), make([]float64, g.width), make([]float64, max(f.width, g.width))
	for c := 0; c < f.levels; c++ {
		touched = touched[:0]
		for i := levels.start[c]; i < levels.start[c+1]; i++ {
			row := levels.row(i)
			w := weight(a.weights, row)
			f.whitened(row, z, qf)
			g.whitened(row, z, qg)
			for y, v := range qg {
				d := int(g.codes[row])*g.width + y
				if !hit[d] {
					hit[d] = true
					touched = append(touched, int32(d))
				}
				for x, u := range qf {
					sums[d*f.width+x] += w * u * v
				}
			}
		}
		for x := 0; x < f.width; x++ {
			for _, d := range touched {
				m.push(int32(g.offset)+d, sums[int(d)*f.width+x])
			}
			m.endRow()
		}
		for _, d := range touched {
			hit[d] = false
			clear(sums[int(d)*f.width:][:f.width])
		}
	}
	for m.rows() < dims {
		m.endRow()
	}
	return m
}

// multiply makes −B'B explicit where it has fewer entries than B: where the first effect's levels touch few of the
// others', as workers do firms, or always the same ones together.
func (s *sparse) multiply() {
	entries, products := 0, 0
	for _, m := range s.cells {
		entries += len(m.col)
		for r := range m.rows() {
			d := m.start[r+1] - m.start[r]
			products += d * d
		}
	}
	const worth = 30 // products for each entry of B, beyond which making the matrix takes longer than it saves
	if products > worth*entries || products > 2*entries && s.sampledEntries() > entries/2 {
		return
	}
	all := stack(s.cells, s.n)
	s.cells = nil
	if s.a.first.white != nil { // the graphs are made of its intercepts' part
		s.cells = []*matrix{all}
	}
	byDim := all.transpose()
	bounds := chunks(s.n, 0, 0)
	parts := make([]*matrix, len(bounds)-1)
	parallel(s.a.workers, len(parts), func(p int) {
		part, sums, hit := newMatrix(s.n), make([]float64, s.n), make([]bool, s.n)
		var touched []int32
		for d := bounds[p]; d < bounds[p+1]; d++ {
			touched = touched[:0]
			for i := byDim.start[d]; i < byDim.start[d+1]; i++ {
				r, b := byDim.col[i], byDim.val[i]
				for e := all.start[r]; e < all.start[r+1]; e++ {
					c := all.col[e]
					if !hit[c] {
						hit[c] = true
						touched = append(touched, c)
					}
					sums[c] += b * all.val[e]
				}
			}
			slices.Sort(touched)
			for _, c := range touched {
				if int(c) != d {
					part.push(c, -sums[c])
				}
				sums[c], hit[c] = 0, false
			}
			part.endRow()
		}
		parts[p] = part
	})
	s.product = stack(parts, s.n)
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
	const sample = 64
	step := max(1, s.n/sample)
	hits := make(map[int32]map[int32]bool)
	for d := 0; d < s.n; d += step {
		hits[int32(d)] = map[int32]bool{}
	}
	for _, m := range s.cells {
		for r := range m.rows() {
			row := m.col[m.start[r]:m.start[r+1]]
			for _, d := range row {
				if int(d)%step != 0 {
					continue
				}
				seen := hits[d]
				for _, e := range row {
					seen[e] = true
				}
			}
		}
	}
	total := 0
	for _, seen := range hits {
		total += len(seen)
	}
	return total * s.n / len(hits)
}
