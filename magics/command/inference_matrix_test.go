package command_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// What %did answers to each inf= under each method: "" where it works, "p" where without an interval, else how its sentence
// goes on. The table in docs/inference.md is this one.
var (
	averagesMany  = "averages many estimates; write inf=ri, or method=twfe"
	otherErrors   = "goes with method=sdid or method=sc"
	drawnErrors   = "comparing t statistics would take draws of draws"
	needsDose     = "would need a dose, which only the treated have"
	whoIsEligible = "who is eligible in them stays"

	infTried  = []string{"ri(reps=19)", "ri(stat=t, reps=19)", "fermanpinto(reps=99)", "placebo"}
	infMatrix = map[string][]string{
		"twfe":       {"", "", "", otherErrors},
		"sunab":      {"", "", averagesMany, otherErrors},
		"stacked":    {"", "", averagesMany, otherErrors},
		"etwfe":      {"", "", averagesMany, otherErrors},
		"cs":         {"", "", averagesMany, otherErrors},
		"imputation": {"", "", averagesMany, otherErrors},
		"did2s":      {"", "", averagesMany, otherErrors},
		"lpdid":      {"", "", averagesMany, otherErrors},
		"dcdh":       {"", "", averagesMany, otherErrors},
		"sdid":       {"p", drawnErrors, averagesMany, ""},
		"sc":         {"p", drawnErrors, averagesMany, ""},
		"ifect":      {"p", drawnErrors, averagesMany, otherErrors},
		"mc":         {"p", drawnErrors, averagesMany, otherErrors},
		"ddd":        {whoIsEligible, whoIsEligible, averagesMany, otherErrors},
		"cdid":       {needsDose, needsDose, averagesMany, otherErrors},
	}
)

// lineOf is %did by the method on castle.
func lineOf(method string) string {
	switch method {
	case "ddd":
		return "%did l_homicide ~ 1 method=ddd cohort=law eligible=poor est=reg"
	case "cdid":
		return "%did l_homicide ~ 1 treat=post method=cdid dose=need degree=1"
	case "lpdid", "stacked", "dcdh":
		return "%did l_homicide ~ 1 treat=post window=-3:2 method=" + method
	}
	return "%did l_homicide ~ 1 treat=post method=" + method
}

// Every method takes each kind of inference, or refuses it by one sentence that says why.
func TestInferenceOfEveryMethod(t *testing.T) {
	s := session.New("testdata")
	s.NoFigures = true
	if _, err := runIn(t, s, placedCastle); err != nil {
		t.Fatal(err)
	}
	for method, wants := range infMatrix {
		if len(vcovMatrix[method]) == 0 {
			t.Errorf("method %s has no row of vcov=", method)
		}
		for k, kind := range infTried {
			line := fmt.Sprintf("%s inf=%q", lineOf(method), kind)
			out, err := runIn(t, s, line)
			want := wants[k]
			if want != "" && want != "p" {
				var d *lang.Diagnostic
				if !errors.As(err, &d) || !strings.Contains(d.Summary, want) || strings.Contains(d.Summary, "internal") {
					t.Errorf("%s, %s: %v, want a refusal that %s", method, kind, err, want)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, %s: %v", method, kind, err)
				continue
			}
			if kind == "placebo" {
				continue
			}
			var i *regress.Inference
			var shown regress.Coef
			switch r := out[len(out)-1].Result.(type) {
			case *regress.Fit:
				i, shown = r.Inference, r.Coef[0]
			case *did.ATTResult:
				e := r.Averages[r.Aggregate]
				i, shown = r.Inference, regress.Coef{PValue: e.PValue, ConfLow: e.ConfLow, ConfHigh: e.ConfHigh}
			}
			if i == nil || !strings.HasPrefix(kind, i.Method) || !(i.PValue > 0 && i.PValue <= 1) || shown.PValue != i.PValue {
				t.Errorf("%s, %s: %+v beside %+v", method, kind, i, shown)
				continue
			}
			if interval := i.ConfLow < i.ConfHigh && shown.ConfLow == i.ConfLow; interval == (want == "p") || want == "p" && !math.IsNaN(shown.ConfLow) {
				t.Errorf("%s, %s: an interval from %g to %g", method, kind, shown.ConfLow, shown.ConfHigh)
			}
		}
	}
}

// No unit of measurement moves p; the interval moves as the outcome does.
func TestInferenceIsInvariant(t *testing.T) {
	infer := func(prepare, line string) (*regress.Inference, float64) {
		s := session.New("testdata")
		s.NoFigures = true
		out, err := runIn(t, s, placedCastle+prepare+line)
		if err != nil {
			t.Fatal(err)
		}
		switch r := out[len(out)-1].Result.(type) {
		case *regress.Fit:
			return r.Inference, r.Coef[0].Estimate
		case *did.ATTResult:
			return r.Inference, r.Overall.Estimate
		}
		return nil, 0
	}
	for _, line := range []string{
		"%did y ~ 1 treat=post inf=ri(reps=99)", "%did y ~ 1 treat=post inf=ri(stat=t, reps=99)", "%did y ~ 1 treat=post inf=fermanpinto(reps=199, size=m)",
		"%did y ~ 1 treat=post method=cs inf=ri(reps=19)",
	} {
		base, _ := infer("%gen y = l_homicide\n%gen m = popwt\n", line)
		scaled, _ := infer("%gen y = 1000*l_homicide + 5\n%gen m = popwt/1000\n", line)
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-7*math.Abs(a) }
		if base.PValue != scaled.PValue || !near(1000*base.ConfLow, scaled.ConfLow) || !near(1000*base.ConfHigh, scaled.ConfHigh) {
			t.Errorf("%s: %+v, and in other units %+v", line, base, scaled)
		}
	}
}
