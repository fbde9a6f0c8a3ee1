package audit

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// grain: the mean of n whole numbers is a multiple of 1/n (GRIM, Brown & Heathers 2017), and n − 1 times their variance
// leaves a whole sum of squares as even or odd as their sum (GRIMMER, Allard 2018). Coarse where n exceeds the power of
// ten of the printed decimals: then every mean passes, and nothing is said.
func (a *auditor) grain() {
	for _, t := range a.book.Tables {
		for _, s := range t.Summary {
			if (s.Kind == "whole" || s.Kind == "binary" && (!s.Guessed || a.indicator(s.Variable))) && s.Mean.Known() && s.N > 1 {
				a.grim(t.Name, s)
			}
		}
	}
}

func (a *auditor) grim(table string, s paper.Summary) {
	n := float64(s.N)
	m := of(s.Mean)
	low, high := math.Ceil(m.lo*n-1e-9*n), math.Floor(m.hi*n+1e-9*n)
	if high-low > 10 { // every mean passes
		return
	}
	f := Finding{Check: "grain", Where: table + " " + s.Variable, Published: "mean " + s.Mean.String(), Verdict: Consistent, Numbers: numbersOf(table, s, "mean", "n"),
		Arithmetic: sprint("sum = %d · %s ∈ %s", s.N, s.Mean, m.mul(exact(n)))}
	if low > high {
		f.Computed, f.Verdict = "no whole sum", Inconsistent
		a.find(f, text{"No sum of whole numbers over this count rounds to this mean.", "任何整数之和除以该样本量都得不出此均值。"})
		return
	}
	f.Computed = sprint("sum %s", interval{low, high})
	if s.SD.Known() {
		f.Numbers = numbersOf(table, s, "mean", "sd", "n")
		f.Published += ", sd " + s.SD.String()
		if !hasSquares(n, low, high, of(s.SD)) {
			f.Computed, f.Verdict = "no whole sum of squares", Inconsistent
			f.Arithmetic += sprint("; (n − 1) sd² + sum²/n ∉ {sum + 2k}")
			a.find(f, text{"No whole numbers have this mean and this standard deviation.", "没有整数数据同时具有此均值和标准差。"})
			return
		}
	}
	a.find(f, text{})
}

// hasSquares tells whether some sum between low and high leaves room for a sum of squares of the same parity, with
// either n − 1 or n below the variance.
func hasSquares(n, low, high float64, sd interval) bool {
	for sum := low; sum <= high; sum++ {
		for _, below := range []float64{n - 1, n} {
			least := below*max(sd.lo, 0)*max(sd.lo, 0) + sum*sum/n
			most := below*sd.hi*sd.hi + sum*sum/n
			slack := 1e-9 * (1 + most)
			first := math.Ceil(least - slack)
			if math.Mod(math.Abs(first-sum), 2) != 0 {
				first++
			}
			if first <= most+slack {
				return true
			}
		}
	}
	return false
}
