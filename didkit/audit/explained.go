package audit

import (
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// explained: R² lies between 0 and 1 and does not fall when a regressor is added on the same rows; an adjusted one falls
// by less than (1 − R²)/df a regressor.
func (a *auditor) explained() {
	all := a.columns()
	for _, p := range all {
		if p.R2 == nil {
			continue
		}
		f := Finding{Check: "r2", Where: p.where(), Published: p.R2.String(), Computed: "0 to 1", Verdict: Consistent, Arithmetic: sprint("0 ≤ %s ≤ 1", p.R2), Numbers: []string{p.number("r2")}}
		if r := of(*p.R2); r.lo > 1 || r.hi < 0 && p.R2Kind != "adjusted" && p.R2Kind != "" {
			f.Verdict = Inconsistent
		} else if r.hi < 0 {
			f.Verdict = Undetermined
		}
		a.find(f, text{})
	}
	for _, p := range all {
		for _, q := range all {
			if nested(p, q) {
				a.rises(p, q)
			}
		}
	}
}

// nested tells whether q has p's regressors and more, on as many rows and for the same outcome, so far as they say.
func nested(p, q place) bool {
	if p.Column == q.Column || p.table != q.table || p.R2 == nil || q.R2 == nil || p.N == 0 || p.N != q.N || p.Outcome != q.Outcome || p.R2Kind != q.R2Kind || !p.LeastSquares() || !q.LeastSquares() || p.Effects != nil && q.Effects != nil && !within(p.Effects, q.Effects) ||
		p.Role != paper.PlainColumn || q.Role != paper.PlainColumn || !complete(p.Column) || !complete(q.Column) {
		return false
	}
	small, large := slopes(p.Column), slopes(q.Column)
	for _, x := range small {
		if q.Find(x.Term) == nil {
			return false
		}
	}
	return len(small) < len(large)
}

// within tells whether all of some effects are among others.
func within(some, others []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(others, s) })
}

// rises compares the R² of a regression with that of one with fewer regressors, and, where the errors are classical,
// with the most significant of those added: dropping it alone would raise the residuals by t² s².
func (a *auditor) rises(p, q place) {
	less, more := of(*p.R2), of(*q.R2)
	added := len(slopes(q.Column)) - len(slopes(p.Column))
	units, periods := a.panel()
	df := float64(max(q.N-units-periods-len(q.Terms), 1))
	fall := 0.0
	if q.R2Kind == "adjusted" || q.R2Kind == "" {
		fall = float64(added) * (1 - more.lo) / df
	}
	f := Finding{Check: "nested", Where: q.where(), Published: sprint("R² %s beside %s in %s", q.R2, p.R2, p.Name), Computed: "at least " + short(less.lo-fall), Verdict: Consistent,
		Arithmetic: sprint("R²(%s) ≥ %s, k + %d", q.Name, short(less.lo-fall), added), Numbers: []string{p.number("r2"), q.number("r2")}}
	if more.hi < less.lo-fall {
		f.Verdict = Inconsistent
		if p.Effects == nil || q.Effects == nil {
			f.Verdict = Undetermined
			a.find(f, text{"R² falls though regressors are added on as many rows; fewer fixed effects would explain it, and the file does not say them.", "样本量相同而增加解释变量后 R² 下降；若固定效应较少则可以解释，而文件未注明。"})
			return
		}
		if p.Outcome == "" {
			f.Verdict = Undetermined
			a.find(f, text{"R² falls though regressors are added on as many rows; another outcome would explain it, and the file does not say the outcomes.", "增加解释变量后 R² 下降；文件未注明被解释变量，若其不同则可以解释。"})
			return
		}
		a.find(f, text{"R² falls though regressors are added on as many rows.", "样本量相同而增加解释变量后 R² 反而下降。"})
		return
	}
	a.find(f, text{})
	if a.errors[p.where()] != classicalErrors || q.R2Kind == "adjusted" {
		return
	}
	most, term := interval{}, ""
	for _, x := range slopes(q.Column) {
		if i := infer(q, x); p.Find(x.Term) == nil && i.hasT && i.t.abs().lo > most.lo {
			most, term = i.t.abs(), x.Term
		}
	}
	if term == "" {
		return
	}
	a.step(p.R2, q, most, term, df, append([]string{p.number("r2"), q.number("r2")}, q.number(term+" statistic")), false)
}

// step: with classical errors a regressor of this t raises R² by t² (1 − R²)/df if it alone is added, at least by that if
// others come with it.
func (a *auditor) step(before *paper.Printed, q place, t interval, term string, df float64, numbers []string, alone bool) {
	rise := of(*q.R2).sub(of(*before))
	want := t.square().mul(exact(1).sub(of(*q.R2))).mul(exact(1 / df))
	computed := "at least " + short(want.lo)
	fits := rise.hi >= want.lo
	if alone {
		computed, fits = want.String(), rise.meets(want)
	}
	f := Finding{Check: "step", Where: q.where(), Published: sprint("R² %s → %s", before, q.R2), Computed: "rise " + computed, Verdict: Consistent,
		Arithmetic: sprint("t² (1 − R²) / df = %s² (1 − %s) / %s = %s ≟ %s", t, q.R2, short(df), want, rise), Numbers: numbers}
	if !fits {
		f.Verdict = Undetermined
		a.find(f, text{sprint("With classical errors and one sample %s would move R² by this; other errors need not.", term), sprint("若为经典标准误且样本相同，加入 %s 应使 R² 如此变动；其他标准误则未必。", term)})
		return
	}
	a.find(f, text{})
}

// plainColumns are a table's plain columns with a treatment.
func plainColumns(t *paper.Table, treatment string) []place {
	var out []place
	for j := range t.Columns {
		c := &t.Columns[j]
		if c.Role == paper.PlainColumn && slices.ContainsFunc(c.Terms, func(x paper.Term) bool { return x.Term == treatment }) {
			out = append(out, place{t, c})
		}
	}
	return out
}
