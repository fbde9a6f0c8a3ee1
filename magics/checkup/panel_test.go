package checkup_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/checkup"
)

// english is two words of English in a row.
var english = regexp.MustCompile(`[a-z]{2,} [a-z]{2,}`)

func study(t *testing.T) *panel.Panel {
	t.Helper()
	r, err := csv.File(filepath.Join("..", "..", "data", "dual-pilot.csv"), csv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Panel
}

// TestShippedPanel: the panel of the notebooks has only the city without BN to look at.
func TestShippedPanel(t *testing.T) {
	found := checkup.Panel(study(t), wording.English)
	if len(found) != 1 || found[0].Column != "BN" || found[0].Grave {
		t.Errorf("found %+v, want the 18 missing values of BN", found)
	}
}

func TestFindings(t *testing.T) {
	p := study(t)
	change := func(name string, f func(x []float64)) *panel.Panel {
		x, _ := p.Numbers(name)
		y := append([]float64(nil), x...)
		f(y)
		q, err := p.With(&panel.Variable{Name: name, Values: y})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	var fewer []*panel.Variable
	for _, v := range p.Variables() {
		switch v.Name {
		case "PGDP":
			w := *v
			w.Name = "PGPD"
			fewer = append(fewer, &w)
		case "DID", "adopt_sc", "employed_all":
		default:
			fewer = append(fewer, v)
		}
	}
	renamed, err := panel.New(fewer...)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		p     *panel.Panel
		want  string
		grave bool
	}{
		{"renamed", renamed, "PGDP: missing: log of income a head; is it PGPD?", true},
		{"treatment missing", renamed, "DID: missing: in both pilots: 0, and 1 from the year on; %gen DID = post(adopt_dual) can make it", true},
		{"read once", renamed, "employed_all: missing: all employment; 01-data stops without it, the other notebooks run", false},
		{"two", change("SC", func(x []float64) { x[3] = 2 }), "SC: 1 value is not 0 or 1, the first 2 in row 4", true},
		{"switches off", change("DID", func(x []float64) {
			for i := 1; i < len(x); i++ {
				if x[i] == 1 && x[i-1] == 1 {
					x[i] = 0
					return
				}
			}
		}), "DID: treatment DID switches off in", true},
		{"duplicate", change("year", func(x []float64) { x[1] = x[0] }), "city, year: city = ", true},
		{"percent", change("URB", func(x []float64) { x[0] = 55 }), "URB: 1 value is not between 0 and 1, the first 55 in row 1", false},
		{"adoption", change("adopt_dual", func(x []float64) { x[0] = 2006 }), "adopt_dual: says otherwise than DID in 1", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			found := checkup.Panel(c.p, wording.English)
			for _, f := range checkup.Panel(c.p, wording.Chinese) {
				if english.MatchString(f.Text) {
					t.Errorf("in Chinese: %s: %s", f.Column, f.Text)
				}
			}
			var all []string
			for _, f := range found {
				line := fmt.Sprintf("%s: %s", f.Column, f.Text)
				if strings.HasPrefix(line, c.want) {
					if f.Grave != c.grave {
						t.Errorf("%q is grave: %v, want %v", line, f.Grave, c.grave)
					}
					return
				}
				all = append(all, line)
			}
			t.Errorf("no finding begins with %q; found\n%s", c.want, strings.Join(all, "\n"))
		})
	}
}
