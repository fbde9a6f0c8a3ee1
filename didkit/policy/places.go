package policy

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Place is a city of prefecture level.
type Place struct {
	Code     string // GB/T 2260, six digits
	Name     string // 襄阳市
	Province string
	Lon, Lat float64 // of its label on a map, to 0.01 degrees; NaN if unknown
}

//go:embed facts/cities.csv
var citiesCSV []byte

// Places are the 337 cities of prefecture level and municipalities of today.
var Places = sync.OnceValue(func() []Place {
	rows, err := csv.NewReader(bytes.NewReader(citiesCSV)).ReadAll()
	if err != nil {
		panic(err) // our own file
	}
	var out []Place
	degrees := func(s string) float64 {
		if x, err := strconv.ParseFloat(s, 64); err == nil {
			return x
		}
		return math.NaN()
	}
	for _, r := range rows[1:] {
		out = append(out, Place{r[0], r[1], r[2], degrees(r[3]), degrees(r[4])})
	}
	return out
})

// formerly are names that cities had and that older yearbooks use.
var formerly = map[string]string{
	"襄樊": "襄阳市", "思茅": "普洱市", "淮阴": "淮安市", "达川": "达州市", "宿县": "宿州市", "零陵": "永州市", "荆沙": "荆州市", "大庸": "张家界市", "锦西": "葫芦岛市",
	"浑江": "白山市", "临川": "抚州市", "鄂西": "恩施土家族苗族自治州", "伊克昭": "鄂尔多斯市", "哲里木": "通辽市", "昭乌达": "赤峰市", "巴彦淖尔盟": "巴彦淖尔市", "呼伦贝尔盟": "呼伦贝尔市",
	"乌兰察布盟": "乌兰察布市",
}

// peoples are the names of peoples that stand between a prefecture's own name and 自治州.
var peoples = []string{"哈萨克", "柯尔克孜", "蒙古族", "蒙古", "藏族", "羌族", "回族", "彝族", "布依族", "苗族", "侗族", "哈尼族", "壮族", "傣族", "白族", "景颇族", "傈僳族", "土家族", "朝鲜族"}

// plain is a place's name as people say it: without 市, 地区, 盟, 自治州 and the peoples before it.
func plain(name string) string {
	name = strings.Join(strings.Fields(name), "")
	for _, end := range []string{"市", "地区", "盟", "自治州", "省", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区"} {
		rest, ok := strings.CutSuffix(name, end)
		if !ok || rest == "" {
			continue
		}
		if end == "自治州" {
			for again := true; again; {
				again = false
				for _, p := range peoples {
					if cut, ok := strings.CutSuffix(rest, p); ok && cut != "" {
						rest, again = cut, true
						break
					}
				}
			}
		}
		return rest
	}
	return name
}

// index finds places by full name, plain name, former name and code.
var index = sync.OnceValue(func() map[string]int {
	at := map[string]int{}
	for i, p := range Places() {
		at[p.Name], at[p.Code], at[p.Code[:4]] = i, i, i
	}
	for i, p := range Places() {
		if _, taken := at[plain(p.Name)]; !taken {
			at[plain(p.Name)] = i
		}
	}
	for old, now := range formerly {
		for _, name := range []string{old, old + "市", old + "地区", old + "盟"} {
			if _, taken := at[name]; !taken {
				at[name] = at[now]
			}
		}
	}
	return at
})

// Lookup finds a city by its name, with or without 市, by a former name, or by its code of six or four digits.
func Lookup(name string) (Place, bool) {
	name = strings.Join(strings.Fields(name), "")
	at := index()
	i, ok := at[name]
	if !ok {
		i, ok = at[plain(name)]
		if ok && strings.HasSuffix(name, "省") { // 吉林省 is no city
			ok = false
		}
	}
	if short, is := strings.CutSuffix(name, "州"); !ok && is { // 恩施州
		if i, ok = at[short]; ok {
			ok = strings.HasSuffix(Places()[i].Name, "自治州")
		}
	}
	if !ok {
		return Place{}, false
	}
	return Places()[i], true
}

// Nearest are the cities' names closest to one that is none.
func Nearest(name string) []string {
	var all []string
	for _, p := range Places() {
		all = append(all, p.Name, plain(p.Name))
	}
	near := suggest.Nearest(strings.Join(strings.Fields(name), ""), all)
	for i, n := range near {
		if p, ok := Lookup(n); ok {
			near[i] = p.Name
		}
	}
	slices.Sort(near)
	return slices.Compact(near)
}

// sameProvince compares provinces with or without 省 and 自治区.
func sameProvince(a, b string) bool { return plain(a) == plain(b) }
