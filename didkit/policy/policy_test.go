package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/didkit/policy"
)

func ExamplePolicy_Join() {
	p, err := policy.Find("low_carbon")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range []policy.Rule{policy.Listed, policy.ByProvince} {
		j, err := p.Join([]string{"襄樊", "广州市", "420100", "承德", "襄杨"}, policy.Options{Rule: rule})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(rule, j.Years, j.Unmatched)
	}
	// Output:
	// listed [0 2012 2012 0 -1] [{襄杨 [襄阳市]}]
	// province [2010 2010 2010 0 -1] [{襄杨 [襄阳市]}]
}

// The notices name 13, 29 and 45 units; 39 cities or groups of cities a year, Changsha, Zhuzhou and Xiangtan three
// rows for one of them; eight markets.
func TestNoticesAreWhole(t *testing.T) {
	want := map[string]map[int]int{
		"low_carbon": {2010: 13, 2012: 29, 2017: 45}, "broadband_china": {2014: 39 + 2, 2015: 39, 2016: 39}, "carbon_trading": {2013: 5, 2014: 2, 2016: 1}, "smart_city": {},
	}
	for _, p := range policy.All() {
		got := map[int]int{}
		for _, u := range p.Units {
			got[u.Year]++
			if u.Level == policy.City {
				place, ok := policy.Lookup(u.Code)
				if !ok || place.Name != u.Name {
					t.Errorf("%s: %s has the code %s of %s", p.Name, u.Name, u.Code, place.Name)
				}
			}
			if u.Within != "" {
				if _, ok := policy.Lookup(u.Within); !ok {
					t.Errorf("%s lies in %s, which is no city's code", u.Name, u.Within)
				}
			}
			if u.Source == "" || u.Checked == "" {
				t.Errorf("%s has no source", u.Name)
			}
		}
		if d := cmp.Diff(want[p.Name], got); d != "" {
			t.Errorf("%s: %s", p.Name, d)
		}
	}
}

// Cohorts over all 337 cities, as a crosswalk of cities coded by year has them.
func TestCohortsOfAllCities(t *testing.T) {
	var all []string
	for _, p := range policy.Places() {
		all = append(all, p.Name)
	}
	cases := []struct {
		policy string
		o      policy.Options
		want   []policy.Cohort
	}{
		{"low_carbon", policy.Options{Rule: policy.ByProvince}, []policy.Cohort{{2010, 81}, {2012, 27}, {2017, 28}}},
		{"low_carbon", policy.Options{Rule: policy.Listed}, []policy.Cohort{{2010, 8}, {2012, 27}, {2017, 35}}},
		{"low_carbon", policy.Options{Rule: policy.Listed, Redated: map[int]int{2012: 2013}}, []policy.Cohort{{2010, 8}, {2013, 27}, {2017, 35}}},
		{"broadband_china", policy.Options{}, []policy.Cohort{{2014, 39}, {2015, 36}, {2016, 37}}},
		{"carbon_trading", policy.Options{Rule: policy.ByProvince}, []policy.Cohort{{2013, 24}, {2014, 14}, {2016, 9}}},
	}
	for _, c := range cases {
		p, err := policy.Find(c.policy)
		if err != nil {
			t.Fatal(err)
		}
		j, err := p.Join(all, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, j.Cohorts); d != "" || j.Matched != 337 || len(j.Unmatched) > 0 {
			t.Errorf("%s %+v: %s; %d matched", c.policy, c.o, d, j.Matched)
		}
	}
}

// Names with and without 市, of today and of old, and codes lead to the same city; a province's name is none.
func TestLookup(t *testing.T) {
	for name, want := range map[string]string{
		"襄阳市": "襄阳市", "襄阳": "襄阳市", "襄樊": "襄阳市", "襄樊市": "襄阳市", "420600": "襄阳市", "4206": "襄阳市", "思茅地区": "普洱市", "普洱": "普洱市", "淮阴": "淮安市",
		"延边": "延边朝鲜族自治州", "恩施州": "恩施土家族苗族自治州", "延边州": "延边朝鲜族自治州", "广州": "广州市", "广": "", "恩施": "恩施土家族苗族自治州", "阿坝": "阿坝藏族羌族自治州", "大兴安岭": "大兴安岭地区", "毕节地区": "毕节市", " 北 京 ": "北京市", "海西": "海西蒙古族藏族自治州",
		"伊犁": "伊犁哈萨克自治州", "吉林": "吉林市", "吉林省": "", "湖北": "", "": "", "市": "", "呼伦贝尔盟": "呼伦贝尔市", "巴音郭楞": "巴音郭楞蒙古自治州", "德宏": "德宏傣族景颇族自治州",
	} {
		if got, _ := policy.Lookup(name); got.Name != want {
			t.Errorf("%q is %q, want %q", name, got.Name, want)
		}
	}
	seen := map[string]bool{}
	for _, p := range policy.Places() {
		if seen[p.Code] || len(p.Code) != 6 {
			t.Errorf("%s: code %s", p.Name, p.Code)
		}
		seen[p.Code] = true
		if q, ok := policy.Lookup(p.Name); !ok || q != p && q.Code != p.Code {
			t.Errorf("%s leads to %s", p.Name, q.Name)
		}
	}
}

func TestErrors(t *testing.T) {
	if _, err := policy.Find("low_carbn"); err == nil || err.Error() != `no policy "low_carbn"; did you mean low_carbon?` {
		t.Error(err)
	}
	p, _ := policy.Find("carbon-trading")
	var rule *policy.NeedsRule
	if _, err := p.Join([]string{"北京"}, policy.Options{}); !errors.As(err, &rule) {
		t.Error(err)
	}
	smart, _ := policy.Find("smart_city")
	for _, c := range []struct{ csv, want string }{
		{"", "is empty"},
		{"city,year\n", `unknown column "city"`},
		{"unti,year\n", `unknown column "unti"; did you mean unit?`},
		{"unit\nx\n", "has no column year"},
		{"unit,year\n襄阳,201\n", `line 2: "201" is no year`},
		{"unit,year\n,2013\n", "line 2: the unit has no name"},
		{"unit,year,level\n襄阳,2013,town\n", `line 2: level is "town"; there are province, city, county, district`},
		{smart.Template(), "names no unit yet"},
	} {
		if _, err := policy.Read(strings.NewReader(c.csv), "mine.csv"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.csv, err, c.want)
		}
	}
	own, err := policy.Read(strings.NewReader(smart.Template()+"襄樊,2013,,\n武汉市江岸区,2013,district,\n"), "mine.csv")
	if err != nil {
		t.Fatal(err)
	}
	j, err := own.Join([]string{"襄阳", "武汉"}, policy.Options{})
	if err != nil || j.Years[0] != 2013 || j.Years[1] != 0 || len(j.Absent) != 1 {
		t.Errorf("%+v %v", j, err)
	}
}
