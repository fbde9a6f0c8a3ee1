package figure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// CoefficientOptions says how Coefficients draws.
type CoefficientOptions struct {
	Options
	Terms []string // to show, from above; nil: all but the constant, in the order of the fits
	Names []string // of the fits, in the legend; nil: (1), (2) …
}

// Coefficients draws the coefficients of one or several regressions as a list with confidence intervals, a row for each
// term, the regressions under each other in it. It fails without fits, on a number of Names other than that of fits, on
// a term that no fit has, and if nothing is left to draw.
func Coefficients(fits []*regress.Fit, o CoefficientOptions) (*Figure, error) {
	if len(fits) == 0 {
		return nil, errors.New("there is no regression to draw")
	}
	if o.Names != nil && len(o.Names) != len(fits) {
		return nil, fmt.Errorf("%d names stand for %d regressions", len(o.Names), len(fits))
	}
	terms, err := o.terms(fits)
	if err != nil {
		return nil, err
	}
	f := o.figure()
	f.X.Label = or(o.XLabel, o.pick("Coefficient", "系数"))
	f.Y.Label = o.YLabel
	f.X.Grid, f.Y.Reverse = true, true
	f.Y.Min, f.Y.Max = -0.6, float64(len(terms))-0.4
	for i, term := range terms {
		f.Y.Ticks = append(f.Y.Ticks, Tick{Value: float64(i), Label: o.label(term)})
	}
	f.Layers = append(f.Layers, Rule{At: 0, Vertical: true})
	var said []string
	for i, fit := range fits {
		layer := o.intervals(fit, i, len(fits), terms)
		for _, p := range layer.Points {
			said = append(said, p.Title)
		}
		f.Layers = append(f.Layers, layer)
		f.Simulated = f.Simulated || fit.Simulated
	}
	if len(said) == 0 {
		return nil, errors.New("the regressions have no coefficient to draw")
	}
	if f.Height == 0 {
		f.Height = max(1.6, 1.1+float64(len(terms))*(0.22+0.11*float64(len(fits)-1)))
	}
	f.Name = o.pick("Coefficients", "回归系数")
	f.Notes = append([]string{o.pick("Bars are "+percent(fits[0].Level)+" confidence intervals.", "横线为"+percent(fits[0].Level)+"置信区间。")}, f.Notes...)
	if sameErrors(fits) {
		f.Notes = append(f.Notes, o.errorsNote(fits[0]))
	}
	f.Notes = append(f.Notes, o.Notes...)
	f.Description = o.Language.Sentences(o.Language.Sentences(f.Notes...), strings.Join(said, "; ")+o.pick(".", "。"))
	return f, nil
}

// terms are those asked for, or else all but the constant.
func (o CoefficientOptions) terms(fits []*regress.Fit) ([]string, error) {
	lists := make([][]string, len(fits))
	for i, f := range fits {
		for _, c := range f.Coef {
			if c.Term != "(Intercept)" {
				lists[i] = append(lists[i], c.Term)
			}
		}
	}
	all := wording.MergeTerms(lists...)
	for _, t := range o.Terms {
		if !slices.Contains(all, t) {
			return nil, fmt.Errorf("no regression has a term %q%s", t, suggest.Phrase(t, all))
		}
	}
	if o.Terms != nil {
		return o.Terms, nil
	}
	return all, nil
}

func (o CoefficientOptions) intervals(fit *regress.Fit, i, of int, terms []string) Intervals {
	layer := Intervals{Color: i, Horizontal: true}
	if of > 1 {
		layer.Name = fmt.Sprintf("(%d)", i+1)
		if o.Names != nil {
			layer.Name = o.Names[i]
		}
	}
	shift := (float64(i) - float64(of-1)/2) * 0.7 / float64(of)
	for _, c := range fit.Coef {
		at := slices.Index(terms, c.Term)
		if at < 0 || !finite(c.Estimate) {
			continue
		}
		digits := decimals(c.Estimate, c.ConfLow, c.ConfHigh)
		title := o.label(c.Term) + o.pick(": ", "\uff1a") + o.interval(c.Estimate, c.ConfLow, c.ConfHigh, digits)
		if layer.Name != "" {
			title = layer.Name + " " + title
		}
		layer.Points = append(layer.Points, Interval{At: float64(at) + shift, Estimate: c.Estimate, Low: c.ConfLow, High: c.ConfHigh, Title: title})
	}
	return layer
}

// sameErrors tells whether one sentence on standard errors holds for all fits.
func sameErrors(fits []*regress.Fit) bool {
	for _, f := range fits {
		if f.Vcov.Type != fits[0].Vcov.Type || !slices.Equal(f.Vcov.By, fits[0].Vcov.By) || !slices.Equal(f.Vcov.Clusters, fits[0].Vcov.Clusters) {
			return false
		}
	}
	return true
}
