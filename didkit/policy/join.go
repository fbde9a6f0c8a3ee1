package policy

import (
	"fmt"
	"slices"
)

// Rule says whether a province's pilot is one of its cities.
type Rule string

const (
	Listed      Rule = "listed"   // only cities that a notice names themselves
	ByProvince  Rule = "province" // every city of a province that a notice names, from the earliest year
	NoRuleAsked Rule = ""
)

// Options choose a coding.
type Options struct {
	Rule    Rule
	Parts   bool        // a county or district that is a pilot makes one of its city
	Redated map[int]int // notices of one year count as of another: 2012 → 2013
}

// NeedsRule is the error for a policy that names provinces, joined without a rule.
type NeedsRule struct{ Policy string }

func (e *NeedsRule) Error() string {
	return fmt.Sprintf("%s names provinces, and papers differ in what that makes of their cities; say rule=province (all cities of a pilot province) or rule=listed (cities named themselves only)", e.Policy)
}

// Adoption is a policy's first year in a city, and the unit that made it one.
type Adoption struct {
	Year int
	By   Unit
}

// Joined is what joining a policy to cities gave.
type Joined struct {
	Policy    string      `json:"policy"`
	Rule      Rule        `json:"rule"`
	Matched   int         `json:"matched"`   // of the panel's cities
	Treated   int         `json:"treated"`   // of those
	Cohorts   []Cohort    `json:"cohorts"`   // by year
	Unmatched []Unmatched `json:"unmatched"` // cities of the panel that are none
	Absent    []Unit      `json:"absent"`    // units of the policy that no city of the panel took up
	Twice     []string    `json:"twice,omitempty"`

	Years []int `json:"-"` // a city: first year, 0 never, -1 not matched
}

// Cohort counts the cities that begin in a year.
type Cohort struct {
	Year   int `json:"year"`
	Cities int `json:"cities"`
}

// Unmatched is a name that is no city's.
type Unmatched struct {
	Name    string   `json:"name"`
	Nearest []string `json:"nearest"`
}

// Join finds the first year of each of the cities, named or coded in any way that Lookup knows, or as a county that a
// notice names. The error is a *NeedsRule.
func (p *Policy) Join(cities []string, o Options) (*Joined, error) {
	if o.Rule == NoRuleAsked {
		if p.HasProvinces() {
			return nil, &NeedsRule{p.Name}
		}
		o.Rule = Listed
	}
	j := &Joined{Policy: p.Name, Rule: o.Rule, Years: make([]int, len(cities))}
	used := make([]bool, len(p.Units))
	seen := map[string]string{}
	cohorts := map[int]int{}
	for i, name := range cities {
		place, ok := Lookup(name)
		year := p.yearOf(name, place, ok, o, used)
		if !ok && year == 0 {
			j.Unmatched = append(j.Unmatched, Unmatched{name, Nearest(name)})
			j.Years[i] = -1
			continue
		}
		if ok {
			if other, twice := seen[place.Code]; twice {
				j.Twice = append(j.Twice, other+" = "+name)
			}
			seen[place.Code] = name
		}
		j.Matched++
		if j.Years[i] = year; year > 0 {
			j.Treated++
			cohorts[year]++
		}
	}
	for year, n := range cohorts {
		j.Cohorts = append(j.Cohorts, Cohort{year, n})
	}
	slices.SortFunc(j.Cohorts, func(a, b Cohort) int { return a.Year - b.Year })
	for i, u := range p.Units {
		if !used[i] {
			j.Absent = append(j.Absent, u)
		}
	}
	return j, nil
}

// yearOf is the earliest year in which a unit of the policy covers the city, 0 for none.
func (p *Policy) yearOf(name string, place Place, known bool, o Options, used []bool) int {
	first := 0
	for i, u := range p.Units {
		covers := false
		switch {
		case u.Level == City && u.Code != "":
			covers = known && u.Code == place.Code
		case u.Level == Province:
			covers = known && o.Rule == ByProvince && sameProvince(u.Name, place.Province)
		case u.Level == County || u.Level == District:
			covers = u.Name == name || known && o.Parts && u.Within == place.Code
		default:
			covers = u.Name == name
		}
		if !covers {
			continue
		}
		used[i] = true
		year := u.Year
		if to, ok := o.Redated[year]; ok {
			year = to
		}
		if first == 0 || year < first {
			first = year
		}
	}
	return first
}
