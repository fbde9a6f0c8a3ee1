package did

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// untreatedRows are the rows, of those that o keeps, that are not yet treated and lie before the last adoption among them:
// later rows of units never treated have nobody to be compared with.
func untreatedRows(p *panel.Panel, t *Timing, o design.Options) ([]bool, error) {
	d, err := p.Numbers(t.Treat)
	if err != nil {
		return nil, err
	}
	rows := make([]bool, p.Rows())
	for i := range rows {
		rows[i] = o.Rows == nil || o.Rows[i]
	}
	if o.If != nil {
		keep, err := evaluate.Filter(p, o.If)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i] = rows[i] && keep[i]
		}
	}
	last := math.Inf(-1)
	for i, u := range p.Units().Codes {
		if s := t.Start[u]; rows[i] && s == s {
			last = math.Max(last, s)
		}
	}
	for i := range rows {
		rows[i] = rows[i] && d[i] == 0 && !(t.Event[i] >= 0) && PeriodValue(p.Periods(), i) < last
	}
	return rows, nil
}
