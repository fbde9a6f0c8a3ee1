package simulate

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The first numbers of a stream, to the last bit, which every machine must give. They were printed by this program when it
// was written; what they guard against is another order of draws or another arithmetic.
func TestStreamIsFixed(t *testing.T) {
	s := NewStream(2026, "test")
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"uniform", s.Uniform(), 0x1.5e70e09f5dbc4p-03},
		{"normal", s.Normal(), 0x1.bbd60c5bf88b5p-02},
		{"t with 5 df", s.Student(5), -0x1.d5db7e516d89bp+00},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %x, want %x", c.name, c.got, c.want)
		}
	}
}

func TestStreamsAreApart(t *testing.T) {
	a, b, c := NewStream(1, "a"), NewStream(1, "b"), NewStream(2, "a")
	x, y, z := a.Uniform(), b.Uniform(), c.Uniform()
	if x == y || x == z || y == z {
		t.Errorf("streams of different name or seed begin alike: %v %v %v", x, y, z)
	}
	if again := NewStream(1, "a").Uniform(); again != x {
		t.Errorf("the same stream begins with %v, then with %v", x, again)
	}
}

// Moments of 200,000 draws; bounds are five standard errors of each moment.
func TestMomentsOfDraws(t *testing.T) {
	const n = 200_000
	for _, c := range []struct {
		name                  string
		draw                  func(*Stream) float64
		mean, variance        float64
		meanBound, squareBand float64
	}{
		{"uniform", (*Stream).Uniform, 0.5, 1.0 / 12, 5 * math.Sqrt(1.0/12/n), 0.002},
		{"normal", (*Stream).Normal, 0, 1, 5 / math.Sqrt(n), 5 * math.Sqrt(2.0/n)},
		{"t with 10 df", func(s *Stream) float64 { return s.Student(10) }, 0, 1, 5 / math.Sqrt(n), 5 * math.Sqrt(3.0/n)},
	} {
		s := NewStream(7, c.name)
		sum, squares := 0.0, 0.0
		for range n {
			x := c.draw(s)
			sum += x
			squares += (x - c.mean) * (x - c.mean)
		}
		if m := sum / n; math.Abs(m-c.mean) > c.meanBound {
			t.Errorf("%s: mean %v, want %v ± %v", c.name, m, c.mean, c.meanBound)
		}
		if v := squares / n; math.Abs(v-c.variance) > c.squareBand {
			t.Errorf("%s: variance %v, want %v ± %v", c.name, v, c.variance, c.squareBand)
		}
	}
}

func TestAutoregressionKeepsItsVarianceAndMemory(t *testing.T) {
	const units, periods = 20_000, 8
	for _, rho := range []float64{-0.5, 0, 0.7} {
		s := NewStream(3, "ar")
		first, last, across := 0.0, 0.0, 0.0
		x := make([]float64, periods)
		for range units {
			s.autoregression(x, rho, 0)
			first += x[0] * x[0] / units
			last += x[periods-1] * x[periods-1] / units
			across += x[periods-2] * x[periods-1] / units
		}
		band := 5 * math.Sqrt(2.0/units)
		if math.Abs(first-1) > band || math.Abs(last-1) > band || math.Abs(across-rho) > band {
			t.Errorf("ρ = %v: variances %v and %v, neighbours' covariance %v", rho, first, last, across)
		}
	}
}

func TestBelowAndShuffle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewStream(rapid.Uint64().Draw(t, "seed"), "below")
		n := rapid.IntRange(1, 50).Draw(t, "n")
		x := make([]int, n)
		for i := range x {
			if k := s.Below(n); k < 0 || k >= n {
				t.Fatalf("Below(%d) = %d", n, k)
			}
			x[i] = i
		}
		s.Shuffle(x)
		seen := make([]bool, n)
		for _, k := range x {
			if seen[k] {
				t.Fatalf("%d stands twice after shuffling", k)
			}
			seen[k] = true
		}
	})
}

// Every one of the six orders of three comes up about as often: 5 standard errors of a count.
func TestShuffleIsFair(t *testing.T) {
	const n = 60_000
	count := map[[3]int]int{}
	s := NewStream(11, "fair")
	for range n {
		x := []int{0, 1, 2}
		s.Shuffle(x)
		count[[3]int(x)]++
	}
	if len(count) != 6 {
		t.Fatalf("%d orders of three, want 6", len(count))
	}
	for order, k := range count {
		if math.Abs(float64(k)-n/6) > 5*math.Sqrt(n*5.0/36) {
			t.Errorf("order %v came %d times of %d", order, k, n)
		}
	}
}
