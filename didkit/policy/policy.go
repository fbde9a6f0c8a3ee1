// Package policy holds tables of Chinese pilot policies, as facts with the notice that each row stands in, and joins
// them to panels of cities by name or code.
package policy

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Level is what kind of unit a notice names.
type Level string

const (
	Province Level = "province"
	City     Level = "city" // of prefecture level, municipalities included
	County   Level = "county"
	District Level = "district"
)

// Unit is one row of a notice.
type Unit struct {
	Batch   int    `json:"batch"`
	Year    int    `json:"year"` // of the notice; of carbon trading, in which trading began
	Name    string `json:"unit"`
	Level   Level  `json:"level"`
	Within  string `json:"within,omitempty"` // code of the city that a county or district lies in
	Code    string `json:"code,omitempty"`   // of a city
	Source  string `json:"source"`
	Checked string `json:"checked"` // two_sources, one_source or recalled: how far the row was verified
}

// Policy is one pilot policy.
type Policy struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	TitleZH string `json:"title_zh"`
	Note    string `json:"note,omitempty"`
	NoteZH  string `json:"note_zh,omitempty"`
	Units   []Unit `json:"units"` // none: no list could be verified
	Dates   []Date `json:"dates,omitempty"`
}

// Date is an announcement of a policy without a list.
type Date struct {
	Batch int    `json:"batch"`
	When  string `json:"when"` // 2013-01
}

// ForJoin tells whether there are units to join.
func (p *Policy) ForJoin() bool { return len(p.Units) > 0 }

// HasProvinces tells whether notices name whole provinces.
func (p *Policy) HasProvinces() bool {
	return slices.ContainsFunc(p.Units, func(u Unit) bool { return u.Level == Province })
}

//go:embed facts/pilots.csv
var pilotsCSV []byte

var heads = []Policy{
	{Name: "low_carbon", Title: "Low-carbon pilots", TitleZH: "低碳试点",
		Note:   "Three batches, noticed in July 2010, November 2012 and January 2017. Papers code them in two ways: a province's pilot makes pilots of all its cities, or only cities named themselves are. The second batch is dated 2012 or 2013.",
		NoteZH: "三批，分别于 2010 年 7 月、2012 年 11 月、2017 年 1 月发文。文献有两种编码：省级试点扩展至所辖全部城市，或仅计入本身列名的城市。第二批有记 2012 年者，也有记 2013 年者。"},
	{Name: "broadband_china", Title: "Broadband China demonstration cities", TitleZH: "“宽带中国”示范城市",
		Note: "39 cities or groups of cities a year; that of Changsha, Zhuzhou and Xiangtan counts as one in the notice of 2014.", NoteZH: "每年 39 个城市（群）；2014 年长株潭城市群按一个计。"},
	{Name: "carbon_trading", Title: "Carbon trading pilots", TitleZH: "碳排放权交易试点",
		Note: "The year is that in which trading began; the notice to prepare dates from October 2011.", NoteZH: "年份为交易启动年份；筹备通知发布于 2011 年 10 月。"},
	{Name: "smart_city", Title: "Smart city pilots", TitleZH: "国家智慧城市试点",
		Note:   "Announced in January 2013, August 2013 and April 2015, many of the units districts, counties and towns. No list could be verified here, so none is given: fill in the template and join it with file=.",
		NoteZH: "分别于 2013 年 1 月、2013 年 8 月、2015 年 4 月公布，其中许多为区、县、镇。此处未能核实名单，故不提供：请填写模板并以 file= 连接。",
		Dates:  []Date{{1, "2013-01"}, {2, "2013-08"}, {3, "2015-04"}}},
}

// All are the policies, in a fixed order.
var All = sync.OnceValue(func() []Policy {
	all := slices.Clone(heads)
	rows, err := csv.NewReader(bytes.NewReader(pilotsCSV)).ReadAll()
	if err != nil {
		panic(err) // our own file
	}
	for _, r := range rows[1:] {
		i := slices.IndexFunc(all, func(p Policy) bool { return p.Name == r[0] })
		batch, _ := strconv.Atoi(r[1])
		year, _ := strconv.Atoi(r[2])
		all[i].Units = append(all[i].Units, Unit{Batch: batch, Year: year, Name: r[3], Level: Level(r[4]), Within: r[5], Code: r[6], Source: r[7], Checked: r[8]})
	}
	return all
})

// Names lists them.
func Names() []string {
	var out []string
	for _, p := range All() {
		out = append(out, p.Name)
	}
	return out
}

// Unknown is the error for a policy that is not here.
type Unknown struct{ Name string }

func (e *Unknown) Error() string {
	s := fmt.Sprintf("no policy %q", e.Name)
	if near := suggest.Phrase(e.Name, Names()); near != "" {
		return s + near
	}
	return s + "; there are " + strings.Join(Names(), ", ")
}

// Find finds a policy by name; - and _ are the same. The error is an *Unknown.
func Find(name string) (*Policy, error) {
	key := strings.ReplaceAll(strings.ToLower(name), "-", "_")
	for _, p := range All() {
		if p.Name == key {
			return &p, nil
		}
	}
	return nil, &Unknown{name}
}

// Template is an empty list in the form that Read takes, with the announcements' dates.
func (p *Policy) Template() string {
	var b strings.Builder
	b.WriteString("# " + p.Title + ": one row a unit; year is that of the first treatment, level province, city, county or district.\n")
	for _, d := range p.Dates {
		fmt.Fprintf(&b, "# batch %d was announced in %s\n", d.Batch, d.When)
	}
	b.WriteString("unit,year,level,source\n")
	return b.String()
}

// Read reads a list of one's own: CSV with the columns unit and year and, if there are any, level (city without it) and
// source; lines that begin with # are comments. Errors say the line.
func Read(r io.Reader, name string) (*Policy, error) {
	c := csv.NewReader(r)
	c.Comment, c.TrimLeadingSpace, c.FieldsPerRecord = '#', true, -1
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("%s is empty; it needs the columns unit and year", name)
	}
	at := map[string]int{}
	known := []string{"unit", "year", "level", "source"}
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))
		if !slices.Contains(known, h) {
			return nil, fmt.Errorf("%s: unknown column %q%s", name, h, orKnown(h, known))
		}
		at[h] = i
	}
	for _, need := range known[:2] {
		if _, ok := at[need]; !ok {
			return nil, fmt.Errorf("%s has no column %s", name, need)
		}
	}
	p := &Policy{Name: name, Title: name, TitleZH: name}
	for {
		row, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := c.FieldPos(0)
		cell := func(what string) string {
			if i, ok := at[what]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		u := Unit{Name: cell("unit"), Level: City, Source: cell("source"), Checked: "yours"}
		if u.Name == "" {
			return nil, fmt.Errorf("%s, line %d: the unit has no name", name, line)
		}
		if u.Year, err = strconv.Atoi(cell("year")); err != nil || u.Year < 1900 || u.Year > 2200 {
			return nil, fmt.Errorf("%s, line %d: %q is no year", name, line, cell("year"))
		}
		if l := cell("level"); l != "" {
			levels := []string{"province", "city", "county", "district"}
			if !slices.Contains(levels, l) {
				return nil, fmt.Errorf("%s, line %d: level is %q%s", name, line, l, orKnown(l, levels))
			}
			u.Level = Level(l)
		}
		if u.Level == City {
			if place, ok := Lookup(u.Name); ok {
				u.Code = place.Code
			}
		}
		p.Units = append(p.Units, u)
	}
	if len(p.Units) == 0 {
		return nil, fmt.Errorf("%s names no unit yet", name)
	}
	return p, nil
}

func orKnown(word string, known []string) string {
	if near := suggest.Phrase(word, known); near != "" {
		return near
	}
	return "; there are " + strings.Join(known, ", ")
}
