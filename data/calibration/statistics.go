package calibration

import (
	"bytes"
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/data/replica"
	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

// statistics draws the panel of a design and computes what Pairs name: "mean DIA", "table2 (2) PGDP",
// "table2 (2) PGDP se", "table2 (2) r2".
func statistics(text []byte) (map[string]float64, error) {
	d, err := simulate.Read(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	p, err := simulate.Panel(d)
	if err != nil {
		return nil, err
	}
	out := map[string]float64{}
	summary, err := describe.Variables(p, d.Columns[:len(d.Columns)-3], nil)
	if err != nil {
		return nil, err
	}
	for _, r := range summary.Rows {
		out["mean "+r.Variable], out["sd "+r.Variable] = r.Mean, r.SD
		out["min "+r.Variable], out["max "+r.Variable] = r.Min, r.Max
	}
	columns, err := replica.Columns(p)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		key := c.Table + " " + c.Name + " "
		out[key+"r2"], out[key+"n"] = c.Fit.R2, float64(c.Fit.N)
		for _, b := range c.Fit.Coef {
			out[key+b.Term], out[key+b.Term+" se"] = b.Estimate, b.StdError
		}
	}
	if out["trend treated"], out["trend control"], err = replica.Trend(p, 2014, 2023); err != nil {
		return nil, err
	}
	for k, v := range out {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s is %v", k, v)
		}
	}
	return out, nil
}
