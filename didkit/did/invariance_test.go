package did_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// What must not change, does not; what must scale, scales: for TWFE and the event study alike.

func TestPermutedRowsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := draw(t), drawSpec(t)
		order := rapid.Permutation(count(c.rows())).Draw(t, "order")
		same(t, "rows permuted", estimate(t, c.pick(order).panel(t), s), estimate(t, c.panel(t), s), 1e-8)
	})
}

func TestRelabelledUnitsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := draw(t), drawSpec(t)
		g := c.clone()
		labels := map[float64]float64{}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "labels"), 2))
		for i, u := range c.of["unit"] {
			if _, ok := labels[u]; !ok {
				labels[u] = math.Trunc(rng.Float64()*1e9) / 8
			}
			g.of["unit"][i] = labels[u]
		}
		same(t, "units relabelled", estimate(t, g.panel(t), s), estimate(t, c.panel(t), s), 1e-8)
	})
}

func TestShiftedCalendarChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := draw(t), drawSpec(t)
		g := c.clone()
		by := float64(rapid.IntRange(-3000, 3000).Draw(t, "years"))
		for i := range g.of["time"] {
			g.of["time"][i] += by
		}
		if got, want := bits(estimate(t, g.panel(t), s)), bits(estimate(t, c.panel(t), s)); got != want {
			t.Fatalf("calendar shifted: got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestConstantWithinUnitChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := draw(t), drawSpec(t)
		g := c.clone()
		for i, u := range g.of["unit"] {
			g.of["y"][i] += 1e6 * u
		}
		same(t, "a constant added within units", estimate(t, g.panel(t), s), estimate(t, c.panel(t), s), 1e-7)
	})
}

func TestRescaledColumnsScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := draw(t), drawSpec(t)
		g := c.clone()
		cy := math.Pow(10, float64(rapid.IntRange(-8, 8).Draw(t, "y times ten to the")))
		cx := math.Pow(10, float64(rapid.IntRange(-8, 8).Draw(t, "x times ten to the")))
		cw := math.Pow(10, float64(rapid.IntRange(-6, 6).Draw(t, "w times ten to the")))
		for i := range g.of["y"] {
			g.of["y"][i] *= cy
			g.of["x"][i] *= cx
			g.of["w"][i] *= cw
		}
		got := estimate(t, g.panel(t), s)
		for i, name := range got.terms {
			switch name {
			case "pre-trend F":
			case "x", "error of x":
				got.values[i] *= cx / cy
			default:
				got.values[i] /= cy
			}
		}
		same(t, "columns rescaled", got, estimate(t, c.panel(t), s), 1e-8)
	})
}

func TestInputIsNeverModified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := draw(t), drawSpec(t)
		before := c.clone()
		p := c.panel(t)
		first := bits(estimate(t, p, s))
		for name, want := range before.of {
			for i, x := range c.of[name] {
				if math.Float64bits(x) != math.Float64bits(want[i]) {
					t.Fatalf("%s was changed in row %d", name, i+1)
				}
			}
		}
		if !slices.Equal(p.Names(), before.names) {
			t.Fatalf("the panel has variables %q", p.Names())
		}
		if second := bits(estimate(t, p, s)); second != first {
			t.Fatalf("a second estimation differs: got\n%s\nwant\n%s", second, first)
		}
	})
}

func TestAnyNumberOfCoresGivesTheSameBits(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(8, 8)), 30_000, 9, 0.05)
	p := c.panel(t)
	s := spec("y ~ x")
	s.Design.Weights = "w"
	s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{"unit", "time"}}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want string
	for _, cores := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(cores)
		got := bits(estimate(t, p, s))
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%d cores: got\n%s\nwant as with one\n%s", cores, got, want)
		}
	}
}

func TestOrderOfColumnsChangesNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := draw(t), drawSpec(t)
		g := c.clone()
		g.names = rapid.Permutation(c.names).Draw(t, "columns")
		if got, want := bits(estimate(t, g.panel(t), s)), bits(estimate(t, c.panel(t), s)); got != want {
			t.Fatalf("columns in another order: got\n%s\nwant\n%s", got, want)
		}
	})
}

func TestTextUnitsEqualNumbers(t *testing.T) {
	c := simulate(rand.New(rand.NewPCG(6, 6)), 30, 9, 0.1)
	p := c.panel(t)
	u := p.Units()
	v := &panel.Variable{Name: "unit", Kind: panel.Text, Codes: u.Codes}
	for i := range u.Levels() {
		v.Levels = append(v.Levels, "city "+string(rune('A'+i)))
	}
	vars := p.Variables()
	vars[0] = v
	q, err := panel.New(vars...)
	if err == nil {
		q, err = q.Indexed("unit", "time")
	}
	if err != nil {
		t.Fatal(err)
	}
	same(t, "text for numbers", estimate(t, q, spec("y ~ x")), estimate(t, p, spec("y ~ x")), 1e-12)
}

func count(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
