package absorb

// couplings walks the levels lo to hi of the first effect and hands over, for each, the dimensions of fs that its rows
// touch and their weighted moments with the level's own columns, both whitened: moments[dim*k+a] for the level's column a
// of k. Dimensions count from each factor's offset. moments is zeroed again after each call.
func (a *Absorber) couplings(levels *grouping, lo, hi int, fs []*factor, do func(level int, touched []int32, moments []float64)) {
	k := a.first.width
	dims, widest := 0, k
	for _, f := range fs {
		dims = max(dims, f.offset+f.dims())
		widest = max(widest, f.width)
	}
	room, ok := a.coupled.Get().(*couplingSums)
	if !ok || len(room.hit) < dims {
		room = &couplingSums{moments: make([]float64, dims*k), hit: make([]bool, dims)}
	}
	defer a.coupled.Put(room)
	moments, hit, touched := room.moments, room.hit, room.touched
	own, scratch, q := make([]float64, k), make([]float64, widest), make([]float64, widest)
	for l := lo; l < hi; l++ {
		touched = touched[:0]
		for i := levels.start[l]; i < levels.start[l+1]; i++ {
			row := levels.row(i)
			w := weight(a.weights, row)
			a.first.whitened(row, scratch, own)
			for _, f := range fs {
				f.whitened(row, scratch, q)
				base := f.offset + int(f.codes[row])*f.width
				for b := 0; b < f.width; b++ {
					dim := base + b
					if !hit[dim] {
						hit[dim] = true
						touched = append(touched, int32(dim))
					}
					for x := 0; x < k; x++ {
						moments[dim*k+x] += w * q[b] * own[x]
					}
				}
			}
		}
		do(l, touched, moments)
		for _, dim := range touched {
			hit[dim] = false
			clear(moments[int(dim)*k:][:k])
		}
	}
	room.touched = touched
}

// couplingSums are a worker's: zero, and used by the next part.
type couplingSums struct {
	moments []float64
	hit     []bool
	touched []int32
}

// crossed walks rows and hands over the products of the whitened columns of f and g: z_f z_g' weighted.
func (a *Absorber) crossed(f, g *factor, do func(i, j int, product float64)) {
	qf, qg, z := make([]float64, f.width), make([]float64, g.width), make([]float64, max(f.width, g.width))
	for r := 0; r < a.rows; r++ {
		w := weight(a.weights, r)
		f.whitened(r, z, qf)
		g.whitened(r, z, qg)
		i, j := f.offset+int(f.codes[r])*f.width, g.offset+int(g.codes[r])*g.width
		for x, u := range qf {
			for y, v := range qg {
				do(i+x, j+y, w*u*v)
			}
		}
	}
}

// filled tells whether a factor's column is more than a zero column within its level.
func (f *factor) filled(level, column int) bool {
	return f.white == nil || f.white[level*f.width*f.width+column*f.width+column] != 0
}
