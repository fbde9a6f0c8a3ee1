package figure_test

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// diagnostics adds the figures of what an estimate is asked after it is made, and of many estimators on the same axes.
func diagnostics(add func(name string, f *figure.Figure, err error)) {
	bacon := &diagnose.Bacon{Treatment: "DID", Outcome: "DIA", TWFE: 0.322, Simulated: true,
		Comparisons: []diagnose.Comparison{
			{Treated: "2017", Control: "never", Type: diagnose.TreatedUntreated, Estimate: 0.31, Weight: 0.62},
			{Treated: "2012", Control: "never", Type: diagnose.TreatedUntreated, Estimate: 0.52, Weight: 0.21},
			{Treated: "2012", Control: "2017", Type: diagnose.EarlierLater, Estimate: 0.25, Weight: 0.10},
			{Treated: "2017", Control: "2012", Type: diagnose.LaterEarlier, Estimate: -0.18, Weight: 0.07},
		},
		ByType: []diagnose.TypeShare{{Type: diagnose.TreatedUntreated, Estimate: 0.363, Weight: 0.83}, {Type: diagnose.EarlierLater, Estimate: 0.25, Weight: 0.10},
			{Type: diagnose.LaterEarlier, Estimate: -0.18, Weight: 0.07}},
		Within: &diagnose.Within{Estimate: 1.4, Weight: 0.002}}
	add("bacon", figure.Bacon(bacon, wording.English, nil), nil)
	add("bacon-zh", figure.Bacon(bacon, wording.Chinese, nil), nil)
	weights := &diagnose.Weights{Treatment: "DID", Outcome: "DIA", Cells: 24}
	for u := range 4 {
		for k := range 6 {
			w := (1.9 - 0.45*float64(k) - 0.1*float64(u)) / 24
			if w < 0 {
				weights.Negative++
				weights.SumNegative += w
			}
			weights.Weights = append(weights.Weights, diagnose.CellWeight{Unit: fmt.Sprint(u), Time: fmt.Sprint(2012 + k), Weight: w, Exposure: float64(k)})
		}
	}
	add("weights", figure.Weights(weights, wording.English, nil), nil)
	add("weights-zh", figure.Weights(weights, wording.Chinese, nil), nil)
	event := 3
	honest := &diagnose.Honest{Type: diagnose.RelativeMagnitude, Method: diagnose.CLF, Level: 0.95, Outcome: "DIA", EventTime: &event, Estimate: 0.31,
		Original: diagnose.Ends{ConfLow: 0.11, ConfHigh: 0.51}, Breakdown: 0.242,
		Intervals: []diagnose.MInterval{{M: 0, ConfLow: 0.11, ConfHigh: 0.51}, {M: 0.5, ConfLow: -0.18, ConfHigh: 0.87}, {M: 1, ConfLow: -0.61, ConfHigh: 1.3}}}
	add("honest", figure.Honest(honest, wording.English), nil)
	add("honest-zh", figure.Honest(honest, wording.Chinese), nil)
	trend := &diagnose.Pretrends{Outcome: "DIA", Level: 0.95, Ref: -1, Slope: 0.026, Power: 0.5, Slopes: []diagnose.PowerSlope{{Power: 0.5, Slope: 0.026}}}
	for k := -4; k <= 4; k++ {
		row := diagnose.TrendRow{EventTime: k, Estimate: 0.02 * float64(k+1) * math.Abs(float64(k)), StdError: 0.08, Trend: 0.026 * float64(k+1), Conditional: 0.02*float64(k+1) + 0.006}
		if k == -1 {
			row = diagnose.TrendRow{EventTime: k, StdError: math.NaN()}
		}
		trend.Rows = append(trend.Rows, row)
	}
	add("pretrends", figure.Pretrends(trend, wording.English), nil)
	add("pretrends-zh", figure.Pretrends(trend, wording.Chinese), nil)
	var many []figure.Estimates
	for i, name := range []string{"twfe", "cs", "sunab", "imputation", "did2s", "stacked", "etwfe", "lpdid"} {
		r := eventStudy()
		for j := range r.Coef {
			if k := &r.Coef[j]; k.EventTime != -1 {
				shift := 0.012 * float64(i)
				k.Estimate, k.ConfLow, k.ConfHigh = k.Estimate+shift, k.ConfLow+shift, k.ConfHigh+shift
			}
		}
		many = append(many, figure.Estimates{Name: name, Result: r})
	}
	paths := []*diagnose.Path{
		{To: "imputation", Steps: []diagnose.Step{{Kind: diagnose.StepTwoWay, Estimate: 0.322}, {Kind: diagnose.StepNegative, Change: -0.012, Estimate: 0.31}, {Kind: diagnose.StepUneven, Change: 0.051, Estimate: 0.361}}},
		{To: "cs", Steps: []diagnose.Step{{Kind: diagnose.StepTwoWay, Estimate: 0.322}, {Kind: diagnose.StepForbidden, Change: 0.008, Estimate: 0.33}, {Kind: diagnose.StepBase, Change: 0.066, Estimate: 0.396},
			{Kind: diagnose.StepComparison, Estimate: 0.396}, {Kind: diagnose.StepShares, Change: 0.013, Estimate: 0.409}}},
	}
	names := map[diagnose.StepKind][2]string{diagnose.StepTwoWay: {"two-way estimate", "双向固定效应估计"}, diagnose.StepNegative: {"effects with a negative weight go", "去除权重为负的效应"},
		diagnose.StepUneven: {"weights are evened out", "权重拉平"}, diagnose.StepForbidden: {"comparisons with treated units go", "去除与已处理单位的比较"}, diagnose.StepBase: {"base: the last period before adoption", "基期改为处理前最后一期"},
		diagnose.StepComparison: {"the method's comparison group", "改用该方法的对照组"}, diagnose.StepShares: {"weights: shares of treated rows", "权重改为受处理观测占比"}}
	add("paths", figure.Paths(paths, func(k diagnose.StepKind, _ did.Method) string { return names[k][0] }, figure.Options{}), nil)
	add("paths-zh", figure.Paths(paths, func(k diagnose.StepKind, _ did.Method) string { return names[k][1] }, figure.Options{Language: wording.Chinese, Simulated: true}), nil)
	f, err := figure.EventStudies(many, figure.Options{Width: 7.2, Height: 4.6})
	add("estimators", f, err)
}
