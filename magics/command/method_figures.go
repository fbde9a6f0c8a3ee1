package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
)

func (c *call) placeboFigure(r *placebo.Result) (*Picture, error) {
	return draw(figure.Placebo(r, wordingOf(c.session.Language())))
}

func (c *call) groupsFigure(r *hetero.Result) (*Picture, error) {
	return draw(figure.Groups(r, wordingOf(c.session.Language())))
}

func (c *call) curveFigure(r *robust.Result) (*Picture, error) {
	return draw(figure.Curve(r, wordingOf(c.session.Language())))
}

// matchFigure is the love plot; the overlap of scores is %plot NAME what=overlap's.
func (c *call) matchFigure(r *match.Result, _ *panel.Panel) (*Picture, error) {
	return draw(figure.Love(r, wordingOf(c.session.Language())))
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
	return &Picture{SVG: svg, PNG: png, Title: f.Name}, nil
}

// columnsTable is a regression table with a head of its own over each column.
func (c *call) columnsTable(title string, heads []string, fits []*regress.Fit) (*table.Table, error) {
	return table.Regression(fits, table.Options{Title: title, Columns: heads, Language: wordingOf(c.session.Language()), Beside: true})
}
