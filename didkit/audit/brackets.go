package audit

import (
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// brackets: the pooled estimate usually lies between those of the groups. It need not: controls and effects of periods
// are one set in the pooled regression and one a group in the others.
func (a *auditor) brackets() {
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		groups := groupsOf(t)
		var bins []place
		for j := range t.Columns {
			if t.Columns[j].Role == paper.ExposureOf {
				bins = append(bins, place{t, &t.Columns[j]})
			}
		}
		if len(bins) > 1 {
			groups = append(groups, bins)
		}
		for _, g := range groups {
			a.bracket(t, g)
		}
	}
}

func (a *auditor) bracket(t *paper.Table, group []place) {
	x := treatmentTerm(group[0].Column)
	if len(group) < 2 || x == nil {
		return
	}
	pooled, ok := a.total(group[0], x.Term)
	if !ok || pooled.table == t {
		return
	}
	all := pooled.Find(x.Term).Estimate
	least, most := interval{}, interval{}
	var parts []string
	numbers := []string{pooled.number(x.Term + " estimate")}
	for i, p := range group {
		y := p.Find(x.Term)
		if y == nil {
			return
		}
		e := of(y.Estimate)
		if i == 0 {
			least, most = e, e
		}
		if e.lo < least.lo {
			least = e
		}
		if e.hi > most.hi {
			most = e
		}
		parts = append(parts, y.Estimate.String())
		numbers = append(numbers, p.number(x.Term+" estimate"))
	}
	name := group[0].Group
	if name == "" {
		name = "exposure"
	}
	f := Finding{Check: "bracket", Where: t.Name + " " + name, Published: strings.Join(parts, ", "), Computed: "around " + all.String(), Verdict: Consistent,
		Arithmetic: sprint("%s between %s of %s", all, slices.Sorted(slices.Values(parts)), pooled.where()), Numbers: numbers}
	f.Arithmetic = sprint("min ≤ %s (%s) ≤ max: %s", all, pooled.where(), strings.Join(parts, ", "))
	if e := of(all); e.hi < least.lo || e.lo > most.hi {
		f.Verdict = Undetermined
		a.find(f, text{"The pooled estimate lies outside the groups'. It can: the groups have controls and period effects of their own.", "合并估计值在各组估计值之外。这并非不可能：分组回归的控制变量系数与时期效应各自不同。"})
		return
	}
	a.find(f, text{})
}

// quotations: a number that the text or a figure repeats stands in the tables.
func (a *auditor) quotations() {
	for i, q := range a.book.Quoted {
		var at []string
		printed := false
		for _, p := range a.columns() {
			for _, x := range p.Terms {
				name := p.number(x.Term)
				printed = printed || name == q.Of
				if (q.Of == "" || q.Of == name) && of(x.Estimate).meets(of(q.Value)) {
					at = append(at, name)
				}
			}
		}
		f := Finding{Check: "quoted", Where: q.Where, Published: q.Value.String(), Computed: strings.Join(at, ", "), Verdict: Consistent,
			Arithmetic: sprint("%s = %s", q.Value, strings.Join(at, ", ")), Numbers: []string{sprint("quoted %d value", i+1)}}
		for _, name := range at {
			f.Numbers = append(f.Numbers, name+" estimate")
		}
		switch {
		case len(at) > 0:
			a.find(f, text{})
		case q.Of != "" && !printed:
			f.Verdict, f.Computed, f.Arithmetic = Undetermined, q.Of, sprint("%s: –", q.Value)
			a.find(f, text{"The estimate that it repeats is not in the tables of the file; \"of\" is written as table2 (2) DID.", "文件各表中没有所引的估计值；“of” 应写作 table2 (2) DID。"})
		case q.Of != "":
			f.Verdict, f.Computed, f.Arithmetic = Inconsistent, q.Of, sprint("%s ≠ %s", q.Value, q.Of)
			f.Numbers = append(f.Numbers, q.Of+" estimate")
			a.find(f, text{"The number differs from the one it repeats.", "与所引数字不同。"})
		default:
			f.Verdict, f.Computed, f.Arithmetic = Undetermined, "no estimate", sprint("%s: –", q.Value)
			a.find(f, text{"No table prints it.", "各表均无此数字。"})
		}
	}
}

// trend: how far apart raw means drift beside how far apart the estimates for short and long exposure are. Regressions
// hold other things equal and raw means do not, so this compares and does not judge.
func (a *auditor) trend() {
	tr := a.book.Trend
	if tr == nil {
		return
	}
	gap := of(tr.Treated).sub(of(tr.Control))
	f := Finding{Check: "trend", Where: sprint("trend %d–%d", tr.First, tr.Last), Published: sprint("%s − %s", tr.Treated, tr.Control), Computed: gap.String(), Verdict: Consistent,
		Arithmetic: sprint("%s − %s = %s", tr.Treated, tr.Control, gap), Numbers: []string{"trend treated", "trend control"}}
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		var bins []place
		for j := range t.Columns {
			if c := &t.Columns[j]; c.Role == paper.ExposureOf && treatmentTerm(c) != nil {
				bins = append(bins, place{t, c})
			}
		}
		if len(bins) < 2 {
			continue
		}
		first, last := treatmentTerm(bins[0].Column), treatmentTerm(bins[len(bins)-1].Column)
		rise := of(last.Estimate).sub(of(first.Estimate))
		f.Arithmetic += sprint("; %s − %s = %s (%s)", last.Estimate, first.Estimate, rise, t.Name)
		f.Numbers = append(f.Numbers, bins[0].number(first.Term+" estimate"), bins[len(bins)-1].number(last.Term+" estimate"))
		a.learn(Fact{Name: "tension", Where: f.Where, Value: sprint("%.3f beside %.3f", mid(gap), mid(rise)), Arithmetic: f.Arithmetic},
			text{"By how much the treated drew away from the others, in raw means and in the regressions by exposure; one simple path of effects does not give both where they are far apart.",
				"处理组相对对照组的变动：原始均值与按时长回归的结果；两者相差较大时，没有单一的效应路径能同时给出两者。"})
		if !gap.meets(rise) {
			f.Verdict = Undetermined
			a.find(f, text{"Raw means and the regressions move by different amounts; controls, weights of adoption years and composition can account for it.", "原始均值与回归结果的变动幅度不同；控制变量、处理年份构成等可以解释。"})
			return
		}
	}
	a.find(f, text{})
}
