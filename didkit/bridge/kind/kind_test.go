package kind_test

import (
	"bytes"
	"encoding/gob"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/bridge/kind"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// The columns of estimators, whose results are of two types, come over whole.
func TestEstimatorsComeOver(t *testing.T) {
	sent := &estimators.Result{Outcome: "y", Columns: []estimators.Column{
		{Label: estimators.TwoWay, Result: &regress.Fit{Treatment: "d", Coef: []regress.Coef{{Term: "d", Estimate: 0.5}}}},
		{Label: did.SunAbraham, Result: &did.ATTResult{Overall: did.Effect{Estimate: 0.25}}},
		{Label: did.CallawaySantAnna, Error: "no"},
	}}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(sent); err != nil {
		t.Fatal(err)
	}
	got, ok := kind.New("estimators").(*estimators.Result)
	if !ok {
		t.Fatal("no result of kind estimators")
	}
	if err := gob.NewDecoder(&b).Decode(got); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.5, 0.25} {
		if e, ok := got.Columns[i].ATT(); !ok || e.Estimate != want {
			t.Errorf("%s: %+v", got.Columns[i].Label, e)
		}
	}
	if _, ok := got.Columns[2].ATT(); ok || got.Columns[2].Error != "no" {
		t.Errorf("the method that failed: %+v", got.Columns[2])
	}
	kind.MarkSimulated(got)
	if !got.Simulated || !got.Columns[1].Result.(*did.ATTResult).Simulated {
		t.Error("not marked as simulated")
	}
}
