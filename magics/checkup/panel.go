package checkup

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Finding is one thing that was looked at.
type Finding struct {
	Column string
	Grave  bool // the notebooks would fail
	Text   string
}

// Panel looks a cross-section of rows over, as read from the user's file. No finding is grave if the notebooks can run.
func Panel(p *panel.Panel) []Finding {
	var out []Finding
	say := func(column string, grave bool, format string, args ...any) {
		out = append(out, Finding{column, grave, fmt.Sprintf(format, args...)})
	}
	for _, c := range study {
		v, err := p.Variable(c.name)
		if err != nil {
			text := "missing: " + c.what
			if near := suggest.Nearest(c.name, unknown(p)); len(near) > 0 {
				text += "; is it " + strings.Join(near, " or ") + "?"
			}
			if c.replace != "" {
				text += "; " + c.replace + " can make it"
			}
			if c.only != "" {
				text += "; " + c.only + " stops without it, the other notebooks run"
			}
			if c.needed || c.replace != "" || c.only != "" {
				say(c.name, c.needed, "%s", text)
			}
			continue
		}
		if v.Kind == panel.Text && c.kind != index {
			say(c.name, true, "%s", (&panel.NotNumeric{Variable: v}).Error())
			continue
		}
		if c.kind != index {
			numbers(c, v.Values, say)
		}
	}
	if p.Has("city") && p.Has("year") {
		shape(p, say)
	}
	return out
}

// unknown lists the columns that the study has no use for: one of them may be a misnamed one.
func unknown(p *panel.Panel) []string {
	return slices.DeleteFunc(p.Names(), func(name string) bool {
		return slices.ContainsFunc(study, func(c column) bool { return c.name == name })
	})
}

// numbers checks the values of a column.
func numbers(c column, x []float64, say func(string, bool, string, ...any)) {
	missing, infinite, odd, first := 0, 0, 0, -1
	for i, v := range x {
		switch {
		case v != v:
			missing++
		case math.IsInf(v, 0):
			infinite++
		case c.kind == binary && v != 0 && v != 1,
			c.kind == year && (v != math.Trunc(v) || v != 0 && (v < 1900 || v > 2100)),
			c.kind == number && c.high != 0 && (v < c.low || v > c.high):
			if odd++; first < 0 {
				first = i
			}
		}
	}
	if missing == len(x) {
		say(c.name, c.needed, "every value is missing")
		return
	}
	if missing > 0 && c.kind != year {
		say(c.name, false, "%d of %d values are missing; such rows are left out and counted", missing, len(x))
	}
	if infinite > 0 {
		say(c.name, false, "%d values are infinite; such rows are left out and counted", infinite)
	}
	if odd > 0 {
		want := fmt.Sprintf("between %g and %g", c.low, c.high)
		switch c.kind {
		case binary:
			want = "0 or 1"
		case year:
			want = "a year, or empty where never"
		}
		say(c.name, c.kind == binary && c.needed, "%d values are not %s, the first %g in row %d (%s)", odd, want, x[first], first+1, c.what)
	}
}

// shape checks unit, period, treatments and their adoption years against one another.
func shape(p *panel.Panel, say func(string, bool, string, ...any)) {
	q, err := p.Indexed("city", "year")
	if err != nil {
		say("city, year", true, "%s", err)
		return
	}
	if !q.Balanced() {
		say("city, year", false, "%d cities × %d years, %d rows: unbalanced", q.Units().Levels(), q.Periods().Levels(), q.Rows())
	}
	for _, treat := range []string{"DID", "SC", "LCC"} {
		if _, err := q.Numbers(treat); err != nil {
			continue
		}
		if _, err := did.TimingOf(q, treat, false); err != nil {
			say(treat, true, "%s", err)
		}
	}
	column := func(name string) []float64 { x, _ := q.Numbers(name); return x }
	both, s, l := column("DID"), column("SC"), column("LCC")
	if both != nil && s != nil && l != nil {
		differ := 0
		for i := range both {
			if both[i] != s[i]*l[i] && both[i] == both[i] {
				differ++
			}
		}
		if differ > 0 {
			say("DID", false, "differs from SC × LCC in %d rows; the notebooks take it to be the product", differ)
		}
	}
	adoption, treated := column("adopt_dual"), both
	if adoption != nil && treated != nil {
		periods, differ := q.Periods(), 0
		for i := range adoption {
			on := adoption[i] == adoption[i] && adoption[i] != 0 && did.PeriodValue(periods, i) >= adoption[i]
			if treated[i] == treated[i] && on != (treated[i] == 1) {
				differ++
			}
		}
		if differ > 0 {
			say("adopt_dual", false, "says otherwise than DID in %d rows", differ)
		}
	}
}

// Grave tells whether a finding would make the notebooks fail.
func Grave(found []Finding) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Grave })
}
