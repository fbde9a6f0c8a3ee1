package absorb

// The rest is factored as a dense matrix up to denseLimit dimensions, and up to slowLimit where steps of conjugate
// gradients get nowhere: at slowRate, a factor of ten takes 45 of them.
const (
	denseLimit = 1000
	slowLimit  = 4000
	slowRate   = 0.95
)

// newSystem chooses how the rest is solved for.
func (a *Absorber) newSystem() system {
	if a.dims <= denseLimit {
		if len(a.rest) == 1 && a.plain() {
			return newLaplacian(a, a.rest[0])
		}
		return newDirect(a)
	}
	s := newSparse(a)
	if a.dims <= slowLimit && s.rate > slowRate {
		return newDirect(a)
	}
	return s
}
