package absorb

import "gonum.org/v1/gonum/floats"

// The two products with an effect's columns Z, on the rows lo to hi and one column of a table's group: what the
// coefficients explain, and the moments of a vector. v is indexed from lo. Group data d has width gw, and place at is the
// column's; dimensions count from offset.

// subtract takes Zθ off v.
func (f *factor) subtract(v []float64, lo int, d []float64, gw, at, offset int) {
	if len(v) == 0 {
		return
	}
	codes := f.codes[lo : lo+len(v)]
	d = d[offset*gw+at:]
	if f.white == nil && f.levels == 1 {
		floats.AddConst(-d[0], v)
		return
	}
	if f.white == nil {
		for i, c := range codes {
			v[i] -= d[int(c)*gw]
		}
		return
	}
	step := f.width * gw
	if f.intercept {
		for i, c := range codes {
			v[i] -= d[int(c)*step]
		}
		d = d[gw:]
	}
	ns := len(f.slopes)
	for s, z := range f.slopes {
		z := z[lo : lo+len(v)]
		for i, c := range codes {
			v[i] -= d[int(c)*step+s*gw] * (z[i] - f.shift[int(c)*ns+s])
		}
	}
}

// moments adds Z'Wv to d.
func (f *factor) moments(v []float64, lo int, weights []float64, d []float64, gw, at, offset int) {
	if len(v) == 0 {
		return
	}
	codes := f.codes[lo : lo+len(v)]
	d = d[offset*gw+at:]
	if weights != nil {
		weights = weights[lo : lo+len(v)]
	}
	if f.white == nil && f.levels == 1 { // each addition to one sum would wait for the one before
		if weights == nil {
			d[0] += floats.Sum(v)
		} else {
			d[0] += floats.Dot(v, weights)
		}
		return
	}
	step := f.width * gw
	if f.intercept {
		if weights == nil {
			for i, c := range codes {
				d[int(c)*step] += v[i]
			}
		} else {
			for i, c := range codes {
				d[int(c)*step] += weights[i] * v[i]
			}
		}
		if f.white == nil {
			return
		}
		d = d[gw:]
	}
	ns := len(f.slopes)
	for s, z := range f.slopes {
		z := z[lo : lo+len(v)]
		for i, c := range codes {
			x := v[i] * (z[i] - f.shift[int(c)*ns+s])
			if weights != nil {
				x *= weights[i]
			}
			d[int(c)*step+s*gw] += x
		}
	}
}

// solveLevels turns moments into coefficients of the effect alone, (Z'WZ)⁺·moments, in a group's data of the effect's
// dimensions.
func (f *factor) solveLevels(d []float64, gw int) {
	if f.white == nil {
		for c, w := range f.total {
			inv := 1 / w
			row := d[c*gw:][:gw]
			for j := range row {
				row[j] *= inv
			}
		}
		return
	}
	k := f.width
	m, q := make([]float64, k), make([]float64, k)
	for c := 0; c < f.levels; c++ {
		for at := 0; at < gw; at++ {
			for a := range m {
				m[a] = d[(c*k+a)*gw+at]
			}
			f.rotate(c, m, q)
			f.unwhite(c, q, m)
			for a := range m {
				d[(c*k+a)*gw+at] = m[a]
			}
		}
	}
}

// whitenTable turns the factor's part of a table of moments into moments of white·z; unwhitenTable turns coefficients
// on white·z into coefficients on z.
func (f *factor) whitenTable(t *table)   { f.eachLevel(t, f.rotate) }
func (f *factor) unwhitenTable(t *table) { f.eachLevel(t, f.unwhite) }

// unwhitenLeft turns what is left of moments of white·z into what is left of moments of z. Dimensions that are spanned
// by others of their level have no coefficient, so what is left of them does not matter.
func (f *factor) unwhitenLeft(t *table) { f.eachLevel(t, f.unrotate) }

func (f *factor) eachLevel(t *table, transform func(level int, in, out []float64)) {
	k := f.width
	in, out := make([]float64, k), make([]float64, k)
	for g, d := range t.data {
		gw := t.width(g)
		d = d[f.offset*gw:]
		for c := 0; c < f.levels; c++ {
			for at := 0; at < gw; at++ {
				for a := range in {
					in[a] = d[(c*k+a)*gw+at]
				}
				transform(c, in, out)
				for a := range out {
					d[(c*k+a)*gw+at] = out[a]
				}
			}
		}
	}
}
