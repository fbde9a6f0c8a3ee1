package atlas_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/atlas"
)

func ExampleMap_Classify() {
	m := &atlas.Map{Variable: "x"}
	for i := range 11 {
		m.Units = append(m.Units, atlas.Unit{Values: []float64{float64(i)}})
	}
	if err := m.Classify(); err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range m.Classes {
		fmt.Print(c.Label, " ")
	}
	fmt.Println(m.ClassOf(2), m.ClassOf(2.1), m.ClassOf(10), m.ClassOf(math.NaN()))
	// Output: 0.0–2.0 2.0–4.0 4.0–6.0 6.0–8.0 8.0–10.0 0 1 4 -1
}

// Equal areas on the ground are equal on the map, everywhere (Snyder 1987, § 14).
func TestAlbersKeepsAreas(t *testing.T) {
	p := atlas.ProjectionOf(73, 135, 18, 54)
	area := func(lon, lat float64) float64 { // of a small quadrangle on the map, per area on the ground
		const d = 1e-4
		x0, y0 := p.At(lon, lat)
		x1, y1 := p.At(lon+d, lat)
		x2, y2 := p.At(lon, lat+d)
		rad := math.Pi / 180
		return ((x1-x0)*(y2-y0) - (x2-x0)*(y1-y0)) / (d * rad * d * rad * math.Cos(lat*rad))
	}
	for _, q := range [][2]float64{{75, 20}, {104, 36}, {130, 50}, {120, 18}, {90, 53}} {
		if a := area(q[0], q[1]); math.Abs(a-1) > 1e-5 {
			t.Errorf("area at %v is %v of that on the ground", q, a)
		}
	}
	if x, y := p.At(104, 36); math.Abs(x) > 1e-12 || math.Abs(y) > 1e-12 {
		t.Errorf("the middle stands at %v, %v", x, y)
	}
	if x, y := atlas.ProjectionOf(-10, 10, -5, 5).At(10, 0); math.Abs(x-10*math.Pi/180) > 1e-3 || y != 0 {
		t.Errorf("near the equator: %v, %v", x, y)
	}
}

func TestFewValuesAreTheirOwnClasses(t *testing.T) {
	m := &atlas.Map{Variable: "d", Units: []atlas.Unit{{Values: []float64{0, 1, math.NaN()}}, {Values: []float64{0, 0, 1}}}}
	if err := m.Classify(); err != nil || len(m.Classes) != 2 || m.Classes[1].Label != "1" || m.ClassOf(0) != 0 || m.ClassOf(1) != 1 {
		t.Errorf("%+v %v", m.Classes, err)
	}
	if err := (&atlas.Map{Variable: "d", Units: []atlas.Unit{{Values: []float64{math.NaN()}}}}).Classify(); err == nil {
		t.Error("a map without a value is no error")
	}
}

func TestGeoJSON(t *testing.T) {
	file := `{"type": "FeatureCollection", "features": [
	{"type": "Feature", "properties": {"name": "A", "code": 110000}, "geometry": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]],[[0.5,0.1],[0.6,0.1],[0.6,0.2],[0.5,0.1]]]}},
	{"type": "Feature", "properties": {"name": "B", "code": 120000}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[2,0],[3,0],[3,1],[2,0]]],[[[4,0],[5,0],[5,1],[4,0]]]]}},
	{"type": "Feature", "properties": {"name": "C", "code": 1}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}`
	for key, want := range map[string]string{"": "A", "code": "110000"} {
		s, err := atlas.ReadGeoJSON([]byte(file), key)
		if err != nil || len(s) != 2 || s[0].Name != want || len(s[0].Rings) != 2 || len(s[1].Rings) != 2 {
			t.Errorf("%q: %+v %v", key, s, err)
		}
	}
	s, _ := atlas.ReadGeoJSON([]byte(file), "")
	if hole := s[0].Rings[1]; hole[1] == [2]float64{0.6, 0.1} {
		t.Errorf("the hole runs as the land around it: %v", hole)
	}
	cases := []struct{ file, key, want string }{
		{"x", "", "it is no GeoJSON"},
		{`{"type": "Feature"}`, "", "no GeoJSON feature collection"},
		{file, "nam", `no property "nam"; did you mean name?`},
		{strings.ReplaceAll(file, "[1,1]", "[400000,4000000]"), "", "are no degrees"},
		{strings.ReplaceAll(file, `"Polygon", "coordinates": [[[0,0]`, `"Polygon", "coordinates": [[["a",0]`), "", "coordinates of feature 1 (A) can't be read"},
		{`{"type": "FeatureCollection", "features": [{"properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}`, "", "no polygon"},
		{`{"type": "FeatureCollection", "features": [{"properties": {"xyz": "A"}, "geometry": {"type": "Polygon", "coordinates": []}}]}`, "", "say key="},
	}
	for _, c := range cases {
		if _, err := atlas.ReadGeoJSON([]byte(c.file), c.key); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// Below zero a range is no dash between minus signs.
func TestClassesBelowZero(t *testing.T) {
	m := atlas.Map{Variable: "y"}
	for i := range 11 {
		m.Units = append(m.Units, atlas.Unit{Values: []float64{float64(i) - 5}})
	}
	if err := m.Classify(); err != nil {
		t.Fatal(err)
	}
	if got := m.Classes[0].Label; got != "−5.0 … −3.0" {
		t.Error(got)
	}
}
