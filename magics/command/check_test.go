package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/course"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// workshop runs lines as a learner's in a notebook of the course.
func workshop(t *testing.T, lines string) []command.Output {
	t.Helper()
	s := session.New("../../notebooks/workshop/en")
	s.NoFigures = true
	out, err := runIn(t, s, lines)
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	return out
}

// given are the cells of an exercise that need no filling in.
func given(t *testing.T, exercise int) string {
	t.Helper()
	all, err := course.Exercises()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, block := range all[exercise-1].Blocks {
		if block.Kind == course.Code && !strings.HasPrefix(block.Source, "%check") {
			b.WriteString(block.Source + "\n")
		}
	}
	return b.String()
}

// Each mistake is told for what it is, and no message holds the number that is looked for.
func TestChecksSayWhatIsWrong(t *testing.T) {
	const (
		pop = "%panel load \"${data}/population.xlsx\" sheet=年末人口 as=pop\n%panel rename 地区 to=城市 data=pop\n%panel long values=pop unit=城市 data=pop\n"
		emp = "%panel load \"${data}/employment.csv\" as=emp\n%panel rename 地区 to=城市 data=emp\n%panel rename 年份 to=year data=emp\n" +
			"%panel rename `信息业从业人员(人)` to=digital data=emp\n%panel rename 全部从业人员(万人) to=workers data=emp\n"
		gdp  = "%panel long values=gdp unit=城市 data=gdp\n%panel recode 城市 strip=市 data=gdp\n%panel recode 城市 from=襄樊 to=襄阳 data=gdp\n"
		city = gdp + pop + "%panel merge pop data=gdp as=city\n%panel use city\n"
		law  = "%gen begins = max(lag0 * year) by=sid\n%gen law = post(begins)\n"
		es   = "%eventstudy l_homicide ~ 1 | sid + year weights=popwt "
		did  = "%did DIA ~ ${controls} | city + year treat=DID "
		org  = "%panel use organs\n%gen active = (State == \"California\") * (Quarter_Num >= 4)\n"
	)
	cases := []struct {
		exercise int
		lines    string // the learner's, then the check
		state    course.State
		code     string
		says     string
	}{
		{1, "%check 1.1", course.Wrong, "index", "not yet a panel"},
		{1, "%panel long values=gdp unit=城市 data=gdp\n%check 1.1", course.Wrong, "units", "no unit is named as"},
		{1, "%panel long values=gdp unit=城市 data=gdp\n%panel recode 城市 strip=市 data=gdp\n%check 1.1", course.Wrong, "units", "does not know: 1"},
		{1, gdp + "%check 1.1", course.Correct, "", ""},
		{1, gdp + "%panel rename gdp to=GDP data=gdp\n%check 1.1", course.Wrong, "variables", "the variable gdp is missing"},
		{1, city + emp + "%panel merge emp data=city as=city\n%check 1.2", course.Wrong, "missing values", "digital is missing in 4 rows"},
		{1, city + "%check 1.2", course.Wrong, "variables", "digital, workers"},
		{1, city + "%gen lpgdp = log(gdp / pop)\n%check 1.3", course.Wrong, "unit", "off by one constant"},
		{1, city + "%gen lpgdp = gdp / pop * 10000\n%check 1.3", course.Wrong, "scale", "in levels"},
		{1, city + "%gen gdp_filled = interpolate(gdp)\n%check 1.5", course.Correct, "", ""},
		{1, city + "%gen gdp_filled = gdp\n%check 1.5", course.Wrong, "missing values", "missing in 3 rows"},
		{1, "%check 1.6 3", course.Wrong, "other", "number of cells"},
		{1, "%check 1.6 9.56", course.Wrong, "sign", "the sign is not"},
		{1, "%check 1.6 -9.6", course.Wrong, "rounding", "2 decimals"},
		{1, "%check 1.6 many", course.Wrong, "number", `"many" is no number`},

		{2, "%panel load \"${data}\"\n%gen law = post\n%check 2.1", course.Wrong, "index", "not yet a panel"},
		{2, "%gen law = post\n%check 2.1", course.Wrong, "values", "differs from the solution in 23 of 550 rows"},
		{2, law + es + "treat=post window=-6:4 ref=-1 as=es\n%check 2.2", course.Wrong, "treat", "the treatment: yours is post"},
		{2, law + es + "treat=law window=-5:4 ref=-1 as=es\n%check 2.2", course.Wrong, "window[0]", "the window's first period"},
		{2, law + es + "treat=law window=-6:4 ref=-1 vcov=iid as=es\n%check 2.2", course.Wrong, "vcov", "not clustered"},
		{2, law + "%eventstudy l_homicide ~ 1 | sid + year treat=law window=-6:4 ref=-1 as=es\n%check 2.2", course.Wrong, "weights", "every row counts alike"},
		{2, law + "%eventstudy homicide ~ 1 | sid + year treat=law window=-6:4 ref=-1 weights=popwt as=es\n%check 2.2", course.Wrong, "outcome", "the outcome: yours is homicide"},
		{2, law + "%eventstudy l_homicide ~ 1 | sid + year treat=law window=-6:4 ref=-1 weights=popwt if=\"year > 2000\" as=es\n%check 2.2", course.Wrong, "sample", "50 rows fewer"},
		{2, law + "%did l_homicide ~ 1 | sid + year treat=law as=es\n%check 2.2", course.Wrong, "kind", "another magic"},
		{2, law + es + "treat=law window=-6:4 ref=-1 as=es\n%check 2.2", course.Correct, "", ""},
		{2, "%check 2.3 2.381", course.Wrong, "other", "F statistic"},
		{2, "%check 2.3 5.2", course.Wrong, "unit", "factor of 100"},
		{2, "%check 2.3 0.05", course.Wrong, "rounding", "3 decimals"},
		{2, "%check 2.3 0.053", course.Wrong, "rounding", "close"},
		{2, "%check 2.3 5.2%", course.Correct, "", ""},
		{2, "%check 2.4 yes", course.Wrong, "value", "compare the p value"},
		{2, "%check 2.4 perhaps", course.Wrong, "word", "neither yes nor no"},
		{2, "%check 2.4 否", course.Correct, "", ""},

		{3, "%did DIA ~ 1 | city treat=DID vcov=iid as=two\n%check 3.2", course.Wrong, "effects", "the fixed effects of year are missing"},
		{3, "%did DIA ~ 1 | city + year treat=DID vcov=iid as=one\n%check 3.1", course.Wrong, "effects", "no fixed effects of year"},
		{3, "%did DIA ~ 1 | city + year treat=SC vcov=iid as=two\n%check 3.2", course.Wrong, "treatment", "the treatment is SC"},
		{3, did + "vcov=iid as=clustered\n%check 3.5", course.Wrong, "vcov", "not clustered (iid)"},
		{3, did + "vcov=cluster(year) as=clustered\n%check 3.5", course.Wrong, "vcov", "clustered by year"},
		{3, did + "as=iid\n%check 3.4", course.Wrong, "vcov", "without clustering"},
		{3, "%did DIA ~ PGDP + BN | city + year treat=DID as=clustered\n%check 3.5", course.Wrong, "terms", "BN is no regressor"},
		{3, "%did DIA ~ PGDP | city + year treat=DID as=clustered\n%check 3.5", course.Wrong, "terms", "5 regressors of the task are missing"},
		{3, "%did DTI ~ ${controls} | city + year treat=DID as=clustered\n%check 3.5", course.Wrong, "outcome", "the outcome is DTI"},
		{3, "%gen DIA = 2 * DIA\n" + did + "as=clustered\n%check 3.5", course.Wrong, "data", "a variable was changed"},
		{3, "%gen DIA = -DIA\n" + did + "as=clustered\n%check 3.5", course.Wrong, "sign", "wrong sign"},
		{3, "%reg DIA ~ DID + ${controls} | city + year vcov=cluster(city) as=clustered\n%check 3.5", course.Wrong, "treatment", "knows no treatment"},
		{3, "%did DIA ~ 1 | city + year treat=DID method=imputation as=clustered\n%check 3.5", course.Wrong, "method", "another method"},
		{3, "%gen x = 1\n%describe x as=clustered\n%check 3.5", course.Wrong, "kind", "another magic"},
		{3, "%check 3.6 0.28", course.Wrong, "other", "other way round"},
		{3, "%check 3.7 URB", course.Wrong, "value", "another control"},
		{3, "%check 3.7 SC", course.Wrong, "word", "is none of PGDP"},
		{3, did + "as=clustered\n%placebo clustered reps=100 kind=time seed=2 as=draws2\n%check 3.9", course.Wrong, "reps", "the number of draws: yours is 100"},
		{3, "%did DIA ~ 1 | city + year treat=DID as=clustered\n%placebo clustered as=draws2\n%check 3.9", course.Wrong, "terms", "6 regressors of the task are missing"},

		{4, "%panel use organs\n%gen active = State == \"California\"\n%check 4.1", course.Wrong, "values", "in 3 of 162 rows"},
		{4, org + "%did Rate ~ 1 | State treat=active as=m\n%check 4.2", course.Wrong, "effects", "Quarter_Num are missing"},
		{4, org + "%did Rate ~ 1 | State + Quarter_Num treat=active vcov=hetero as=m\n%check 4.2", course.Wrong, "vcov", "not clustered (hetero)"},
		{4, org + "%did Rate ~ 1 | State + Quarter_Num treat=active as=m\n%placebo m kind=row as=pl\n%check 4.3", course.Wrong, "kind", "what is drawn at random"},
		{4, "%check 4.4 0.08", course.Wrong, "other", "left p value"},
		{4, "%panel use study\n%psm DID ~ ${controls} as=matched\n%check 4.6", course.Wrong, "scheme", "which rows may be matched"},
		{4, "%panel use study\n%psm DID ~ ${controls} scheme=premeans ratio=2 as=matched\n%check 4.6", course.Wrong, "ratio", "yours is 2"},
		{4, "%panel use study\n%psm DID ~ ${controls} scheme=premeans as=matched\n%did DIA ~ ${controls} | city + year treat=DID data=matched as=m_psm\n%check 4.8", course.Wrong, "weights", "every row counts alike"},
		{4, "%did DIA ~ ${controls} | city + year treat=DID data=study as=m_psm\n%check 4.8", course.Wrong, "sample", "rows more"},
		{4, "%check 4.5 yes", course.Wrong, "value", "compare both p values"},

		{5, "%mediate base via=DTI,GTI boot=200 as=md\n%check 5.1", course.Wrong, "mediator", "1 of the task's mediators"},
		{5, "%mediate base via=DTI,GTI,HC,PM25 boot=200 as=md\n%check 5.1", course.Wrong, "mediator", "PM25 is no mediator"},
		{5, "%mediate base via=DTI,GTI,HC boot=100 as=md\n%check 5.1", course.Wrong, "boot", "yours is 100"},
		{5, did + "vcov=iid as=other\n%mediate other via=DTI,GTI,HC boot=200 as=md\n%check 5.1", course.Wrong, "vcov", "the errors are iid"},
		{5, "%check 5.3 6.6", course.Wrong, "unit", "factor of 100"},
		{5, "%check 5.3 0.020", course.Wrong, "other", "indirect effect itself"},
		{5, "%check 5.5 90%", course.Wrong, "other", "what remains"},
		{5, "%did DIA ~ ${controls} + DTI + GTI | city + year treat=DID as=joint\n%check 5.4", course.Wrong, "terms", "one regressor of the task is missing"},
		{5, "%mediate base via=GTI boot=200 as=reverse\n%check 5.6", course.Wrong, "outcome", "the outcome: yours is DIA"},
		{5, "%check 5.2 DTI", course.Wrong, "value", "not the sizes"},

		{6, "%gen se = t / coefficient\n%check 6.1", course.Wrong, "values", "differs from the solution"},
		{6, "%gen implied = (t > 1.645) + (t > 1.96) + (t > 2.576)\n%check 6.2", course.Wrong, "values", "differs from the solution"},
		{6, "%check 6.3 49", course.Wrong, "other", "number of all rows"},
		{6, "%check 6.5 0.0167", course.Wrong, "other", "that is the product"},
		{6, "%check 6.5 0.002", course.Wrong, "rounding", "4 decimals"},
		{6, "%check 6.6 770", course.Wrong, "other", "twice as many"},
		{6, "%check 6.7 120", course.Wrong, "other", "three of them"},
		{6, "%check 6.8 -2.79", course.Wrong, "sign", "the sign is not"},
		{6, "%check 6.8 2.00", course.Wrong, "other", "variances add"},
		{6, "%check 6.9 0.0014", course.Wrong, "other", "root is missing"},
		{6, "%check 6.10 no", course.Wrong, "value", "0.276 / 7.401"},
	}
	kinds := map[int]map[string]bool{}
	for _, c := range cases {
		check := c.lines[strings.LastIndex(c.lines, "%check"):]
		t.Run(fmt.Sprint(strings.Fields(check)[1:], c.code), func(t *testing.T) {
			out := workshop(t, given(t, c.exercise)+c.lines)
			r, ok := out[len(out)-1].Result.(*command.CheckResult)
			if !ok {
				t.Fatal("no verdict")
			}
			if r.State != c.state {
				t.Fatalf("%s: %v", r.State, r.Findings)
			}
			if c.code == "" {
				return
			}
			said := ""
			for _, f := range r.Findings {
				said += f.Message + "\n"
			}
			if !slices.ContainsFunc(r.Findings, func(f command.CheckFinding) bool { return f.Code == c.code }) || !strings.Contains(said, c.says) {
				t.Errorf("%v\nwant %s: %s", r.Findings, c.code, c.says)
			}
			chinese := workshop(t, given(t, c.exercise)+"%lang zh\n"+c.lines)
			for _, f := range chinese[len(chinese)-1].Result.(*command.CheckResult).Findings {
				if strings.Contains(f.Message+said, "%!") || !strings.ContainsFunc(f.Message, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					t.Errorf("in Chinese: %q", f.Message)
				}
				said += f.Message + "\n"
			}
			if want := answer(t, r.Check); len(want) > 2 && strings.Contains(said, want) {
				t.Errorf("%s gives %s away: %s", check, want, said)
			}
		})
		if c.code != "" {
			if kinds[c.exercise] == nil {
				kinds[c.exercise] = map[string]bool{}
			}
			kinds[c.exercise][c.code] = true
		}
	}
	for x := 1; x <= 6; x++ {
		if len(kinds[x]) < 4 {
			t.Errorf("exercise %d: only %d kinds of mistake are tried", x, len(kinds[x]))
		}
	}
}

// answer is the solution of a check, "" where it is not a number on the line.
func answer(t *testing.T, number string) string {
	t.Helper()
	x, c := course.Find(number)
	if c == nil || c.Kind != course.Value {
		return ""
	}
	s, err := command.Solve(t.Context(), "../../notebooks/workshop/en", x, c)
	if err != nil {
		t.Fatal(err)
	}
	want, err := command.Expected(c, s)
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// The solution is computed on the learner's data: fewer cities, another right answer.
func TestChecksFollowTheData(t *testing.T) {
	all, err := os.ReadFile("../../data/dual-pilot.csv")
	if err != nil {
		t.Fatal(err)
	}
	few := filepath.Join(t.TempDir(), "few.csv")
	lines := strings.SplitAfter(string(all), "\n")
	if err := os.WriteFile(few, []byte(strings.Join(lines[:1+18*200], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	script := "%param data=" + few + "\n%panel load \"${data}\" unit=city time=year\n" +
		"%did DIA ~ 1 | city treat=DID vcov=iid as=one\n%did DIA ~ 1 | city + year treat=DID vcov=iid as=two\n"
	s := session.New("../../notebooks/workshop/en")
	s.NoFigures = true
	if _, err := runIn(t, s, script); err != nil {
		t.Fatal(diagnosticText(err))
	}
	fit := func(name string) float64 {
		r, err := s.Result(name)
		if err != nil {
			t.Fatal(err)
		}
		return r.Value.(*regress.Fit).Coef[0].Estimate
	}
	here := fmt.Sprintf("%.3f", fit("one")-fit("two"))
	out := workshop(t, script+"%check 3.1\n%check 3.2\n%check 3.3 "+here+"\n%check 3.3 "+answer(t, "3.3"))
	for i, want := range []course.State{course.Correct, course.Correct, course.Correct, course.Wrong} {
		if r := out[4+i].Result.(*command.CheckResult); r.State != want {
			t.Errorf("%s is %s, want %s: %v", r.Check, r.State, want, r.Findings)
		}
	}
	// On data without the solution's variables the check says so.
	_, _, err = runScript(t, "%param data=towns.csv\n"+towns+"%gen law = 0\n%check 2.1")
	if err == nil || !strings.Contains(err.Error(), "the solution does not run on these data") {
		t.Error(err)
	}
}

func TestCheckStates(t *testing.T) {
	out := workshop(t, "%check 2.3 0.052\n%check 2.4 yes\n%check 2.6\n%check 2\n%lang zh\n%check\n%check 2.4 是")
	list, ok := out[3].Result.(*command.CheckList)
	if !ok || list.Correct != 1 {
		t.Fatalf("%+v", out[3].Result)
	}
	states := map[string]course.State{}
	for _, c := range list.Checks {
		states[c.Check] = c.State
	}
	if states["2.3"] != course.Correct || states["2.4"] != course.Wrong || states["2.6"] != course.Open || states["2.1"] != course.Open {
		t.Error(states)
	}
	if text := out[5].Text; !strings.Contains(text, "✓ 正确") || !strings.Contains(text, "联合检验的 p 值") {
		t.Error(text)
	}
	if text := out[6].Text; !strings.Contains(text, "✗ 2.4 5% 水平上是否拒绝？：尚未正确") || !strings.Contains(text, "请把 2.3 的 p 值与 0.05 比较。") {
		t.Error(text)
	}
	line, err := command.JSON(out[1])
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Kind   string
		Result struct {
			Check, State string
			Findings     []struct{ Code, Message string }
		}
	}
	if err := json.Unmarshal(line, &got); err != nil || got.Kind != "check" || got.Result.State != "wrong" || len(got.Result.Findings) != 1 {
		t.Errorf("%s: %v", line, err)
	}
}

func TestCheckRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"%check 2.33":       `no check "2.33"; did you mean 2.3`,
		"%check x":          `no check "x"; %check lists them`,
		"%check 2.3 1 2":    `"2" stands behind the answer`,
		"%check 2.2 0.5":    "check 2.2 takes no answer on its line",
		"%check 2.3 a=1":    `%check has no key "a"`,
		"%check 2.2 answer": "check 2.2 takes no answer on its line",
	} {
		if _, err := runIn(t, session.New("."), line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}
