package command_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A matching is drawn by its balance, or by the overlap of its scores where it has scores.
func TestPlotOfAMatching(t *testing.T) {
	before := towns + "%gen ever = max(D) by=town\n%psm ever ~ x + part distance=linear as=scored\n%psm ever ~ x + part distance=mahalanobis as=unscored\n%did y ~ x treat=D as=m1\n"
	out, _ := mustRun(t, before+"%plot scored\n%plot scored show=overlap")
	for i, want := range []string{"Balance of covariates", "Overlap of scores"} {
		f := out[len(out)-2+i].Figure
		if f == nil || f.Title != want {
			t.Errorf("figure %+v, want %s", f, want)
		}
	}
	if svg := string(out[len(out)-1].Figure.SVG); !strings.Contains(svg, "Linear predictor") {
		t.Error("the axis of a linear predictor says otherwise")
	}
	for line, sentence := range map[string]string{
		"%plot unscored show=overlap": "unscored was matched without a score, so there is no overlap of scores to show",
		"%plot m1 show=overlap":       "show= is for one matching of %psm, and m1 is of %did",
	} {
		_, _, err := runScript(t, before+line)
		var d *lang.Diagnostic
		if !errors.As(err, &d) || d.Summary != sentence {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// With interactive=true the page gets the figure itself, in which every estimate tells its numbers, and no script.
func TestInteractivePlotTellsEveryEstimate(t *testing.T) {
	before := towns + "%eventstudy y ~ 1 | town + year treat=D as=es\n%did y ~ x treat=D as=m1\n"
	out, _ := mustRun(t, before+"%plot es interactive=true\n%plot m1 interactive=true\n%plot es")
	out = out[len(out)-3:]
	for i, want := range []string{"<title>event time 0: ", "<title>D: "} {
		bundles, err := out[i].Bundles()
		if err != nil || len(bundles) != 1 {
			t.Fatal(len(bundles), err)
		}
		html, _ := bundles[0].Data["text/html"].(string)
		if !strings.Contains(html, want) || strings.Contains(html, "<script") || strings.Contains(html, "http://") != strings.Contains(html, "http://www.w3.org/") {
			t.Errorf("figure %d has no %q, or a script or a remote part: %s", i, want, html)
		}
	}
	bundles, err := out[2].Bundles()
	if err != nil {
		t.Fatal(err)
	}
	if html, _ := bundles[0].Data["text/html"].(string); !strings.Contains(html, `<img src="data:image/svg+xml;base64,`) || strings.Contains(html, "<svg") ||
		!strings.Contains(html, "Estimates: ") {
		t.Errorf("without it the figure is no image with its estimates in words: %s", html)
	}
}

// A result of several columns is one figure, whole; beside another result it is refused.
func TestPlotResultsOfSeveralColumns(t *testing.T) {
	before := towns + "%did y ~ x treat=D as=m1\n%hetero m1 by=region as=h\n%estimators m1 methods=cs,sunab as=e\n"
	for _, name := range []string{"h", "e"} {
		out, _ := mustRun(t, before+"%plot "+name)
		if f := out[len(out)-1].Figure; f == nil || len(f.SVG) == 0 {
			t.Errorf("%%plot %s draws nothing", name)
		}
	}
	out, _ := mustRun(t, before+"%plot e show=paths")
	if f := out[len(out)-1].Figure; f == nil || !strings.Contains(string(f.SVG), "weights are evened out") && !strings.Contains(string(f.SVG), "comparison group") {
		t.Error("show=paths draws no path")
	}
	s := session.New("testdata")
	if _, err := runIn(t, s, before+"%plot h show=paths"); err == nil || !strings.Contains(err.Error(), "show=paths is for one result of %estimators") {
		t.Errorf("paths of another result: %v", err)
	}
	if _, err := runIn(t, s, before+"%plot e h"); err == nil || !strings.Contains(err.Error(), "e (estimators) is drawn alone") {
		t.Errorf("two results: %v", err)
	}
}

// Where a notebook shows the picture only, it says below it which file was written.
func TestPlotSaysWhatItWrote(t *testing.T) {
	s, _ := townsIn(t, nil)
	out, err := runIn(t, s, towns+"%eventstudy y ~ 1 | town + year treat=D as=es\n%plot es out=\"a<b.png\"\n")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	bundles, err := out[len(out)-1].Bundles()
	if err != nil || len(bundles) != 1 {
		t.Fatal(len(bundles), err)
	}
	if html, _ := bundles[0].Data["text/html"].(string); !strings.HasSuffix(html, "</div>\n<p>written to a&lt;b.png</p>\n") {
		t.Errorf("the HTML ends in %q", html[max(0, len(html)-80):])
	}
}

// A continuous treatment is drawn by dose, by its slopes, or by event time; other results have no such figure.
func TestPlotOfDoses(t *testing.T) {
	before := "%panel load ../../../testdata/reference/data/dose.csv unit=unit time=time\n%did y ~ 1 cohort=g method=cdid dose=dose as=m1\n%did y ~ 1 cohort=g method=cs as=m2\n"
	for words, want := range map[string]string{"": "Effect on y by dose", " show=att": "Effect on y by dose", " show=acrt": "Causal response of y by dose", " show=events": "Event study of y"} {
		out, _ := mustRun(t, before+"%plot m1"+words)
		if f := out[len(out)-1].Figure; f == nil || f.Title != want || len(f.PNG) == 0 {
			t.Errorf("%%plot m1%s draws %v, want %q", words, f, want)
		}
	}
	for line, want := range map[string]string{
		"%plot m2 show=acrt":    "show=acrt is not for m2, which is of %did; one result of method=cdid has show=att, acrt and events",
		"%plot m1 show=overlap": "show=overlap is not for m1",
	} {
		if _, _, err := runScript(t, before+line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}
