package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/data/replica"
	"github.com/seed2d25c7c2/didnb/magics/published"
)

// The numbers in data/README.md are those of the data.
func TestReadmeIsCurrent(t *testing.T) {
	old, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	now, err := renew("../dual-pilot.csv", old)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(old), "\n"), strings.Split(string(now), "\n")); diff != "" {
		t.Errorf("data/README.md is behind the data; run go generate ./data:\n%s", diff)
	}
}

func TestRenewNeedsItsMarks(t *testing.T) {
	for _, text := range []string{"", begin, end, "text"} {
		if _, err := renew("../dual-pilot.csv", []byte(text)); err == nil {
			t.Errorf("%q is renewed without both marks", text)
		}
	}
}

// What counts as not reproduced.
func TestDiffers(t *testing.T) {
	printed := published.Printed{Value: 0.5, Decimals: 3}
	for _, c := range []struct {
		name string
		line replica.Line
		want bool
	}{
		{"near coefficient", replica.Line{Kind: replica.Coefficient, Published: printed, Ours: 0.6, StdError: 0.06}, false},
		{"far coefficient", replica.Line{Kind: replica.Coefficient, Published: printed, Ours: 0.6, StdError: 0.05}, true},
		{"any t", replica.Line{Kind: replica.Statistic, Published: printed, Ours: 9}, false},
		{"near R²", replica.Line{Kind: replica.RSquared, Published: printed, Ours: 0.529}, false},
		{"far R²", replica.Line{Kind: replica.RSquared, Published: printed, Ours: 0.531}, true},
		{"same moment", replica.Line{Kind: replica.Moment, Published: printed, Ours: 0.5004}, false},
		{"other moment", replica.Line{Kind: replica.Moment, Published: printed, Ours: 0.501}, true},
		{"other n", replica.Line{Kind: replica.Rows, Published: published.Printed{Value: 5}, Ours: 6}, true},
	} {
		if got := differs(c.line); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestNumbersAsPrinted(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{fixed(-0.0114, 3), "−0.011"}, {fixed(-0.0004, 3), "0.000"}, {fixed(2, 0), "2"}, {fixed(-6, 0), "−6"},
		{thousands(5364), "5,364"}, {thousands(298), "298"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
