package regress_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Romano and Wolf's p values over all sign vectors are those of pyfixest on wildboottest's statistics.
func TestRomanoWolf(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(reference.Root(t), "testdata", "reference", "stepdown.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Version string
		Cases   []struct {
			Data, Formula, Term string
			Modulus             int
			PValues             []float64 `json:"p_values"`
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		p, err := reference.ReadCSV(filepath.Join(reference.Root(t), c.Data))
		if err != nil {
			t.Fatal(err)
		}
		p = with(t, p, "grp", fmt.Sprintf("sid - %[1]d*floor(sid/%[1]d)", c.Modulus))
		fs, err := formula.ParseAll(c.Formula)
		if err != nil {
			t.Fatal(err)
		}
		var models []*regress.Model
		for _, f := range fs {
			m, err := regress.Run(p, f, regress.Spec{})
			if err != nil {
				t.Fatal(err)
			}
			models = append(models, m)
		}
		s, err := regress.RomanoWolf(models, c.Term, "grp", vcov.Wild{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Draws != 1<<c.Modulus {
			t.Errorf("%d draws, want %d", s.Draws, 1<<c.Modulus)
		}
		compared.With(t, compared.Source{Command: "reg", Method: "inf=romanowolf", Program: file.Version, File: "stepdown.json", Case: c.Formula + fmt.Sprint(c.Modulus)})
		for k, want := range c.PValues {
			got := s.Outcomes[k]
			compared.Within(t, "p of "+got.Outcome, got.Adjusted, want, 1e-12, 1)
			if got.Adjusted < got.P {
				t.Errorf("%s: adjusted p %g is below p %g", got.Outcome, got.Adjusted, got.P)
			}
		}
		if _, err := regress.RomanoWolf(models[:1], c.Term, "grp", vcov.Wild{}); err == nil {
			t.Error("one outcome was taken")
		}
		if _, err := regress.RomanoWolf(models, "none", "grp", vcov.Wild{}); err == nil {
			t.Error("an unknown term was taken")
		}
	}
}
