package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/atlas"
	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/power"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// resultFigure is the figure that a result is shown with, in a language and with the labels m; nil for results without
// one.
func resultFigure(result any, l wording.Language, m wording.Labels) (*figure.Figure, error) {
	switch r := result.(type) {
	case *did.EventStudyResult:
		return figure.EventStudy(r, figure.Options{Language: l, Labels: m})
	case *did.ATTResult:
		if len(r.Synthetic) > 0 {
			return figure.Synthetic(r, figure.Options{Language: l, Labels: m}), nil
		}
		if r.Dose != nil {
			return figure.Dose(r, r.Dose.Target, figure.Options{Language: l, Labels: m}), nil
		}
		es, err := r.EventStudy([2]int{})
		if err != nil { // event times that are no whole numbers
			return nil, nil
		}
		return figure.EventStudy(es, figure.Options{Language: l, Labels: m})
	case *describe.Trend:
		return figure.Trend(r, figure.TrendOptions{Options: figure.Options{Language: l, Labels: m}})
	case *placebo.Result:
		return figure.Placebo(r, l, m), nil
	case *hetero.Result:
		return figure.Groups(r, l, m), nil
	case *robust.Result:
		if r.Curve == nil {
			return nil, nil
		}
		return figure.Curve(r, l, m), nil
	case *match.Result:
		f := figure.Love(r, l, m)
		f.Notes = notices(f.Notes, l)
		return f, nil
	case *describe.Missing:
		if len(r.Variables) == 0 && r.Balanced {
			return nil, nil
		}
		return figure.Missing(r, l, m), nil
	case *estimators.Result:
		return estimatorsFigure(r, l, m)
	case *atlas.Map:
		return figure.Map(r, l), nil
	case *describe.Timing:
		return figure.Timing(r, l), nil
	case *diagnose.Bacon:
		return figure.Bacon(r, l, m), nil
	case *diagnose.Weights:
		return figure.Weights(r, l, m), nil
	case *diagnose.Honest:
		return figure.Honest(r, l), nil
	case *diagnose.Pretrends:
		return figure.Pretrends(r, l), nil
	case *diagnose.Equivalence:
		return figure.Equivalence(r, l), nil
	case *diagnose.Sensitivity:
		return figure.Sensitivity(r, figure.AdjustedEstimate, figure.Options{Language: l, Labels: m}), nil
	case *power.Result:
		return figure.Power(r, l, m), nil
	case *placebo.LeaveOut:
		return figure.LeaveOut(r, l, m), nil
	}
	return nil, nil
}

// pictureOf draws a result's figure; nil for results without one.
func pictureOf(result any, l session.Language, m wording.Labels) (*Picture, error) {
	f, err := resultFigure(result, wordingOf(l), m)
	if f == nil || err != nil {
		return nil, err
	}
	return draw(f)
}

// draw renders a figure in both formats.
func draw(f *figure.Figure) (*Picture, error) {
	svg, err := f.SVG()
	if err != nil {
		return nil, err
	}
	png, err := f.PNG()
	if err != nil {
		return nil, err
	}
	return &Picture{SVG: svg, PNG: png, Title: f.Name, Alt: f.Alt()}, nil
}

// columnsTable is a regression table with a head of its own over each column.
func (c *call) columnsTable(title string, heads []string, fits []*regress.Fit) (*table.Table, error) {
	return table.Regression(fits, table.Options{Title: title, Columns: heads, Language: wordingOf(c.session.Language()), Labels: c.labels(fits[0].Data), Beside: true})
}
