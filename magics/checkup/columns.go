// Package checkup looks a user's panel over before the study's notebooks run on it: which columns are missing, and which
// hold what the study does not expect.
package checkup

// column is what the notebooks read, and what they expect of it.
type column struct {
	name    string
	what    string
	whatZH  string
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
	{name: "city", what: "the unit", whatZH: "单位", kind: index, needed: true},
	{name: "year", what: "the period", whatZH: "时期", kind: index, needed: true},
	{name: "DIA", what: "digital industry agglomeration, a location quotient", whatZH: "数字产业集聚，区位熵", kind: number, needed: true, high: 50, replace: "%gen DIA = lq(employed_digital, employed_all)"},
	{name: "employed_digital", what: "employment of the digital industry", whatZH: "数字产业就业人数", kind: number, high: 1e9, only: "01-data"},
	{name: "employed_all", what: "all employment", whatZH: "全部就业人数", kind: number, high: 1e9, only: "01-data"},
	{name: "DID", what: "in both pilots: 0, and 1 from the year on", whatZH: "双试点：0，自试点年份起为 1", kind: binary, needed: true, replace: "%gen DID = post(adopt_dual)"},
	{name: "SC", what: "smart-city pilot: 0, and 1 from the year on", whatZH: "智慧城市试点：0，自试点年份起为 1", kind: binary, needed: true, replace: "%gen SC = post(adopt_sc)"},
	{name: "LCC", what: "low-carbon pilot: 0, and 1 from the year on", whatZH: "低碳城市试点：0，自试点年份起为 1", kind: binary, needed: true, replace: "%gen LCC = post(adopt_lcc)"},
	{name: "DTI", what: "log of digital patents", whatZH: "数字专利数的对数", kind: number, needed: true, low: -1, high: 20},
	{name: "GTI", what: "log of green patents", whatZH: "绿色专利数的对数", kind: number, needed: true, low: -1, high: 20},
	{name: "HC", what: "students over population", whatZH: "在校学生占人口之比", kind: number, needed: true, high: 1},
	{name: "PGDP", what: "log of income a head", whatZH: "人均收入的对数", kind: number, needed: true, low: 4, high: 16},
	{name: "FINDEV", what: "deposits and loans over GDP", whatZH: "存贷款余额与 GDP 之比", kind: number, needed: true, high: 100},
	{name: "OPEN", what: "foreign investment over GDP", whatZH: "外商投资与 GDP 之比", kind: number, needed: true, high: 100},
	{name: "GOVSUP", what: "science's share of public spending", whatZH: "科学支出占财政支出之比", kind: number, needed: true, high: 1},
	{name: "MKTZ", what: "marketisation index", whatZH: "市场化指数", kind: number, needed: true, low: -10, high: 50},
	{name: "URB", what: "urban share of the population", whatZH: "城镇人口比重", kind: number, needed: true, high: 1},
	{name: "PM25", what: "fine particles, µg/m³", whatZH: "细颗粒物，µg/m³", kind: number, needed: true, high: 500},
	{name: "BN", what: "Broadband China: 0, and 1 from the year on", whatZH: "“宽带中国”试点：0，自试点年份起为 1", kind: binary, needed: true},
	{name: "ET", what: "carbon trading: 0, and 1 from the year on", whatZH: "碳排放权交易：0，自试点年份起为 1", kind: binary, needed: true},
	{name: "adopt_dual", what: "year of the second pilot, empty where never", whatZH: "第二个试点的年份，从未则空", kind: year, needed: true},
	{name: "adopt_sc", what: "year of the smart-city pilot, empty where never", whatZH: "智慧城市试点的年份，从未则空", kind: year},
	{name: "adopt_lcc", what: "year of the low-carbon pilot, empty where never", whatZH: "低碳城市试点的年份，从未则空", kind: year},
}
