// Package checkup looks a user's panel over before the study's notebooks run on it: which columns are missing, and which
// hold what the study does not expect.
package checkup

// column is what the notebooks read, and what they expect of it.
type column struct {
	name    string
	what    string
	kind    kind
	needed  bool    // no notebook runs without it
	low     float64 // plausible range; both 0: any
	high    float64
	replace string // what can make it, where something can
	only    string // the one notebook that reads it, where the others run without
}

type kind uint8

const (
	number kind = iota
	binary
	year // an adoption year, empty where never
	index
)

// study lists the columns of data/dual-pilot.csv that the notebooks use.
var study = []column{
	{name: "city", what: "the unit", kind: index, needed: true},
	{name: "year", what: "the period", kind: index, needed: true},
	{name: "DIA", what: "digital industry agglomeration, a location quotient", kind: number, needed: true, high: 50, replace: "%gen DIA = lq(employed_digital, employed_all)"},
	{name: "employed_digital", what: "employment of the digital industry", kind: number, high: 1e9, only: "01-data"},
	{name: "employed_all", what: "all employment", kind: number, high: 1e9, only: "01-data"},
	{name: "DID", what: "in both pilots: 0, and 1 from the year on", kind: binary, needed: true, replace: "%gen DID = post(adopt_dual)"},
	{name: "SC", what: "smart-city pilot: 0, and 1 from the year on", kind: binary, needed: true, replace: "%gen SC = post(adopt_sc)"},
	{name: "LCC", what: "low-carbon pilot: 0, and 1 from the year on", kind: binary, needed: true, replace: "%gen LCC = post(adopt_lcc)"},
	{name: "DTI", what: "log of digital patents", kind: number, needed: true, low: -1, high: 20},
	{name: "GTI", what: "log of green patents", kind: number, needed: true, low: -1, high: 20},
	{name: "HC", what: "students over population", kind: number, needed: true, high: 1},
	{name: "PGDP", what: "log of income a head", kind: number, needed: true, low: 4, high: 16},
	{name: "FINDEV", what: "deposits and loans over GDP", kind: number, needed: true, high: 100},
	{name: "OPEN", what: "foreign investment over GDP", kind: number, needed: true, high: 100},
	{name: "GOVSUP", what: "science's share of public spending", kind: number, needed: true, high: 1},
	{name: "MKTZ", what: "marketisation index", kind: number, needed: true, low: -10, high: 50},
	{name: "URB", what: "urban share of the population", kind: number, needed: true, high: 1},
	{name: "PM25", what: "fine particles, µg/m³", kind: number, needed: true, high: 500},
	{name: "BN", what: "Broadband China: 0, and 1 from the year on", kind: binary, needed: true},
	{name: "ET", what: "carbon trading: 0, and 1 from the year on", kind: binary, needed: true},
	{name: "adopt_dual", what: "year of the second pilot, empty where never", kind: year, needed: true},
	{name: "adopt_sc", what: "year of the smart-city pilot, empty where never", kind: year},
	{name: "adopt_lcc", what: "year of the low-carbon pilot, empty where never", kind: year},
}
