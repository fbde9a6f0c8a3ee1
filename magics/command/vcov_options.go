package command

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// vcovOption is key=value inside the parentheses of vcov=.
type vcovOption struct {
	name, value string
	key, at     lang.Text
}

// vcovKeys are the options of each covariance and inference.
var vcovKeys = map[string][]string{
	"wildboot": {"reps", "weights", "null", "seed"},
	"nw":       {"lag", "unit", "time"},
	"dk":       {"lag", "time"},
	"conley":   {"distance"},
	// and of inf=
	"ri":          {"reps", "seed", "stat", "assign"},
	"fermanpinto": {"reps", "seed", "size", "cluster"},
}

// vcovOptions takes the options out of what stands inside the parentheses.
func (c *call) vcovOptions(name lang.Text, inside []lang.Text) (words []lang.Text, options []vcovOption, err error) {
	for _, t := range inside {
		at := -1
		for i, r := range []rune(t.String()) {
			if r == '`' { // a quoted name may hold anything
				break
			}
			if r == '=' {
				at = i
				break
			}
		}
		if at < 0 {
			words = append(words, t)
			continue
		}
		o := vcovOption{key: t.Slice(0, at).TrimSpace(), at: t.Slice(at+1, t.Len()).TrimSpace()}
		o.name, o.value = o.key.String(), o.at.String()
		known := vcovKeys[name.String()]
		switch {
		case !slices.Contains(known, o.name):
			hint := suggest.Phrase(o.name, known)
			if hint == "" && len(known) > 0 {
				hint = "; it has " + strings.Join(known, ", ")
			}
			d := c.textError(t, "%s has no option %q%s", name, o.name, hint)
			d.Suggestions = suggest.Nearest(o.name, known)
			return nil, nil, d
		case o.value == "":
			return nil, nil, c.textError(t, "%s= has no value", o.name)
		case slices.ContainsFunc(options, func(p vcovOption) bool { return p.name == o.name }):
			return nil, nil, c.textError(t, "%s= stands twice", o.name)
		}
		options = append(options, o)
	}
	return words, options, nil
}

// among reads an option that is one of some words.
func (c *call) among(o vcovOption, choices ...string) (string, error) {
	if slices.Contains(choices, o.value) {
		return o.value, nil
	}
	hint := suggest.Phrase(o.value, choices)
	if hint == "" {
		hint = "; it is " + orList(choices)
	}
	d := c.textError(o.at, "%s= can't be %q%s", o.name, o.value, hint)
	d.Suggestions = suggest.Nearest(o.value, choices)
	return "", d
}

// whole reads an option that is a whole number from low to high.
func (c *call) whole(o vcovOption, low, high int) (int, error) {
	n, err := strconv.Atoi(o.value)
	if err != nil {
		return 0, c.textError(o.at, "%s= takes a whole number, not %q", o.name, o.value)
	}
	if n < low || n > high {
		return 0, c.textError(o.at, "%s= is %d; it lies from %d to %d", o.name, n, low, high)
	}
	return n, nil
}

func (c *call) wildOptions(options []vcovOption) (w vcov.Wild, err error) {
	for _, o := range options {
		switch o.name {
		case "reps":
			w.Reps, err = c.whole(o, 1, vcov.MaxReps)
		case "seed":
			var seed int
			seed, err = c.whole(o, 1, 1<<53)
			w.Seed = uint64(seed)
		case "weights":
			var name string
			name, err = c.among(o, string(vcov.Rademacher), string(vcov.Webb), string(vcov.Mammen))
			w.Weights = vcov.WildWeights(name)
		case "null":
			var name string
			name, err = c.among(o, "imposed", "free")
			w.Unrestricted = name == "free"
		}
		if err != nil {
			return w, err
		}
	}
	return w, nil
}

// serialOptions reads nw(2) and dk(lag=2, time=year); unit and time are the panel's unless named.
func (c *call) serialOptions(name lang.Text, inside []lang.Text, options []vcovOption) (s vcov.Serial, err error) {
	if len(inside) > 1 {
		return s, c.textError(inside[1], "%s takes one lag, as in %s(2), and %q stands behind it", name, name, inside[1])
	}
	for _, t := range inside {
		options = append([]vcovOption{{name: "lag", value: t.String(), key: t, at: t}}, options...)
	}
	for _, o := range options {
		switch o.name {
		case "lag":
			if s.Given {
				return s, c.textError(o.at, "%s= stands twice", o.name)
			}
			s.Lag, err = c.whole(o, 0, 1_000_000)
			s.Given = true
		case "unit":
			s.Unit, err = bareName(o.value), c.variablesExist([]lang.Text{o.at})
		case "time":
			s.Time, err = bareName(o.value), c.variablesExist([]lang.Text{o.at})
		}
		if err != nil {
			return s, err
		}
	}
	d, err := c.dataset()
	if err != nil {
		return s, err
	}
	if s.Time == "" {
		s.Time = d.Panel.TimeName()
	}
	if name.String() == string(vcov.DriscollKraay) {
		s.Unit = ""
	} else if s.Unit == "" {
		s.Unit = d.Panel.UnitName()
	}
	return s, nil
}

// spaceOptions reads conley(lat, lon, 200, distance=spherical).
func (c *call) spaceOptions(name lang.Text, inside []lang.Text, options []vcovOption) (s vcov.Space, err error) {
	if len(inside) != 3 {
		return s, c.textError(name, "conley takes latitude, longitude and a cutoff in km, as in conley(lat, lon, 200), not %d words", len(inside))
	}
	if err := c.variablesExist(inside[:2]); err != nil {
		return s, err
	}
	s.Lat, s.Lon = bareName(inside[0].String()), bareName(inside[1].String())
	if longitudeName(s.Lat) && latitudeName(s.Lon) {
		return s, c.textError(inside[0], "%s looks like a longitude, and the latitude comes first: conley(%s, %s, %s)", s.Lat, s.Lon, s.Lat, inside[2])
	}
	if s.Cutoff, err = strconv.ParseFloat(inside[2].String(), 64); err != nil || !(s.Cutoff > 0) || s.Cutoff > 20_100 {
		return s, c.textError(inside[2], "the cutoff of conley is a distance in km of up to 20,000, not %q", inside[2])
	}
	for _, o := range options {
		var d string
		if d, err = c.among(o, string(vcov.Triangular), string(vcov.Spherical)); err != nil {
			return s, err
		}
		s.Distance = vcov.Distance(d)
	}
	return s, nil
}

func longitudeName(s string) bool {
	s = strings.ToLower(s)
	return s == "lng" || s == "long" || s == "x" || strings.HasPrefix(s, "lon") || strings.Contains(s, "经度")
}

func latitudeName(s string) bool {
	s = strings.ToLower(s)
	return s == "y" || strings.HasPrefix(s, "lat") || strings.Contains(s, "纬度")
}
