package command

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/atlas"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/policy"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func mapCommand() *Command {
	return &Command{
		Name: "map", Synopsis: "VAR [year=2006,2014,2023] [bounds=FILE]",
		Short: "a variable on maps side by side, one a year", ShortZH: "变量的分年份地图",
		Words: Variable,
		Keys: []Key{
			{Name: "year", Kind: Plain, Default: "the first, the middle and the last", Doc: "periods to show, joined by commas; at most nine"},
			{Name: "lon", Kind: Variable, Default: "lon, longitude or 经度, if the panel has it", Doc: "longitude in degrees"},
			{Name: "lat", Kind: Variable, Default: "lat, latitude or 纬度, if the panel has it", Doc: "latitude in degrees"},
			{Name: "city", Kind: Variable, Default: "the panel's unit", Doc: "variable with names or codes: of Chinese cities, which stand where their labels do, or of the boundaries' units"},
			{Name: "bounds", Kind: InFile, Doc: "boundaries of one's own: GeoJSON in degrees"},
			{Name: "key", Kind: Plain, Default: "name, adcode or another usual one", Doc: "property of the boundaries that names a unit"},
			dataKey, asKey("map"),
		},
		Help: "Units are discs at their coordinates, or filled boundaries with bounds=. Few distinct values have a colour each, more are cut into fifths of all values shown, the same for all years; darker is larger. " +
			"The projection keeps areas. No boundaries come with didnb: take those that your journal accepts.\n" +
			"Without coordinates, Chinese cities of prefecture level are placed by name (with or without 市, of today or before) or code. Units without a place are listed.",
		Example: "%panel load data/yearbook/employment.csv unit=地区 time=年份\n%map `全部从业人员(万人)`",
		run:     runMap,
	}
}

func runMap(c *call) (*Output, error) {
	d, word, err := c.variableOf()
	if err != nil {
		return nil, err
	}
	if !d.Panel.IsPanel() {
		return nil, c.missing("%s has no periods; load it with unit= and time=", d.Name)
	}
	values, err := d.Panel.Numbers(bareName(word.Value))
	if err != nil {
		return nil, within(word.Text, err)
	}
	periods, err := c.mapPeriods(d.Panel)
	if err != nil {
		return nil, err
	}
	m := &atlas.Map{Variable: bareName(word.Value), Data: d.Name, Simulated: d.Simulated}
	if v, err := d.Panel.Variable(m.Variable); err == nil {
		m.Label, m.LabelZH = v.Label, v.LabelZH
	}
	for _, t := range periods {
		m.Periods = append(m.Periods, d.Panel.Periods().Label(t))
	}
	units := unitValues(d.Panel, values, periods)
	if err := c.placeUnits(m, d, units); err != nil {
		return nil, err
	}
	if err := m.Classify(); err != nil {
		return nil, within(word.Text, err)
	}
	l := wordingOf(c.session.Language())
	out := c.tableOutput(mapTables(m, l)...)
	out.As, out.Kind, out.Result = c.keep("map", "map", m, d), "map", m
	return out, nil
}

// mapPeriods reads year=: places in the panel's periods.
func (c *call) mapPeriods(p *panel.Panel) ([]int, error) {
	f := p.Periods()
	n := f.Levels()
	a, ok := c.stmt.Key("year")
	if !ok {
		return slices.Compact([]int{0, n / 2, n - 1}), nil
	}
	var labels []string
	for t := range n {
		labels = append(labels, f.Label(t))
	}
	var out []int
	for _, word := range c.list("year") {
		t := slices.Index(labels, word)
		if t < 0 {
			near := suggest.Phrase(word, labels)
			if near == "" {
				near = fmt.Sprintf("; there are %s to %s", labels[0], labels[n-1])
			}
			return nil, c.valueError(a, "no period %q%s", word, near)
		}
		out = append(out, t)
	}
	if len(out) > 9 {
		return nil, c.valueError(a, "%d maps are too many for one figure; show nine at most", len(out))
	}
	return out, nil
}

// unitValues are the variable's values a unit and period shown, NaN where there is none.
func unitValues(p *panel.Panel, values []float64, periods []int) [][]float64 {
	out := make([][]float64, p.Units().Levels())
	for u := range out {
		out[u] = slices.Repeat([]float64{math.NaN()}, len(periods))
	}
	for i, u := range p.Units().Codes {
		for k, t := range periods {
			if int(p.Periods().Codes[i]) == t {
				out[u][k] = values[i]
			}
		}
	}
	return out
}

// placeUnits puts units at boundaries, at coordinates, or where the cities of their names are.
func (c *call) placeUnits(m *atlas.Map, d *session.Dataset, values [][]float64) error {
	names, err := c.placeNames(d)
	if err != nil {
		return err
	}
	a, bounded := c.stmt.Key("bounds")
	if !bounded {
		if a, ok := c.stmt.Key("key"); ok {
			return c.valueError(a, "key= names a property of the boundaries; say bounds=FILE too")
		}
		return c.placePoints(m, d, names, values)
	}
	path := c.session.Path(a.Value)
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return c.valueError(a, "no file %q", a.Value)
	} else if err != nil {
		return c.fileError(a, path, err)
	}
	if m.Shapes, err = atlas.ReadGeoJSON(data, c.text("key")); err != nil {
		return c.valueError(a, "%s: %s", a.Value, err.Error())
	}
	m.Bounded = true
	at := map[string]int{}
	for s, shape := range m.Shapes {
		at[shape.Name] = s
		if place, ok := policy.Lookup(shape.Name); ok {
			at[place.Code] = s
		}
	}
	for u, name := range names {
		s, ok := at[name]
		if place, known := policy.Lookup(name); !ok && known {
			s, ok = at[place.Code]
		}
		if !ok {
			m.Unplaced = append(m.Unplaced, name)
			continue
		}
		m.Units = append(m.Units, atlas.Unit{Name: name, Lon: math.NaN(), Lat: math.NaN(), Shape: s, Values: values[u]})
	}
	if len(m.Units) == 0 {
		return c.valueError(a, "none of the %d units is named in %s (%s …); city= and key= say what names them", len(names), a.Value, m.Shapes[0].Name)
	}
	return nil
}

// placeNames are the names of the panel's units, or what city= says of each first.
func (c *call) placeNames(d *session.Dataset) ([]string, error) {
	f := d.Panel.Units()
	names := make([]string, f.Levels())
	for u := range names {
		names[u] = f.Label(u)
	}
	if !c.has("city") {
		return names, nil
	}
	cities, of, err := c.cities(d)
	if err != nil {
		return nil, err
	}
	seen := make([]bool, len(names))
	for i, u := range f.Codes {
		if !seen[u] && of[i] >= 0 {
			names[u], seen[u] = cities[of[i]], true
		}
	}
	return names, nil
}

func (c *call) placePoints(m *atlas.Map, d *session.Dataset, names []string, values [][]float64) error {
	lon, err := c.coordinate(d.Panel, "lon", "lon", "longitude", "经度")
	if err != nil {
		return err
	}
	lat, err := c.coordinate(d.Panel, "lat", "lat", "latitude", "纬度")
	if err != nil {
		return err
	}
	if (lon == nil) != (lat == nil) {
		return c.missing("a place needs both a longitude and a latitude; say lon= and lat=")
	}
	for u, name := range names {
		x, y := math.NaN(), math.NaN()
		if lon != nil {
			x, y = lon[u], lat[u]
			if math.Abs(x) <= 90 && math.Abs(y) > 90 && math.Abs(y) <= 180 {
				return c.missing("%s stands at longitude %g and latitude %g; are the two swapped?", name, x, y)
			}
			if math.Abs(x) > 180 || math.Abs(y) > 90 {
				return c.missing("the coordinates of %s are no degrees: %g, %g", name, x, y)
			}
		} else if place, ok := policy.Lookup(name); ok {
			x, y = place.Lon, place.Lat
		}
		if math.IsNaN(x) || math.IsNaN(y) {
			m.Unplaced = append(m.Unplaced, name)
			continue
		}
		m.Units = append(m.Units, atlas.Unit{Name: name, Lon: x, Lat: y, Values: values[u]})
	}
	if len(m.Units) == 0 {
		return c.missing("none of the %d units has a place (%s …); lon= and lat= name variables with coordinates, bounds= a file of boundaries, city= a variable with names of Chinese cities", len(names), strings.Join(names[:min(3, len(names))], ", "))
	}
	return nil
}

// coordinate is a variable's first value in each unit; nil without one.
func (c *call) coordinate(p *panel.Panel, key string, usual ...string) ([]float64, error) {
	name, err := c.variable(key)
	if err != nil {
		return nil, err
	}
	for _, s := range usual {
		if name == "" && p.Has(s) {
			name = s
		}
	}
	if name == "" {
		return nil, nil
	}
	x, err := p.Numbers(name)
	if err != nil {
		return nil, err
	}
	out := slices.Repeat([]float64{math.NaN()}, p.Units().Levels())
	for i, u := range p.Units().Codes {
		if math.IsNaN(out[u]) {
			out[u] = x[i]
		}
	}
	return out, nil
}

// mapTables count units by class and year, and list those without a place.
func mapTables(m *atlas.Map, l wording.Language) []*table.Table {
	g := newGrid(append([]string{m.Variable}, m.Periods...)...)
	counts := make([][]int, len(m.Classes)+1)
	for k := range counts {
		counts[k] = make([]int, len(m.Periods))
	}
	for _, u := range m.Units {
		for t, v := range u.Values {
			k := m.ClassOf(v)
			if k < 0 {
				k = len(m.Classes)
			}
			counts[k][t]++
		}
	}
	for k, row := range counts {
		label := l.Pick("no value", "无数值")
		if k < len(m.Classes) {
			label = m.Classes[k].Label
		} else if slices.Max(row) == 0 {
			continue
		}
		cells := []any{label}
		for _, n := range row {
			cells = append(cells, n)
		}
		g.add(cells...)
	}
	g.options = table.GridOptions{Title: l.Pick("Units by class", "各级单位数"), Language: l, Simulated: m.Simulated}
	tables := []*table.Table{g.table()}
	if len(m.Unplaced) > 0 {
		u := newGrid(l.Pick("no place on the map", "未标出"), l.Pick("nearest", "最接近的名称"))
		for _, name := range m.Unplaced {
			near := ""
			if _, known := policy.Lookup(name); !m.Bounded && !known {
				near = strings.Join(policy.Nearest(name), ", ")
			}
			u.add(name, near)
		}
		u.options = table.GridOptions{Language: l, Simulated: m.Simulated}
		tables = append(tables, u.table())
	}
	return tables
}
