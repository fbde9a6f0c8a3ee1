package figure_test

import (
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// Benchmarks have their names beside them where there is room, and in the legend, by benchmark, where names would lie over
// each other.
func TestNamesOfBenchmarks(t *testing.T) {
	apart := []diagnose.Bound{{Benchmark: "x", KD: 1, KY: 1, R2DZ: 0.02, R2YZ: 0.03}, {Benchmark: "x", KD: 3, KY: 3, R2DZ: 0.06, R2YZ: 0.09}}
	near := append(apart, diagnose.Bound{Benchmark: "w", KD: 2, KY: 1, R2DZ: 0.001, R2YZ: 0.002})
	for _, c := range []struct {
		name   string
		bounds []diagnose.Bound
		beside bool
		want   []string
	}{
		{"apart", apart, true, []string{"unadjusted (0.500)", "1× x (", "3× x ("}},
		{"near each other", near, false, []string{"unadjusted (0.500)", "1×, 3× x (", "2/1× w ("}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &diagnose.Sensitivity{Treatment: "d", Estimate: 0.5, StdError: 0.1, DF: 100, Q: 1, Alpha: 0.05, RV: 0.39, Bounds: c.bounds}
			f := figure.Sensitivity(r, figure.AdjustedEstimate, figure.Options{Language: wording.English})
			beside := false
			for _, l := range f.Layers {
				if _, ok := l.(figure.NamedPoints); ok {
					beside = true
				}
			}
			if beside != c.beside {
				t.Errorf("names beside the marks: %t, want %t", beside, c.beside)
			}
			svg, err := f.SVG()
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(string(svg), want) {
					t.Errorf("no %q in the figure", want)
				}
			}
		})
	}
}
