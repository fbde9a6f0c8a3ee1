package absorb

// layout deals columns into groups of at most groupWidth. A group's numbers of one dimension stand side by side, so that
// a row's lookup is one cache line, and no two workers write to the same line.
type layout struct {
	cols  int
	start []int // first column of each group, and cols
}

const groupWidth = 8

func newLayout(cols, workers int) layout {
	groups := max((cols+groupWidth-1)/groupWidth, min(workers, cols))
	l := layout{cols: cols}
	for g := 0; g <= groups; g++ {
		l.start = append(l.start, g*cols/max(groups, 1))
	}
	return l
}

func (l layout) groups() int { return len(l.start) - 1 }

func (l layout) width(g int) int { return l.start[g+1] - l.start[g] }

// place finds a column's group and its place there.
func (l layout) place(j int) (group, at int) {
	for l.start[group+1] <= j {
		group++
	}
	return group, j - l.start[group]
}

// table holds a number for each dimension and column: data[g][dim*width(g)+place].
type table struct {
	layout
	dims int
	data [][]float64
}

func newTable(l layout, dims int) *table {
	t := &table{layout: l, dims: dims, data: make([][]float64, l.groups())}
	for g := range t.data {
		t.data[g] = make([]float64, dims*l.width(g))
	}
	return t
}

func (t *table) add(u *table) {
	for g, d := range t.data {
		for i, v := range u.data[g] {
			d[i] += v
		}
	}
}

// columnDots returns the inner product of each column of t with that of u.
func (t *table) columnDots(u *table) []float64 {
	out := make([]float64, t.cols)
	for g, d := range t.data {
		columnDots(d, u.data[g], out[t.start[g]:t.start[g+1]])
	}
	return out
}

// dots returns the cols × cols inner products of the columns of t and u over all dimensions.
func (t *table) dots(u *table) []float64 {
	out := make([]float64, t.cols*t.cols)
	for g, a := range t.data {
		wa := t.width(g)
		for h, b := range u.data {
			wb := u.width(h)
			for d := 0; d < t.dims; d++ {
				for i, x := range a[d*wa:][:wa] {
					row := out[(t.start[g]+i)*t.cols+t.start[h]:][:wb]
					for j, y := range b[d*wb:][:wb] {
						row[j] += x * y
					}
				}
			}
		}
	}
	return out
}

func (t *table) clone() *table {
	u := &table{layout: t.layout, dims: t.dims, data: make([][]float64, len(t.data))}
	for g, d := range t.data {
		u.data[g] = append([]float64(nil), d...)
	}
	return u
}
