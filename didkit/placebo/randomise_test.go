package placebo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type randomised struct {
	Version       string
	Randomisation []struct {
		Data, If, Formula, Treat, Vcov string
		Cluster, Assign, Weights       *string
		Index                          []string
		Estimate                       float64
		StdError                       float64 `json:"std_error"`
		Assignments, Groups            int
		PCoef                          float64     `json:"p_coef"`
		PT                             float64     `json:"p_t"`
		IntervalCoef                   [2]*float64 `json:"interval_coef"`
		IntervalT                      [2]*float64 `json:"interval_t"`
	}
	Pyfixest struct {
		Data, If, Formula, Treat, Version string
		Cases                             []struct {
			Type string
			Reps int
			P    float64
		}
	}
}

func readRandomised(t *testing.T) (r randomised) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", "randomised.json"))
	if err == nil {
		err = json.Unmarshal(raw, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readStudy(t *testing.T, path string, index []string) *panel.Panel {
	t.Helper()
	p, err := reference.ReadCSV(filepath.Join(reference.Root(t), path))
	if err == nil && index != nil {
		p, err = p.Indexed(index[0], index[1])
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func options(t *testing.T, condition string, weights *string) (o design.Options) {
	t.Helper()
	if weights != nil {
		o.Weights = *weights
	}
	if condition != "" {
		e, err := formula.ParseExpr(condition)
		if err != nil {
			t.Fatal(err)
		}
		o.If = e
	}
	return o
}

func estimate(t *testing.T, p *panel.Panel, text string, v vcov.Spec, o design.Options) *regress.Fit {
	t.Helper()
	fits, err := regress.Estimate(p, regress.Spec{Formula: text, Vcov: v, Design: o})
	if err != nil {
		t.Fatal(err)
	}
	return fits[0]
}

// With every assignment enumerated p and interval are those of one regression for each assignment and hypothesis.
func TestRandomiseReference(t *testing.T) {
	file := readRandomised(t)
	for _, c := range file.Randomisation {
		p := readStudy(t, c.Data, c.Index)
		v := vcov.Spec{Type: vcov.Type(c.Vcov)}
		if c.Cluster != nil {
			v.By = []string{*c.Cluster}
		}
		o := options(t, c.If, c.Weights)
		fit := estimate(t, p, c.Formula, v, o)
		name := c.Formula + " " + c.If + " " + c.Vcov
		compared.With(t, compared.Source{Command: "did", Method: "inf=ri", Program: "dense numpy", Version: file.Version, File: "randomised.json", Case: name})
		k, _ := fit.Coefficient(c.Treat)
		compared.Near(t, "estimate", k.Estimate, c.Estimate, 1e-9, 0)
		compared.Near(t, "error", k.StdError, c.StdError, 1e-7, 0)
		for stat, want := range map[placebo.Stat][2]*float64{placebo.Coef: c.IntervalCoef, placebo.T: c.IntervalT} {
			r := placebo.Randomisation{Stat: stat, Reps: 100_000}
			if c.Assign != nil {
				r.Assign = *c.Assign
			}
			i, err := placebo.Randomise(context.Background(), p, fit, c.Treat, o, r)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !i.Complete || i.Draws != c.Assignments || i.Groups != c.Groups {
				t.Errorf("%s: %d draws (complete %t) of %d groups, want all %d of %d", name, i.Draws, i.Complete, i.Groups, c.Assignments, c.Groups)
			}
			compared.Within(t, "p of the coefficient", i.PCoef, c.PCoef, 1e-12, 1)
			compared.Within(t, "p of t", i.PT, c.PT, 1e-12, 1)
			for k, got := range []float64{i.ConfLow, i.ConfHigh} {
				if want[k] == nil {
					if !math.IsInf(got, 2*k-1) {
						t.Errorf("%s, %s: end %d is %g, want none", name, stat, k, got)
					}
					continue
				}
				compared.Within(t, fmt.Sprintf("interval of %s, end %d", stat, k), got, *want[k], 1e-7, c.StdError+math.Abs(*want[k]))
			}
		}
	}
}

// pyfixest's ritest draws at random: ours lies within five of its Monte-Carlo errors.
func TestRandomiseBesideRitest(t *testing.T) {
	r := readRandomised(t).Pyfixest
	p := readStudy(t, r.Data, nil)
	o := options(t, r.If, nil)
	fit := estimate(t, p, r.Formula, vcov.Spec{Type: vcov.Hetero}, o)
	for _, c := range r.Cases {
		compared.With(t, compared.Source{Command: "reg", Method: "inf=ri", Program: "pyfixest", Version: r.Version, File: "randomised.json", Case: c.Type})
		i, err := placebo.Randomise(context.Background(), p, fit, r.Treat, o, placebo.Randomisation{Reps: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		got := i.PCoef
		if c.Type == "randomization-t" {
			got = i.PT
		}
		compared.Within(t, "p", got, c.P, 5*math.Sqrt(c.P*(1-c.P)/float64(c.Reps)), 1)
	}
}

// Draws depend on the seed alone, not on cores, and their p is near that of all assignments.
func TestRandomiseDraws(t *testing.T) {
	c := readRandomised(t).Randomisation[0]
	p, o := readStudy(t, c.Data, c.Index), options(t, c.If, nil)
	fit := estimate(t, p, c.Formula, vcov.Spec{Type: vcov.Cluster, By: []string{"sid"}}, o)
	run := func(seed uint64) *regress.Inference {
		i, err := placebo.Randomise(context.Background(), p, fit, c.Treat, o, placebo.Randomisation{Reps: c.Assignments - 1, Seed: seed, Stat: placebo.T})
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	first := run(3)
	cores := runtime.GOMAXPROCS(1)
	second := run(3)
	runtime.GOMAXPROCS(cores)
	if !reflect.DeepEqual(first, second) {
		t.Errorf("%+v and %+v on one core", first, second)
	}
	if other := run(4); other.PCoef == first.PCoef && other.PT == first.PT {
		t.Error("another seed gives the same draws")
	}
	if error := math.Sqrt(c.PT * (1 - c.PT) / float64(c.Assignments)); first.Complete || math.Abs(first.PT-c.PT) > 5*error {
		t.Errorf("p = %g of %d draws, want %g ± %g", first.PT, first.Draws, c.PT, error)
	}
}

// Where no effect is there, p is below 5 % in 5 % of panels: whatever the errors, as units are alike.
func TestRandomiseSize(t *testing.T) {
	rejected, panels := 0, 400
	for seed := range panels {
		rng := rand.New(rand.NewPCG(uint64(seed), 11))
		var unit, year, treat, y []float64
		for u := range 12 {
			level := 0.0
			for s := range 6 {
				level += rng.NormFloat64() // a random walk
				d := 0.0
				if u < 2 && s >= 3 {
					d = 1
				}
				unit, year, treat, y = append(unit, float64(u)), append(year, float64(s)), append(treat, d), append(y, level)
			}
		}
		p, err := panel.New(&panel.Variable{Name: "unit", Values: unit}, &panel.Variable{Name: "year", Values: year}, &panel.Variable{Name: "treat", Values: treat}, &panel.Variable{Name: "y", Values: y})
		if err == nil {
			p, err = p.Indexed("unit", "year")
		}
		if err != nil {
			t.Fatal(err)
		}
		fit := estimate(t, p, "y ~ treat | unit + year", vcov.Spec{Type: vcov.Cluster, By: []string{"unit"}}, design.Options{})
		i, err := placebo.Randomise(context.Background(), p, fit, "treat", design.Options{}, placebo.Randomisation{})
		if err != nil {
			t.Fatal(err)
		}
		if i.PValue <= 0.05 {
			rejected++
		}
		if covers := i.ConfLow <= 0 && i.ConfHigh >= 0; covers != (i.PValue > 0.05) {
			t.Errorf("seed %d: p = %g beside the interval from %g to %g", seed, i.PValue, i.ConfLow, i.ConfHigh)
		}
	}
	// 66 assignments: 3 of them are 4.5 %
	if share, want := float64(rejected)/float64(panels), 3.0/66; math.Abs(share-want) > 3*math.Sqrt(want*(1-want)/float64(panels)) {
		t.Errorf("%d of %d panels rejected, want %.1f %%", rejected, panels, 100*want)
	}
}
