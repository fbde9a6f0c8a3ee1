package command_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// In Chinese the counted notices are Chinese too; this fails when the library's wording moves away from the table.
func TestNoticesInChinese(t *testing.T) {
	out, _ := mustRun(t, towns+"%lang zh\n%gen z = 2 * x\n%did y ~ x + z treat=D if=\"year < 2017\"")
	text := out[len(out)-1].Text
	for _, want := range []string{"双重差分（双向固定效应）", "8 行不满足 if=，已剔除。", "1 行有缺失值，已剔除。", "因共线性剔除：z。",
		"公式未含固定效应，已加入 town 与 year 固定效应。", "8 个单位中 4 个受处理", "town 仅有 8 个聚类"} {
		if !strings.Contains(strings.ReplaceAll(text, "\n", ""), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, english := range []string{"dropped", "left out", "were added"} {
		if strings.Contains(text, english) {
			t.Errorf("%q stays English in\n%s", english, text)
		}
	}
}

// Between Chinese words filled into a Chinese notice no blank is left, wherever they stand.
func TestNoticesWithChineseNames(t *testing.T) {
	out, _ := mustRun(t, towns+"%panel rename town to=城市\n%panel rename year to=年份\n%panel rename D to=试点\n%gen z = y * part\n%lang zh\n"+
		"%did y ~ x treat=试点\n%reg c(y, z) ~ 试点 | 城市 + 年份 vcov=wildboot(城市, reps=99) inf=romanowolf(试点)")
	var text strings.Builder
	for _, o := range out {
		text.WriteString(strings.Join(strings.Fields(strings.ReplaceAll(o.Text, "\n", "")), " "))
	}
	for _, want := range []string{"已加入城市与年份固定效应。", "对试点在 2 个回归中的检验"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

// One treated row of one cohort is said as one, in either language.
func TestOneTreatedRowIsSaidAsOne(t *testing.T) {
	line := "%did y ~ 1 treat=D if=\"year <= 2012\"\n"
	out, _ := mustRun(t, towns+line+"%lang zh\n"+line)
	for i, want := range map[int]string{1: "D: 1 treated row in 1 of 8 units, 1 cohort.", len(out) - 1: "8 个单位中 1 个受处理，共 1 行、1 个批次"} {
		if text := strings.Join(strings.Fields(out[i].Text), ""); !strings.Contains(text, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// english is three words of English in a row, as no name of a variable, file or method is.
var english = regexp.MustCompile(`[a-z]{2,} [a-z]{2,},? [a-z]{2,}`)

// Every magic's example in Chinese: no sentence under a table stays English.
func TestExamplesInChinese(t *testing.T) {
	names := regexp.MustCompile(`(?m)^\s*year  .*$|Homicide and castle-doctrine laws`) // the example's own words
	for _, name := range command.Names() {
		c, _ := command.Lookup(name)
		if name == "didhelp" || name == "lang" { // whose text is help, and English
			continue
		}
		s := session.New(withData(t))
		s.NoFigures = true
		out, err := runIn(t, s, "%lang zh\n"+c.Example)
		if err != nil {
			t.Fatal(diagnosticText(err))
		}
		for _, o := range out {
			if text := names.ReplaceAllString(o.Text, ""); english.MatchString(text) {
				t.Errorf("%%%s in Chinese says %q:\n%s", name, english.FindString(text), o.Text)
			}
		}
	}
}

// The library's notices as it makes them, in Chinese whole, and in English with counts of one said as one.
func TestNoticesHaveChinese(t *testing.T) {
	for said, want := range map[string]string{
		"1 rows left out by if=": "1 row left out by if=.",
		"1 units treated in their first period already were left out, as no period before is seen": "",
		"1 of 8 units are not seen in all 11 periods and were left out":                            "1 of 8 units is not seen in all 11 periods and were left out.",
		"stack of 1 experiments (2012): 1 rows, 0 of 8 units in several":                           "Stack of 1 experiment (2012): 1 row, 0 of 8 units in several.",
		"stacked Wald, clustered by sid":                                                           "", "Fisher permutation, 999 draws, seed 1": "",
		"rows are split at the median of x over all rows, so a unit can change sides, also because of the treatment; baseline=true splits units":                                                                               "",
		"rows are split at the tercile of x over all rows, so a unit can change sides, also because of the treatment; baseline=true splits units":                                                                              "",
		"units are split once, by their mean of x before anyone was treated, so that no unit changes sides":                                                                                                                    "",
		"3 of 500 permutations left a group without treated or untreated rows and were not counted":                                                                                                                            "",
		"each column holds all untreated rows and the treated rows of its bin; the other treated rows are left out":                                                                                                            "",
		"2 draws left no variation within the fixed effects and were drawn again":                                                                                                                                              "",
		"rows, not units, were drawn: such treatments switch on and off and ignore serial correlation, so the test is too kind to the estimate":                                                                                "",
		"matched on pooled rows: a unit may be paired with another year, also its own; 1:1 nearest neighbour by score, with replacement":                                                                                       "",
		"matched year by year: a unit's controls change over time; epanechnikov kernel, bandwidth 0.06":                                                                                                                        "",
		"matched units on their means before the first adoption; all controls within the radius":                                                                                                                               "",
		"matched as a cross-section; 1:2 nearest neighbour by mahalanobis, without replacement, largest score first":                                                                                                           "",
		"3 of 20 treated rows found no match, so the estimate speaks for the matched treated alone":                                                                                                                            "",
		"the fixed effects fall into 3 unconnected groups; degrees of freedom count them as connected, as fixest does":                                                                                                         "",
		"D: 1 treated row in 1 of 8 units, 1 cohort; 1 unit is treated from its first period on":                                                                                                                               "D: 1 treated row in 1 of 8 units, 1 cohort; 1 unit is treated from its first period on.",
		"without never-treated units the effects are known up to a straight line in event time, so event time -6, the first, is a second reference; a test of the periods before adoption sees departures from that line only": "",
		"column x: row 3 holds \"n.a.\" (and 4 further words), so the column is read as text":                                                                                                                                  "",
		"column x: row 3 holds \"1,234\" (and 1 further such cell), read with thousands separators":                                                                                                                            "",
		"x is missing in 1 row because of a gap in time":                                                                                                                                                                       "",
		"1 rows have a whole of 0 and no quotient":                                                                                                                                                                             "1 row has a whole of 0 and no quotient.",
		"3 values interpolated, 1 carried beyond the ends, 2 left missing at the ends of units":                                                                                                                                "",
		"the effect on the mediator is identified by the design; the split into direct and indirect effects further assumes that nothing unobserved moves mediator and outcome together":                                       "",
	} {
		if want == "" {
			want = said
		}
		if got := command.Notice(said, session.English); want != said && got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", said, got, want)
		}
		zh := command.Notice(said, session.Chinese)
		if english.MatchString(zh) || zh == said || strings.ContainsAny(zh, "@$") {
			t.Errorf("%q in Chinese is %q", said, zh)
		}
	}
}

// Counts in the library's notices have their thousands set apart as in the tables; years have not.
func TestNoticesSetThousandsApart(t *testing.T) {
	script := "%panel load data/castle.csv unit=sid time=year\n%did l_homicide ~ 1 | sid + year treat=post method=stacked"
	for language, want := range map[string]string{"en": "1,379 rows", "zh": "1\u202f379 行"} {
		out, err := runIn(t, session.New(filepath.Join("..", "..")), "%lang "+language+"\n"+script)
		if err != nil {
			t.Fatal(diagnosticText(err))
		}
		text := strings.Join(strings.Fields(strings.ReplaceAll(out[len(out)-1].Text, "\u202f", "_")), " ")
		if want = strings.ReplaceAll(want, "\u202f", "_"); !strings.Contains(text, want) || !strings.Contains(text, "2006, 2007") {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// A sentence under a table begins with a capital, also where a comma follows its first word; a variable's name stays as it is.
func TestNoticesBeginWithACapital(t *testing.T) {
	out, _ := mustRun(t, towns+"%did y ~ x treat=D as=m1\n%sensitivity m1 benchmark=x kd=0.1\n%did y ~ 1 treat=D if=\"town == 'Anhe' || D == 0\"")
	text := ""
	for _, o := range out {
		text += " " + strings.Join(strings.Fields(o.Text), " ")
	}
	for _, want := range []string{". Errors, t and intervals here", ". Only one cluster of town", ". D: "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Where a confounder would explain all of the outcome there is no error, and no t of minus infinity.
func TestSensitivityWithoutAnError(t *testing.T) {
	out, _ := mustRun(t, "%panel load ../../../data/castle.csv unit=sid time=year\n%did l_homicide ~ poverty | sid + year treat=post as=m1\n%sensitivity m1 benchmark=sid kd=1")
	text := strings.Join(strings.Fields(out[len(out)-1].Text), " ")
	if strings.Contains(text, "Inf") || !strings.Contains(text, "One bound on the confounder's R² with the outcome lies above 1 and was set to 1, which leaves no error, t and interval") {
		t.Errorf("%s", text)
	}
}

// A notice that counts one is translated as one that counts more.
func TestOneIsKnownInChinese(t *testing.T) {
	for one, more := range map[string]string{
		"1 treated unit was left out, as no period before their treatment is in the sample": "2 treated units were left out, as no period before their treatment is in the sample",
		"1 of 8 units is not seen in all 11 periods and were left out":                      "2 of 8 units are not seen in all 11 periods and were left out",
		"1 value interpolated": "2 values interpolated",
		"1 unit goes above and below their first treatment: their rows from then on are left out, as an effect of both has no sign": "2 units go above and below their first treatment: their rows from then on are left out, as an effect of both has no sign",
	} {
		got, want := command.Notice(one, session.Chinese), command.Notice(more, session.Chinese)
		if got != strings.Replace(want, "2", "1", 1) || english.MatchString(got) {
			t.Errorf("%q is %q, want as %q", one, got, want)
		}
	}
}
