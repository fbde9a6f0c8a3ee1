package diagnose_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// adopters is a panel of units that adopt in period 4, in period 6 or never, half of each eligible, with doses and errors
// that last.
type adopters struct{ unit, time, y, d, first, eligible, dose []float64 }

const adoptersPeriods = 8

func newAdopters(units int, rng *rand.Rand, drift func(event float64) float64) *adopters {
	a := &adopters{}
	for u := range units {
		start := []float64{0, 4, 6, 0}[u%4]
		eligible, e := float64(u/4%2), 0.0
		level := rng.NormFloat64()
		for k := range adoptersPeriods {
			t := float64(k + 1)
			on := 0.0
			e = 0.6*e + rng.NormFloat64()
			y := level + 0.2*t + e
			if start > 0 && eligible == 1 {
				y += drift(t - start)
			}
			if start > 0 && t >= start {
				on = 1
			}
			dose := 0.0
			if start > 0 {
				dose = 1 + float64(u%3)
			}
			a.add(float64(u), t, y, on, start, eligible, dose)
		}
	}
	return a
}

func (a *adopters) add(unit, time, y, d, first, eligible, dose float64) {
	a.unit, a.time, a.y, a.d = append(a.unit, unit), append(a.time, time), append(a.y, y), append(a.d, d)
	a.first, a.eligible, a.dose = append(a.first, first), append(a.eligible, eligible), append(a.dose, dose)
}

// drawn are as many units, drawn with replacement.
func (a *adopters) drawn(rng *rand.Rand) *adopters {
	n := len(a.unit) / adoptersPeriods
	out := &adopters{}
	for u := range n {
		from := rng.IntN(n) * adoptersPeriods
		for k := from; k < from+adoptersPeriods; k++ {
			out.add(float64(u), a.time[k], a.y[k], a.d[k], a.first[k], a.eligible[k], a.dose[k])
		}
	}
	return out
}

func (a *adopters) panel(t *testing.T) *panel.Panel {
	t.Helper()
	p, err := panel.New(&panel.Variable{Name: "unit", Values: a.unit}, &panel.Variable{Name: "time", Values: a.time}, &panel.Variable{Name: "y", Values: a.y}, &panel.Variable{Name: "d", Values: a.d},
		&panel.Variable{Name: "first", Values: a.first}, &panel.Variable{Name: "eligible", Values: a.eligible}, &panel.Variable{Name: "dose", Values: a.dose})
	if err == nil {
		p, err = p.Indexed("unit", "time")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// honestMethods are those that %honest takes, by the words that estimate them.
var honestMethods = map[string]did.StaggeredSpec{
	"twfe":       {},
	"sunab":      {Method: did.SunAbraham},
	"cs":         {Method: did.CallawaySantAnna, Base: did.UniversalBase},
	"imputation": {Method: did.Imputation},
	"stacked":    {Method: did.Stacked, Control: did.NeverTreated, Window: [2]int{-3, 2}},
	"etwfe":      {Method: did.ExtendedTwoWay, Control: did.NeverTreated},
	"lpdid":      {Method: did.LocalProjections, Control: did.NeverTreated, Window: [2]int{-3, 2}},
	"dcdh":       {Method: did.Switching, Control: did.NeverTreated, Window: [2]int{-3, 2}},
	"ddd":        {Method: did.TripleDifference, Base: did.UniversalBase, Cohort: "first", Eligible: "eligible"},
	"cdid":       {Method: did.ContinuousTreatment, Base: did.UniversalBase, Dosage: did.Dosage{Dose: "dose", Degree: 1}},
}

// vectorBy is what %honest takes of the method: the event times -3 to 2, of the eligible units alone but for the triple
// difference.
func vectorBy(t *testing.T, a *adopters, method string) (*diagnose.EventVector, error) {
	t.Helper()
	p, s := a.panel(t), honestMethods[method]
	s.Spec = did.Spec{Formula: "y ~ 1", Treat: "d"}
	if method == "ddd" {
		s.Treat = ""
	} else {
		s.Design.If, _ = formula.ParseExpr("eligible == 1")
	}
	if method == "twfe" {
		es, err := did.EventStudy(p, did.EventSpec{Spec: s.Spec, Window: [2]int{-3, 2}})
		if err != nil {
			return nil, err
		}
		return diagnose.VectorOf(es)
	}
	att, err := did.Staggered(p, s)
	if err != nil {
		return nil, err
	}
	es, err := att.EventStudy([2]int{-3, 2})
	if err != nil {
		return nil, err
	}
	return diagnose.VectorOf(es)
}

// Of every method that %honest takes, a drift of the treated enters leads and effects as the drift since the reference, and
// the intervals can be computed.
func TestHonestTakesTheDriftOfEveryMethod(t *testing.T) {
	drift := func(e float64) float64 { return 0.3*e + 0.05*e*e + math.Sin(3*e) }
	for method := range honestMethods {
		t.Run(method, func(t *testing.T) {
			if method == "twfe" { // its ends gather event times, and cohorts whose drifts differ at them mix
				drift = func(e float64) float64 { return 0.4 * max(-3, min(e, 2)) }
			} else {
				drift = func(e float64) float64 { return 0.3*e + 0.05*e*e + math.Sin(3*e) }
			}
			without, err := vectorBy(t, newAdopters(120, rand.New(rand.NewPCG(4, 2)), func(float64) float64 { return 0 }), method)
			if err != nil {
				t.Fatal(err)
			}
			with, err := vectorBy(t, newAdopters(120, rand.New(rand.NewPCG(4, 2)), drift), method)
			if err != nil {
				t.Fatal(err)
			}
			if with.Pre != 2 || len(with.Times) != 5 {
				t.Fatalf("event times %v, %d before the reference", with.Times, with.Pre)
			}
			for i, e := range with.Times {
				near(t, "drift", with.Beta[i]-without.Beta[i], drift(float64(e))-drift(-1), 1e-9, 1)
			}
			r, err := diagnose.Robust(context.Background(), without, diagnose.HonestOptions{M: []float64{0, 1}})
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range r.Intervals {
				if !(k.ConfLow < k.ConfHigh) {
					t.Errorf("M = %g: from %g to %g", k.M, k.ConfLow, k.ConfHigh)
				}
			}
		})
	}
}

// The covariance of leads and effects together is about that of the estimates in samples of units drawn anew, in every
// entry and on average over the block of leads and effects, which a covariance of the two apart would leave at zero.
func TestJointCovarianceIsTheBootstraps(t *testing.T) {
	if testing.Short() {
		t.Skip("estimates some thousand times")
	}
	const draws = 400
	a := newAdopters(320, rand.New(rand.NewPCG(8, 1)), func(float64) float64 { return 0 })
	for method := range honestMethods {
		t.Run(method, func(t *testing.T) {
			v, err := vectorBy(t, a, method)
			if err != nil {
				t.Fatal(err)
			}
			n := len(v.Times)
			mean, cross := make([]float64, n), make([]float64, n*n)
			rng := rand.New(rand.NewPCG(17, 5))
			for range draws {
				b, err := vectorBy(t, a.drawn(rng), method)
				if err != nil {
					t.Fatal(err)
				}
				for i, x := range b.Beta {
					mean[i] += x / draws
					for j, y := range b.Beta {
						cross[i*n+j] += x * y / draws
					}
				}
			}
			block, size := 0.0, 0.0
			for i := range n {
				for j := range n {
					unit := math.Sqrt(v.V[i][i] * v.V[j][j])
					off := (cross[i*n+j] - mean[i]*mean[j] - v.V[i][j]) / unit
					if math.Abs(off) > 0.3 {
						t.Errorf("covariance of event times %d and %d: %.3g of their errors' product, drawn anew %.3g", v.Times[i], v.Times[j], v.V[i][j]/unit, off+v.V[i][j]/unit)
					}
					if i < v.Pre && j >= v.Pre {
						block += off / float64(v.Pre*(n-v.Pre))
						size += v.V[i][j] / unit / float64(v.Pre*(n-v.Pre))
					}
				}
			}
			t.Logf("leads and effects: %.3f of their errors' product, off by %.3f", size, block)
			if math.Abs(block) > 0.15 || size < 0.15 {
				t.Errorf("leads and effects: %.3f of their errors' product, off by %.3f", size, block)
			}
		})
	}
}

// What can't be held against leads is refused, with the reason and where to go.
func TestHonestRefusesByMethod(t *testing.T) {
	a := newAdopters(120, rand.New(rand.NewPCG(4, 2)), func(float64) float64 { return 0 })
	p := a.panel(t)
	for _, c := range []struct {
		s    did.StaggeredSpec
		text string
		want string
	}{
		{did.StaggeredSpec{Method: did.Switching, Normalized: true, Window: [2]int{-3, 2}}, "y ~ 1", "leave normalized= out"},
		{did.StaggeredSpec{Method: did.Switching, Window: [2]int{-3, 2}}, "y ~ 1 | unit[time] + time", "leave the trends out"},
		{did.StaggeredSpec{Method: did.SyntheticDID}, "y ~ 1", "method=cs with base=universal has some that do"},
		{did.StaggeredSpec{Method: did.SyntheticControl}, "y ~ 1", "method=cs with base=universal has some that do"},
	} {
		c.s.Spec = did.Spec{Formula: c.text, Treat: "d"}
		att, err := did.Staggered(p, c.s)
		if err != nil {
			t.Fatal(err)
		}
		es, err := att.EventStudy([2]int{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := diagnose.VectorOf(es); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.s.Method, err, c.want)
		}
	}
}
