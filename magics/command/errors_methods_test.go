package command_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// The magics on a model say in one sentence why they can't do what a line asks, point at the word, and leave the session
// as it was.
func TestWrongLinesOfMethods(t *testing.T) {
	before := towns + "%gen none = 0*D\n%gen one = 1\n%gen ever = max(D) by=town\n%gen perfect = ever*10 + x/100\n%gen z = part*y\n" +
		"%did y ~ x | town + year treat=D as=m1\n%eventstudy y ~ 1 treat=D method=did2s as=es1\n%eventstudy y ~ 1 treat=D method=etwfe as=es2\n" +
		"%eventstudy y ~ 1 treat=D method=cs as=es3\n%eventstudy y ~ 1 treat=D as=es4\n%eventstudy y ~ 1 treat=D method=mc lambda=0.5 minpre=1 boot=100 as=esmc\n%eventstudy y ~ 1 treat=D method=sunab as=es5\n" +
		"%reg y ~ x | town + year as=regr\n%gen back = D*(year != 2015)\n%did y ~ 1 treat=back absorbing=false as=back\n%did y ~ 1 treat=D method=cs as=att\n"
	cases := []struct{ line, sentence, word string }{
		// nobody treated, or everybody
		{"%did y ~ x treat=none", "treatment none is 0 in every row: no unit is treated", "none"},
		{"%did y ~ x treat=one", "treatment one is 1 in every row: there is nothing to compare the treated with", "one"},
		{"%did y ~ 1 method=cdid dose=one", "the dose one is above 0 in every row, and method=cdid compares with units that get none; write 0 where there is no treatment", "one"},
		{"%estimators m1 methods=cs,cdid", "methods= compares estimates of one 0/1 treatment, and method=cdid has dose= in its place; %did estimates it alone", "cdid"},
		{"%estimators m1 methods=ddd", "methods= compares estimates of one 0/1 treatment, and method=ddd has cohort= and eligible= in its place; %did estimates it alone", "ddd"},
		{"%psm none ~ x + part as=m1", "treatment none is 0 in every row: no unit is treated", "none"},
		{"%placebo m1 reps=0 as=m1", "reps= is a number of draws between 1 and 10,000,000, not 0", "0"},
		{"%placebo m1 seed=-3 as=m1", "seed= is a whole number from 1 on, not -3", "-3"},
		{"%placebo m1 kind=units as=m1", `kind= can't be "units"; did you mean unit?`, "units"},
		// mediators
		{"%mediate m1 via=y as=m1", "y is the outcome and can't mediate its own effect", "y"},
		{"%mediate m1 via=z,D as=m1", "D is the treatment and can't mediate its own effect", "D"},
		{"%mediate m1 via=x as=m1", "x is a control of the model already", "x"},
		{"%mediate m1 via=none as=m1", "mediator none: none does not vary", "none"},
		{"%mediate m1 via=region as=m1", `"region" holds text (row 1: "East"), a number is needed`, "region"},
		{"%mediate m1 via=z boot=-1 as=m1", "boot= is a number of draws between 0 and 10,000,000, not -1", "-1"},
		{"%mediate m1 as=m1", "no mediator is named; say which by via=", ""},
		// matching
		{"%psm ever ~ x + part caliper=0.0000001 as=m1", "none of 32 treated rows has a control within the caliper", "ever ~ x + part"},
		{"%psm ever ~ x caliper=0 as=m1", "the caliper must be above 0, not 0", "0"},
		{"%psm ever ~ perfect + part as=m1", "the regressors separate the treated from the untreated completely (perfect most of all)", "perfect"},
		{"%psm ever ~ 1 as=m1", "the formula names no covariate to match on", "ever ~ 1"},
		{"%psm y ~ x as=m1", "treatment y is 0.9804 in row 1; it must be 0 or 1", "y"},
		{"%psm ever ~ x as=panel", "panel is the panel that is matched; give the matched rows another name", "panel"},
		// groups
		{"%hetero m1 by=exposure bins=0-2,30-40 as=m1", "no treated row has been exposed for 30-40 periods", "30-40"},
		{"%hetero m1 by=exposure bins=2-0 as=m1", `"2-0" is no range of periods; bins are written 0-2,3-5,6+`, "2-0"},
		{"%hetero m1 by=exposure as=m1", "by=exposure needs bins=, as in bins=0-2,3-5,6+", "exposure"},
		{"%hetero m1 by=one as=m1", "one has one value only, so it splits nothing", "one"},
		{"%hetero m1 by=one split=median baseline=true as=m1", "one has one value only, so it splits nothing", "one"},
		{"%hetero m1 by=D as=m1", "group D = 0: treatment D is 0 in every row: no unit is treated", "D"},
		{"%hetero m1 by=part split=tercile permute=5 as=m1", "Fisher's permutation test is made for two groups of a split, not for 3", "5"},
		{"%hetero m1 by=region permute=-1 as=m1", "permute= is a number of draws between 0 and 10,000,000, not -1", "-1"},
		// checks
		{"%robust m1 checks=policy(y) as=m1", "check policy(y): y is the outcome and can't control for itself", "policy(y)"},
		{"%robust m1 checks=lag,policy(none) as=m1", "check policy(none): none does not vary beyond", "policy(none)"},
		{"%robust m1 checks=winsor(2) as=m1", "the tail of winsor is a number between 0 and 0.5, as in winsor(0.01), not 2", "2"},
		{"%robust m1 checks=dropcities(Anhee) as=m1", `check dropcities(Anhee): no town "Anhee"; did you mean Anhe?`, "dropcities(Anhee)"},
		{"%robust m1 checks=drop(Anhe) as=m1", `no check "drop"`, "drop"},
		{"%robust m1 as=m1", "no check is named; say which by checks=psm,lag,winsor(0.01)", ""},
		// event studies
		{"%honest es1 as=m1", "effects before adoption by method=did2s are what its first stage, fitted to these periods, leaves of them", "es1"},
		{"%honest es2 as=m1", "method=etwfe has no effects before adoption here", "es2"},
		{"%honest es3 as=m1", "method cs estimates every event time of this event study", "es3"},
		{"%honest esmc as=m1", "the model of method=mc is fitted to the periods before adoption, so that effects there hide violations", "esmc"},
		{"%power m1 method=mc as=m1", "the power of method=mc is not simulated: it fits its model anew", "mc"},
		{"%pretrends es2 as=m1", "method=etwfe has no effects before adoption here", "es2"},
		{"%honest es4 method=cf as=m1", "method=cf goes with type=sd; type=rm takes clf or conditional", "cf"},
		{"%honest es4 event=17 as=m1", "the event study has no effect at event time 17", "17"},
		// equivalence
		{"%equivalence es1 as=m1", "effects before adoption by method=did2s are what its first stage", "es1"},
		{"%equivalence es4 type=mean method=boot as=m1", "method=boot goes with type=max", "boot"},
		{"%equivalence es4 threshold=0 as=m1", "threshold= is what differences in trends may be at most, above 0", "0"},
		{"%equivalence es4 alpha=0.9 as=m1", "alpha= is the probability of an error; did you mean 0.1?", "0.9"},
		{"%equivalence es4 reps=100 as=m1", "reps= goes with method=boot and method=wild", "100"},
		{"%equivalence es4 seed=2 as=m1", "seed= goes with method=boot, method=wild and type=rms", "2"},
		{"%equivalence es4 method=wild reps=3 as=m1", "reps= is a number of draws between 20 and", "3"},
		{"%equivalence es5 type=rms as=m1", "type=rms estimates the regression anew, and this event study is by method=sunab", "es5"},
		{"%equivalence m1 as=m1", "m1 (fit) is no event study", "m1"},
		// sensitivity
		{"%sensitivity m1 benchmark=z as=m1", `the model has no coefficient "z"`, "z"},
		{"%sensitivity m1 benchmark=x+D as=m1", "D is the treatment itself", "x+D"},
		{"%sensitivity m1 benchmark=x kd=5000 as=m1", "nothing can be 5000 times as strong as x", "5000"},
		{"%sensitivity m1 benchmark=x kd=1,2 ky=1,2,3 as=m1", "ky= has 3 strengths and kd= 2", "1,2,3"},
		{"%sensitivity m1 benchmark=x kd=1,b as=m1", `kd= takes numbers from 0 on, joined by commas, and "b" is none`, "b"},
		{"%sensitivity m1 kd=2 as=m1", "kd= is a strength against a covariate; say which by benchmark=", "2"},
		{"%sensitivity m1 q=0 as=m1", "q= is the share of the estimate to be explained away, above 0", "0"},
		{"%sensitivity m1 alpha=0.95 as=m1", "alpha= is the probability of an error; did you mean 0.05?", "0.95"},
		{"%sensitivity regr as=m1", "regr has no treatment; estimate it by %did, or name the treatment by treat=", "regr"},
		{"%sensitivity att as=m1", "att was estimated by method=cs", "att"},
		{"%sensitivity es4 as=m1", "es4 is an event study", "es4"},
		// estimators
		{"%estimators m1 methods=cs,sunb as=m1", `methods= can't be "sunb"; did you mean sunab?`, "sunb"},
		{"%estimators m1 methods=sunab control=never as=m1", "control= goes with ", "control"},
		{"%estimators m1 methods=cs anticipation=-1 as=m1", "anticipation= counts periods before adoption, from 0", "-1"},
		{"%estimators m1 window=3:-2 as=m1", "the window 3:-2 is empty; it runs from before adoption to after, as in -6:8", "3:-2"},
		{"%estimators m1 window=40:50 as=m1", "no effect lies in the window 40:50 by any method", "40:50"},
		{"%estimators regr as=m1", "regr has no treatment; estimate it by %did", "regr"},
		{"%estimators back as=m1", "treatment back switches off in ", "back"},
		{"%estimators att as=m1", "att was estimated by method=cs; %estimators takes a result of %did with method=twfe", "att"},
		{"%estimators as=m1", "%estimators needs a model, as in %estimators m1; %did makes one", ""},
		// power
		{"%power as=m1", "%power needs a model, as in %power m1; %did makes one", ""},
		{"%power m1 reps=5 as=m1", "reps= is a number of draws between 100 and 10,000,000, not 5", "5"},
		{"%power m1 method=sdid as=m1", "the power of method=sdid is not simulated: it finds its weights anew", "sdid"},
		{"%power m1 effects=1,b as=m1", `effects= takes numbers joined by commas, and "b" is none`, "b"},
		{"%power m1 path=0,0 as=m1", "the path of effects is zero on average", "m1"},
		{"%power m1 treated=2.5 as=m1", "treated= takes whole numbers of units, as in treated=20,40, not 2.5", "2.5"},
		{"%power m1 power=0.01 as=m1", "power= is a probability above the level of the test", "0.01"},
		{"%power m1 alpha=5 as=m1", "alpha= is the level of the test, between 0 and 1, not 5", "5"},
		{"%power m1 vcov=cluster(town,year) as=m1", "vcov=cluster(town, year) allows for shocks that units share", "cluster(town,year)"},
		{"%power m1 if=\"x > 1\" as=m1", "if= goes with a formula; m1 has its own", "if"},
		{"%power m1 agg=group as=m1", "agg= goes with the methods of staggered adoption", "agg"},
		{"%power m1 window=-2:2 as=m1", "window= of %power goes with method=stacked", "window"},
		{"%power m1 method=cs leads=2 as=m1", "leads= goes with method=imputation", "leads"},
		{"%power m2 as=m1", `no result "m2"; did you mean m1?`, "m2"},
		{"%power att as=m1", "att was estimated by method=cs; %power takes a result of %did with method=twfe", "att"},
		{"%power y ~ nought treat=D as=m1", "no variable \"nought\"", "nought"},
		// hypotheses
		{"%wald m1 that=\"D + q\" as=m1", `the model has no coefficient "q"`, "q"},
		{"%wald m1 that=\"D*x\" as=m1", "D * x is no linear combination of coefficients; write SC + LCC or 2*SC = LCC", "D*x"},
		{"%wald m1 zero=D,D as=m1", "D stands twice in zero=", "D"},
		{"%wald m1 that=\"D - D\" as=m1", "D - D has no variance, so there is nothing to test", "D - D"},
		{"%leaveout m2 as=m1", `no result "m2"; did you mean m1?`, "m2"},
	}
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			s := session.New("testdata")
			s.NoFigures = true
			if _, err := runIn(t, s, before); err != nil {
				t.Fatal(diagnosticText(err))
			}
			panels, results := s.PanelNames(), s.ResultNames()
			kept, _ := s.Result("m1")
			panel, _ := s.Panel("")
			_, err := runIn(t, s, c.line)
			var d *lang.Diagnostic
			if !errors.As(err, &d) {
				t.Fatalf("got %v, want %s", err, c.sentence)
			}
			line := []rune(d.Source)
			if got := string(line[d.Where.Col-1 : d.Where.EndCol-1]); !strings.HasPrefix(d.Summary, c.sentence) || got != c.word {
				t.Errorf("at %q: %s", got, d.Summary)
			}
			if strings.ContainsAny(d.Summary, "\n") {
				t.Errorf("not one sentence: %q", d.Summary)
			}
			after, _ := s.Result("m1")
			current, _ := s.Panel("")
			if !reflect.DeepEqual(panels, s.PanelNames()) || !reflect.DeepEqual(results, s.ResultNames()) || after != kept || current != panel {
				t.Error("the session is not as it was")
			}
		})
	}
}
