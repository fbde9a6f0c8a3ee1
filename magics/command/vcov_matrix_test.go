package command_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// What %did answers to each kind of errors under each method: "" where it works, else how its sentence goes on. The table
// in docs/inference.md is this one.
var (
	oneCluster   = "has clustered errors only, by one variable"
	averages     = "averages many estimates, and the wild cluster bootstrap tests single coefficients"
	singlePeriod = "has effects of single periods"
	noPlaces     = "does not carry the rows' places"
	noRegression = "is made from the columns and residuals of one least-squares regression"
	weightsOpen  = "corrects under a model of the errors' variance, which weights leave open"

	vcovKindsTried = []string{"iid", "hetero", "HC2", "HC3", "cluster(sid)", "cluster(sid, year)", "CR2(sid)", "CR3(sid)", "wildboot(sid, reps=99)", "nw(1)", "dk(1)", "conley(lat, lon, 900)"}
	vcovMatrix     = map[string][]string{
		"twfe":       {"", "", "", "", "", "", "", "", "", "", "", ""},
		"sunab":      {"", "", "", "", "", "", "", "", averages, singlePeriod, singlePeriod, ""},
		"stacked":    {"", "", "", "", "", "", weightsOpen, weightsOpen, averages, singlePeriod, singlePeriod, noPlaces},
		"etwfe":      {"", "", noRegression, noRegression, "", "", noRegression, noRegression, averages, singlePeriod, singlePeriod, noPlaces},
		"cs":         {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, averages, singlePeriod, singlePeriod, noPlaces},
		"imputation": {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, averages, singlePeriod, singlePeriod, noPlaces},
		"did2s":      {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, averages, singlePeriod, singlePeriod, noPlaces},
		"dcdh":       {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster},
		"ddd":        {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, averages, singlePeriod, singlePeriod, noPlaces},
		"cdid":       {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, averages, singlePeriod, singlePeriod, noPlaces},
		"sdid":       {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster},
		"sc":         {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster},
		"ifect":      {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster},
		"mc":         {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster, oneCluster},
		"lpdid":      {oneCluster, oneCluster, oneCluster, oneCluster, "", oneCluster, oneCluster, oneCluster, averages, singlePeriod, singlePeriod, noPlaces},
	}
)

const placedCastle = "%panel load ../../../data/castle.csv unit=sid time=year\n%gen lat = sid/2\n%gen lon = sid*3 - 70\n" +
	"%gen law = min(year/post) by=sid\n%gen need = mean(poverty) by=sid\n%gen poor = need > 12\n%gen need = post*need\n"

// Every method takes each kind of errors, or refuses it by one sentence that says why.
func TestErrorsOfEveryMethod(t *testing.T) {
	s := session.New("testdata")
	s.NoFigures = true
	if _, err := runIn(t, s, placedCastle); err != nil {
		t.Fatal(err)
	}
	for method, wants := range vcovMatrix {
		for k, kind := range vcovKindsTried {
			treated := map[string]string{"ddd": "cohort=law eligible=poor", "cdid": "treat=post dose=need degree=1"}[method]
			if treated == "" {
				treated = "treat=post"
			}
			line := fmt.Sprintf("%%did l_homicide ~ 1 %s method=%s vcov=%q", treated, method, kind)
			out, err := runIn(t, s, line)
			switch want := wants[k]; {
			case want == "" && err != nil:
				t.Errorf("%s, %s: %v", method, kind, err)
			case want == "":
				checkErrorsOf(t, method, kind, out)
			default:
				var d *lang.Diagnostic
				if !errors.As(err, &d) {
					t.Errorf("%s, %s: %v, want a refusal that %s", method, kind, err, want)
				} else if !strings.Contains(d.Summary, want) || strings.Contains(d.Summary, "internal") {
					t.Errorf("%s, %s: %q, want a refusal that %s", method, kind, d.Summary, want)
				}
			}
		}
	}
}

func checkErrorsOf(t *testing.T, method, kind string, out []command.Output) {
	t.Helper()
	name, _, _ := strings.Cut(kind, "(")
	var se float64
	var v regress.VcovInfo
	switch r := out[len(out)-1].Result.(type) {
	case *regress.Fit:
		se, v = r.Coef[0].StdError, r.Vcov
	case *did.ATTResult:
		se, v = r.Overall.StdError, r.Vcov
	}
	if method == "sdid" || method == "sc" {
		name = "placebo" // their own, by vcov=cluster of the unit
	}
	if method == "ifect" || method == "mc" {
		name = "bootstrap"
	}
	if v.Type != name {
		t.Errorf("%s, %s: the result names %q errors", method, kind, v.Type)
	}
	if !(se > 1e-3 && se < 1) || math.IsNaN(se) {
		t.Errorf("%s, %s: a standard error of %g", method, kind, se)
	}
}

// %eventstudy and what rests on a fit take all kinds of errors, or say which they take.
func TestErrorsOfEventStudyAndPlacebo(t *testing.T) {
	s := session.New("testdata")
	s.NoFigures = true
	if _, err := runIn(t, s, placedCastle); err != nil {
		t.Fatal(err)
	}
	for _, kind := range vcovKindsTried {
		if _, err := runIn(t, s, fmt.Sprintf("%%eventstudy l_homicide ~ 1 treat=post window=-5:2 vcov=%q as=es", kind)); err != nil {
			t.Errorf("%%eventstudy, %s: %v", kind, err)
		}
		if _, err := runIn(t, s, fmt.Sprintf("%%did l_homicide ~ 1 treat=post vcov=%q as=m", kind)); err != nil {
			t.Fatal(err)
		}
		_, err := runIn(t, s, "%placebo m reps=20")
		if refused := strings.HasPrefix(kind, "dk") || strings.HasPrefix(kind, "conley"); refused != (err != nil) || refused && !strings.Contains(err.Error(), "placebo draws have errors that are iid, hetero or clustered") {
			t.Errorf("%%placebo, %s: %v", kind, err)
		}
	}
}
