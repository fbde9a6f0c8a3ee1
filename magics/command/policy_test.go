package command_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

const cities = "%panel load cities.csv unit=city time=year\n"

// Joining adds the first year and the 0/1 treatment; a city that is none is named, and missing in both.
func TestPolicyJoin(t *testing.T) {
	nan := math.NaN()
	cases := []struct {
		line         string
		treat, first []float64 // a row each of the twelve
	}{
		{"%policy join low_carbon rule=province as=lcc", []float64{0, 1, 1, 0, 1, 1, 0, 0, 0, nan, nan, nan}, []float64{2010, 2010, 2010, 2010, 2010, 2010, nan, nan, nan, nan, nan, nan}},
		{"%policy join low_carbon rule=listed as=lcc", []float64{0, 0, 0, 0, 0, 1, 0, 0, 0, nan, nan, nan}, []float64{nan, nan, nan, 2012, 2012, 2012, nan, nan, nan, nan, nan, nan}},
		{"%policy join low_carbon rule=listed redate=2012:2014 city=code as=lcc", []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, nan, nan, nan}, []float64{nan, nan, nan, 2014, 2014, 2014, nan, nan, nan, nan, nan, nan}},
	}
	for _, c := range cases {
		out, s := mustRun(t, cities+c.line)
		d, err := s.Panel("")
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string][]float64{"lcc": c.treat, "lcc_year": c.first} {
			got, err := d.Panel.Numbers(name)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got, want, func(a, b float64) bool { return a == b || a != a && b != b }) {
				t.Errorf("%s: %s is %v, want %v", c.line, name, got, want)
			}
		}
		if text := out[1].Text; !strings.Contains(text, "1 city was not found") || !strings.Contains(c.line, "city=code") && !strings.Contains(text, "襄阳市") {
			t.Errorf("%s: the city that is none is not named:\n%s", c.line, text)
		}
	}
}

func TestPolicyErrors(t *testing.T) {
	cases := map[string]string{
		"%policy":                                      "%policy needs list or join",
		"%policy jion low_carbon":                      `%policy takes list or join, not "jion"; did you mean join?`,
		"%policy join low_carbn rule=listed":           `no policy "low_carbn"; did you mean low_carbon?`,
		"%policy join low_carbon":                      "low_carbon names provinces, and papers differ",
		"%policy join smart_city":                      "no list of smart_city could be verified",
		"%policy join smart_city file=none.csv":        `no file "none.csv"`,
		"%policy join low_carbon rule=listed city=y":   "none of the 3 cities is known (1, 2, 3 …)",
		"%policy join low_carbon rule=listed city=cod": `no variable "cod"`,
		"%policy join broadband_china redate=2014":     "redate= takes pairs of years as 2012:2013",
		"%policy list low_carbon rule=listed":          "rule= is for %policy join",
		"%policy list low_carbon out=a.docx":           "a list is written as .csv",
		"%policy join low_carbon rule=provinc":         "rule= can't be \"provinc\"; did you mean province?",
	}
	for line, want := range cases {
		_, s, err := runScript(t, cities+line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
		if d, err := s.Panel(""); err != nil || len(d.Panel.Names()) != 4 {
			t.Errorf("%s changed the panel: %v", line, err)
		}
	}
}

// The template of a policy without a list can be written, filled in and joined.
func TestPolicyTemplate(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile("testdata/cities.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cities.csv"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	s := session.New(dir)
	s.NoFigures = true
	if _, err := runIn(t, s, cities+"%policy list smart_city out=smart.csv"); err != nil {
		t.Fatal(err)
	}
	form, err := os.ReadFile(filepath.Join(dir, "smart.csv"))
	if err != nil || !strings.Contains(string(form), "2013-08") {
		t.Fatalf("%s %v", form, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "smart.csv"), append(form, "襄阳市,2013,,\n"...), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := runIn(t, s, "%policy join smart_city file=smart.csv as=sc")
	if err != nil {
		t.Fatal(err)
	}
	if j := out[0].Result.(*command.PolicyJoin); j.Treated != 1 || j.Matched != 3 {
		t.Errorf("%+v", j)
	}
}
