package figure

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// SensitivityOf is what a contour figure of a sensitivity analysis shows.
type SensitivityOf string

// The contour figures.
const (
	AdjustedEstimate  SensitivityOf = "estimate"
	AdjustedStatistic SensitivityOf = "t"
)

// Sensitivity draws the adjusted estimate, or its t statistic, over the strength of a confounder with treatment and
// outcome: contours, the one that matters dashed, the unadjusted one at the origin, and the benchmarks' bounds (Cinelli &
// Hazlett 2020, Figures 2 and 3).
func Sensitivity(r *diagnose.Sensitivity, of SensitivityOf, o Options) *Figure {
	x, y := contourReach(r)
	c := Contours{X: steps(x, 120), Y: steps(y, 120)}
	f := o.figure()
	treat := spacedIn(o, o.label(r.Treatment))
	f.Simulated = f.Simulated || r.Simulated
	level := percent(1 - r.Alpha)
	var strong, at float64
	var meaning string
	switch of {
	case AdjustedStatistic:
		c.Value = func(x, y float64) float64 { return r.Adjust(x, y).Statistic }
		strong, at = r.Threshold(), r.Adjust(0, 0).Statistic
		f.Name = o.pick("Contours of the adjusted t statistic", "调整后 t 值的等高线")
		f.Description = fmt.Sprintf(o.pick("t of %s under confounders of every strength; it falls below %s where both partial R² are above %s.",
			"各种强度的混淆因素下%s的 t 值；两个偏 R² 均超过 %[3]s 时低于 %[2]s。"), treat, number(strong, 2, o.Language), number(r.RVAlpha, 3, o.Language))
		meaning = fmt.Sprintf(o.pick("Dashed: t = %s, the bound of significance at %s.", "虚线：t = %s，%s 置信水平的显著性界限。"), number(strong, 2, o.Language), level)
	default:
		c.Value = func(x, y float64) float64 { return r.Adjust(x, y).Estimate }
		strong, at = r.H0, r.Estimate
		f.Name = o.pick("Contours of the adjusted estimate", "调整后估计值的等高线")
		f.Description = fmt.Sprintf(o.pick("The estimate of %s under confounders of every strength; it falls to %s where both partial R² are %s.",
			"各种强度的混淆因素下%s的估计值；两个偏 R² 均为 %[3]s 时降至 %[2]s。"), treat, rough(strong, o.Language), number(r.RV, 3, o.Language))
		meaning = fmt.Sprintf(o.pick("Dashed: an estimate of %s.", "虚线：估计值为 %s。"), rough(strong, o.Language))
	}
	c.Levels = levels(c, strong, at, o.Language)
	marks := benchmarks(r, c.Value, at, x, y, o)
	c.Clear = func(a, b float64) bool {
		return slices.ContainsFunc(marks, func(l Layer) bool { return labelled(l, a, b, x, y) })
	}
	f.X = Axis{Label: or(o.XLabel, o.pick("Partial R² of the confounder with the treatment", "混淆因素与处理变量的偏 R²")), Min: 0, Max: x}
	f.Y = Axis{Label: or(o.YLabel, o.pick("Partial R² of the confounder with the outcome", "混淆因素与结果变量的偏 R²")), Min: 0, Max: y}
	f.Layers = append([]Layer{c}, marks...)
	if f.Height == 0 {
		f.Height = 4.4
	}
	f.Notes = append([]string{meaning}, o.Notes...)
	if len(r.Bounds) > 0 {
		f.Notes = append(f.Notes, o.pick("Points: confounders as strong as observed covariates, times the number.", "点：强度为已观测协变量若干倍的混淆因素。"))
	}
	return f
}

// benchmarks are the unadjusted value and the bounds as marks over the contours, each with its name beside it, or, where
// names would lie over each other, by benchmark in the legend. value is the adjusted one, at the one at the origin.
func benchmarks(r *diagnose.Sensitivity, value func(x, y float64) float64, at, x, y float64, o Options) []Layer {
	named := NamedPoints{X: []float64{0}, Y: []float64{0}, Names: []string{o.pick("unadjusted", "未调整") + " (" + rough(at, o.Language) + ")"}}
	for _, b := range r.Bounds {
		named.X, named.Y = append(named.X, b.R2DZ), append(named.Y, b.R2YZ)
		named.Names = append(named.Names, BoundLabel(b, o.Labels)+" ("+rough(value(b.R2DZ, b.R2YZ), o.Language)+")")
	}
	named.Titles = named.Names
	crowded := false
	for i := range named.X {
		for k := range i {
			crowded = crowded || math.Abs(named.X[i]-named.X[k]) < 0.35*x && math.Abs(named.Y[i]-named.Y[k]) < 0.045*y
		}
	}
	if !crowded {
		return []Layer{named}
	}
	var groups []Layer
	for from := 0; from < len(r.Bounds); {
		to := from
		var times, values []string
		for ; to < len(r.Bounds) && r.Bounds[to].Benchmark == r.Bounds[from].Benchmark; to++ {
			times, values = append(times, multiple(r.Bounds[to])), append(values, rough(value(r.Bounds[to].R2DZ, r.Bounds[to].R2YZ), o.Language))
		}
		comma := o.pick(", ", "、")
		groups = append(groups, Points{Name: strings.Join(times, comma) + " " + BenchmarkLabel(r.Bounds[from].Benchmark, o.Labels) + " (" + strings.Join(values, comma) + ")",
			X: named.X[from+1 : to+1], Y: named.Y[from+1 : to+1], Titles: named.Titles[from+1 : to+1], Color: benchmarkColor(len(groups))})
		from = to
	}
	return append([]Layer{Points{Name: named.Names[0], X: named.X[:1], Y: named.Y[:1], Titles: named.Titles[:1]}}, groups...)
}

// benchmarkColor passes over the colours of the unadjusted value and of the strong contour.
func benchmarkColor(i int) int {
	if i++; i >= 7 {
		i++
	}
	return i
}

// labelled tells whether a contour's label at (a, b) would lie on a mark or on its name, on axes that reach to x and y.
func labelled(l Layer, a, b, x, y float64) bool {
	var px, py []float64
	right := 0.06
	switch v := l.(type) {
	case NamedPoints:
		px, py, right = v.X, v.Y, 0.35
	case Points:
		px, py = v.X, v.Y
	}
	for i := range px {
		if a > px[i]-0.06*x && a < px[i]+right*x && math.Abs(b-py[i]) < 0.06*y {
			return true
		}
	}
	return false
}

// contourReach is how far the axes go: past the bounds and past the robustness value.
func contourReach(r *diagnose.Sensitivity) (x, y float64) {
	x, y = math.Max(0.1, 1.6*r.RV), math.Max(0.1, 1.6*r.RV)
	for _, b := range r.Bounds {
		x, y = math.Max(x, 1.7*b.R2DZ), math.Max(y, 1.15*b.R2YZ)
	}
	return math.Min(x, 0.99), math.Min(y, 1)
}

// steps are n places from 0 to the end, denser near 0, where contours bend.
func steps(end float64, n int) []float64 {
	out := make([]float64, n+1)
	for i := range out {
		s := float64(i) / float64(n)
		out[i] = end * s * s
	}
	out[n] = end
	return out
}

// levels are round values over the middle of what the function takes on the grid, and the strong one.
func levels(c Contours, strong, start float64, l wording.Language) []Level {
	far := c.Value(c.X[len(c.X)-1], c.Y[len(c.Y)*9/10])
	if !finite(far) {
		far = strong
	}
	span := math.Max(math.Abs(start-far), math.Abs(start-strong))
	out := []Level{{At: strong, Label: rough(strong, l), Strong: true}}
	if !(span > 0) {
		return out
	}
	step := math.Pow(10, math.Floor(math.Log10(span/6)))
	for _, k := range []float64{5, 2} {
		if span/6 > k*step {
			step *= k
			break
		}
	}
	digits := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	for k := -14; k <= 14; k++ {
		at := (math.Round(start/step) + float64(k)) * step
		if math.Abs(at-strong) > 0.3*step {
			out = append(out, Level{At: at, Label: number(at, digits, l)})
		}
	}
	return out
}

// rough writes a value with about three digits.
func rough(v float64, l wording.Language) string {
	if !finite(v) {
		return "∞"
	}
	if v == 0 {
		return "0"
	}
	return number(v, decimals(v), l)
}

// BoundLabel names a confounder by its benchmark: 2× poverty, 1/2× poverty where the strengths with treatment and outcome
// differ.
func BoundLabel(b diagnose.Bound, labels wording.Labels) string {
	return multiple(b) + " " + BenchmarkLabel(b.Benchmark, labels)
}

// multiple is how many times as strong as its benchmark a confounder is, with the treatment and, if otherwise, the outcome.
func multiple(b diagnose.Bound) string {
	times := strconv.FormatFloat(b.KD, 'g', 4, 64)
	if b.KY != b.KD {
		times += "/" + strconv.FormatFloat(b.KY, 'g', 4, 64)
	}
	return times + "×"
}

// BenchmarkLabel is a group of terms with their labels.
func BenchmarkLabel(benchmark string, labels wording.Labels) string {
	out := ""
	for i, t := range diagnose.ParseBenchmark(benchmark).Terms {
		if i > 0 {
			out += " + "
		}
		s, _ := labels.Term(t)
		out += s
	}
	if len(out) > 0 && len(diagnose.ParseBenchmark(benchmark).Terms) > 1 {
		return "(" + out + ")"
	}
	return out
}

// Extreme draws the adjusted estimate under confounders that explain all, three quarters or half of what is left of the
// outcome, over their strength with the treatment, and the benchmarks' strengths below (Cinelli & Hazlett 2020, Figure 4).
func Extreme(r *diagnose.Sensitivity, o Options) *Figure {
	f := o.figure()
	f.Simulated = f.Simulated || r.Simulated
	reach := math.Max(0.1, 1.5*r.PartialR2)
	var rug Points
	for _, b := range r.Bounds {
		reach = math.Max(reach, 1.2*b.R2DZ)
	}
	reach = math.Min(reach, 0.99)
	f.Name = o.pick("Extreme confounders", "极端混淆因素")
	f.Description = fmt.Sprintf(o.pick("The estimate of %s if a confounder explains 100, 75 or 50 %% of what is left of the outcome; with 100 %% it falls to zero at a partial R² of %s with the treatment.",
		"混淆因素解释结果变量剩余变异的 100%%、75%% 或 50%% 时%s的估计值；100%% 时与处理变量的偏 R² 达 %s 即降为零。"), spacedIn(o, o.label(r.Treatment)), number(r.PartialR2, 4, o.Language))
	f.Layers = []Layer{Rule{At: r.H0, Dashed: true}}
	low := r.Estimate
	for i, share := range []float64{1, 0.75, 0.5} {
		l := Lines{Name: fmt.Sprintf("%g%%", 100*share), Color: i, NoMark: true}
		for _, x := range steps(reach, 160) {
			v := r.Adjust(x, share).Estimate
			l.X, l.Y = append(l.X, x), append(l.Y, v)
			if math.Abs(v-r.Estimate) > math.Abs(low-r.Estimate) {
				low = v
			}
		}
		f.Layers = append(f.Layers, l)
	}
	for _, b := range r.Bounds {
		rug.X, rug.Y = append(rug.X, b.R2DZ), append(rug.Y, low)
		rug.Titles = append(rug.Titles, BoundLabel(b, o.Labels))
	}
	rug.Color = 7
	if len(rug.X) > 0 {
		f.Layers = append(f.Layers, rug)
	}
	f.X = Axis{Label: or(o.XLabel, o.pick("Partial R² of the confounder with the treatment", "混淆因素与处理变量的偏 R²")), Min: 0, Max: reach}
	f.Y = Axis{Label: or(o.YLabel, o.pick("Adjusted estimate", "调整后的估计值")), Grid: true}
	f.Notes = append([]string{o.pick("Lines: the share of what is left of the outcome that the confounder explains.", "各线：混淆因素所解释的结果变量剩余变异的比例。")}, o.Notes...)
	if len(rug.X) > 0 {
		f.Notes = append(f.Notes, o.pick("Marks below: the strength of the benchmarks' bounds.", "下方标记：各基准界限的强度。"))
	}
	return f
}
