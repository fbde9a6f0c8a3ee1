package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/seed2d25c7c2/didnb"
)

// go generate leaves the tree clean: published.csv holds the printed numbers with the printed digits.
func TestFileIsAsGenerated(t *testing.T) {
	got, err := table(didnb.Published)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../published.csv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("published.csv is not what go generate ./data writes")
	}
	if lines := bytes.Count(got, []byte("\n")); lines != 50 {
		t.Errorf("%d lines, want 49 coefficients under a head", lines)
	}
}
