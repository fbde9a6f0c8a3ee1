package placebo_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/fewtreated"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// The order of a panel's rows chooses neither draws nor numbers.
func TestInferenceIgnoresOrderOfRows(t *testing.T) {
	starts := make([]int, 30)
	starts[3], starts[11], starts[12] = 4, 5, 5
	p := adopters(t, 8, starts)
	rows := make([]int32, p.Rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	mixed := p.Subset(rows)
	var all [2][]*regress.Inference
	for k, panel := range []*panel.Panel{p, mixed} {
		fits, err := regress.Estimate(panel, regress.Spec{Formula: "y ~ treat + x | unit + year", Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}})
		if err != nil {
			t.Fatal(err)
		}
		i, err := placebo.Randomise(context.Background(), panel, fits[0], "treat", design.Options{}, placebo.Randomisation{Reps: 199, Stat: placebo.T})
		if err != nil {
			t.Fatal(err)
		}
		few, err := fewtreated.FermanPinto(context.Background(), panel, fits[0], "treat", design.Options{}, fewtreated.Options{Reps: 199})
		if err != nil {
			t.Fatal(err)
		}
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "treat"}, Method: did.CallawaySantAnna}
		r, err := did.Staggered(panel, s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := placebo.RandomiseStaggered(context.Background(), panel, s, r, placebo.Randomisation{Reps: 99})
		if err != nil {
			t.Fatal(err)
		}
		all[k] = []*regress.Inference{i, few, again}
	}
	for k, a := range all[0] {
		b := all[1][k]
		if a.PValue != b.PValue || math.Abs(a.ConfLow-b.ConfLow) > 1e-8 || math.Abs(a.ConfHigh-b.ConfHigh) > 1e-8 {
			t.Errorf("%s: %+v, and with rows in another order %+v", a.Method, a, b)
		}
	}
}
