package diagnose

// smoothness are the rows of A with Aδ ≤ M for violations δ whose second differences are at most M in absolute value;
// δ runs over the event times without the reference, where it is zero. Rows that touch no time after the reference say
// nothing about effects and are left out (Rambachan & Roth 2023, section 2.3, eq. for Δ^SD).
func smoothness(pre, post int) [][]float64 {
	var rows [][]float64
	total := pre + post + 1 // the reference among them, at index pre
	for c := 1; c < total-1; c++ {
		if c+1 <= pre {
			continue
		}
		row := make([]float64, total)
		row[c-1], row[c], row[c+1] = 1, -2, 1
		rows = append(rows, drop(row, pre, 1), drop(row, pre, -1))
	}
	return rows
}

// relative are the rows of A with Aδ ≤ 0 for violations whose change from one period to the next after the reference is
// at most M̄ times the change into period s before it (or out of it if sign is -1), s from 1, the first change, to pre.
// Δ^RM(M̄) is the union over s and sign of these (Rambachan & Roth 2023, section 2.3).
func relative(pre, post, s int, sign, mbar float64) [][]float64 {
	var rows [][]float64
	total := pre + post + 1
	for c := pre + 1; c < total; c++ {
		for _, side := range []float64{1, -1} {
			row := make([]float64, total)
			row[c] += side
			row[c-1] -= side
			row[s] -= mbar * sign
			row[s-1] += mbar * sign
			rows = append(rows, drop(row, pre, 1))
		}
	}
	return rows
}

// drop leaves the reference out of a row and multiplies it.
func drop(row []float64, reference int, by float64) []float64 {
	out := make([]float64, 0, len(row)-1)
	for i, x := range row {
		if i != reference {
			out = append(out, by*x)
		}
	}
	return out
}
