package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/atlas"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Cities stand where their names say, or in boundaries that name them in another way; those without a place are listed.
func TestMap(t *testing.T) {
	out, _ := mustRun(t, cities+"%map y year=2009,2013 as=m")
	m := out[1].Result.(*atlas.Map)
	if len(m.Units) != 3 || len(m.Unplaced) != 1 || m.Unplaced[0] != "襄杨" || m.Units[0].Lat < 30 || m.Units[0].Lat > 45 || len(m.Units[0].Values) != 2 {
		t.Errorf("%+v", m)
	}
	if !strings.Contains(out[1].Text, "襄阳市") {
		t.Errorf("no nearest name:\n%s", out[1].Text)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"b.json": `{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"adcode": 420600}, "geometry": {"type": "Polygon", "coordinates": [[[111,31],[113,31],[113,33],[111,31]]]}}]}`,
		"p.csv":  "u,year,lon,lat,x\na,1,10,50,1\na,2,10,50,2\nb,1,11,51,3\nb,2,11,51,4\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile("testdata/cities.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cities.csv"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	s := session.New(dir)
	more, err := runIn(t, s, cities+"%map y bounds=b.json\n%panel load p.csv unit=u time=year as=p\n%map x data=p")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	if b := more[1].Result.(*atlas.Map); !b.Bounded || len(b.Units) != 1 || b.Units[0].Name != "襄樊" || len(b.Unplaced) != 3 || more[1].Figure == nil {
		t.Errorf("%+v", b)
	}
	if p := more[3].Result.(*atlas.Map); len(p.Units) != 2 || p.Units[1].Lon != 11 || len(p.Classes) != 4 {
		t.Errorf("%+v", p)
	}
}

func TestMapErrors(t *testing.T) {
	for line, want := range map[string]string{
		"%map":                     "%map needs a variable",
		"%map z":                   `no variable "z" in panel`,
		"%map y year=2008":         `no period "2008"; did you mean 2009`,
		"%map y key=name":          "key= names a property of the boundaries",
		"%map y bounds=none.json":  `no file "none.json"`,
		"%map y bounds=cities.csv": "cities.csv: it is no GeoJSON",
		"%map y lon=y":             "a place needs both a longitude and a latitude",
		"%map y lon=code lat=y":    "are no degrees",
		"%map y city=y":            "none of the 4 units has a place",
		"%map city":                "holds text",
		"%panel timing y":          "treatment y is 2 in row 2; it must be 0 or 1",
		"%panel timing D":          `no variable "D"`,
		"%panel timing":            "%panel timing needs a variable's name",
	} {
		_, _, err := runScript(t, cities+line)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}
