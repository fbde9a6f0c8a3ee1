package command_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

var wrongInference = []struct{ line, sentence, at string }{
	{"%did y ~ 1 treat=D method=cs inf=placebo", "inf=placebo goes with method=sdid or method=sc; the others have inf=ri", "placebo"},
	{"%did y ~ 1 cohort=adopt eligible=q method=ddd inf=jackknife", "inf=jackknife goes with method=sdid, sc, ifect or mc; method=ddd has vcov= and the multiplier draws of boot=", "jackknife"},
	{"%did y ~ 1 treat=D inf=rj", `inf= can't be "rj"; did you mean ri?`, "rj"},
	{"%did y ~ 1 treat=D inf=fisher", `inf= can't be "fisher"; it is ri or fermanpinto`, "fisher"},
	{"%did y ~ 1 treat=D method=sc inf=bost", `inf= can't be "bost"; it is ri, fermanpinto, placebo, bootstrap or jackknife`, "bost"},
	{"%did y ~ 1 treat=D inf=romanowolf(x)", "inf=romanowolf(x) is for several outcomes in one line of %reg", "romanowolf(x)"},
	{"%did y ~ 1 treat=D method=cs inf=fermanpinto", "inf=fermanpinto weighs residuals of one regression as its coefficient does, and method=cs averages many estimates; write inf=ri, or method=twfe", "fermanpinto"},
	{"%eventstudy y ~ 1 treat=D inf=ri", "inf=ri tests one effect, and an event study has many; %did takes it", "ri"},
	{"%did y ~ 1 treat=D inf=ri(x)", `inf=ri tests treat= and takes no variable, and "x" stands in it`, "x"},
	{"%did y ~ 1 treat=D inf=ri(resp=99)", `ri has no option "resp"; did you mean reps?`, "resp=99"},
	{"%did y ~ 1 treat=D inf=ri(size=x)", `ri has no option "size"`, "size=x"},
	{"%did y ~ 1 treat=D inf=ri(reps=0)", "reps= is 0; it lies from 1 to 1000000", "0"},
	{"%did y ~ 1 treat=D inf=ri(stat=z)", `stat= can't be "z"; did you mean t?`, "z"},
	{"%did y ~ 1 treat=D inf=ri(assign=twon)", `no variable "twon" in panel; did you mean town?`, "twon"},
	{"%did y ~ 1 treat=D inf=ri(assign=year)", "D differs within 2012 of year at the same time, so it is not assigned to year as a whole; name a finer level by assign=", "ri(assign=year)"},
	{"%did y ~ 1 treat=D inf=fermanpinto(cluster=region)", "D differs within East of region in one period, and Ferman and Pinto's test is for treatments of whole clusters; name finer ones by cluster=", "fermanpinto(cluster=region)"},
	{"%did y ~ 1 treat=D vcov=dk(1) inf=ri(stat=t)", "placebo draws have errors that are iid, hetero or clustered, and the model's are dk(1, time=year); estimate it with one of these", "ri(stat=t)"},
	{"%reg y ~ D + x inf=ri", "ri takes the 0/1 regressor to test, as in ri(x), not 0", "ri"},
	{"%reg y ~ D + x inf=ri(w)", `the model has no coefficient "w"`, "w"},
	{"%reg y ~ D + x inf=ri(x)", "treatment x is", "x"},
	{"%reg c(y, w) ~ D + x inf=ri(D)", "inf=ri tests one regression, and the formula stands for 2", "ri"},
}

// A wrong word of inf= is pointed at, with the reason, in Chinese too.
func TestWrongInference(t *testing.T) {
	words := regexp.MustCompile(`[a-z]{3,} [a-z]{3,} [a-z]{3,}`)
	for _, c := range wrongInference {
		for _, before := range []string{"", "%lang zh\n"} {
			_, _, err := runScript(t, before+towns+c.line)
			var d *lang.Diagnostic
			if !errors.As(err, &d) || before == "" && !strings.HasPrefix(d.Summary, c.sentence) || before != "" && words.MatchString(d.Summary) {
				t.Errorf("%s%s: %v, want %s", before, c.line, err, c.sentence)
				continue
			}
			if at := string([]rune(d.Source)[d.Where.Col-1 : d.Where.EndCol-1]); at != c.at {
				t.Errorf("%s points at %q, want %q", c.line, at, c.at)
			}
		}
	}
}

// What a table says of inf= it says in Chinese too.
func TestNotesOfInferenceInChinese(t *testing.T) {
	words := regexp.MustCompile(`[a-z]{3,} [a-z]{3,} [a-z]{3,}`)
	for _, line := range []string{
		"%did y ~ x treat=D inf=ri(reps=50, stat=t)", "%did y ~ x treat=D inf=fermanpinto(reps=50)", "%did y ~ x treat=D inf=fermanpinto(reps=50, size=w)",
		"%did y ~ 1 treat=D method=sdid inf=ri(reps=20)", "%did y ~ 1 treat=D method=cs boot=100 control=notyet inf=ri(reps=20)", "%did y ~ 1 treat=D inf=ri(reps=50) as=m\n%table m",
	} {
		out, _ := mustRun(t, towns+"%lang zh\n"+line)
		_, notes, _ := strings.Cut(out[len(out)-1].Text, "注：")
		notes = strings.ReplaceAll(notes, "\n", "")
		if !strings.Contains(notes, "随机化推断") && !strings.Contains(notes, "Ferman") || words.MatchString(notes) {
			t.Errorf("%s: %s", line, notes)
		}
	}
}
