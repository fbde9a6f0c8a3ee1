package command

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func plotCommand() *Command {
	return &Command{
		Name: "plot", Synopsis: "RESULT … [title=] [out=f1.svg]",
		Short: "the figure of a result again, with other words or into a file", ShortZH: "绘图",
		Words: ResultName,
		Keys: []Key{
			{Name: "as", Kind: NewName, Doc: "name for %report"},
			{Name: "title", Kind: Plain, Doc: "over the figure"},
			{Name: "number", Kind: Plain, Doc: "of the figure in %report; without it the next"},
			{Name: "title_zh", Kind: Plain, Doc: "the same under %lang zh"},
			{Name: "xlabel", Kind: Plain, Doc: "of the horizontal axis"},
			{Name: "ylabel", Kind: Plain, Doc: "of the vertical axis"},
			{Name: "names", Kind: Plain, Doc: "of the results in the legend, joined by commas"},
			{Name: "terms", Kind: Variables, Doc: "coefficients to show, joined by commas"},
			{Name: "policy", Kind: Plain, Doc: "of a trend: periods to mark, joined by commas"},
			{Name: "show", Kind: Choice, Choices: []string{"balance", "overlap", "paths", "estimate", "t", "extreme", "att", "acrt", "events", "units"}, Default: "balance; of estimators the event studies; of a sensitivity analysis estimate; of method=cdid the effects of target=",
				Doc: "of a matching: standardised differences, or densities of the score; of %estimators: what carries the two-way estimate to others; of %sensitivity: contours of the estimate or of t, or extreme confounders; of method=cdid: effects by dose, slopes by dose, or effects by event time; of method=sdid and sc: units by weight"},
			{Name: "labels", Kind: Flag, Default: "true", Doc: "false prints the variables' names in place of their labels"},
			{Name: "width", Kind: Number, Default: "6.3", Doc: "in inches"},
			{Name: "height", Kind: Number, Default: "3.7", Doc: "in inches"},
			{Name: "interactive", Kind: Flag, Default: "false", Doc: "true: a notebook shows the numbers of a point under the pointer"},
			{Name: "out", Kind: OutFile, Doc: "file to write: svg or png"},
		},
		Help: "Event studies (several on the same axes), group trends, and the coefficients of one or several regressions. " +
			"Front ends show a figure as an image; with interactive=true it stands in the page itself, without any script, and a point tells its numbers when the pointer rests on it. " +
			"With out= the figure is also written to a file of the kind that its ending names.",
		Example: loadCastle + "%eventstudy l_homicide ~ 1 | sid + year treat=post window=-6:4 as=es1\n%plot es1 title=\"Homicide\"",
		run:     runPlot,
	}
}

func runPlot(c *call) (*Output, error) {
	results, err := c.resultWords()
	if err != nil {
		return nil, err
	}
	f, err := c.figureOf(results)
	if err != nil {
		return nil, err
	}
	c.drawn = f
	picture, err := draw(f)
	if err != nil {
		return nil, err
	}
	out := lineOutput(append([]string{picture.Title}, f.Warnings()...)...)
	out.HTML, picture.Inline, picture.Below = "", c.flag("interactive"), f.Warnings()
	out.Figure, out.Kind, out.Result = picture, "plot", &TableResult{SVG: string(picture.SVG)}
	return out, c.savePicture(out)
}

// savePicture writes the figure to out=, if the line has it.
func (c *call) savePicture(out *Output) error {
	a, ok := c.stmt.Key("out")
	if !ok {
		return nil
	}
	content := map[string][]byte{".svg": out.Figure.SVG, ".png": out.Figure.PNG}[strings.ToLower(filepath.Ext(a.Value))]
	if content == nil {
		return c.valueError(a, "no figure is written as %q; it is .svg or .png", filepath.Ext(a.Value))
	}
	if err := c.write(a, content); err != nil {
		return err
	}
	out.Result = &TableResult{Out: a.Value}
	c.written(out, a)
	return nil
}

// figureOf is the figure that fits the results: all event studies, all regressions, or a single other one.
func (c *call) figureOf(results []resultWord) (*figure.Figure, error) {
	o, err := c.figureOptions(results)
	if err != nil {
		return nil, err
	}
	first := results[0]
	if t, ok := first.result.Value.(*describe.Trend); ok && len(results) == 1 {
		marks, err := c.policyMarks(t)
		if err != nil {
			return nil, err
		}
		f, err := figure.Trend(t, figure.TrendOptions{Options: o, Policy: marks})
		return f, within(first.word.Text, err)
	}
	switch first.result.Value.(type) {
	case *did.EventStudyResult:
		return c.eventFigures(results, o)
	case *did.ATTResult:
		if att := first.result.Value.(*did.ATTResult); len(results) == 1 && len(att.Synthetic) > 0 {
			if a, given := c.stmt.Key("show"); given && a.Value == "units" {
				return figure.SyntheticUnits(att, o), nil
			}
			return figure.Synthetic(att, o), nil // %eventstudy has the effects
		}
		if a, given := c.stmt.Key("show"); given {
			return c.doseFigure(a, results, o)
		}
		if att := first.result.Value.(*did.ATTResult); len(results) == 1 && att.Dose != nil {
			return figure.Dose(att, att.Dose.Target, o), nil
		}
		if !slices.ContainsFunc(results, func(r resultWord) bool { return r.result.Kind == "fit" }) { // else coefficients, side by side
			return c.eventFigures(results, o)
		}
		return c.coefficientFigure(results, o)
	}
	if a, ok := c.stmt.Key("show"); ok {
		if f, err := c.namedFigure(a, results, o); f != nil || err != nil {
			return f, err
		}
	}
	if f, err := resultFigure(first.result.Value, o.Language, o.Labels); f != nil || err != nil {
		if i := slices.IndexFunc(results, func(r resultWord) bool { return r.result != first.result }); i > 0 { // a result's own columns are one figure
			return nil, c.wordError(results[i].word, "%s (%s) is drawn alone", first.result.Name, first.result.Kind)
		}
		return f, within(first.word.Text, err)
	}
	return c.coefficientFigure(results, o)
}

// doseFigure is the figure of a continuous treatment that show= names.
func (c *call) doseFigure(a lang.Arg, results []resultWord, o figure.Options) (*figure.Figure, error) {
	att := results[0].result.Value.(*did.ATTResult)
	target := map[string]did.Target{"att": did.DoseLevel, "acrt": did.DoseSlope}[a.Value]
	switch {
	case att.Dose == nil || len(results) > 1 || target == "" && a.Value != "events":
		return nil, c.valueError(a, "show=%s is not for %s, which is of %%%s; one result of method=cdid has show=att, acrt and events", a.Value, results[0].name, results[0].result.Magic)
	case target == "":
		return c.eventFigures(results, o)
	}
	return figure.Dose(att, target, o), nil
}

// namedFigure is the figure that show= names; nil where it is the result's own.
func (c *call) namedFigure(a lang.Arg, results []resultWord, o figure.Options) (*figure.Figure, error) {
	first := results[0]
	alone := !slices.ContainsFunc(results, func(r resultWord) bool { return r.result != first.result })
	if a.Value == "paths" {
		r, ok := first.result.Value.(*estimators.Result)
		if !ok || !alone {
			return nil, c.valueError(a, "show=paths is for one result of %%estimators, and %s is of %%%s", first.name, first.result.Magic)
		}
		f := figure.Paths(r.Paths, func(k diagnose.StepKind, to did.Method) string { return stepName(k, to, o.Language) }, o)
		if f == nil {
			return nil, c.valueError(a, "no path leads from the two-way estimate to a method of %s", first.result.Name)
		}
		return f, nil
	}
	if s, ok := first.result.Value.(*diagnose.Sensitivity); ok && alone {
		switch a.Value {
		case "estimate", "t":
			return figure.Sensitivity(s, figure.SensitivityOf(a.Value), o), nil
		case "extreme":
			return figure.Extreme(s, o), nil
		}
	}
	if a.Value == "estimate" || a.Value == "t" || a.Value == "extreme" {
		return nil, c.valueError(a, "show=%s is for one result of %%sensitivity, and %s is of %%%s", a.Value, first.name, first.result.Magic)
	}
	r, matched := first.result.Value.(*match.Result)
	switch {
	case !matched || !alone:
		return nil, c.valueError(a, "show= is for one matching of %%psm, and %s is of %%%s", first.name, first.result.Magic)
	case a.Value == "overlap":
		f := figure.Overlap(r, o.Language)
		if f == nil {
			return nil, c.valueError(a, "%s was matched without a score, so there is no overlap of scores to show", first.name)
		}
		f.Notes = notices(f.Notes, o.Language)
		return f, nil
	}
	return nil, nil
}

func (c *call) figureOptions(results []resultWord) (figure.Options, error) {
	o := figure.Options{Title: c.inLanguage("title"), XLabel: c.text("xlabel"), YLabel: c.text("ylabel"), Language: wordingOf(c.session.Language()),
		Width: c.number("width", 0), Height: c.number("height", 0)}
	for _, key := range []string{"width", "height"} {
		if a, ok := c.stmt.Key(key); ok && !(c.number(key, 0) >= 1 && c.number(key, 0) <= 50) {
			return o, c.valueError(a, "%s= is a size in inches between 1 and 50, not %s", key, a.Value)
		}
	}
	for _, r := range results {
		o.Simulated = o.Simulated || r.result.Simulated
	}
	if c.text("labels") != "false" {
		o.Labels = c.labels(results[0].result.Data)
	}
	return o, nil
}

// legend are the names of results in a legend: names=, or else those of the session.
func (c *call) legend(results []resultWord) ([]string, error) {
	if a, ok := c.stmt.Key("names"); ok {
		names := c.list("names")
		if len(names) != len(results) {
			return nil, c.valueError(a, "%s for %s", counted(len(names), "name"), counted(len(results), "result"))
		}
		return names, nil
	}
	var names []string
	for _, r := range results {
		names = append(names, r.name)
	}
	return names, nil
}

func (c *call) eventFigures(results []resultWord, o figure.Options) (*figure.Figure, error) {
	names, err := c.legend(results)
	if err != nil {
		return nil, err
	}
	var all []figure.Estimates
	for i, r := range results {
		es, ok := r.result.Value.(*did.EventStudyResult)
		if att, is := r.result.Value.(*did.ATTResult); is {
			if es, err = att.EventStudy([2]int{}); err != nil {
				return nil, within(r.word.Text, err)
			}
			ok = true
		}
		if !ok {
			return nil, c.wordError(r.word, "%s (%s) can't stand in one figure with event studies", r.name, r.result.Kind)
		}
		e := figure.Estimates{Result: es}
		if len(results) > 1 {
			e.Name = names[i]
		}
		all = append(all, e)
	}
	f, err := figure.EventStudies(all, o)
	return f, within(results[0].word.Text, err)
}

func (c *call) coefficientFigure(results []resultWord, o figure.Options) (*figure.Figure, error) {
	names, err := c.legend(results)
	if err != nil {
		return nil, err
	}
	var fits []*regress.Fit
	for _, r := range results {
		if r.fit == nil || r.result.Kind == "eventstudy" {
			return nil, c.wordError(r.word, "%s (%s) can't stand in a figure of coefficients", r.name, r.result.Kind)
		}
		fits = append(fits, r.fit)
	}
	f, err := figure.Coefficients(fits, figure.CoefficientOptions{Options: o, Terms: c.list("terms"), Names: names})
	place := results[0].word.Text
	if a, ok := c.stmt.Key("terms"); ok {
		place = a.Text
	}
	return f, within(place, err)
}

// policyMarks reads policy=2012,2014: periods of the trend.
func (c *call) policyMarks(t *describe.Trend) ([]figure.Marker, error) {
	a, ok := c.stmt.Key("policy")
	if !ok {
		return nil, nil
	}
	var out []figure.Marker
	for _, word := range c.list("policy") {
		at := slices.Index(t.Periods, word)
		if at >= 0 {
			out = append(out, figure.Marker{At: t.Times[at], Label: word})
			continue
		}
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || len(t.Times) == 0 || x < t.Times[0] || x > t.Times[len(t.Times)-1] {
			return nil, c.valueError(a, "policy= names periods of the trend, and %q is none", word)
		}
		out = append(out, figure.Marker{At: x, Label: word})
	}
	return out, nil
}
