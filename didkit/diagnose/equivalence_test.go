package diagnose_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type equivalenceCase struct {
	ID, Program, Version, Data, Unit, Time, Gen, If, Formula, Treat string
	Tests                                                           []struct {
		Type, Method, Vcov                                 string
		Alpha, Threshold, Statistic, Minimum, Variance, VN float64
		Coef, Minima, Critical                             []float64
		StdError                                           []float64 `json:"std_error"`
		P, Low, High                                       float64
		Reject                                             bool
		Order                                              []int32
	}
}

// withVariable is p with a variable "name = expression".
func withVariable(t *testing.T, p *panel.Panel, gen string) *panel.Panel {
	t.Helper()
	if gen == "" {
		return p
	}
	name, text, _ := strings.Cut(gen, " = ")
	e, err := formula.ParseExpr(text)
	if err != nil {
		t.Fatal(err)
	}
	v, _, err := evaluate.Variable(p, name, e, evaluate.VariableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.With(v); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEquivalenceReference holds the tests to EquiTrends': estimates to 1e-9, what rests on errors to 1e-7, random
// critical values within five of their Monte-Carlo errors.
func TestEquivalenceReference(t *testing.T) {
	var ref struct {
		Cases []equivalenceCase
		W     []struct{ Alpha, Printed, Simulated float64 }
	}
	load(t, "equivalence.json", &ref)
	for _, c := range ref.Cases {
		p := withVariable(t, reference.Panel(t, c.Data, c.Unit, c.Time), c.Gen)
		o := design.Options{}
		var kept []bool
		if c.If != "" {
			var err error
			if o.If, err = formula.ParseExpr(c.If); err != nil {
				t.Fatal(err)
			}
			keep, err := evaluate.Filter(p, o.If)
			if err != nil {
				t.Fatal(err)
			}
			kept = keep
		}
		for _, k := range c.Tests {
			t.Run(fmt.Sprint(c.ID, "/", k.Type, k.Method, "/", k.Vcov, "/", k.Threshold), func(t *testing.T) {
				s := did.EventSpec{Spec: did.Spec{Formula: c.Formula, Treat: c.Treat, Design: o, Vcov: vcov.Spec{Type: vcov.IID}}}
				if k.Vcov == "cluster" {
					s.Vcov = vcov.Spec{Type: vcov.Cluster, By: []string{c.Unit}}
				}
				es, err := did.EventStudy(p, s)
				if err != nil {
					t.Fatal(err)
				}
				e := diagnose.EquivalenceOptions{Type: diagnose.EquivalenceType(k.Type), Method: diagnose.EquivalenceMethod(k.Method), Alpha: k.Alpha, Threshold: k.Threshold, Reps: 40000, Untreated: true, Order: unitsKept(p, kept, k.Order)}
				if k.Type == "rms" && e.Order == nil {
					t.Fatal("no order")
				}
				r, err := diagnose.Equivalent(context.Background(), p, es, e)
				if err != nil {
					t.Fatal(err)
				}
				compared.With(t, compared.Source{Command: "equivalence", Method: strings.TrimSpace("type=" + k.Type + " " + k.Method), Program: c.Program, Version: c.Version, File: "equivalence.json", Case: c.ID})
				near(t, "statistic", r.Statistic, k.Statistic, 1e-9, 0)
				for i, b := range k.Coef {
					near(t, "estimate", r.Leads[i].Estimate, b, 1e-9, 1e-3)
					near(t, "standard error", r.Leads[i].StdError, k.StdError[i], 1e-7, 0)
					near(t, "smallest threshold of a lead", r.Leads[i].Smallest, k.Minima[i], 1e-7, 1e-9)
				}
				if k.Minimum > 0 {
					near(t, "smallest threshold", r.Smallest, k.Minimum, 1e-7, 0)
				}
				switch {
				case k.Type == "mean":
					near(t, "standard error", r.StdError, math.Sqrt(k.Variance), 1e-7, 0)
					if k.Threshold > 0 {
						near(t, "p", r.PValue, k.P, 1e-7, 1e-6)
						near(t, "critical value", r.Critical, k.Critical[0], 1e-7, 0)
					}
				case k.Type == "rms":
					near(t, "spread of the subsamples, a statistic", r.Spread, k.VN, 1e-7, 0)
				case k.Method != "":
					if r.Critical < k.Low || r.Critical > k.High {
						t.Errorf("critical value %g, want one from %g to %g", r.Critical, k.Low, k.High)
					}
					if se := math.Sqrt(2 * k.P * (1 - k.P) / 40000); math.Abs(r.PValue-k.P) > 5*se+1e-4 {
						t.Errorf("p = %g, want %g with an error of %g", r.PValue, k.P, se)
					}
				case k.Threshold > 0:
					for i, x := range k.Critical {
						near(t, "critical value of a lead", r.Leads[i].Critical, x, 1e-7, 0)
					}
				}
				if k.Threshold > 0 && *r.Reject != k.Reject {
					t.Errorf("reject %v, want %v", *r.Reject, k.Reject)
				}
				if (r.Threshold == nil) != (k.Threshold == 0) || r.Threshold == nil && r.Reject != nil {
					t.Errorf("threshold %v, reject %v", r.Threshold, r.Reject)
				}
			})
		}
	}
	for _, w := range ref.W { // four million draws; the printed table's have an error of 2 %
		got := diagnose.QuantileW(w.Alpha)
		if math.Abs(got-w.Simulated) > 0.005*(1+w.Simulated*w.Simulated) {
			t.Errorf("W's quantile at %g: %g, simulated %g", w.Alpha, got, w.Simulated)
		}
		near(t, "printed quantile", got, w.Printed, 0.025, 0)
	}
}

// unitsKept are the codes of the order's units, which count those that are kept.
func unitsKept(p *panel.Panel, rows []bool, order []int32) []int32 {
	units := p.Units()
	in := make([]bool, units.Levels())
	for i, u := range units.Codes {
		in[u] = in[u] || rows == nil || rows[i]
	}
	var kept, out []int32
	for u, is := range in {
		if is {
			kept = append(kept, int32(u))
		}
	}
	for _, k := range order {
		out = append(out, kept[k])
	}
	return out
}

// At the smallest threshold p is α, and a bit above it equivalence is accepted.
func TestSmallestThresholdIsTheBorder(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	s := did.EventSpec{Spec: did.Spec{Formula: "l_homicide ~ poverty", Treat: "post"}, Window: [2]int{-4, 3}}
	es, err := did.EventStudy(p, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []diagnose.EquivalenceOptions{{}, {Type: "mean", Alpha: 0.1}, {Type: "rms"}, {Method: "boot", Reps: 400}, {Method: "wild", Reps: 400, Seed: 7}} {
		first, err := diagnose.Equivalent(context.Background(), p, es, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			factor float64
			reject bool
		}{{0.999, false}, {1.001, true}} {
			o.Threshold = first.Smallest * c.factor
			r, err := diagnose.Equivalent(context.Background(), p, es, o)
			if err != nil {
				t.Fatal(err)
			}
			if *r.Reject != c.reject || r.Smallest != first.Smallest {
				t.Errorf("%s %s at %g times the smallest threshold: reject %v, p %g", r.Type, r.Method, c.factor, *r.Reject, r.PValue)
			}
		}
	}
}

// Under H₀ at its border, where one lead lies at δ or all do, each test rejects in α of the samples or fewer, and RMS and
// mean in about α.
func TestEquivalenceSize(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates")
	}
	const units, periods, sims, delta = 60, 5, 300, 0.8
	rng := rand.New(rand.NewPCG(3, 9))
	counts := map[string]int{}
	for range sims {
		var id, time, y, d []float64
		for u := range units {
			level := rng.NormFloat64()
			for k := range periods + 1 {
				bias, on := 0.0, 0.0
				if u%2 == 1 && k < periods-1 {
					bias = delta // all leads at the border
				}
				if u%2 == 1 && k == periods {
					on = 1
				}
				id, time, d = append(id, float64(u)), append(time, float64(k)), append(d, on)
				y = append(y, level+bias+rng.NormFloat64())
			}
		}
		p, err := panel.New(&panel.Variable{Name: "id", Values: id}, &panel.Variable{Name: "time", Values: time}, &panel.Variable{Name: "y", Values: y}, &panel.Variable{Name: "d", Values: d})
		if err == nil {
			p, err = p.Indexed("id", "time")
		}
		if err != nil {
			t.Fatal(err)
		}
		s := did.EventSpec{Spec: did.Spec{Formula: "y ~ 1", Treat: "d"}}
		es, err := did.EventStudy(p, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range []diagnose.EquivalenceOptions{{}, {Type: "mean"}, {Type: "rms"}, {Method: "boot", Reps: 200}, {Method: "wild", Reps: 200}} {
			o.Threshold, o.Alpha = delta, 0.1
			r, err := diagnose.Equivalent(context.Background(), p, es, o)
			if err != nil {
				t.Fatal(err)
			}
			if *r.Reject {
				counts[string(r.Type)+string(r.Method)]++
			}
		}
	}
	for name, most := range map[string]float64{"maxiu": 0.1, "mean": 0.1, "rms": 0.1, "maxboot": 0.1, "maxwild": 0.1} {
		share := float64(counts[name]) / sims
		t.Logf("%s rejects in %.3f", name, share)
		if share > most+3.5*math.Sqrt(most*(1-most)/sims) {
			t.Errorf("%s rejects in %.3f of the samples, more than %g", name, share, most)
		}
		if (name == "mean" || name == "rms") && share < 0.04 {
			t.Errorf("%s rejects in %.3f of the samples at the border, far below %g", name, share, most)
		}
	}
}

func TestEquivalenceRefuses(t *testing.T) {
	p := reference.Panel(t, "data/castle.csv", "sid", "year")
	s := did.EventSpec{Spec: did.Spec{Formula: "l_homicide ~ 1", Treat: "post"}, Window: [2]int{-4, 3}}
	es, err := did.EventStudy(p, s)
	if err != nil {
		t.Fatal(err)
	}
	other := *es
	other.Method = "sunab"
	for _, c := range []struct {
		es   *did.EventStudyResult
		o    diagnose.EquivalenceOptions
		want string
	}{
		{es, diagnose.EquivalenceOptions{Alpha: 0.7}, "between 0 and 0.5"},
		{es, diagnose.EquivalenceOptions{Threshold: -1}, "a threshold of -1 is none"},
		{es, diagnose.EquivalenceOptions{Type: "mean", Method: "boot"}, "method=boot goes with type=max"},
		{&other, diagnose.EquivalenceOptions{Type: "rms"}, "type=rms estimates the regression anew, and this event study is by method=sunab"},
	} {
		if _, err := diagnose.Equivalent(context.Background(), p, c.es, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if r, err := diagnose.Equivalent(context.Background(), p, &other, diagnose.EquivalenceOptions{}); err != nil || r.Study != "sunab" {
		t.Errorf("type=max of another method: %v", err)
	}
}
