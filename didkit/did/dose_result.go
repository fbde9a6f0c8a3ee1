package did

import "fmt"

// DoseResponse is how the effect of a continuous treatment depends on the dose.
type DoseResponse struct {
	Variable string      `json:"variable"`
	Target   Target      `json:"target"` // of the effects by cohort and period and their averages
	Degree   int         `json:"degree"` // of the spline
	Knots    []float64   `json:"knots"`  // between the lowest and the highest dose
	Lowest   float64     `json:"lowest"`
	Highest  float64     `json:"highest"`
	ATT      Effect      `json:"att_overall"`  // ATT°, over the doses received
	ACRT     Effect      `json:"acrt_overall"` // ACRT°
	Levels   []DosePoint `json:"att"`          // ATT(d)
	Slopes   []DosePoint `json:"acrt"`         // ACRT(d)

	Pieces *Pieces `json:"pieces,omitempty"` // where the data choose the spline

	LevelBand *Bands `json:"att_band,omitempty"` // of the multiplier bootstrap: intervals are uniform over the doses
	SlopeBand *Bands `json:"acrt_band,omitempty"`
}

// DosePoint is the effect at a dose.
type DosePoint struct {
	Dose float64 `json:"dose"`
	Effect
}

// response averages the curves of the cells as the overall effect averages these: ATT(d) = Σ w_gt (ψ(d)'β_gt - μ_gt) and
// ACRT(d) = Σ w_gt ψ'(d)'β_gt.
func (w *doses) response(a *averaging) (*DoseResponse, error) {
	s := w.spline
	r := &DoseResponse{Variable: w.spec.Dose, Target: w.spec.Target, Degree: s.degree, Knots: s.inner(), Lowest: s.low(), Highest: s.high()}
	kind := w.spec.Aggregate
	// over is the average of Σ weights·(level, slope, comparison, β) of each cell after adoption.
	over := func(weights []float64) statistic {
		of := make([]statistic, len(a.shown))
		for i, c := range a.shown {
			of[i] = statistic{by: make([]float64, a.parts), units: c.units}
			if c.dose == nil {
				continue
			}
			for j, v := range append([]float64{c.dose.level, c.dose.slope, c.dose.comparison}, c.dose.beta...) {
				of[i].value += weights[j] * v
				of[i].by[c.dose.at+j] = weights[j]
			}
		}
		return a.average(kind, of)
	}
	unit := func(j int) []float64 {
		out := make([]float64, 3+s.size())
		out[j] = 1
		return out
	}
	r.ATT = a.m.effects([]statistic{over(unit(0))}, a.spec, nil)[0]
	r.ACRT = a.m.effects([]statistic{over(unit(1))}, a.spec, nil)[0]
	var levels, slopes []statistic
	for _, d := range w.spec.Grid {
		levels = append(levels, over(append([]float64{0, 0, -1}, s.basis(d)...)))
		slopes = append(slopes, over(append([]float64{0, 0, 0}, s.slope(d)...)))
	}
	curve := func(of []statistic) (out []DosePoint, band *Bands, err error) {
		var drawn ATTResult
		for i, e := range a.m.effects(of, a.spec, &drawn) {
			if !finite(e.Estimate) {
				return nil, nil, fmt.Errorf("no effect of a dose of %g can be computed; an outcome is too large or too small", w.spec.Grid[i])
			}
			out = append(out, DosePoint{w.spec.Grid[i], e})
		}
		return out, drawn.Bootstrap, nil
	}
	var err error
	if r.Levels, r.LevelBand, err = curve(levels); err != nil {
		return nil, err
	}
	if r.Slopes, r.SlopeBand, err = curve(slopes); err != nil || w.sieve == nil {
		return r, err
	}
	r.Pieces = w.sieve.chosen
	level := a.level()
	r.LevelBand = w.sieve.band(r.Levels, w.sieve.critical(w.spec.Grid, level, (*spline).basis, true))
	r.SlopeBand = w.sieve.band(r.Slopes, w.sieve.critical(w.spec.Grid, level, (*spline).slope, false))
	return r, nil
}

// band widens intervals to a uniform band.
func (v *sieve) band(points []DosePoint, critical float64) *Bands {
	for i, p := range points {
		if p.StdError > 0 {
			points[i].ConfLow, points[i].ConfHigh = p.Estimate-critical*p.StdError, p.Estimate+critical*p.StdError
		}
	}
	return &Bands{Draws: v.chosen.Draws, Seed: v.chosen.Seed, Critical: critical}
}

// level is that of the intervals.
func (a *averaging) level() float64 {
	if a.spec.Level == 0 {
		return 0.95
	}
	return a.spec.Level
}
