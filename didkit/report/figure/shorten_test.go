package figure

import (
	"testing"

	"gonum.org/v1/plot/vg"
)

// Long labels that differ at their ends are still told apart when cut.
func TestShortenedTicksDiffer(t *testing.T) {
	l, err := (&Figure{}).fonts()
	if err != nil {
		t.Fatal(err)
	}
	ticks := []Tick{{Label: "a city of a very long name, number 1"}, {Label: "a city of a very long name, number 2"}, {Label: "b"}}
	const width = 80
	l.shortenTicks(ticks, tickSize, width)
	if ticks[0].Label == ticks[1].Label || ticks[2].Label != "b" {
		t.Error(ticks)
	}
	for _, k := range ticks {
		if l.chain.Width(k.Label, tickSize) > vg.Length(width) {
			t.Errorf("%q is wider than %d", k.Label, width)
		}
	}
}
