package match

import "github.com/seed2d25c7c2/didnb/didkit/panel"

// Names of the variables that Panel adds.
const (
	WeightName = "_weight"
	ScoreName  = "_score"
)

// Panel is the matched rows of p, the panel that was matched, with the variables _weight (1 for a treated row, how often
// a control was matched, in shares where several controls serve one treated row) and _score (the distance measure).
func (r *Result) Panel(p *panel.Panel) (*panel.Panel, error) {
	q, err := p.With(&panel.Variable{Name: WeightName, Values: r.Weights, Label: "how often the row was matched; 1 for treated rows"},
		&panel.Variable{Name: ScoreName, Values: r.Score, Label: "distance measure: propensity score or its linear predictor"})
	if err != nil {
		return nil, err
	}
	rows := make([]int32, len(r.MatchedRows))
	for i, row := range r.MatchedRows {
		rows[i] = int32(row)
	}
	return q.Subset(rows), nil
}
