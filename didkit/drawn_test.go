package didkit

import (
	"bytes"
	"testing"

	"gonum.org/v1/plot"
)

// A gonum plot is drawn without being imported; other values are not taken for one.
func TestDrawn(t *testing.T) {
	p := plot.New()
	p.Title.Text = "Means < cohorts"
	svg, ok, err := drawn(p)
	if !ok || err != nil || !bytes.Contains(svg, []byte("<svg")) || !bytes.Contains(svg, []byte("<title>Means &lt; cohorts</title>")) {
		t.Errorf("%v, %v, %.200s", ok, err, svg)
	}
	for _, other := range []any{nil, 1, (*plot.Plot)(nil), &bytes.Buffer{}, struct{}{}} {
		if _, ok, err := drawn(other); ok || err != nil {
			t.Errorf("%T is drawn: %v", other, err)
		}
	}
}
