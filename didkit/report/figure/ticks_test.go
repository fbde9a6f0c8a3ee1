package figure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func TestRoundTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{-0.15, 0.85, "0.0 0.2 0.4 0.6 0.8"},
		{-1, 1, "\u22121.0 \u22120.5 0.0 0.5 1.0"},
		{0, 7, "0 2 4 6"},
		{0, 0.0031, "0.0000 0.0005 0.0010 0.0015 0.0020 0.0025 0.0030"},
		{2006, 2023, "2010 2015 2020"},
		{0, 52000, "0 10,000 20,000 30,000 40,000 50,000"},
		{-3e12, 3e12, "\u22123e+12 \u22122e+12 \u22121e+12 0 1e+12 2e+12 3e+12"},
	} {
		var labels []string
		for _, tick := range (roundTicks{}).Ticks(c.lo, c.hi) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("from %g to %g: %s, want %s", c.lo, c.hi, got, c.want)
		}
	}
}

func TestRoundTicksAlwaysFew(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		lo := rapid.Float64Range(-1e130, 1e130).Draw(rt, "lo")
		hi := lo + math.Max(math.Abs(lo)*1e-9, 1e-300)*math.Pow(10, rapid.Float64Range(0, 12).Draw(rt, "width"))
		ticks := roundTicks{}.Ticks(lo, hi)
		if len(ticks) < 2 || len(ticks) > 8 {
			rt.Fatalf("%d ticks from %g to %g", len(ticks), lo, hi)
		}
		for i := 1; i < len(ticks); i++ {
			if !(ticks[i].Value > ticks[i-1].Value) || ticks[i].Label == ticks[i-1].Label && math.Abs(lo) < 1e3*(hi-lo) {
				rt.Fatalf("ticks %q and %q", ticks[i-1].Label, ticks[i].Label)
			}
		}
	})
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		x        float64
		decimals int
		l        wording.Language
		want     string
	}{
		{-0.0001, 2, "", "0.00"}, {-0.5, 1, "", "\u22120.5"}, {2023, 0, "", "2023"}, {10000, 0, "", "10,000"}, {10000, 0, wording.Chinese, "10\u202f000"},
		{math.NaN(), 2, "", ""}, {-2.5e12, 0, "", "\u22122.5e+12"}, {1e-9, 9, "", "1e\u221209"},
	} {
		if got := number(c.x, c.decimals, c.l); got != c.want {
			t.Errorf("number(%g, %d) = %q, want %q", c.x, c.decimals, got, c.want)
		}
	}
}

func TestThinKeepsLabelsApart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(rt, "ticks")
		wide := rapid.Float64Range(1, 60).Draw(rt, "width")
		ticks := make([]Tick, n)
		for i := range ticks {
			ticks[i] = Tick{Value: float64(i), Label: "x"}
		}
		chosen := thin(ticks, func(x float64) float64 { return 10 * x }, func(string) float64 { return wide }, 3)
		if len(chosen) == 0 || chosen[0].Value != 0 {
			rt.Fatalf("chosen %v", chosen)
		}
		for i := 1; i < len(chosen); i++ {
			if d := 10 * (chosen[i].Value - chosen[i-1].Value); d < wide+3 {
				rt.Fatalf("labels %g wide stand %g apart", wide, d)
			}
		}
		if wide+3 <= 10 && len(chosen) != n {
			rt.Fatalf("%d of %d labels, though there is room", len(chosen), n)
		}
	})
}

func TestSpread(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var ys []vg.Length
		for range rapid.IntRange(1, 8).Draw(rt, "labels") {
			ys = append(ys, vg.Length(rapid.Float64Range(0, 200).Draw(rt, "y")))
		}
		slices.Sort(ys)
		apart := true
		for i := 1; i < len(ys); i++ {
			apart = apart && ys[i]-ys[i-1] >= 11
		}
		was := slices.Clone(ys)
		spread(ys, 11, 0, 200)
		for i, y := range ys {
			if y < -1e-9 || y > 200+1e-9 || i > 0 && y-ys[i-1] < 11-1e-9 {
				rt.Fatalf("%v became %v", was, ys)
			}
		}
		if apart && !slices.Equal(was, ys) {
			rt.Fatalf("%v was apart and became %v", was, ys)
		}
	})
}
