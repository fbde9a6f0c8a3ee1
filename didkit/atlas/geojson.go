package atlas

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Shape is a unit's boundary: rings of longitude and latitude, counter-clockwise around land and clockwise around holes.
type Shape struct {
	Name  string // the key's value
	Rings [][][2]float64
}

type geoFeature struct {
	Type       string         `json:"type"`
	ID         any            `json:"id"`
	Properties map[string]any `json:"properties"`
	Geometry   *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

// keys are properties that name a unit, in the order in which they are tried.
var keys = []string{"name", "NAME", "Name", "city", "City", "市", "地名", "adcode", "code", "gb", "id"}

// ReadGeoJSON reads the polygons of a feature collection (RFC 7946), each named by the property key, or by the first of
// the usual ones that every feature has. Coordinates must be degrees.
func ReadGeoJSON(data []byte, key string) ([]Shape, error) {
	var c struct {
		Type     string       `json:"type"`
		Features []geoFeature `json:"features"`
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("it is no GeoJSON (%s)", strings.TrimPrefix(err.Error(), "json: "))
	}
	if c.Type != "FeatureCollection" || len(c.Features) == 0 {
		return nil, fmt.Errorf("it is no GeoJSON feature collection with a feature")
	}
	key, err := keyOf(c.Features, key)
	if err != nil {
		return nil, err
	}
	var out []Shape
	for i, f := range c.Features {
		if f.Geometry == nil {
			continue
		}
		s := Shape{Name: propertyText(f, key)}
		var polygons [][][][]float64
		switch f.Geometry.Type {
		case "Polygon":
			var one [][][]float64
			err = json.Unmarshal(f.Geometry.Coordinates, &one)
			polygons = append(polygons, one)
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons)
		default: // points and lines are no boundaries
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("the coordinates of feature %d (%s) can't be read", i+1, s.Name)
		}
		for _, polygon := range polygons {
			for k, ring := range polygon {
				var r [][2]float64
				for _, q := range ring {
					if len(q) < 2 {
						return nil, fmt.Errorf("the coordinates of feature %d (%s) can't be read", i+1, s.Name)
					}
					if q[0] < -180 || q[0] > 180 || q[1] < -90 || q[1] > 90 {
						return nil, fmt.Errorf("the coordinates of feature %d (%s) are no degrees: %g, %g; export the file in longitude and latitude (EPSG:4326)", i+1, s.Name, q[0], q[1])
					}
					r = append(r, [2]float64{q[0], q[1]})
				}
				if (turning(r) > 0) != (k == 0) {
					slices.Reverse(r)
				}
				s.Rings = append(s.Rings, r)
			}
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("it holds no polygon")
	}
	return out, nil
}

// turning is twice a ring's area, positive if it runs counter-clockwise.
func turning(r [][2]float64) float64 {
	sum := 0.0
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum
}

// keyOf is the property that names units.
func keyOf(features []geoFeature, asked string) (string, error) {
	has := func(key string) bool {
		return !slices.ContainsFunc(features, func(f geoFeature) bool { return f.Geometry != nil && propertyText(f, key) == "" })
	}
	if asked != "" {
		if has(asked) {
			return asked, nil
		}
		var all []string
		for k := range features[0].Properties {
			all = append(all, k)
		}
		slices.Sort(all)
		hint := suggest.Phrase(asked, all)
		if hint == "" {
			hint = "; there are " + strings.Join(all, ", ")
		}
		return "", fmt.Errorf("its features have no property %q%s", asked, hint)
	}
	for _, k := range keys {
		if has(k) {
			return k, nil
		}
	}
	return "", fmt.Errorf("none of its properties is a usual name of units; say key=")
}

func propertyText(f geoFeature, key string) string {
	v, ok := f.Properties[key]
	if !ok && key == "id" {
		v = f.ID
	}
	switch x := v.(type) {
	case string:
		return strings.TrimSpace(x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return ""
}
