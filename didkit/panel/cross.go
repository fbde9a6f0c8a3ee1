package panel

// Cross codes the pairs of two codings of na and nb levels; only pairs that occur are levels of the result, and a pair with
// a missing part (-1) is missing. Levels are in the order of the first coding, then the second, or, where the pairs are
// too many for a table, in the order of their first row.
func Cross(a []int32, na int, b []int32, nb int) ([]int32, int) {
	out := make([]int32, len(a))
	key := func(i int) int64 {
		if a[i] < 0 || b[i] < 0 {
			return -1
		}
		return int64(a[i])*int64(nb) + int64(b[i])
	}
	if int64(na)*int64(nb) <= int64(4*len(a)+1024) {
		seen := make([]int32, na*nb)
		for i := range a {
			if k := key(i); k >= 0 {
				seen[k] = 1
			}
		}
		next := int32(0)
		for k, s := range seen {
			if s == 1 {
				seen[k] = next
				next++
			}
		}
		for i := range a {
			out[i] = -1
			if k := key(i); k >= 0 {
				out[i] = seen[k]
			}
		}
		return out, int(next)
	}
	codes := map[int64]int32{}
	for i := range a {
		k := key(i)
		if k < 0 {
			out[i] = -1
			continue
		}
		c, ok := codes[k]
		if !ok {
			c = int32(len(codes))
			codes[k] = c
		}
		out[i] = c
	}
	return out, len(codes)
}
