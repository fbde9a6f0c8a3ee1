package figure

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// roundTicks puts four to eight ticks at multiples of 1, 2 or 5 times a power of ten inside a range.
type roundTicks struct{ language wording.Language }

func (r roundTicks) Ticks(lo, hi float64) []plot.Tick {
	step := roundStep(lo, hi)
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var ticks []plot.Tick
	first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
	for i := range max(0, min(int(last-first)+1, 20)) { // counted, not summed, so that no error builds up
		v := (first + float64(i)) * step
		ticks = append(ticks, plot.Tick{Value: v, Label: number(v, decimals, r.language)})
	}
	return ticks
}

// roundStep is the smallest of 1, 2, 5 times a power of ten that gives at most seven ticks.
func roundStep(lo, hi float64) float64 {
	span := hi - lo
	if !(span > 0) || math.IsInf(span, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(span/7)))
	for _, m := range []float64{1, 2, 5, 10} {
		if math.Floor(hi/(m*power)+1e-9)-math.Ceil(lo/(m*power)-1e-9)+1 <= 7 {
			return m * power
		}
	}
	return 10 * power
}

// number writes a value as axes and tooltips do: true minus, no negative zero, thousands set apart from 10,000 on, so
// that years stay whole; a power of ten beyond what an axis can hold.
func number(x float64, decimals int, l wording.Language) string {
	if !finite(x) {
		return ""
	}
	abs := math.Abs(x)
	if abs >= 1e12 || abs > 0 && abs < 1e-6 && decimals > 6 {
		s := strings.ReplaceAll(strconv.FormatFloat(abs, 'g', 8, 64), "-", "\u2212")
		if x < 0 {
			return "\u2212" + s
		}
		return s
	}
	s := strconv.FormatFloat(abs, 'f', decimals, 64)
	zero := true
	for _, c := range s {
		zero = zero && (c == '0' || c == '.')
	}
	whole, fraction := s, ""
	if i := len(s) - decimals - 1; decimals > 0 {
		whole, fraction = s[:i], s[i:]
	}
	if len(whole) > 4 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + l.Pick(",", "\u202f") + whole[i:]
		}
	}
	if x < 0 && !zero {
		whole = "\u2212" + whole
	}
	return whole + fraction
}

// integer writes a whole number with a true minus.
func integer(n int) string { return number(float64(n), 0, wording.English) }

// fixedTicks are given ones, of which those go whose labels would run into each other.
type fixedTicks []plot.Tick

func (t fixedTicks) Ticks(_, _ float64) []plot.Tick { return t }

// thin leaves out labels so that the rest stand at least gap apart: those to Keep stay, and of the others every second,
// fifth, tenth …, counted from the last one kept but the end, if there is one, so that labels are round where ticks count
// from zero. place and width are in points along the axis; ticks ascend.
func thin(ticks []Tick, place func(float64) float64, width func(string) float64, gap float64) []Tick {
	clear := func(a, b Tick) bool {
		return math.Abs(place(a.Value)-place(b.Value)) >= (width(a.Label)+width(b.Label))/2+gap
	}
	anchor := 0
	for i := range ticks[:max(len(ticks)-1, 0)] {
		if ticks[i].Keep {
			anchor = i
		}
	}
	fits := func(chosen []Tick) bool {
		for i := 1; i < len(chosen); i++ {
			if !clear(chosen[i-1], chosen[i]) {
				return false
			}
		}
		return true
	}
	for power := 1; power <= 1e9; power *= 10 {
		for _, step := range []int{power, 2 * power, 5 * power} {
			var chosen []Tick
			for i, t := range ticks {
				if t.Keep || (i-anchor)%step == 0 && clearOfKept(ticks, t, clear) {
					chosen = append(chosen, t)
				}
			}
			if fits(chosen) || step > len(ticks) {
				return chosen
			}
		}
	}
	return ticks
}

// clearOfKept tells whether a label has room beside those that stay.
func clearOfKept(ticks []Tick, t Tick, clear func(a, b Tick) bool) bool {
	for _, k := range ticks {
		if k.Keep && !clear(k, t) {
			return false
		}
	}
	return true
}
