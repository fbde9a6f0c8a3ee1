package did_test

import (
	"math"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Where every unit is treated at some time, the second reference lies before adoption, so that an effect that is not
// zero at the last event time cannot show as a trend before it: here trends are parallel and the effect is 2 + k.
func TestSecondReferenceLiesBeforeAdoption(t *testing.T) {
	var unit, time, y, d []float64
	for u := range 12 {
		g := 4 + u%4
		for k := range 12 {
			effect, treated := 0.0, 0.0
			if k >= g {
				effect, treated = 2+float64(k-g), 1
			}
			unit, time, d = append(unit, float64(u)), append(time, float64(k)), append(d, treated)
			y = append(y, float64(u*u)/7+math.Sin(float64(k))+effect+1e-3*math.Sin(float64(31*u+17*k*k)))
		}
	}
	p, err := panel.New(&panel.Variable{Name: "unit", Values: unit}, &panel.Variable{Name: "time", Values: time},
		&panel.Variable{Name: "y", Values: y}, &panel.Variable{Name: "d", Values: d})
	if err == nil {
		p, err = p.Indexed("unit", "time")
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := did.EventStudy(p, did.EventSpec{Spec: did.Spec{Formula: "y ~ 1 | unit + time", Treat: "d"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Coef {
		want := 0.0
		if c.EventTime >= 0 {
			want = 2 + float64(c.EventTime)
		}
		if math.Abs(c.Estimate-want) > 0.05 {
			t.Errorf("event time %d: %g, want about %g", c.EventTime, c.Estimate, want)
		}
	}
	if slices.ContainsFunc(r.Coef, func(c did.EventCoef) bool { return c.EventTime == -7 }) || r.Coef[len(r.Coef)-1].EventTime != 7 {
		t.Errorf("the first event time is not the second reference: %v", r.Coef)
	}
	if len(r.Fit.Collinear) > 0 {
		t.Errorf("collinear: %v", r.Fit.Collinear)
	}
}
