package fewtreated

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Study is persons in clusters of very unequal size; the smallest ones are treated. The effect is none.
func Study(t testing.TB, seed uint64, clusters, treated int) *panel.Panel {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 23))
	var cluster, year, treat, people, y []float64
	for c := range clusters {
		size := []float64{4, 64, 16, 32, 48, 8, 64, 24}[c/2%8]
		for s := range 6 {
			d := 0.0
			if c < treated && s >= 3 {
				d = 1
			}
			cluster, year, treat, people = append(cluster, float64(c)), append(year, float64(s)), append(treat, d), append(people, size)
			y = append(y, 0.4*rng.NormFloat64()+2/math.Sqrt(size)*rng.NormFloat64())
		}
	}
	p, err := panel.New(&panel.Variable{Name: "cluster", Values: cluster}, &panel.Variable{Name: "year", Values: year}, &panel.Variable{Name: "treat", Values: treat},
		&panel.Variable{Name: "people", Values: people}, &panel.Variable{Name: "y", Values: y})
	if err == nil {
		p, err = p.Indexed("cluster", "year")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Where the few treated clusters are the smallest, clustered errors reject a true hypothesis several times as often as they
// say, and draws that take all clusters for alike do so too; the test does in about 5 % of panels.
func TestFermanPintoSize(t *testing.T) {
	const panels = 500
	for _, treated := range []int{1, 2} {
		var clustered, equal, sized int
		for seed := range uint64(panels) {
			p := Study(t, seed, 120, treated)
			fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ treat | cluster + year", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"cluster"}}})
			if err != nil {
				t.Fatal(err)
			}
			if fits[0].Coef[0].PValue < 0.05 {
				clustered++
			}
			m, err := regress.Without(p, fits[0], "treat", design.Options{}, vcov.Spec{})
			if err != nil {
				t.Fatal(err)
			}
			for _, size := range []string{"", "people"} {
				o := Options{Reps: 499, Seed: seed + 1, Size: size, Cluster: "cluster"}
				s, err := read(p, m, "treat", o)
				if err != nil {
					t.Fatal(err)
				}
				draws, err := s.test(o)
				if err != nil {
					t.Fatal(err)
				}
				if v, _ := draws.p(0); v > 0.05 {
					continue
				}
				if size == "" {
					equal++
				} else {
					sized++
				}
			}
		}
		t.Logf("%d treated: clustered %d, equal %d, sized %d of %d", treated, clustered, equal, sized, panels)
		within := func(name string, count int, low, high float64) {
			if share := float64(count) / panels; share < low || share > high {
				t.Errorf("%d treated, %s: %.3f, want between %g and %g", treated, name, share, low, high)
			}
		}
		within("clustered errors reject", clustered, 0.25, 1)
		within("equal variances reject", equal, 0.15, 1)
		within("rejections", sized, 0.03, 0.09)
	}
}
