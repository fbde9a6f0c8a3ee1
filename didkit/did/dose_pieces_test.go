package did_test

import (
	"math"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
)

type piecesCase struct {
	ID, Program, Version, Outcome string
	Degree, Chosen                int
	Tried                         []int
	Level, Critical               float64
	Distances                     [][3]float64
	Grid                          []float64
	ATT, ACRT                     [][2]float64
}

// TestDosePieces holds the numbers of pieces tried, the distances between their curves, the choice, and the curves to another
// program's, and the simulated critical value to its up to simulation.
func TestDosePieces(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/dose_waves.csv", "unit", "time")
	for _, c := range reference.Held[piecesCase](t, "staggered/dose_pieces.json") {
		t.Run(c.ID, func(t *testing.T) {
			compared.With(t, compared.Source{Command: "did", Method: "cdid knots=auto", Program: c.Program, Version: c.Version, File: "staggered/dose_pieces.json", Case: c.ID})
			s := did.StaggeredSpec{Spec: did.Spec{Formula: c.Outcome + " ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Draws: 4000, Seed: 3,
				Dosage: did.Dosage{Dose: "dose", Degree: c.Degree, Auto: true, Grid: c.Grid}}
			r, err := did.Staggered(p, s)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Dose.Pieces
			if !slices.Equal(got.Tried, c.Tried) || got.Chosen != c.Chosen || len(r.Dose.Knots) != c.Chosen-1 {
				t.Errorf("of %v %d is chosen, want of %v %d; %d knots", got.Tried, got.Chosen, c.Tried, c.Chosen, len(r.Dose.Knots))
			}
			// 1e-7: npiv moves knots apart by 1e-10, and inverts what is nearly singular
			compared.Near(t, "level", got.Level, c.Level, 1e-12, 1)
			for i, w := range c.Distances {
				d := got.Distances[i]
				if d.From != int(w[0]) || d.To != int(w[1]) {
					t.Fatalf("distance %d is from %d to %d, want %g to %g", i, d.From, d.To, w[0], w[1])
				}
				compared.Near(t, "distance", d.Statistic, w[2], 1e-6, 1)
			}
			if math.Abs(got.Critical/c.Critical-1) > 0.04 {
				t.Errorf("critical value %g, want about %g", got.Critical, c.Critical)
			}
			for i := range c.Grid {
				compared.Near(t, "ATT(d)", r.Dose.Levels[i].Estimate, c.ATT[i][0], 1e-7, 0.1)
				compared.Near(t, "its error", r.Dose.Levels[i].StdError, c.ATT[i][1], 1e-7, 0.1)
				compared.Near(t, "ACRT(d)", r.Dose.Slopes[i].Estimate, c.ACRT[i][0], 1e-7, 1)
				compared.Near(t, "its error", r.Dose.Slopes[i].StdError, c.ACRT[i][1], 1e-7, 1)
			}
			again, err := did.Staggered(p, s)
			if err != nil || again.Dose.LevelBand.Critical != r.Dose.LevelBand.Critical || !(r.Dose.LevelBand.Critical > got.Critical) {
				t.Errorf("the band's critical value is %g, then %v (%v)", r.Dose.LevelBand.Critical, again.Dose.LevelBand, err)
			}
		})
	}
}

// TestDosePiecesSentences: what the choice does not know is told.
func TestDosePiecesSentences(t *testing.T) {
	p := reference.Panel(t, "testdata/reference/data/dose.csv", "unit", "time")
	for want, change := range map[string]func(*did.StaggeredSpec){
		"there are 2 cohorts and 5 periods; give knots= a number": func(*did.StaggeredSpec) {},
	} {
		s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Dosage: did.Dosage{Dose: "dose", Auto: true}}
		change(&s)
		refused(t, p, s, want)
	}
	q := cohortsOf(t, p, []float64{3}, []float64{1, 2, 3})
	s := did.StaggeredSpec{Spec: did.Spec{Formula: "y ~ 1"}, Method: did.ContinuousTreatment, Cohort: "g", Dosage: did.Dosage{Dose: "dose", Auto: true}}
	if _, err := did.Staggered(q, s); err != nil {
		t.Errorf("three periods, one of them after adoption: %v", err)
	}
	weighted, clustered := s, s
	weighted.Design.Weights = "w"
	refused(t, q, weighted, "knots=auto takes no weights=")
	clustered.Vcov = byRegion
	refused(t, q, clustered, "errors are clustered by region")
}
