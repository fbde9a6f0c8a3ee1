package command_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// Each wrong line is told by one sentence that names the offending word; word is what the carets stand under.
func TestWrongLines(t *testing.T) {
	cases := []struct{ line, sentence, word string }{
		// magics and words
		{"%evenstudy y ~ x", "no magic %evenstudy; did you mean %eventstudy?", "evenstudy"},
		{"%zzzz", "no magic %zzzz; %didhelp lists them", "zzzz"},
		{"%cd ..", "%cd is a command of GoNB and works in a notebook's Go cells only", "cd"},
		{"did y ~ x", "a magic begins with %; did you mean %did?", "did"},
		{"％did y ~ x", "the full-width ％ stands where % is needed", "％"},
		{"x := 1", `"x" is no magic, and a script holds magics only; a comment begins with #`, "x"},
		{"%session now", `%session takes no "now"; its form is %session`, "now"},
		{"%lang fr", `no language "fr"; it is zh or en`, "fr"},
		{"%didhelp reggg", `nothing is named "reggg"; did you mean reg?`, "reggg"},
		// keys and values
		{"%did y ~ x tret=D", `%did has no key "tret"; did you mean treat?`, "tret"},
		{"%did y ~ x treat=D cluster=town", `%did has no key "cluster"; write vcov=cluster(…)`, "cluster"},
		{"%reg y ~ x absorb=town", `%reg has no key "absorb"; write | unit + time behind the formula`, "absorb"},
		{"%did y ~ x treat=D unit=town", `%did has no key "unit"; write unit= in %panel load`, "unit"},
		{"%reg y ~ x vcov=robust", `no covariance "robust"; did you mean hetero?`, "robust"},
		{"%gen by=x", "%gen needs a name and an expression, as in %gen lx = log(x)", ""},
		{"%did y ~ x treat=D treat=D", "treat= stands twice", "treat"},
		{"%did y ~ x treat = D", "blanks stand around =; write treat=D", "="},
		{"%did y treat=D ~ x", `"~" stands behind treat=; the formula comes before the first key=value`, "~"},
		{"%did y ~ x treat=", "treat= has no value", "treat="},
		{"%did y ~ x treat=D method=twffe", `method= can't be "twffe"; did you mean twfe?`, "twffe"},
		{"%did y ~ x | town treat=D method=dcdh", "method=dcdh differences units out: its effects are town and year, or town[year] for linear trends of units, or group^year for trends of groups in which units are compared", "y ~ x | town"},
		{"%did y ~ x treat=D method=dcdh same=all", "the same units at all event times need to know at which; name them by window=, as in -2:3", "y ~ x"},
		{"%did y ~ 1 treat=D method=cs switchers=in", "switchers= goes with method=dcdh", "switchers"},
		{"%did y ~ 1 treat=D method=dcdh switchers=out", "no unit switches out after its first period", "y ~ 1"},
		{"%did y ~ 1 treat=D method=dcdh window=1:2", "the window 1:2 does not run from before the switch to after; the period before, -1, and the switch, 0, belong to it", "1:2"},
		{"%did y ~ x treat=D method=sc covariates=optimized", "method=sc has no weights of periods to find coefficients of controls with; covariates=projected takes them from never-treated units", "y ~ x"},
		{"%did y ~ x treat=D method=cs covariates=projected", "covariates= goes with method=sdid or method=sc", "covariates"},
		{"%did y ~ 1 treat=D method=ddd cohort=adopt eligible=D", "method=ddd reads who is treated from cohort= and eligible=; leave treat= out", "treat"},
		{"%did y ~ 1 treat=D method=cdid", "method=cdid needs dose=, how much of the treatment a unit gets, 0 where it gets none", "cdid"},
		{"%did y ~ x treat=D method=cdid dose=D", "method=cdid takes no controls, and the formula has x", "y ~ x"},
		{"%did y ~ 1 treat=D method=cdid dose=D", "1 distinct doses are too few for a spline of degree 3 with 0 inner knots, which needs 4; lower degree= or knots=", "y ~ 1"},
		{"%did y ~ 1 treat=D method=cdid dose=x", "x changes from 1.455 to 2.124 within Anhe after adoption (row 4); method=cdid needs one dose a unit", "y ~ 1"},
		{"%did y ~ 1 treat=D method=cdid dose=D degree=0", "degree= is that of the spline in the dose, from 1, a line, to 10", "0"},
		{"%did y ~ 1 treat=D method=cdid dose=D knots=-1", "knots= counts inner knots of the spline in the dose, from 0 to 50, or is auto", "-1"},
		{"%did y ~ 1 treat=D method=cdid dose=D knots=few", "knots= counts inner knots of the spline in the dose, from 0 to 50, or is auto", "few"},
		{"%did y ~ 1 treat=D method=cdid dose=D knots=auto", "knots=auto chooses the spline for one cohort and one period from its adoption on, and there are 3 cohorts", "y ~ 1"},
		{"%did y ~ 1 treat=D method=cdid dose=D grid=1,two", "grid= is doses above 0, joined by commas, and \"two\" is none", "1,two"},
		{"%did y ~ 1 treat=D method=cs dose=x", "dose= goes with method=cdid", "dose"},
		{"%did y ~ 1 method=ddd cohort=adopt", "method=ddd needs cohort=, the period in which the unit's group is enabled, and eligible=, 0 or 1, who in it is treated", "ddd"},
		{"%did y ~ 1 treat=D method=mc factors=1", "factors= goes with method=ifect", "factors"},
		{"%did y ~ 1 treat=D method=mc lambda=0", "lambda= is above 0", "0"},
		{"%did y ~ 1 treat=D method=ifect factors=-2", "factors= is a number of factors, from 0", "-2"},
		{"%did y ~ 1 treat=D method=ifect factors=-1", "factors= is a number of factors, from 0", "-1"},
		{"%did y ~ 1 treat=D method=ifect placebo=0", "placebo= counts periods before adoption, from 1", "0"},
		{"%did y ~ 1 treat=D method=ifect inf=placebo", "inf=placebo goes with method=sdid or method=sc; method=ifect has inf=bootstrap, inf=jackknife and inf=ri", "placebo"},
		{"%did y ~ x treat=D control=notyet", "control= goes with method=cs, method=etwfe, method=stacked, method=lpdid, method=ddd, method=cdid or method=dcdh", "control"},
		{"%did y ~ x treat=D method=cs anticipation=-1", "anticipation= counts periods before adoption, from 0", "-1"},
		{"%did y ~ x treat=D method=imputation leads=0", "leads= counts periods before adoption, from 1", "0"},
		{"%did y ~ x treat=D method=did2s singletons=keep", "singletons= goes with method=twfe; method=did2s keeps them, as leaving them out would change who is averaged", "singletons"},
		{"%did y ~ x treat=D method=cs window=-2:2", "window= of %did goes with method=stacked, method=lpdid or method=dcdh; %eventstudy takes it with every method", "window"},
		{"%did y ~ x treat=D method=cs stack=none", "stack= goes with method=stacked", "stack"},
		{"%did y ~ x treat=D method=stacked stack=population", "stack=population needs the variable that treated units count by; name it by population=", "population"},
		{"%did y ~ x treat=D method=cs family=poisson", "family= goes with method=etwfe", "family"},
		{"%did y ~ x treat=D method=lpdid premean=0", "premean= is a number of periods before adoption, from 1, or all", "0"},
		{"%did y ~ x treat=D method=lpdid nocomp=true", "nocomp=true needs the last horizon; name it by window=, as in -3:4", "nocomp"},
		{"%did y ~ x treat=D method=lpdid agg=pooled", "agg=pooled takes the mean outcome of all horizons; name them by window=, as in -3:4", "pooled"},
		{"%did y ~ x treat=D method=cs agg=static", "method=cs has no agg=static, which goes with method=stacked; its averages are simple, group, dynamic and calendar", "y ~ x"},
		{"%did y ~ x treat=D agg=group", "agg= goes with the methods of staggered adoption, as method=cs; the two-way regression has one effect", "agg"},
		{"%did y ~ x treat=D method=sunab absorbing=false", "method=sunab takes a treatment that stays on; method=twfe admits one that switches off, method=dcdh follows units from their first switch", "false"},
		{"%did y ~ x treat=D method=sunab cohort=x", "cohort= goes with method=cs", "cohort"},
		{"%did y ~ x treat=D method=cs cohort=x", "x changes within", "y ~ x"},
		{"%did y ~ x cohort=q method=cs", `no variable "q" in panel`, "q"},
		{"%did y ~ x treat=D method=cs unbalanced=kep", `unbalanced= can't be "kep"; did you mean keep?`, "kep"},
		{"%did y ~ x treat=D method=cs panel=false unbalanced=keep", "unbalanced= is about units seen several times; with panel=false every row is a unit", "unbalanced"},
		{"%did y ~ x treat=D method=cs time=year", "time= goes with panel=false; a panel has its own", "time"},
		{"%did y ~ x treat=D method=cs boot=5", "boot= is 0, or from 100 to 1,000,000 draws", "5"},
		{"%did y ~ x treat=D method=cs base=first", `base= can't be "first"; it is varying or universal`, "first"},
		{"%did y ~ x treat=D absorbing=no", `absorbing= can't be "no"; it is true or false`, "no"},
		{"%did y ~ x treat=D level=95", "level= is a share between 0 and 1; did you mean 0.95?", "95"},
		{"%did y ~ x treat=D level=high", `level= takes a number, not "high"`, "high"},
		{"%did y ~ x treat=D level=0", "level= is a share between 0 and 1, as in 0.95, not 0", "0"},
		{"%reg y ~ x as=2m", `"2m" is no name; a name is made of letters, digits, _ and .`, "2m"},
		{"%reg y ~ x data=panle", `no panel "panle"; did you mean panel?`, "panle"},
		// covariances
		{"%reg y ~ x vcov=hetro", `no covariance "hetro"; did you mean hetero?`, "hetro"},
		{"%reg y ~ x vcov=cluster(twon)", `no variable "twon" in panel; did you mean town?`, "twon"},
		{"%reg y ~ x vcov=cluster()", "cluster needs a variable, as in cluster(city)", "cluster"},
		{"%reg y ~ x vcov=cluster(town,)", `a name is missing before ")"`, ")"},
		{"%reg y ~ x vcov=iid(town)", "iid takes no variable; cluster(town) clusters by it", "town"},
		{"%reg y ~ x vcov=wildboot", "wildboot needs a variable, as in wildboot(city)", "wildboot"},
		{"%reg y ~ x vcov=wildboot(town, year)", "wildboot takes one cluster variable, and year is a second", "year"},
		{"%reg y ~ x vcov=wildboot(town, rep=99)", `wildboot has no option "rep"; did you mean reps?`, "rep=99"},
		{"%reg y ~ x vcov=wildboot(town, reps=0)", "reps= is 0; it lies from 1 to 5000000", "0"},
		{"%reg y ~ x vcov=wildboot(town, weights=web)", `weights= can't be "web"; did you mean webb?`, "web"},
		{"%reg y ~ x vcov=cluster(town, reps=99)", `cluster has no option "reps"`, "reps=99"},
		{"%did y ~ x treat=D method=cs vcov=wildboot(town)", "method=cs averages many estimates, and the wild cluster bootstrap tests single coefficients of one regression; write vcov=cluster(…), or method=twfe", "wildboot(town)"},
		{"%reg y ~ x vcov=wildboot(town) inf=romanowolf(x)", "romanowolf is for several outcomes, as in c(y1, y2) ~ x, and the formula has one regression", "romanowolf"},
		{"%reg c(y, w) ~ x inf=romanowolf(x)", "romanowolf steps down on the draws of the wild bootstrap; write vcov=wildboot(…) beside it", "romanowolf"},
		{"%reg c(y, w) ~ x vcov=wildboot(town) inf=rw(x)", `inf= can't be "rw"; it is ri(x), fermanpinto(x) or romanowolf(x), with x a regressor`, "rw"},
		{"%reg c(y, w) ~ x vcov=wildboot(town) inf=romanowolf(z)", `the model has no coefficient "z"`, "z"},
		{"%reg y ~ x vcov=conley(x, y)", "conley takes latitude, longitude and a cutoff in km, as in conley(lat, lon, 200), not 2 words", "conley"},
		{"%reg y ~ x vcov=conley(lat, x, 200)", `no variable "lat" in panel`, "lat"},
		{"%reg y ~ x vcov=conley(x, y, 200)", "x looks like a longitude, and the latitude comes first: conley(y, x, 200)", "x"},
		{"%reg y ~ x vcov=conley(x, w, 0)", `the cutoff of conley is a distance in km of up to 20,000, not "0"`, "0"},
		{"%reg y ~ x vcov=conley(year, w, 20)", "year has the value", "conley(year, w, 20)"},
		{"%reg y ~ x vcov=dk(99)", "a lag of 99 periods is too long", "dk(99)"},
		{"%reg y ~ x vcov=dk(1, 2)", `dk takes one lag, as in dk(2), and "2" stands behind it`, "2"},
		{"%reg y ~ x vcov=dk(-1)", "lag= is -1; it lies from 0 to 1000000", "-1"},
		{"%reg y ~ x vcov=CR2", "CR2 needs a variable, as in CR2(city)", "CR2"},
		{"%reg y ~ x vcov=CR2(town) weights=w", "CR2 corrects under a model of the errors' variance", "CR2(town)"},
		{"%reg y ~ x vcov=HC3(town)", "HC3 takes no variable; cluster(town) clusters by it", "town"},
		{"%reg y ~ x vcov=boottest(town)", `no covariance "boottest"; did you mean wildboot?`, "boottest"},
		// formulas
		{"%reg", "%reg needs a formula, as in y ~ x | unit + time", ""},
		{"%reg y ~ PGPD | town", `no variable "PGPD" in panel`, "PGPD"},
		{"%reg y ~ X1", `no variable "X1" in panel`, "X1"},
		{"%reg y ~ x +", "it ends where a variable, a number or a function is expected", ""},
		{"%reg y ~ lgo(x)", `no function "lgo"; did you mean log?`, "lgo(x)"},
		{"%reg y ~ log(region)", `"region" holds text (row 1: "East"), a number is needed`, "region"},
		{"%reg y ~ x if=\"year > 2030\"", "no row of the panel fulfils year > 2030", "year > 2030"},
		{"%reg y ~ x if=\"yaer > 2011\"", `no variable "yaer" in panel; did you mean year?`, "yaer"},
		{"%reg y ~ x if=year=2011", `"=" does not compare; write == for equality`, "="},
		{"%reg y ~ x weights=ww", `no variable "ww" in panel; did you mean w?`, "ww"},
		// treatments
		{"%did y ~ x", "no treatment is named; say which 0/1 variable it is by treat=", ""},
		{"%did y ~ x treat=d2", `no variable "d2" in panel; did you mean D?`, "d2"},
		{"%did y ~ x treat=y", "y is both the outcome and the treatment", "y"},
		{"%did y ~ 1 treat=x", "treatment x is ", "x"},
		{"%did y ~ 1 treat=region", `"region" holds text (row 1: "East"), a number is needed`, "region"},
		{"%did y ~ x | town + year treat=D if=\"adopt == 9999 | missing(adopt)\"", "no row of the panel fulfils", ""},
		{"%did y ~ x | town + year treat=D if=\"missing(adopt)\"", "treatment D is 0 in every row", "D"},
		// event studies
		{"%eventstudy y ~ 1 treat=D window=8:-6", "the window 8:-6 is empty; it runs from before adoption to after, as in -6:8", "8:-6"},
		{"%eventstudy y ~ 1 treat=D window=6", `window= runs from the first to the last event time, as in -6:8, not "6"`, "6"},
		{"%eventstudy y ~ 1 treat=D window=-2:3 ref=-5", "the reference -5 lies outside the window -2:3", "-5"},
		{"%eventstudy y ~ 1 treat=D ref=-1.5", `ref= takes a whole number, not "-1.5"`, "-1.5"},
		{"%eventstudy y ~ 1 treat=D window=50:60 ref=50", "no row lies in the window 50:60", "50:60"},
		// new variables
		{"%gen", "%gen needs a name and an expression, as in %gen lx = log(x)", ""},
		{"%gen lx", "%gen needs a name and an expression, as in %gen lx = log(x)", ""},
		{"%gen lx =", "an expression is missing after =", "="},
		{"%gen = log(x)", "a name is missing before =", "="},
		{"%gen 2x = x", `"2x" is no name; a name is made of letters, digits, _ and ., any other stands in ` + "`backquotes`", "2x"},
		{"%gen big = x >> 2", `">" stands where`, ">"},
		{"%gen z = mean(x) by=regoin", `no variable "regoin" in panel; did you mean region?`, "regoin"},
		{"%gen year = x", `"year" indexes the panel and can't be replaced`, "year"},
		{"%gen z = lag(x, 0.5)", "k of lag must be one whole number, not 0.5", "0.5"},
		// panels
		{"%panel", "%panel needs a word: load, use, list, head, missing, timing, long, merge, recode, rename or save", ""},
		{"%panel laod f.csv", `%panel has no "laod"; did you mean load?`, "laod"},
		{"%panel load", "%panel load needs a file's name", ""},
		{"%panel load my file.csv", `"file.csv" stands behind the file; a name with blanks stands in quotes`, "file.csv"},
		{"%panel load towns.csv unit=town", "unit= stands without time=; a panel needs both, a cross-section neither", "unit=town"},
		{"%panel load towns.csv unit=twon time=year", `no variable "twon"; did you mean town?`, "twon"},
		{"%panel load townz.csv", `no file "townz.csv"; did you mean towns.csv?`, "townz.csv"},
		{"%panel use other", `no panel "other"; the session holds panel`, "other"},
		{"%panel head n=0", "n= is the number of rows to show, at least 1", "0"},
		{"%panel head unit=town", "%panel head takes no unit=", "unit"},
		{"%panel list all", `%panel list takes no "all"`, "all"},
		// descriptions
		{"%describe y xx", `no variable "xx" in panel; did you mean x?`, "xx"},
		{"%describe region", `"region" holds text (row 1: "East"), a number is needed`, "region"},
		{"%trend", "%trend needs a variable; its form is %trend VAR [by=treated]", ""},
		{"%trend y x", `%trend takes one word, "x" is a second; its form is %trend VAR [by=treated]`, "x"},
		{"%trend y by=rigion", `no variable "rigion" in panel; did you mean region?`, "rigion"},
		// tables and comparisons
		{"%table", "%table needs a result; its form is", ""},
		{"%table m9", `no result "m9"; the session holds no result yet`, "m9"},
		{"%compare m9 published=table2", `no result "m9"; the session holds no result yet`, "m9"},
		// diagnostics
		{"%bacon", "%bacon needs a model, as in %bacon m1", ""},
		{"%honest", "%honest needs an event study, as in %honest es1", ""},
		{"%honest m9", `no result "m9"; the session holds no result yet`, "m9"},
		{"%pretrends es1 es2", `%pretrends takes one event study, and "es2" stands behind it`, "es2"},
		{"%honest es1 type=sx", `type= can't be "sx"; it is rm or sd`, "sx"},
		// the line itself
		{"%reg log(y ~ x", `"(" is not closed`, "("},
		{"%did y ~ x vcov＝iid", "the full-width ＝ stands where = is needed", "＝"},
	}
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			_, _, err := runScript(t, towns+c.line)
			var d *lang.Diagnostic
			if !errors.As(err, &d) {
				t.Fatalf("got %v, want %s", err, c.sentence)
			}
			if !strings.HasPrefix(d.Summary, c.sentence) {
				t.Errorf("got  %s\nwant %s", d.Summary, c.sentence)
			}
			if d.Where.Line != 2 || d.Source != c.line {
				t.Errorf("line %d: %q", d.Where.Line, d.Source)
			}
			line := []rune(d.Source)
			if got := string(line[d.Where.Col-1 : d.Where.EndCol-1]); got != c.word && !(c.word == "" && strings.HasPrefix(c.sentence, "no row")) {
				t.Errorf("points at %q, want %q:\n%s", got, c.word, d.Text())
			}
			if strings.ContainsAny(d.Summary, "\n") || strings.Contains(d.Summary, "failed to") {
				t.Errorf("not one sentence in the house's words: %q", d.Summary)
			}
		})
	}
}

// Tables and comparisons of results that are there.
func TestWrongLinesOnResults(t *testing.T) {
	before := towns + "%did y ~ x | town + year treat=D as=m1\n%describe y as=d1\n%eventstudy y ~ 1 treat=D as=es1\n%trend y as=t1\n"
	cases := []struct{ line, sentence, word string }{
		{"%table m2", `no result "m2"; did you mean `, "m2"},
		{"%table m1 d1", "d1 (describe) can't stand in a table beside regressions", "d1"},
		{"%table m1 stat=z", `stat= can't be "z"; it is t, se or ci`, "z"},
		{"%table m1 digits=-1", "digits= is a number of decimals from 0 to 12, not -1", "-1"},
		{"%table m1 keep=DD", `no regression of the table has a term "DD"; did you mean D?`, "DD"},
		{"%table m1 columns=a,b", "2 column heads stand for 1 regressions", "a,b"},
		{"%table m1 out=t.doc", "no table is written as .doc", "t.doc"},
		{"%table m1 out=nowhere/t.tex", `no folder "nowhere" to write "t.tex" to`, "nowhere/t.tex"},
		{"%compare m1", "%compare needs published=, as in published=table2", ""},
		{"%compare m1 published=tabel2", `no published table "tabel2"; did you mean table2?`, "tabel2"},
		{"%compare m1 published=none.json:table2", `no file "none.json"`, "none.json:table2"},
		{"%compare m1 published=table2", "no column of table2 has a term of the fit", "m1"},
		{"%compare m1 published=table2 column=9", `table2 has no column "9"; there are (1), (2), (3), (4)`, "9"},
		{"%compare m1 published=table1", "m1 is a regression, table1 holds descriptive statistics", "m1"},
		{"%compare d1 published=table2", "d1 is a description, table2 holds regressions", "d1"},
		{"%compare es1 published=table2", "es1 (eventstudy) can't be compared with a published table", "es1"},
		{"%compare d1 published=table1", "table1 shares no variable with d1; it holds DIA", "d1"},
	}
	for _, c := range cases {
		_, _, err := runScript(t, before+c.line)
		var d *lang.Diagnostic
		if !errors.As(err, &d) {
			t.Errorf("%s: got %v", c.line, err)
			continue
		}
		line := []rune(d.Source)
		if got := string(line[d.Where.Col-1 : d.Where.EndCol-1]); !strings.HasPrefix(d.Summary, c.sentence) || got != c.word {
			t.Errorf("%s: at %q: %s", c.line, got, d.Summary)
		}
	}
}

// A column of a result is no model: its rows or variables are not those that its words tell.
func TestColumnsAreNoModels(t *testing.T) {
	before := towns + "%did y ~ x | town + year treat=D as=m1\n%hetero m1 by=region as=h1\n"
	cases := []struct{ line, sentence, word string }{
		{"%placebo h1.2", "h1.2 is a column of %hetero; %placebo takes a result of %did", "h1.2"},
		{"%wald h1.2 that=\"D - x\" go=true", "go=true needs a model of %reg or %did, and h1.2 is one of %hetero", "true"},
	}
	for _, c := range cases {
		_, _, err := runScript(t, before+c.line)
		var d *lang.Diagnostic
		if !errors.As(err, &d) {
			t.Errorf("%s: got %v", c.line, err)
			continue
		}
		line := []rune(d.Source)
		if got := string(line[d.Where.Col-1 : d.Where.EndCol-1]); d.Summary != c.sentence || got != c.word {
			t.Errorf("%s: at %q: %s", c.line, got, d.Summary)
		}
	}
}
