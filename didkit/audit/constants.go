package audit

import (
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// sharp is how likely constants that follow another rule may agree with this one by accident before the rule is taken
// for the paper's.
const sharp = 0.01

// constants: with effects absorbed, Stata's areg, xtreg and reghdfe print the constant ȳ − x̄'b. Programs with dummies
// print that of a reference unit and period, which nothing else printed gives. So a column is called inconsistent only if
// it alone differs while the others agree with the rule, and agree too closely for an accident: a constant is somewhere
// within a standard deviation of the outcome, so that one that has nothing to do with the means falls into an interval of
// width w by a chance of about w/sd.
func (a *auditor) constants() {
	for i := range a.book.Tables {
		a.constantsOf(&a.book.Tables[i])
	}
}

// constantsOf judges the columns of one table by each other: another table may rest on other values.
func (a *auditor) constantsOf(t *paper.Table) {
	var found []Finding
	off, accident := 0, 1.0
	for j := range t.Columns {
		f, chance, ok := a.constant(place{t, &t.Columns[j]})
		if !ok {
			continue
		}
		if f.Verdict == Consistent {
			accident *= chance
		} else {
			off++
		}
		found = append(found, f)
	}
	for _, f := range found {
		note := text{"", ""}
		if f.Verdict != Consistent {
			note = text{"The constant is not that of absorbed effects; dummies, weights or another sample would give another.", "常数项与吸收固定效应的算法不符；虚拟变量法、加权或样本不同会给出另一值。"}
			if off == 1 && accident < sharp {
				f.Verdict = Inconsistent
				note = text{"The other columns' constants are the outcome's mean less what the terms explain; this one is not.", "其余各列的常数项均等于被解释变量均值减去各项贡献，唯此列不符。"}
			}
		}
		a.find(f, note)
	}
}

// constant compares one column's; chance is that of agreement by accident, ok is false where a mean is not printed.
func (a *auditor) constant(p place) (f Finding, chance float64, ok bool) {
	if !complete(p.Column) || p.Role != paper.PlainColumn || !p.LeastSquares() {
		return Finding{}, 1, false
	}
	y, table := a.summary(p.Outcome)
	if y == nil || !y.Mean.Known() || y.N != p.N {
		return Finding{}, 1, false
	}
	got := of(y.Mean)
	terms := []string{y.Mean.String()}
	numbers := []string{table + " " + y.Variable + " mean", p.number("n")}
	printed := paper.Printed{}
	for _, x := range p.Terms {
		if x.Constant() {
			printed = x.Estimate
			numbers = append(numbers, p.number(x.Term+" estimate"))
			continue
		}
		m, in := a.summary(x.Term)
		if m == nil || !m.Mean.Known() || m.N != p.N {
			return Finding{}, 1, false
		}
		got = got.sub(of(x.Estimate).mul(of(m.Mean)))
		terms = append(terms, sprint("%s · %s", parens(x.Estimate), m.Mean))
		numbers = append(numbers, in+" "+m.Variable+" mean", p.number(x.Term+" estimate"))
	}
	f = Finding{Check: "constant", Where: p.where(), Published: printed.String(), Computed: got.String(), Verdict: Consistent,
		Arithmetic: strings.Join(terms, " − ") + " = " + got.String(), Numbers: numbers}
	if !got.meets(of(printed)) {
		f.Verdict = Undetermined
	}
	chance = 1
	if y.SD.Known() && y.SD.Value > 0 {
		chance = min(1, (got.hi-got.lo)/y.SD.Value)
	}
	return f, chance, true
}

func parens(p paper.Printed) string {
	if p.Value < 0 {
		return "(" + p.String() + ")"
	}
	return p.String()
}
