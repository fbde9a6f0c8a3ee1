package wording_test

import (
	"fmt"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

func ExampleLabels_Term() {
	labels := wording.Labels{"DID": "Dual pilot", "PGDP": "GDP per head", "l(DID, 1)": "Dual pilot, lagged"}
	for _, term := range []string{"DID", "DID:PGDP", "year::2010", "year::2010:DID", "l(DID, 1)", "`my var`", "I(x^2)"} {
		label, bare := labels.Term(term)
		fmt.Println(label, bare)
	}
	// Output:
	// Dual pilot false
	// Dual pilot × GDP per head false
	// year = 2010 true
	// year = 2010 × Dual pilot false
	// Dual pilot, lagged false
	// my var true
	// I(x^2) true
}

func ExampleMergeTerms() {
	fmt.Println(wording.MergeTerms([]string{"DID"}, []string{"DID", "x", "z"}, []string{"SC", "x", "z"}, []string{"LCC", "x", "w"}))
	// Output: [DID SC LCC x z w]
}

func ExampleLanguage_StandardErrors() {
	v := regress.VcovInfo{Type: "cluster", By: []string{"city", "year"}, Clusters: []int{298, 18}}
	fmt.Println(wording.English.StandardErrors(v, nil))
	fmt.Println(wording.Chinese.StandardErrors(v, wording.Labels{"city": "城市", "year": "年份"}))
	// Output:
	// Standard errors are clustered by city and year (298 and 18 clusters).
	// 标准误聚类到城市和年份层面（分别为298和18个聚类）。
}

func TestTermLabels(t *testing.T) {
	for _, c := range []struct {
		term, want string
	}{
		{"", ""}, {":", " × "}, {"a::b", "a = b"}, {"a::b:c", "a = b × c"}, {"`a:b`:c", "a:b × c"}, {"f(a:b)", "f(a:b)"},
		{"年份::2010", "年份 = 2010"}, {"``", "``"},
	} {
		if got, _ := wording.Labels(nil).Term(c.term); got != c.want {
			t.Errorf("Term(%q) = %q, want %q", c.term, got, c.want)
		}
	}
}

func TestStandardErrors(t *testing.T) {
	for _, c := range []struct {
		v      regress.VcovInfo
		en, zh string
	}{
		{regress.VcovInfo{}, "", ""},
		{regress.VcovInfo{Type: "iid"}, "Standard errors are classical (iid).", "标准误按独立同分布计算。"},
		{regress.VcovInfo{Type: "other", By: []string{"lat", "lon"}}, "Standard errors are other(lat, lon).", "标准误为other(lat, lon)。"},
		{regress.VcovInfo{Type: "conley", Space: &regress.SpatialInfo{Lat: "lat", Lon: "lon", Cutoff: 200, Distance: vcov.Spherical}}, "Standard errors are spatial (Conley 1999; uniform kernel of 200 km, spherical distances).", "标准误为空间标准误（Conley 1999；200 公里均匀核，球面距离）。"},
		{regress.VcovInfo{Type: "dk", Serial: &regress.SerialInfo{Time: "year", Lag: 2}}, "Standard errors are Driscoll & Kraay's (Bartlett kernel over year, lag 2).", "标准误为 Driscoll-Kraay 标准误（year的 Bartlett 核，滞后 2 期）。"},
		{regress.VcovInfo{Type: "CR2", By: []string{"city"}, Clusters: []int{30}}, "Standard errors are clustered by city, corrected for leverage (CR2), with Satterthwaite's degrees of freedom (30 clusters).", "标准误聚类到city层面并按杠杆值修正（CR2），自由度用 Satterthwaite 近似（30个聚类）。"},
		{regress.VcovInfo{Type: "cluster", By: []string{"city"}, Clusters: []int{298}}, "Standard errors are clustered by city (298 clusters).", "标准误聚类到city层面（298个聚类）。"},
	} {
		if got := wording.English.StandardErrors(c.v, nil); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
		if got := wording.Chinese.StandardErrors(c.v, nil); got != c.zh {
			t.Errorf("got %q, want %q", got, c.zh)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 5364: "5,364", -5364: "-5,364", -999: "-999", 12345678: "12,345,678"} {
		if got := wording.Count(n, wording.English); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
