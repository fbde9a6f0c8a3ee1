package published_test

import (
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/published"
)

// Each cause is read off the kind of difference and the two standard errors, however the printed numbers were rounded.
func TestCauseOf(t *testing.T) {
	row := func(name string, kind published.Kind, ours, oursT, printed, printedT float64, decimals int) published.Row {
		return published.Row{Row: name, Kind: kind, Ours: ours, OursT: oursT, Published: printed, PublishedT: printedT, Decimals: decimals, Difference: ours - printed}
	}
	na := math.NaN()
	cases := []struct {
		row  published.Row
		want published.Cause
	}{
		{row("DID", published.SameDigits, 0.2761, 7.40, 0.276, 7.401, 3), published.None},
		{row("DID", published.SameDigits, 0.2761, 2.10, 0.276, 7.401, 3), published.Convention},
		{row("DID", published.WithinNoise, 0.301, 8.115, 0.297, 7.931, 3), published.Sampling},
		{row("DID", published.WithinNoise, 0.301, 2.252, 0.297, 7.931, 3), published.Both},
		{row("HC", published.SameDigits, 0.00151, 5.8, 0.002, 5.8, 3), published.None}, // 0.002 may stand for 0.0015
		{row("DID", published.BeyondNoise, 0.914, 5.183, 0.297, 7.931, 3), published.Unmatched},
		{row("PGDP", published.OnlyInPrint, na, na, 0.077, 1.8, 3), published.Unmatched},
		{row("n", published.Differs, 1273, na, 1262, na, 0), published.Sampling},
		{row("n", published.Differs, 64, na, 5364, na, 0), published.Unmatched},
		{row("r2", published.Differs, 0.524, na, 0.521, na, 3), published.Sampling},
		{row("r2", published.Differs, 0.896, na, 0.531, na, 3), published.Unmatched},
		{row("DIA mean", published.Differs, 2, na, 0.7, na, 3), published.Unmatched},
		{row("DIA mean", published.Close, 0.71, na, 0.7, na, 3), published.Sampling},
	}
	for _, c := range cases {
		if got := published.CauseOf(c.row); got != c.want {
			t.Errorf("%+v: %q, want %q", c.row, got, c.want)
		}
	}
}
