package fewtreated_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/fewtreated"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

type fewCase struct {
	Data, If, Formula, Treat, Cluster string
	Weights, Size                     *string
	Index                             []string
	Estimate                          float64
	PValue                            float64 `json:"p_value"`
	Draws, Clusters, Controls         int
	Interval                          *[2]float64
}

func readCases(t *testing.T) (cases []fewCase, version string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", "randomised.json"))
	var file struct {
		Version string
		Cases   []fewCase `json:"ferman_pinto"`
	}
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.Cases, file.Version
}

func (c fewCase) open(t *testing.T) (*panel.Panel, *regress.Fit, design.Options) {
	t.Helper()
	p, err := reference.ReadCSV(filepath.Join(reference.Root(t), c.Data))
	if err == nil {
		p, err = p.Indexed(c.Index[0], c.Index[1])
	}
	if err != nil {
		t.Fatal(err)
	}
	var o design.Options
	if c.Weights != nil {
		o.Weights = *c.Weights
	}
	if c.If != "" {
		if o.If, err = formula.ParseExpr(c.If); err != nil {
			t.Fatal(err)
		}
	}
	fits, err := regress.Estimate(p, regress.Spec{Formula: c.Formula, Vcov: vcov.Spec{Type: vcov.Cluster, By: []string{c.Cluster}}, Design: o})
	if err != nil {
		t.Fatal(err)
	}
	return p, fits[0], o
}

// p and interval are those of a dense program: exactly where every draw is taken, else within five Monte-Carlo errors.
func TestFermanPintoReference(t *testing.T) {
	cases, version := readCases(t)
	for _, c := range cases {
		p, fit, d := c.open(t)
		complete := c.Interval != nil
		o := fewtreated.Options{Reps: 20_000}
		if complete {
			o.Reps = c.Draws
		}
		if c.Size != nil {
			o.Size = *c.Size
		}
		i, err := fewtreated.FermanPinto(context.Background(), p, fit, c.Treat, d, o)
		if err != nil {
			t.Errorf("%s if %s: %v", c.Formula, c.If, err)
			continue
		}
		compared.With(t, compared.Source{Command: "did", Method: "inf=fermanpinto", Program: "dense numpy", Version: version, File: "randomised.json", Case: c.Formula + " if " + c.If + " by " + fmt.Sprint(o.Size)})
		compared.Near(t, "estimate", fit.Coef[0].Estimate, c.Estimate, 1e-9, 0)
		if i.Groups != c.Clusters || i.Groups-i.Treated != c.Controls || i.Complete != complete {
			t.Errorf("%s: %d clusters, %d treated, complete %t; want %d, %d controls, %t", c.Formula, i.Groups, i.Treated, i.Complete, c.Clusters, c.Controls, complete)
		}
		if !complete {
			compared.Within(t, "p", i.PValue, c.PValue, 5*math.Sqrt(c.PValue*(2-c.PValue)/20_000), 1)
			continue
		}
		compared.Within(t, "p", i.PValue, c.PValue, 1e-12, 1)
		for k, got := range []float64{i.ConfLow, i.ConfHigh} {
			compared.Within(t, []string{"interval, from", "interval, to"}[k], got, c.Interval[k], 1e-7, c.Interval[1]-c.Interval[0])
		}
	}
}

// Too few draws reject nothing, the result says so, and its interval has no ends.
func TestFermanPintoTooFewDraws(t *testing.T) {
	cases, _ := readCases(t)
	c := cases[0]
	p, fit, d := c.open(t)
	for reps, few := range map[int]bool{30: true, 400: false} {
		i, err := fewtreated.FermanPinto(context.Background(), p, fit, c.Treat, d, fewtreated.Options{Reps: reps})
		if err != nil {
			t.Fatal(err)
		}
		says := strings.Contains(strings.Join(i.Notes, "; "), "p can't be below 0.0645 with 30 draws, so that nothing is rejected at 5 %; reps= asks for more")
		if ends := !math.IsInf(i.ConfLow, 0) && !math.IsInf(i.ConfHigh, 0); says != few || ends == few {
			t.Errorf("%d draws: from %g to %g, %q", reps, i.ConfLow, i.ConfHigh, i.Notes)
		}
	}
}

// The seed alone chooses the draws.
func TestFermanPintoDraws(t *testing.T) {
	cases, _ := readCases(t)
	c := cases[0]
	p, fit, d := c.open(t)
	run := func(seed uint64) *regress.Inference {
		i, err := fewtreated.FermanPinto(context.Background(), p, fit, c.Treat, d, fewtreated.Options{Reps: 4000, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	first := run(2)
	cores := runtime.GOMAXPROCS(1)
	second := run(2)
	runtime.GOMAXPROCS(cores)
	if first.PValue != second.PValue || first.ConfLow != second.ConfLow {
		t.Errorf("%+v and %+v on one core", first, second)
	}
	if run(3).ConfLow == first.ConfLow {
		t.Error("another seed gives the same interval")
	}
	if error := math.Sqrt(c.PValue * (2 - c.PValue) / 4000); math.Abs(first.PValue-c.PValue) > 5*error {
		t.Errorf("p = %g, want %g ± %g", first.PValue, c.PValue, error)
	}
}

func TestFermanPintoRefuses(t *testing.T) {
	p := fewtreated.Study(t, 1, 20, 2)
	with := func(name string, values func(i int) float64) *panel.Panel {
		v := &panel.Variable{Name: name, Values: make([]float64, p.Rows())}
		for i := range v.Values {
			v.Values[i] = values(i)
		}
		q, err := p.With(v)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	cluster, _ := p.Numbers("cluster")
	treat, _ := p.Numbers("treat")
	for _, c := range []struct {
		name, want string
		p          *panel.Panel
		treat      string
		o          fewtreated.Options
	}{
		{"size zero", "the size of a cluster is a positive number", with("zero", func(i int) float64 { return cluster[i] }), "treat", fewtreated.Options{Size: "zero"}},
		{"coarse", "differs within 0 of half in one period", with("half", func(i int) float64 { return math.Mod(cluster[i], 2) }), "treat", fewtreated.Options{Cluster: "half"}},
		{"no draws", "reps is -1", p, "treat", fewtreated.Options{Reps: -1}},
		{"no size", "no variable", p, "treat", fewtreated.Options{Size: "nowhere"}},
		{"not binary", "it must be 0 or 1", with("two", func(i int) float64 { return 2 * treat[i] }), "two", fewtreated.Options{}},
		{"no controls", "and cluster has 2", with("most", func(i int) float64 {
			if y := i % 6; cluster[i] >= 2 && y >= 2+int(cluster[i])%3 {
				return 1
			}
			return 0
		}), "most", fewtreated.Options{}},
	} {
		fits, err := regress.Estimate(c.p, regress.Spec{Formula: "y ~ " + c.treat + " | cluster + year"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fewtreated.FermanPinto(context.Background(), c.p, fits[0], c.treat, design.Options{}, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// An interrupt ends the work.
func TestFermanPintoInterrupted(t *testing.T) {
	cases, _ := readCases(t)
	c := cases[0]
	p, fit, d := c.open(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := fewtreated.FermanPinto(ctx, p, fit, c.Treat, d, fewtreated.Options{}); err != context.Canceled {
		t.Errorf("%v, want an interrupt", err)
	}
}

func BenchmarkFermanPinto(b *testing.B) {
	t := &testing.T{}
	p := fewtreated.Study(t, 1, 50, 1)
	fits, err := regress.Estimate(p, regress.Spec{Formula: "y ~ treat | cluster + year"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fewtreated.FermanPinto(context.Background(), p, fits[0], "treat", design.Options{}, fewtreated.Options{Size: "people"}); err != nil {
			b.Fatal(err)
		}
	}
}
