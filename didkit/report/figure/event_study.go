package figure

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// EventStudy draws the effects by event time with their confidence intervals: a line at zero, a dashed one at the
// reference period with its hollow marker, the periods before adoption shaded, and "≤ −6" and "≥ 8" where the ends
// gather everything beyond. Notes give level, standard errors and the joint test of the periods before.
//
// It fails on a result without any finite estimate.
func EventStudy(r *did.EventStudyResult, o Options) (*Figure, error) {
	return EventStudies([]Estimates{{Result: r}}, o)
}

// Estimates is one event study of several in a figure.
type Estimates struct {
	Name   string // in the legend
	Result *did.EventStudyResult
}

// EventStudies draws several event studies on the same axes, side by side at each event time: estimators compared, or
// groups. The notes are those of the first.
func EventStudies(all []Estimates, o Options) (*Figure, error) {
	if len(all) == 0 {
		return nil, errors.New("there is no event study to draw")
	}
	r := all[0].Result
	f := o.figure()
	f.X.Label = or(o.XLabel, o.pick("Periods since adoption", "距政策实施的期数"))
	f.Y.Label = or(o.YLabel, o.pick("Effect on "+o.label(r.Outcome), "对"+spaced(o.label(r.Outcome))+"的效应"))
	f.Y.Grid = true
	f.Name = o.pick("Event study of "+o.label(r.Outcome), spaced(o.label(r.Outcome))+"的事件研究")
	f.Layers = []Layer{
		Band{From: math.Inf(-1), To: -0.5},
		Rule{At: 0},
	}
	if !r.NoReference {
		f.Layers = append(f.Layers, Rule{At: float64(r.Ref), Vertical: true, Dashed: true})
	}
	drawn := 0
	var said []string
	for i, e := range all {
		layer := eventIntervals(e, i, len(all), o)
		for _, p := range layer.Points {
			if finite(p.Estimate) && !p.Hollow {
				drawn++
			}
			said = append(said, p.Title)
		}
		f.Layers = append(f.Layers, layer)
		if e.Result.Fit != nil && e.Result.Fit.Simulated {
			f.Simulated = true
		}
	}
	if drawn == 0 {
		return nil, errors.New("the event study has no estimate to draw")
	}
	f.X.Ticks = eventTicks(all)
	first, last := int(f.X.Ticks[0].Value), int(f.X.Ticks[len(f.X.Ticks)-1].Value)
	f.X.Min, f.X.Max = float64(first)-0.6, float64(last)+0.6
	f.Notes = append(eventNotes(r, o), o.Notes...)
	f.Description = o.Language.Sentences(o.Language.Sentences(f.Notes...), o.pick("Estimates: ", "估计值\uff1a")+strings.Join(said, "; ")+o.pick(".", "。"))
	return f, nil
}

// eventIntervals are the estimates of one event study, shifted aside if it is one of several.
func eventIntervals(e Estimates, i, of int, o Options) Intervals {
	layer := Intervals{Name: e.Name, Color: i, Small: of > 3}
	shift := 0.0
	if of > 1 {
		shift = (float64(i) - float64(of-1)/2) * 0.7 / float64(of)
	}
	var values []float64
	for _, c := range e.Result.Coef {
		values = append(values, c.Estimate)
	}
	digits := decimals(values...)
	for _, c := range e.Result.Coef {
		p := Interval{At: float64(c.EventTime) + shift, Estimate: c.Estimate, Low: c.ConfLow, High: c.ConfHigh}
		where := o.pick("event time ", "第") + eventLabel(e.Result, c.EventTime) + o.pick("", "期")
		if e.Result.IsReference(c.EventTime) {
			p.Hollow, p.Low, p.High = true, math.NaN(), math.NaN()
			p.Title = where + o.pick(": reference", "\uff1a基准期")
		} else {
			p.Title = where + o.pick(": ", "\uff1a") + o.interval(c.Estimate, c.ConfLow, c.ConfHigh, digits)
		}
		if e.Name != "" {
			p.Title = e.Name + ", " + p.Title
		}
		layer.Points = append(layer.Points, p)
	}
	return layer
}

// eventLabel writes an event time, with ≤ or ≥ where it gathers everything beyond.
func eventLabel(r *did.EventStudyResult, k int) string { return r.Gathers(k) + integer(k) }

// eventTicks are the event times of all studies, labelled as the first one that has each labels it.
func eventTicks(all []Estimates) []Tick {
	labels := map[int]string{}
	for _, e := range all {
		for _, c := range e.Result.Coef {
			if _, ok := labels[c.EventTime]; !ok {
				labels[c.EventTime] = eventLabel(e.Result, c.EventTime)
			}
		}
	}
	times := slices.Sorted(maps.Keys(labels))
	var ticks []Tick
	for i, k := range times {
		ticks = append(ticks, Tick{Value: float64(k), Label: labels[k], Keep: i == 0 || i == len(times)-1 || k == 0})
	}
	return ticks
}

func eventNotes(r *did.EventStudyResult, o Options) []string {
	notes := []string{
		o.pick("Bars are "+percent(r.Level)+" confidence intervals.", "竖线为"+percent(r.Level)+"置信区间。"),
		o.errorsNote(r.Fit),
	}
	if !r.NoReference {
		notes = append(notes, o.pick("Reference period: "+integer(r.Ref)+".", "基准期为第"+integer(r.Ref)+"期。"))
	}
	if t := r.Pretrend; t != nil && finite(t.Statistic) && finite(t.PValue) {
		s := "χ²(" + degrees(t.DF1) + ")\u00a0=\u00a0" + number(t.Statistic*t.DF1, 2, o.Language) + ", " + pValue(t.PValue)
		if finite(t.DF2) {
			s = "F(" + degrees(t.DF1) + ",\u00a0" + degrees(t.DF2) + ")\u00a0=\u00a0" + number(t.Statistic, 2, o.Language) + ", " + pValue(t.PValue)
		}
		what := o.pick("Joint test of the periods before adoption: ", "政策实施前各期联合检验\uff1a")
		if m := r.FactorModel; m != nil && m.Placebo != nil {
			what = o.pick("Joint test of the last periods before adoption ("+strconv.Itoa(m.Placebo.Periods)+"), which the model has not seen: ", "政策实施前最后"+strconv.Itoa(m.Placebo.Periods)+"期未用于拟合模型，其联合检验\uff1a")
		}
		notes = append(notes, what+s+o.pick(".", "。"))
	} else if r.FactorModel != nil {
		notes = append(notes, o.pick("Effects before adoption are what the model, fitted to these periods, leaves of them.", "政策实施前的效应是模型对这些时期拟合后的剩余。"))
	}
	return notes
}

// degrees writes degrees of freedom, which are whole but for some corrections.
func degrees(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
}

// named is a variable's name as it begins a figure's name: in Chinese set apart from what follows if it is Latin.
func named(s string, l wording.Language) string {
	return l.Pick(s, strings.TrimLeft(spaced(s), " "))
}

// spaced sets a Latin name apart from the Chinese around it.
func spaced(s string) string {
	if s == "" {
		return s
	}
	if r := []rune(s); r[0] < 0x2E80 {
		s = " " + s
	}
	if r := []rune(s); r[len(r)-1] < 0x2E80 {
		s += " "
	}
	return s
}
