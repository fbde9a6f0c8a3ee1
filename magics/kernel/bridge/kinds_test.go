package bridge_test

import (
	"context"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/bridge/kind"
	"github.com/seed2d25c7c2/didnb/magics/command"
)

const study = `%panel load ../../../data/castle.csv unit=sid time=year
%gen treated = max(post) by=sid
%did l_homicide ~ 1 | sid + year treat=post as=fit
%eventstudy l_homicide ~ 1 | sid + year treat=post window=-6:4 as=eventstudy
%placebo fit reps=50 as=placebo
%leaveout fit as=leaveout
%power fit reps=100 as=power
%mediate fit via=l_police boot=20 as=mediation
%hetero fit by=poverty split=median as=hetero
%robust fit checks=lag,winsor(0.01) as=robust
%bacon fit as=bacon
%twfeweights fit as=weights
%psm treated ~ poverty + l_police as=match
%describe l_homicide poverty as=describe
%trend l_homicide by=treated as=trend`

// Every kind of result goes to a program and back, and is shown there as its magic shows it.
func TestEveryKind(t *testing.T) {
	n := serve(t)
	want := map[string]command.Output{}
	if err := command.Run(context.Background(), n.session, study, func(o command.Output) { want[o.As] = o }); err != nil {
		t.Fatal(err)
	}
	c := n.dial(t)
	figures := map[string]bool{"eventstudy": true, "placebo": true, "leaveout": true, "power": true, "hetero": true, "bacon": true, "weights": true, "match": true, "trend": true}
	for _, name := range []string{"fit", "eventstudy", "placebo", "leaveout", "power", "mediation", "hetero", "robust", "bacon", "weights", "match", "describe", "trend"} {
		t.Run(name, func(t *testing.T) {
			got, err := c.Result(name, kind.New)
			if err != nil || kind.Of(got) != name {
				t.Fatalf("got a %T, %v", got, err)
			}
			n.shown = nil
			if err := c.ShowResult(name, got); err != nil {
				t.Fatal(err)
			}
			var text, html, json, picture bool
			for _, b := range n.shown {
				text = text || b.Data["text/plain"] != ""
				html = html || b.Data["text/html"] != nil
				json = json || b.Data[command.ResultMIME] != nil
				picture = picture || b.Data["image/svg+xml"] != nil && b.Data["image/png"] != nil
			}
			if !text || picture != figures[name] || !html || !json {
				t.Errorf("%d displays: text %v, html %v, picture %v, JSON %v", len(n.shown), text, html, picture, json)
			}
			if name != "fit" && name != "eventstudy" {
				// Matching's second table names the matched panel, which a Go cell has not made.
				if whole := want[name]; name != "match" && name != "describe" && n.shown[0].Data["text/html"] != whole.HTML {
					t.Errorf("shown\n%v\nthe magic shows\n%s", n.shown[0].Data["text/plain"], whole.Text)
				}
			}
			if err := c.PutResult(name+"_again", name, got); err != nil {
				t.Fatal(err)
			}
			if _, err := n.session.Result(name + "_again"); err != nil {
				t.Error(err)
			}
		})
	}
}

// What a program makes up is refused in one sentence or shown, and harms nobody.
func TestEmptyResults(t *testing.T) {
	n := serve(t)
	c := n.dial(t)
	for _, name := range []string{"fit", "eventstudy", "att", "placebo", "leaveout", "power", "mediation", "hetero", "robust", "bacon", "weights", "match", "describe", "trend"} {
		err := c.ShowResult(name, kind.New(name))
		t.Logf("%s: %v", name, err)
		kind.MarkSimulated(kind.New(name))
	}
	if _, err := c.Panels(); err != nil {
		t.Errorf("the session no longer answers: %v", err)
	}
}
