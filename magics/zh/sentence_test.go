package zh

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	for en, want := range map[string]string{
		`no variable "PGPD" in panel; did you mean PGDP?`:                                       `panel 中没有变量 "PGPD"；是否指 PGDP？`,
		`%did has no key "tret"; did you mean treat or data?`:                                   `%did 没有键 "tret"；是否指 treat 或 data？`,
		`treatment D is 2 in row 7; it must be 0 or 1`:                                          `处理变量 D 在第 7 行为 2；应为 0 或 1`,
		`split= can't be "mean"; it is median, tercile or values`:                               `split= 不能是 "mean"；可取 median, tercile 或 values`,
		`"t.csv" is not written: no space left on device`:                                       `"t.csv" 未能写出：磁盘空间不足`,
		`no result "m9"; the session holds no result yet`:                                       `没有结果 "m9"；当前会话中还没有结果`,
		`no panel is loaded; begin with %panel load FILE unit= time=`:                           `尚未读入面板；请先用 %panel load FILE unit= time=`,
		`%table needs a result; its form is %table M1 M2 …`:                                     `%table 需要一个结果；格式为 %table M1 M2 …`,
		`group PGDP low: 12 rows can't estimate 30 parameters (coefficients and fixed effects)`: `PGDP low 组：12 行无法估计 30 个参数（系数与固定效应）`,
		`method=sdid compares with never-treated units, and every unit is treated at some time; method=cs with control=notyet compares with units treated later`: `method=sdid 以从未受处理的单位为对照，而每个单位都在某时受处理；method=cs 配 control=notyet 以较晚受处理的单位为对照`,
		`something that nobody has said`: `something that nobody has said`,
		``:                               ``,
	} {
		if got := Sentence(en); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", en, got, want)
		}
	}
}

// Every entry is whole: Chinese in it, the values of the English format all used, no format twice.
func TestEntriesAreWhole(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	seen := map[string]string{}
	for _, list := range [][]entry{lines, syntax, session, models, panels, files, documents, published, hints} {
		for _, e := range list {
			if zh, twice := seen[e.en]; twice && zh != e.zh {
				t.Errorf("%q stands twice, as %q and %q", e.en, zh, e.zh)
			}
			seen[e.en] = e.zh
			if !han.MatchString(e.zh) && !strings.HasPrefix(e.en, "column") && !strings.HasPrefix(e.en, "%s; there") {
				t.Errorf("%q has no Chinese: %q", e.en, e.zh)
			}
			values := func(s string) int {
				n := 0
				for _, v := range verb.FindAllString(s, -1) {
					if v != "%%" {
						n++
					}
				}
				return n
			}
			if values(e.en) != values(e.zh) {
				t.Errorf("%q has %d values, %q has %d", e.en, values(e.en), e.zh, values(e.zh))
			}
			if strings.Contains(e.zh, "。") || slices.Contains([]string{".", " "}, e.zh[len(e.zh)-1:]) {
				t.Errorf("%q ends as no sentence of an error does", e.zh)
			}
		}
	}
}
