package panel_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

func ExamplePanel_Factor() {
	p, _ := panel.New(&panel.Variable{Name: "year", Values: []float64{2008, 2006, 2008}})
	f, _ := p.Factor("year")
	fmt.Println(f.Codes, f.Numbers, f.Label(1))
	// Output: [1 0 1] [2006 2008] 2008
}

func ExampleFactorOf() {
	f := panel.FactorOf([]float64{0.5, math.NaN(), 0.25})
	fmt.Println(f.Codes, f.Numbers)
	// Output: [1 -1 0] [0.25 0.5]
}

func TestFactorOf(t *testing.T) {
	inf, negZero := math.Inf(1), math.Copysign(0, -1)
	cases := []struct {
		name    string
		values  []float64
		codes   []int32
		numbers []float64
	}{
		{"years", []float64{2008, 2006, 2008}, []int32{1, 0, 1}, []float64{2006, 2008}},
		{"negative whole numbers", []float64{-1, 3, -5}, []int32{1, 2, 0}, []float64{-5, -1, 3}},
		{"fractions", []float64{0.5, -0.5}, []int32{1, 0}, []float64{-0.5, 0.5}},
		{"far apart", []float64{1e15, 0, 1e15}, []int32{1, 0, 1}, []float64{0, 1e15}},
		{"beyond 2^53", []float64{1 << 60, 1<<60 + 512, 1 << 60}, []int32{0, 1, 0}, []float64{1 << 60, 1<<60 + 512}},
		{"missing", []float64{nan, 1, nan}, []int32{-1, 0, -1}, []float64{1}},
		{"all missing", []float64{nan, nan}, []int32{-1, -1}, []float64{}},
		{"empty", nil, []int32{}, []float64{}},
		{"infinite", []float64{inf, 1, -inf}, []int32{2, 1, 0}, []float64{-inf, 1, inf}},
		{"negative zero by table", []float64{negZero, 1, 0}, []int32{0, 1, 0}, []float64{0, 1}},
		{"negative zero by hashing", []float64{negZero, 0.5, 0}, []int32{0, 1, 0}, []float64{0, 0.5}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := panel.FactorOf(c.values)
			if diff := cmp.Diff(c.codes, f.Codes); diff != "" {
				t.Errorf("codes: %s", diff)
			}
			if diff := cmp.Diff(c.numbers, f.Numbers); diff != "" {
				t.Errorf("levels: %s", diff)
			}
			for i := range f.Numbers {
				if f.Numbers[i] == 0 && f.Label(i) != "0" {
					t.Errorf("zero is labelled %q", f.Label(i))
				}
			}
		})
	}
}

func TestTextFactorDropsUnusedLevels(t *testing.T) {
	v := &panel.Variable{Name: "city", Kind: panel.Text, Codes: []int32{2, -1, 0, 2}, Levels: []string{"乌鲁木齐", "never", "北京"}}
	p, err := panel.New(v)
	must(t, p, err)
	f, err := p.Factor("city")
	if err != nil {
		t.Fatal(err)
	}
	want := &panel.Factor{Name: "city", Codes: []int32{1, -1, 0, 1}, Texts: []string{"乌鲁木齐", "北京"}}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
	again, _ := p.Factor("city")
	if again != f {
		t.Error("the second call coded anew")
	}
	if _, err := p.Factor("ctiy"); err == nil || err.Error() != `no variable "ctiy"; did you mean city?` {
		t.Errorf("got %v", err)
	}
}

// Codes and levels together give the values back; levels ascend without a repetition, and each is used.
func TestFactorOfHoldsTheValues(t *testing.T) {
	some := rapid.SampledFrom([]float64{nan, 0, math.Copysign(0, -1), 1, -1, 0.5, 2006, 2007, 1e300, math.Inf(1)})
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.OneOf(some, rapid.Float64(), rapid.Map(rapid.IntRange(-50, 50), func(i int) float64 { return float64(i) }))).Draw(t, "values")
		f := panel.FactorOf(values)
		used := make([]bool, f.Levels())
		for i, x := range values {
			switch c := f.Codes[i]; {
			case x != x:
				if c != -1 {
					t.Fatalf("row %d: NaN has code %d", i, c)
				}
			case f.Numbers[c] != x:
				t.Fatalf("row %d: level %v, want %v", i, f.Numbers[c], x)
			default:
				used[c] = true
			}
		}
		if slices.Contains(used, false) {
			t.Fatalf("a level without a row: %v", f.Numbers)
		}
		for i := 1; i < len(f.Numbers); i++ {
			if !(f.Numbers[i-1] < f.Numbers[i]) {
				t.Fatalf("levels do not ascend: %v", f.Numbers)
			}
		}
	})
}
