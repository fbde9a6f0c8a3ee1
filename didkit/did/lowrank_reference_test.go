package did

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

type lowRankCase struct {
	ID, Data  string
	Program   string
	Version   string
	Other     string
	Control   bool
	Factors   int
	Lambda    float64
	Threshold *float64
	Placebo   int
	Units     int
	Overall   float64
	ByEvent   [][2]float64 `json:"by_event"`
	MSE       float64
	Objective *float64
	Jackknife *float64
	Test      *struct {
		Estimate, SE, PValue float64
		Equivalence          float64 `json:"equiv_pvalue"`
		Bound                float64 `json:"tost_threshold"`
	} `json:"placebo_test"`
}

type lowRankSelection struct {
	ID, Data, Program, Version string
	Method                     Method
	Values, MSPE               []float64
	Best                       int
	Masks                      [][][2]any // unit, period
}

type lowRankFile struct {
	Cases      []lowRankCase
	Selections []lowRankSelection
}

func lowRankReference(t *testing.T) (f lowRankFile) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata/reference/staggered/low_rank.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// lowRankPanel is the case's data, its formula and its treatment.
func lowRankPanel(t *testing.T, c lowRankCase) (p *panel.Panel, formula, treat string) {
	t.Helper()
	control := "1"
	switch c.Data {
	case "castle":
		p, outcome, treat := syntheticPanel(t, "castle")
		if c.Control {
			control = "poverty"
		}
		return p, outcome + " ~ " + control, treat
	case "dual_pilot":
		return reference.Panel(t, "data/dual-pilot.csv", "city", "year"), "DIA ~ 1", "DID"
	}
	return reference.Panel(t, "testdata/reference/data/gappy.csv", "unit", "time"), "y ~ 1", "d"
}

func (c lowRankCase) spec(formula, treat string) StaggeredSpec {
	s := StaggeredSpec{Spec: Spec{Formula: formula, Treat: treat}, Method: InteractiveEffects, Draws: 12, LowRank: LowRank{Factors: c.Factors, Lambda: c.Lambda, Placebo: c.Placebo}}
	if c.Lambda > 0 {
		s.Method = MatrixCompletion
	}
	if c.Jackknife != nil {
		s.Resampling = JackknifeUnits
	}
	return s
}

// Effects, fits and the jackknife are those of StatsPAI's port of R's fect at a tight tolerance; the objective is no higher
// than the optimum found by an interior point, or by least squares from several starts, and no lower.
func TestLowRankReference(t *testing.T) {
	const estimate, stdError = 1e-6, 1e-5
	for _, c := range lowRankReference(t).Cases {
		t.Run(c.ID, func(t *testing.T) {
			p, formula, treat := lowRankPanel(t, c)
			r, err := Staggered(p, c.spec(formula, treat))
			if err != nil {
				t.Fatal(err)
			}
			m := r.FactorModel
			if m.Units != c.Units {
				t.Errorf("%d units, want %d", m.Units, c.Units)
			}
			method := string(c.spec(formula, treat).Method)
			source := func(program, version string) {
				compared.With(t, compared.Source{Command: "did", Method: method, Program: program, Version: version, File: "staggered/low_rank.json", Case: c.ID})
			}
			source(c.Program, c.Version)
			near(t, "overall", r.Overall.Estimate, c.Overall, estimate)
			if len(r.ByEvent) != len(c.ByEvent) {
				t.Fatalf("%d event times, want %d", len(r.ByEvent), len(c.ByEvent))
			}
			for i, w := range c.ByEvent {
				near(t, "event time", r.ByEvent[i].Key, w[0], 0)
				near(t, "effect at the event time", r.ByEvent[i].Estimate, w[1], 10*estimate)
			}
			near(t, "mean squared residual", m.MSE, c.MSE, estimate)
			if c.Threshold != nil {
				near(t, "penalty", *m.Threshold, *c.Threshold, 1e-9)
			}
			if c.Objective != nil {
				program, version, _ := strings.Cut(c.Other, " ")
				source(program, version)
				near(t, "objective", m.Objective, *c.Objective, 1e-8)
			}
			source(c.Program, c.Version)
			if c.Jackknife != nil {
				near(t, "jackknife", r.Overall.StdError, *c.Jackknife, stdError)
			}
			if w := c.Test; w != nil {
				near(t, "placebo", m.Placebo.Estimate, w.Estimate, 10*estimate)
				near(t, "placebo's error", m.Placebo.StdError, w.SE, stdError)
				near(t, "placebo's p", m.Placebo.PValue, w.PValue, 10*stdError)
				near(t, "bound of equivalence", m.Placebo.Bound, w.Bound, 1e-9)
				near(t, "equivalence", m.Placebo.Equivalence, w.Equivalence, 10*stdError)
			}
		})
	}
}

// Errors of prediction in masks drawn elsewhere, and the candidate taken for them, are those of a script that fits StatsPAI's
// port of fect to what each mask leaves.
func TestLowRankSelection(t *testing.T) {
	for _, c := range lowRankReference(t).Selections {
		t.Run(c.ID, func(t *testing.T) {
			p, formula, treat := lowRankPanel(t, lowRankCase{Data: c.Data})
			s := StaggeredSpec{Spec: Spec{Formula: formula, Treat: treat}, Method: c.Method}
			a, err := s.adopt(p)
			if err != nil {
				t.Fatal(err)
			}
			im, err := a.impute()
			if err != nil {
				t.Fatal(err)
			}
			l, err := im.table()
			if err != nil {
				t.Fatal(err)
			}
			unit, column := map[string]int{}, map[float64]int{}
			for i, u := range l.members {
				unit[l.label(u)] = i
			}
			for i, at := range l.periods {
				column[at] = l.column[i]
			}
			var masks [][]int
			for _, m := range c.Masks {
				var cells []int
				for _, cell := range m {
					cells = append(cells, unit[cell[0].(string)]*l.k+column[cell[1].(float64)])
				}
				masks = append(masks, cells)
			}
			largest := largestValue(l.problem(l.all(), nil))
			got := l.predict(masks, len(c.Values), func(k *completion, i int) {
				if k.soft = c.Method == MatrixCompletion; k.soft {
					k.threshold = c.Values[i] * largest
				} else {
					k.rank = int(c.Values[i])
				}
			}, l.scale())
			compared.With(t, compared.Source{Command: "did", Method: string(c.Method), Program: c.Program, Version: c.Version, File: "staggered/low_rank.json", Case: c.ID})
			if len(got) != len(c.MSPE) {
				t.Fatalf("%d candidates, want %d", len(got), len(c.MSPE))
			}
			for i, w := range c.MSPE {
				near(t, "error of prediction", got[i].MSPE, w, 1e-5)
			}
			if best := selected(got); best != c.Best {
				t.Errorf("candidate %d is taken, want %d", best, c.Best)
			}
		})
	}
}
