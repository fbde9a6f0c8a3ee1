package main

// Design is one regression that both programs time on the same data.
type Design struct {
	ID      string   `json:"id"`
	What    string   `json:"what"` // a line of the table
	Data    string   `json:"data"` // one of the data sets of data.go
	Outcome string   `json:"outcome"`
	Columns []string `json:"columns"` // regressors
	Effects []string `json:"effects"`
	Cluster string   `json:"cluster,omitempty"` // "" means iid errors
	Draws   int      `json:"draws,omitempty"`   // re-estimations with another first column; 0: one regression
}

var ten = []string{"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10"}

// designs are what the README's table shows. "well" and "badly connected" are the simple and difficult designs of fixest's
// and pyfixest's own benchmarks (their data generation, after Bergé): individuals over ten years, 23 to a firm; firms are
// random in the one and in the other follow each other in a ring, so that the effects are almost collinear.
func designs() []Design {
	return []Design{
		{ID: "city_cluster", What: "298 × 18, two-way, 7 regressors, clustered", Data: "city", Outcome: "y", Columns: ten[:7], Effects: []string{"unit", "time"}, Cluster: "unit"},
		{ID: "balanced_iid", What: "1e6 × 10, two-way, balanced, iid", Data: "balanced", Outcome: "y", Columns: ten, Effects: []string{"unit", "time"}},
		{ID: "balanced_cluster", What: "the same, clustered", Data: "balanced", Outcome: "y", Columns: ten, Effects: []string{"unit", "time"}, Cluster: "unit"},
		{ID: "gaps_iid", What: "1e6 × 10, two-way, 7 % of rows missing, iid", Data: "gaps", Outcome: "y", Columns: ten, Effects: []string{"unit", "time"}},
		{ID: "gaps_cluster", What: "the same, clustered", Data: "gaps", Outcome: "y", Columns: ten, Effects: []string{"unit", "time"}, Cluster: "unit"},
		{ID: "third_cluster", What: "1e6 × 10, three-way, third effect of 5,000 random levels, clustered", Data: "balanced", Outcome: "y", Columns: ten, Effects: []string{"unit", "time", "place"}, Cluster: "unit"},
		{ID: "simple_iid", What: "1e6 × 2, three-way, well connected, iid", Data: "simple", Outcome: "y", Columns: ten[:2], Effects: []string{"unit", "firm", "time"}},
		{ID: "difficult_iid", What: "1e6 × 2, three-way, badly connected, iid", Data: "difficult", Outcome: "y", Columns: ten[:2], Effects: []string{"unit", "firm", "time"}},
		{ID: "difficult_cluster", What: "the same, clustered", Data: "difficult", Outcome: "y", Columns: ten[:2], Effects: []string{"unit", "firm", "time"}, Cluster: "unit"},
		{ID: "placebo", What: "298 × 18, 500 re-estimations of the treatment's column, 6 controls, clustered", Data: "city", Outcome: "y", Columns: append([]string{"d"}, ten[:6]...), Effects: []string{"unit", "time"}, Cluster: "unit", Draws: 500},
	}
}

func (d Design) formula() string {
	s := d.Outcome + " ~ "
	for i, c := range d.Columns {
		if i > 0 {
			s += " + "
		}
		s += c
	}
	for i, e := range d.Effects {
		if i == 0 {
			s += " | "
		} else {
			s += " + "
		}
		s += e
	}
	return s
}
