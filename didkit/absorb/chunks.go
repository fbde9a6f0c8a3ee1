package absorb

// blockRows is how many rows are worked on at a time: few enough that a dozen columns of them stay in the second-level
// cache.
const blockRows = 512

// chunks is a fixed division of rows into parts, each with a table of its own for sums that are added in order:
// bounds[i] to bounds[i+1]. All parts' tables together take at most budget numbers. The division depends on the data
// alone, never on the number of workers.
func chunks(rows, table, budget int) []int {
	const (
		most   = 32   // parts
		atRows = 4096 // rows worth a part
	)
	parts := min(most, rows/atRows+1)
	if table > 0 {
		parts = max(1, min(parts, budget/table))
	}
	bounds := make([]int, parts+1)
	for i := range bounds {
		bounds[i] = rows * i / parts
	}
	return bounds
}
