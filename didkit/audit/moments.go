package audit

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// moments: the mean lies between the ends, the standard deviation is one that a variable with this mean between these
// ends can have, and a 0/1 variable's is √(p(1 − p)).
func (a *auditor) moments() {
	for _, t := range a.book.Tables {
		for _, s := range t.Summary {
			a.inRange(t.Name, s)
			a.spread(t.Name, s)
			if s.Kind == "binary" {
				a.binary(t.Name, s)
			}
		}
	}
}

func numbersOf(table string, s paper.Summary, what ...string) []string {
	var out []string
	for _, w := range what {
		out = append(out, table+" "+s.Variable+" "+w)
	}
	return out
}

func (a *auditor) inRange(table string, s paper.Summary) {
	if !s.Mean.Known() || !s.Min.Known() || !s.Max.Known() {
		return
	}
	f := Finding{Check: "range", Where: table + " " + s.Variable, Published: s.Mean.String(), Computed: sprint("%s to %s", s.Min, s.Max), Verdict: Consistent,
		Arithmetic: sprint("%s ≤ %s ≤ %s", s.Min, s.Mean, s.Max), Numbers: numbersOf(table, s, "mean", "min", "max")}
	m, low, high := of(s.Mean), of(s.Min), of(s.Max)
	if m.hi < low.lo || m.lo > high.hi {
		f.Verdict = Inconsistent
		a.find(f, text{"A mean lies between the smallest and the largest value.", "均值应介于最小值与最大值之间。"})
		return
	}
	a.find(f, text{})
}

// ends are a variable's smallest and largest value: exact where whole numbers are printed of whole numbers.
func ends(s paper.Summary) (low, high interval) {
	if (s.Kind == "binary" || s.Kind == "whole") && s.Min.Decimals == 0 && s.Max.Decimals == 0 {
		return exact(s.Min.Value), exact(s.Max.Value)
	}
	return of(s.Min), of(s.Max)
}

// spread: (max − min)²/2 ≤ n sd² (v. Szőkefalvi Nagy 1918), (max − mean)² and (mean − min)² ≤ sd² (n − 1) (Samuelson 1968),
// both of the standard deviation over n, the smaller one; sd² ≤ (max − mean)(mean − min) n/(n − 1) of that over n − 1
// (Bhatia & Davis 2000).
func (a *auditor) spread(table string, s paper.Summary) {
	if !s.SD.Known() || !s.Min.Known() || !s.Max.Known() || s.N < 2 {
		return
	}
	n := float64(s.N)
	low, high := ends(s)
	width := high.sub(low)
	width.lo = max(width.lo, 0)
	bound := width.square().mul(exact(1 / (2 * n))).sqrt()
	least, most := bound.lo, math.Inf(1)
	formula := sprint("(%s − %s) / √(2 · %d) = %s", s.Max, parens(s.Min), s.N, bound)
	names := []string{"sd", "min", "max", "n"}
	if s.Mean.Known() {
		m := of(s.Mean)
		up, down := high.sub(m), m.sub(low)
		up.lo, down.lo, up.hi, down.hi = max(up.lo, 0), max(down.lo, 0), max(up.hi, 0), max(down.hi, 0)
		far := interval{max(up.lo, down.lo), max(up.hi, down.hi)}.mul(exact(1 / math.Sqrt(n-1)))
		if far.lo > least {
			least = far.lo
			formula = sprint("max(%s − %s, %s − %s) / √%d = %s", s.Max, parens(s.Mean), s.Mean, parens(s.Min), s.N-1, far)
		}
		widest := up.mul(down).mul(exact(n / (n - 1))).sqrt()
		most = widest.hi
		formula += sprint(" ≤ sd ≤ √((%s − %s)(%s − %s) · %d / %d) = %s", s.Max, parens(s.Mean), s.Mean, parens(s.Min), s.N, s.N-1, widest)
		names = append(names, "mean")
	}
	f := Finding{Check: "spread", Where: table + " " + s.Variable, Published: s.SD.String(), Computed: "sd ∈ " + interval{least, most}.String(), Verdict: Consistent,
		Arithmetic: formula, Numbers: numbersOf(table, s, names...)}
	if !of(s.SD).meets(interval{least * (1 - 1e-9), most * (1 + 1e-9)}) {
		f.Verdict = Inconsistent
		a.find(f, text{"No values between these ends with this mean have this standard deviation.", "在此范围、此均值下不存在该标准差。"})
		return
	}
	a.find(f, text{})
}

// maybeShare tells whether a variable that was taken for a 0/1 one by its ends alone can be a share instead: that spreads
// less. The treatment that bins of exposure count rows of is none.
func (a *auditor) maybeShare(s paper.Summary, spread interval) bool {
	return s.Guessed && of(s.SD).hi < spread.lo && !a.indicator(s.Variable)
}

// indicator tells whether a variable is the treatment of columns by exposure.
func (a *auditor) indicator(variable string) bool {
	for _, p := range a.columns() {
		if x := treatmentTerm(p.Column); p.Role == paper.ExposureOf && x != nil && x.Term == variable {
			return true
		}
	}
	return false
}

// binary: of n rows with k ones the mean is k/n and the standard deviation √(k(n − k)/(n(n − 1))), or with n in the
// place of n − 1.
func (a *auditor) binary(table string, s paper.Summary) {
	if !s.Mean.Known() || !s.SD.Known() || s.N < 2 {
		return
	}
	n := float64(s.N)
	m := of(s.Mean)
	sd := func(k float64, less float64) float64 { return math.Sqrt(max(k*(n-k), 0) / n / (n - less)) }
	low, high := math.Ceil(max(m.lo, 0)*n), math.Floor(min(m.hi, 1)*n)
	f := Finding{Check: "binary", Where: table + " " + s.Variable, Published: sprint("mean %s, sd %s", s.Mean, s.SD), Verdict: Consistent, Numbers: numbersOf(table, s, "mean", "sd", "n")}
	if low > high {
		f.Computed, f.Verdict = "no count", Inconsistent
		f.Arithmetic = sprint("k / %d ∉ %s", s.N, m)
		a.find(f, text{"No number of ones among these rows gives this mean.", "没有任何取 1 的行数能给出该均值。"})
		return
	}
	spread := interval{min(sd(low, 0), sd(high, 0)), max(sd(low, 1), sd(high, 1))}
	if low <= n/2 && n/2 <= high {
		spread.hi = sd(n/2, 1)
	}
	f.Computed = "sd ∈ " + spread.String()
	f.Arithmetic = sprint("k = %s … %s, n = %d: √(p (1 − p)) = %s", short(low), short(high), s.N, spread)
	if a.maybeShare(s, spread) {
		f.Verdict = Undetermined
		a.find(f, text{"Were it a 0/1 variable it would have another standard deviation; of a share between 0 and 1, which the file does not rule out, it can be this one.", "若为 0/1 变量，其标准差应为另一值；若为 0 与 1 之间的比例（文件未排除），则可能如此。"})
		return
	}
	if !spread.meets(of(s.SD)) {
		f.Verdict = Inconsistent
		a.find(f, text{"A 0/1 variable of this mean has another standard deviation.", "此均值的 0/1 变量的标准差应为另一值。"})
		return
	}
	a.find(f, text{})
}
