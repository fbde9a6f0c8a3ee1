package figure_test

import (
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// The units of most weight are named, with their cohort where there are several, and all others are counted.
func TestSyntheticUnits(t *testing.T) {
	if f := figure.SyntheticUnits(&did.ATTResult{}, figure.Options{}); f != nil {
		t.Error("a figure of a result without synthetic controls")
	}
	var units []did.UnitWeight
	for i, name := range strings.Fields("Arden Birch Cole Dale Elm Fern Gorse Heath Ivy Juniper") {
		units = append(units, did.UnitWeight{Unit: name, Weight: float64(10-i) / 55, Effect: float64(i) - 3})
	}
	one := &did.ATTResult{Outcome: "y", Synthetic: []did.SyntheticCohort{{Cohort: 2012, UnitWeights: units, Effect: did.Effect{Estimate: 0}}}}
	two := &did.ATTResult{Outcome: "y", Synthetic: []did.SyntheticCohort{one.Synthetic[0], {Cohort: 2014, UnitWeights: units[:2], Effect: did.Effect{Estimate: -2}}}}
	for _, c := range []struct {
		r     *did.ATTResult
		l     wording.Language
		names string
		note  string
	}{
		{one, wording.English, "Arden", "The 8 units of most weight are named, of 10 with weight."},
		{two, wording.English, "Arden (2012)", "The 8 units of most weight are named, of 12 with weight."},
		{two, wording.Chinese, "Arden（2012）", "标出权重最大的 8 个单位，共 12 个有权重。"},
	} {
		f := figure.SyntheticUnits(c.r, figure.Options{Language: c.l})
		var named figure.NamedPoints
		for _, layer := range f.Layers {
			if p, ok := layer.(figure.NamedPoints); ok {
				named = p
			}
		}
		if len(named.Names) != 8 || named.Names[0] != c.names {
			t.Errorf("named %v, want 8, the first %s", named.Names, c.names)
		}
		if got := f.Notes[len(f.Notes)-1]; got != c.note {
			t.Errorf("got %q, want %q", got, c.note)
		}
	}
}
