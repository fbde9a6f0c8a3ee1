package command_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load"
	"github.com/seed2d25c7c2/didnb/magics/command"
)

// A label is in every table and figure of the variable, in the language of then; without a Chinese one the English
// stands in, and labels=false prints names.
func TestLabelsAreEverywhere(t *testing.T) {
	s, _ := townsIn(t, nil)
	s.NoFigures = false
	src := towns + `%label y "Outcome of it" zh="结果变量"` + "\n" + `%label D "The pilot" zh="试点政策"` + "\n" + `%label x "Control"` + "\n" + `%label town town zh=城镇` + "\n%label region Region zh=区域\n"
	lines := "%describe y\n%did y ~ x treat=D as=m1\n%table m1\n%eventstudy y ~ x treat=D window=-2:2\n%trend y by=region\n%hetero m1 by=region\n%placebo m1 reps=20\n%leaveout m1\n%plot m1\n%table m1 labels=false\n"
	out, err := runIn(t, s, src+lines+"%lang zh\n"+lines)
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	shows := func(o command.Output, words ...string) {
		t.Helper()
		for _, w := range words {
			inFigure := o.Figure != nil && strings.Contains(string(o.Figure.SVG), w)
			if !strings.Contains(o.Text, w) && !strings.Contains(strings.ReplaceAll(o.Text, "\n", ""), w) && !inFigure { // notes are wrapped
				t.Errorf("%%%s does not show %q:\n%s", o.Magic, w, o.Text)
			}
		}
	}
	en, zh := out[6:16], out[17:]
	for i, words := range [][]string{{"Outcome of it"}, {"The pilot", "Control", "clustered by town"}, {"The pilot", "Control", "Outcome of it"}, {"Effect on Outcome of it", "Control"},
		{"Mean of Outcome of it", "Region = "}, {"Region = ", "The pilot", "Effects by group: Region"}, {"Placebo test of The pilot"}, {"The pilot with each unit left out"}, {"The pilot"}} {
		shows(en[i], words...)
	}
	for i, words := range [][]string{{"结果变量"}, {"试点政策", "Control", "聚类到城镇层面", "城镇（8）"}, {"试点政策", "结果变量", "城镇"}, {"结果变量", "Control"},
		{"结果变量", "区域 = "}, {"区域 = ", "试点政策"}, {"试点政策"}, {"试点政策"}, {"试点政策"}} {
		shows(zh[i], words...)
	}
	if text := en[9].Text; strings.Contains(text, "The pilot") || !strings.Contains(text, "clustered by town") {
		t.Errorf("labels=false:\n%s", text)
	}
	if text := zh[9].Text; strings.Contains(text, "试点") || !strings.Contains(text, "聚类到城镇层面") {
		t.Errorf("labels=false in Chinese:\n%s", text)
	}
}

// A .dta file's labels, of variables and values, are shown, told as JSON and kept when it is saved again.
func TestDTALabelsAreKept(t *testing.T) {
	s, _ := townsIn(t, nil)
	out, err := runIn(t, s, towns+`%label y "Outcome" zh="结果"`+"\n%label x zh=控制变量\n%panel save labelled.dta\n%panel load labelled.dta unit=town time=year as=p\n%panel use p\n%label\n%label y \"\"\n%label y")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	labels := out[len(out)-3]
	json, err := command.JSON(labels)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"kind":"label"`, `{"variable":"y","label":"Outcome"}`, `{"variable":"x","label":"控制变量"}`} {
		if !strings.Contains(string(json), want) {
			t.Errorf("%s lacks %s", json, want)
		}
	}
	if got := out[len(out)-1].Text; got != "y: no label; no label\n" {
		t.Errorf("after its label was taken away: %q", got)
	}
}

func TestLabelErrors(t *testing.T) {
	for _, c := range []struct{ line, want, at string }{
		{`%label Y2 "a"`, `no variable "Y2"`, "Y2"},
		{`%label y two words`, `"words" stands behind the label; a label of several words is written in quotes`, "words"},
		{`%label zh="甲"`, `zh= is a label without a variable`, "甲"},
		{`%label y "a" en=b`, `%label has no key "en"`, "en"},
	} {
		_, _, err := runScript(t, towns+c.line)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.line, err, c.want)
		}
	}
}

// Labels of single values, as a .dta file has them, name the groups of a trend and stand in the JSON of %label.
func TestValueLabelsNameGroups(t *testing.T) {
	s, dir := townsIn(t, nil)
	if _, err := runIn(t, s, towns+"%gen treated = max(D) by=town"); err != nil {
		t.Fatal(diagnosticText(err))
	}
	d, err := s.Panel("panel")
	if err != nil {
		t.Fatal(err)
	}
	v, err := d.Panel.Variable("treated")
	if err != nil {
		t.Fatal(err)
	}
	labelled := *v
	labelled.Label, labelled.ValueLabels = "Pilot town", map[float64]string{0: "never", 1: "some day"}
	p, err := d.Panel.Relabel(&labelled)
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Save(filepath.Join(dir, "towns.dta"), p); err != nil {
		t.Fatal(err)
	}
	out, err := runIn(t, s, "%panel load towns.dta unit=town time=year as=stata\n%trend y by=treated data=stata\n%label data=stata")
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	if !strings.Contains(out[1].Text, "Pilot town = some day") || !strings.Contains(out[1].Text, "Pilot town = never") {
		t.Errorf("the trend's groups:\n%s", out[1].Text)
	}
	json, err := command.JSON(out[2])
	if want := `{"variable":"treated","label":"Pilot town","values":{"0":"never","1":"some day"}}`; err != nil || !strings.Contains(string(json), want) {
		t.Errorf("%s (%v) lacks %s", json, err, want)
	}
}
