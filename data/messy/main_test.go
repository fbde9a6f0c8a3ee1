package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// go generate leaves the tree clean, on every machine.
func TestFilesAreAsGenerated(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir(filepath.Join("..", "yearbook"))
	if err != nil || len(kept) != len(made) {
		t.Fatalf("%d files kept, %d made: %v", len(kept), len(made), err)
	}
	for _, e := range made {
		got, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("..", "yearbook", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what go generate ./data writes", e.Name())
		}
	}
}
