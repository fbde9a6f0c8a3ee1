package checkup

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// Finding is one thing that was looked at.
type Finding struct {
	Column string
	Grave  bool // the notebooks would fail
	Text   string
}

// report gathers findings in a language.
type report struct {
	wording.Language
	found []Finding
}

// say adds a finding; the formats take the same values in the same order, or by number.
func (r *report) say(column string, grave bool, en, chinese string, args ...any) {
	r.found = append(r.found, Finding{column, grave, fmt.Sprintf(r.Pick(en, chinese), args...)})
}

// fail adds a grave finding that the library says.
func (r *report) fail(column string, err error) {
	r.found = append(r.found, Finding{column, true, r.Pick(err.Error(), zh.Sentence(err.Error()))})
}

// Panel looks a cross-section of rows over, as read from the user's file, and says in a language what it finds. No finding
// is grave if the notebooks can run.
func Panel(p *panel.Panel, l wording.Language) []Finding {
	r := &report{Language: l}
	for _, c := range study {
		v, err := p.Variable(c.name)
		if err != nil {
			text := l.Pick("missing: "+c.what, "缺少："+c.whatZH)
			if near := suggest.Nearest(c.name, unknown(p)); len(near) > 0 {
				text += l.Pick("; is it "+strings.Join(near, " or ")+"?", "；是否为 "+strings.Join(near, " 或 ")+"？")
			}
			if c.replace != "" {
				text += l.Pick("; "+c.replace+" can make it", "；可由 "+c.replace+" 生成")
			}
			if c.only != "" {
				text += l.Pick("; "+c.only+" stops without it, the other notebooks run", "；没有它 "+c.only+" 会中断，其他笔记可以运行")
			}
			if c.needed || c.replace != "" || c.only != "" {
				r.say(c.name, c.needed, "%s", "%s", text)
			}
			continue
		}
		if v.Kind == panel.Text && c.kind != index {
			r.fail(c.name, &panel.NotNumeric{Variable: v})
			continue
		}
		if c.kind != index {
			r.numbers(c, v.Values)
		}
	}
	if p.Has("city") && p.Has("year") {
		r.shape(p)
	}
	return r.found
}

// unknown lists the columns that the study has no use for: one of them may be a misnamed one.
func unknown(p *panel.Panel) []string {
	return slices.DeleteFunc(p.Names(), func(name string) bool {
		return slices.ContainsFunc(study, func(c column) bool { return c.name == name })
	})
}

// numbers checks the values of a column.
func (r *report) numbers(c column, x []float64) {
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
		r.say(c.name, c.needed, "every value is missing", "全部缺失")
		return
	}
	if missing > 0 && c.kind != year {
		r.say(c.name, false, "%[1]d of %[2]d values %[3]s missing; such rows are left out and counted", "%[2]d 个值中有 %[1]d 个缺失；这些行会剔除并计数", missing, len(x), r.be(missing))
	}
	if infinite > 0 {
		r.say(c.name, false, "%[1]s %[2]s infinite; such rows are left out and counted", "%[1]s为无穷；这些行会剔除并计数", r.values(infinite), r.be(infinite))
	}
	if odd > 0 {
		want := fmt.Sprintf(r.Pick("between %g and %g", "介于 %g 与 %g 之间"), c.low, c.high)
		switch c.kind {
		case binary:
			want = r.Pick("0 or 1", " 0 或 1")
		case year:
			want = r.Pick("a year, or empty where never", "年份（从未则空）")
		}
		r.say(c.name, c.kind == binary && c.needed, "%[1]s %[2]s not %[3]s, the first %[4]g in row %[5]d (%[6]s)", "%[1]s不是%[3]s，第一个是第 %[5]d 行的 %[4]g（%[6]s）",
			r.values(odd), r.be(odd), want, x[first], first+1, r.Pick(c.what, c.whatZH))
	}
}

// values counts them.
func (r *report) values(n int) string {
	if n == 1 {
		return r.Pick("1 value", "1 个值")
	}
	return fmt.Sprintf(r.Pick("%d values", "%d 个值"), n)
}

// be is what English has behind a number.
func (r *report) be(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// shape checks unit, period, treatments and their adoption years against one another.
func (r *report) shape(p *panel.Panel) {
	q, err := p.Indexed("city", "year")
	if err != nil {
		r.fail("city, year", err)
		return
	}
	if !q.Balanced() {
		r.say("city, year", false, "%d cities × %d years, %d rows: unbalanced", "%d 个城市 × %d 年，%d 行：非平衡", q.Units().Levels(), q.Periods().Levels(), q.Rows())
	}
	for _, treat := range []string{"DID", "SC", "LCC"} {
		if _, err := q.Numbers(treat); err != nil {
			continue
		}
		if _, err := did.TimingOf(q, treat, false); err != nil {
			r.fail(treat, err)
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
			r.say("DID", false, "differs from SC × LCC in %[1]s; the notebooks take it to be the product", "有 %[1]s与 SC × LCC 不同；笔记视之为二者之积", r.rows(differ))
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
			r.say("adopt_dual", false, "says otherwise than DID in %[1]s", "有 %[1]s与 DID 不符", r.rows(differ))
		}
	}
}

// rows counts them.
func (r *report) rows(n int) string {
	if n == 1 {
		return r.Pick("1 row", "1 行")
	}
	return fmt.Sprintf(r.Pick("%d rows", "%d 行"), n)
}

// Grave tells whether a finding would make the notebooks fail.
func Grave(found []Finding) bool {
	return slices.ContainsFunc(found, func(f Finding) bool { return f.Grave })
}
