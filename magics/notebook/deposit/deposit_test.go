package deposit

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const study = `{"cells": [{"cell_type": "code", "execution_count": null, "id": "a", "metadata": {}, "outputs": [], "source": [
 "%panel load ../data/toy.csv unit=city time=year\n", "%did y ~ x | city + year treat=treat as=m1\n", "%placebo m1 reps=20 seed=7 as=pl"]}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`

func writeStudy(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	data := "city,year,y,x,treat\n"
	for i, c := range []string{"a", "b", "c", "d", "e", "f"} {
		for y := range 4 {
			treat := "0"
			if i < 3 && y >= 2 {
				treat = "1"
			}
			data += c + ",200" + string(rune('0'+y)) + "," + string(rune('0'+(i*3+y*y)%7)) + "," + string(rune('0'+(i*i+y)%5)) + "," + treat + "\n"
		}
	}
	for name, text := range map[string]string{"notebooks/01.ipynb": study, "data/toy.csv": data, "data/unused.csv": "x\n1\n"} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// The deposit holds what was run and what came out, and a README with the template's headings in its order.
func TestMake(t *testing.T) {
	d, err := Make(context.Background(), Options{Root: writeStudy(t), Program: "didnb test", Versions: []string{"didnb test"}})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range d.Files {
		files[f.Name] = string(f.Data)
	}
	for _, name := range []string{"README.md", "SHA256SUMS", "versions.txt", "notebooks/01.ipynb", "data/toy.csv", "results/01.ipynb", "results/index.html", "results/tables/01-m1.tex", "results/figures/01-pl.svg"} {
		if _, ok := files[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	if _, ok := files["data/unused.csv"]; ok {
		t.Error("a file that no notebook reads was packed")
	}
	readme := files["README.md"]
	at := 0
	for _, head := range []string{"## Overview", "## Data Availability and Provenance Statements", "### Statement about Rights", "### Summary of Availability", "### Details on each Data Source", "## Dataset list",
		"## Computational requirements", "### Software Requirements", "### Controlled Randomness", "### Memory, Runtime, Storage Requirements", "## Description of programs/code", "## Instructions to Replicators",
		"## List of tables and programs", "## References", "## Acknowledgements"} {
		i := strings.Index(readme[at:], head+"\n")
		if i < 0 {
			t.Fatalf("%q is missing or out of order in\n%s", head, readme)
		}
		at += i
	}
	for _, want := range []string{"| data/toy.csv | 24 |", "| 01.ipynb | %placebo | pl | 7 |", "| table | tables/01-m1.html | notebooks/01.ipynb |", "didnb replicate -o again"} {
		if !strings.Contains(readme, want) {
			t.Errorf("README lacks %q:\n%s", want, readme)
		}
	}
}

// The archive's bytes follow from its files.
func TestZip(t *testing.T) {
	root := writeStudy(t)
	var first []byte
	for range 2 {
		d, err := Make(context.Background(), Options{Root: root, Program: "didnb test"})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := d.WriteZip(&b, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		} else if !bytes.Equal(first, b.Bytes()) {
			t.Error("a second archive has other bytes")
		}
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, d.Files[i].Data) {
				t.Errorf("%s comes back changed: %v", f.Name, err)
			}
		}
	}
}

func TestFingerprint(t *testing.T) {
	d, err := Make(context.Background(), Options{Root: writeStudy(t), Program: "didnb test", Fingerprint: true})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(d.Files, func(f File) bool { return strings.HasPrefix(f.Name, "data/") }) {
		t.Error("the data were packed")
	}
	i := slices.IndexFunc(d.Files, func(f File) bool { return f.Name == "README.md" })
	if !strings.Contains(string(d.Files[i].Data), "| data/toy.csv | 24 | ") || !strings.Contains(string(d.Files[i].Data), "| no |") {
		t.Error(string(d.Files[i].Data))
	}
}

// Two runs that differ are no deposit, and the files are named.
func TestRunsThatDiffer(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{filepath.Join(a, "x.csv"): "1", filepath.Join(b, "x.csv"): "2", filepath.Join(a, "y.csv"): "1", filepath.Join(b, "y.csv"): "1", filepath.Join(b, "z.csv"): "1"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, err := same(a, b)
	var differ *NotSame
	if !errors.As(err, &differ) || !slices.Equal(differ.Files, []string{"x.csv", "z.csv"}) {
		t.Error(err)
	}
}
