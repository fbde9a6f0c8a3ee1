package absorb

// denseLimit is the number of dimensions up to which the system is factored as a dense matrix.
const denseLimit = 1000

// newSystem chooses how the rest is solved for.
func (a *Absorber) newSystem() system {
	plain := len(a.rest) == 1 && a.first.white == nil && a.rest[0].white == nil
	switch {
	case a.dims <= denseLimit && plain:
		return newLaplacian(a, a.rest[0])
	case a.dims <= denseLimit:
		return newDense(a)
	}
	return newSparse(a)
}
