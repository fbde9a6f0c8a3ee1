package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestRoundTrip holds our reader and writer against nbformat's: testdata/roundtrip/make.py says how the pairs are made.
func TestRoundTrip(t *testing.T) {
	inputs, err := filepath.Glob("testdata/roundtrip/*.in.ipynb")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	for _, in := range inputs {
		t.Run(strings.TrimSuffix(filepath.Base(in), ".in.ipynb"), func(t *testing.T) {
			n, err := ReadFile(in)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.Replace(in, ".in.", ".out.", 1))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(n.Encode())); diff != "" {
				t.Errorf("not as nbformat writes it (-nbformat +ours):\n%s", diff)
			}
			again, err := Parse(n.Encode())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(n, again); diff != "" {
				t.Errorf("read again it differs:\n%s", diff)
			}
		})
	}
}

func TestReadFileErrors(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name, text string
		want       string // after the path
	}{
		{"empty", " \n", " is not a notebook: it is empty"},
		{"binary", "\xff\xfe\x00", " is not a notebook: it is not UTF-8 text"},
		{"not json", "{\n \"cells\": [\n  oops\n ]\n}", " is not a notebook: line 3 is not JSON: invalid character 'o' looking for beginning of value"},
		{"cut", "{\n \"cells\": [\n", " is not a notebook: the file ends in the middle, at line 2"},
		{"trailing", "{\"cells\": [], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}\n{}", " is not a notebook: line 2: there is more text after the end of the JSON object"},
		{"list", "[]", " is not a notebook: its JSON is a list, not an object"},
		{"other json", `{"a": 1}`, ` is not a notebook: it has no "nbformat" number`},
		{"format 3", `{"nbformat": 3, "nbformat_minor": 0, "worksheets": []}`, " is in nbformat 3, and 4 is needed; open it in Jupyter and save it once, or run jupyter nbconvert --to notebook on it"},
		{"format 5", `{"nbformat": 5, "nbformat_minor": 0, "cells": []}`, " is in nbformat 5, which is newer than the 4.5 this program reads"},
		{"no cells", `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}`, ` is not a notebook: it has no list of "cells"`},
		{"no minor", `{"nbformat": 4, "cells": []}`, ` is not a notebook: it has no "nbformat_minor" number`},
		{"cell type", `{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "heading", "source": ""}]}`, ` is not a notebook: cell 1 has cell_type "heading"; it is code, markdown or raw`},
		{"cell number", `{"nbformat": 4, "nbformat_minor": 5, "cells": [7]}`, ` is not a notebook: cell 1 is a number, not an object`},
		{"source", `{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "source": [1]}]}`, ` is not a notebook: cell 1 has no text as "source"`},
		{"outputs", `{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "source": "", "outputs": {}}]}`, ` is not a notebook: "outputs" of cell 1 is an object, not a list`},
		{"output", `{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "source": "", "outputs": [{}]}]}`, ` is not a notebook: output 1 of cell 1 has no "output_type"`},
		{"metadata", `{"nbformat": 4, "nbformat_minor": 5, "metadata": [], "cells": []}`, ` is not a notebook: "metadata" of the notebook is a list, not an object`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(dir, tt.name+".ipynb")
			if err := os.WriteFile(path, []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := ReadFile(path)
			if err == nil {
				t.Fatal("no error")
			}
			if got, want := err.Error(), path+tt.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
	if _, err := ReadFile(filepath.Join(dir, "none.ipynb")); err == nil || !strings.HasSuffix(err.Error(), "none.ipynb: there is no such file") || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := ReadFile(dir); err == nil || err.Error() != dir+": it is a folder" {
		t.Errorf("folder: %v", err)
	}
	n := &Notebook{Major: 4, Minor: 5}
	if err := n.WriteFile(filepath.Join(dir, "nowhere", "a.ipynb")); err == nil || !strings.HasSuffix(err.Error(), "a.ipynb: its folder does not exist") {
		t.Errorf("missing folder: %v", err)
	}
}

func TestCloneIsDeep(t *testing.T) {
	n, err := ReadFile("testdata/roundtrip/outputs.in.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	before := n.Encode()
	c := n.Clone()
	c.Metadata["kernelspec"].(Object)["name"] = "other"
	c.Cells[0].Outputs[2].Data["application/vnd.didnb+json"].(Object)["z"].([]any)[0] = "changed"
	c.Cells[0].Outputs[4].Traceback[0] = "changed"
	c.Cells[0].Source = ""
	if !bytes.Equal(before, n.Encode()) {
		t.Error("a change of the copy shows in the original")
	}
}

// Numbers of our own results are spelt as Python's json.dumps spells them (checked against Python 3.12).
func TestNumbersAsPython(t *testing.T) {
	raw := json.RawMessage(`[0.00001, 0.0001, 1e-7, 123456789.25, 1e15, 1e16, 1.5e300, -0.5, 5364, 0.1, 1e22, -0.0, 12345678901234567890, {"a": [2.50]}]`)
	n := &Notebook{Major: 4, Minor: 5, Metadata: Object{"x": raw}}
	want := `[1e-05, 0.0001, 1e-07, 123456789.25, 1000000000000000.0, 1e+16, 1.5e+300, -0.5, 5364, 0.1, 1e+22, -0.0, 12345678901234567890, { "a": [ 2.5 ] }]`
	_, list, _ := strings.Cut(string(n.Encode()), `"x": `)
	list, _, _ = strings.Cut(list, "\n },")
	got := strings.NewReplacer("[ ", "[", " ]]", "]]").Replace(strings.Join(strings.Fields(list), " "))
	want = strings.NewReplacer("[ ", "[", " ]]", "]]").Replace(want)
	if got = strings.TrimSuffix(got, " ]") + "]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestEncodeParse: whatever text stands in a notebook, reading what was written gives it back.
func TestEncodeParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &Notebook{Major: 4, Minor: 5, Metadata: Object{rapid.String().Draw(t, "key"): rapid.String().Draw(t, "value")}}
		for range rapid.IntRange(0, 3).Draw(t, "cells") {
			c := &Cell{ID: rapid.StringMatching(`[a-zA-Z0-9_-]{1,8}`).Draw(t, "id"), Kind: Code, Source: rapid.String().Draw(t, "source"), Metadata: Object{}, Count: rapid.IntRange(0, 9).Draw(t, "count")}
			for range rapid.IntRange(0, 2).Draw(t, "outputs") {
				c.Outputs = append(c.Outputs, Output{Type: DisplayData, Metadata: Object{}, Data: Object{"text/plain": rapid.String().Draw(t, "plain"), "image/png": rapid.String().Draw(t, "png")}})
			}
			n.Cells = append(n.Cells, c)
		}
		got, err := Parse(n.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(n, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzParse(f *testing.F) {
	inputs, _ := filepath.Glob("testdata/roundtrip/*.ipynb")
	for _, in := range inputs {
		data, err := os.ReadFile(in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "source": null}]}`))
	f.Add([]byte("\ufeff{\"nbformat\": 4.0, \"cells\": {}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := Parse(data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		once := n.Encode()
		m, err := Parse(once)
		if err != nil {
			t.Fatalf("what was written can't be read: %v", err)
		}
		if !bytes.Equal(once, m.Encode()) {
			t.Errorf("written twice, it differs:\n%s\n%s", once, m.Encode())
		}
	})
}
