package columns_test

import (
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/bench/columns"
)

// TestColumnComesBack: what was written is read, over the border of the buffer too.
func TestColumnComesBack(t *testing.T) {
	for _, n := range []int{0, 1, 8192, 8193, 20000} {
		x := make([]float64, n)
		for i := range x {
			x[i] = 1 / float64(i+1)
		}
		dir := t.TempDir()
		if err := columns.Write(dir, "x", x); err != nil {
			t.Fatal(err)
		}
		got, err := columns.Read(dir, "x")
		if err != nil || !slices.Equal(got, x) {
			t.Errorf("%d numbers: %v", n, err)
		}
	}
	if _, err := columns.Read(t.TempDir(), "x"); err == nil {
		t.Error("a column that is not there was read")
	}
}
