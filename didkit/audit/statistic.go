package audit

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// fewDegrees is how few degrees of freedom errors may have that a paper says nothing of: those of clustering by ten
// groups, as the provinces of a region.
const fewDegrees = 9

// inference is what a term's printed numbers say of its t and standard error.
type inference struct {
	estimate  interval
	t, se     interval // signed t; everything where nothing is printed
	hasT      bool     // t follows from a printed number
	numbers   []string
	formula   string // of t
	statistic string // what t was taken from
}

// infer takes t from the brackets, and the other of t and se by division.
func infer(p place, x paper.Term) inference {
	at := func(what string) string { return p.number(x.Term + " " + what) }
	all := interval{math.Inf(-1), math.Inf(1)}
	i := inference{estimate: of(x.Estimate), t: all, se: interval{0, math.Inf(1)}}
	t, se := x.T, x.StdError
	if x.Statistic != nil && p.Statistic == "t" && t == nil {
		t = x.Statistic
	}
	if x.Statistic != nil && p.Statistic == "se" && se == nil {
		se = x.Statistic
	}
	name := func(q *paper.Printed, own string) string {
		if q == x.Statistic {
			return at("statistic")
		}
		return at(own)
	}
	switch {
	case t != nil:
		i.t, i.hasT, i.statistic = of(*t), true, "t"
		i.se = i.estimate.abs().div(i.t.abs())
		i.numbers, i.formula = []string{name(t, "t")}, "t = "+t.String()
	case se != nil:
		i.se, i.statistic = of(*se), "se"
		i.t = i.estimate.div(i.se)
		i.hasT = i.t.finite()
		i.numbers = []string{at("estimate"), name(se, "std_error")}
		i.formula = sprint("t = %s / %s = %s", x.Estimate, se, i.t)
	}
	i.se.lo = max(i.se.lo, 0)
	return i
}

// degrees are the fewest degrees of freedom that a column's errors can have: strictly is what its words or the panel
// say, loosely what a paper may have without saying.
func (a *auditor) degrees(c *paper.Column) (loosely, strictly float64) {
	units, periods := a.panel()
	rows := float64(max(c.N-len(c.Terms), 1))
	if c.N == 0 {
		rows = math.Inf(1)
	}
	switch {
	case c.Clusters > 1:
		d := min(float64(c.Clusters-1), rows)
		return d, d
	case c.Errors == "iid" || c.Errors == "hetero":
		d := rows
		if !math.IsInf(d, 1) {
			d = max(min(rows-float64(units+periods), rows/4), 1) // the effects take what the paper need not say
		}
		return d, d
	}
	loosely, strictly = min(fewDegrees, rows), rows
	if units > 1 {
		loosely, strictly = min(loosely, float64(units-1)), min(strictly, float64(units-1))
	}
	return loosely, strictly
}

func twoSided(t, df float64) float64 {
	if math.IsInf(df, 1) {
		return 2 * distribution.UpperNormal(math.Abs(t))
	}
	return distribution.TwoSidedT(math.Abs(t), df)
}

// statistics checks each term by itself: estimate, standard error, t, p, interval and stars.
func (a *auditor) statistics() {
	for _, p := range a.columns() {
		for _, x := range p.Terms {
			i := infer(p, x)
			a.ratio(p, x)
			a.sign(p, x, i)
			if i.hasT {
				a.stars(p, x, i)
				a.pValue(p, x, i)
			}
			a.confidence(p, x, i)
		}
	}
}

// ratio: t is the estimate over its standard error, where both are printed.
func (a *auditor) ratio(p place, x paper.Term) {
	t, se := x.T, x.StdError
	names := []string{x.Term + " t", x.Term + " std_error"}
	if x.Statistic != nil && t == nil && p.Statistic == "t" {
		t, names[0] = x.Statistic, x.Term+" statistic"
	}
	if x.Statistic != nil && se == nil && p.Statistic == "se" {
		se, names[1] = x.Statistic, x.Term+" statistic"
	}
	if t == nil || se == nil {
		return
	}
	got := of(x.Estimate).div(interval{max(of(*se).lo, 0), of(*se).hi})
	f := Finding{Check: "statistic", Where: p.number(x.Term), Published: "t = " + t.String(), Computed: "t ∈ " + got.String(), Verdict: Consistent,
		Arithmetic: sprint("%s / %s = %s", x.Estimate, se, got),
		Numbers:    []string{p.number(x.Term + " estimate"), p.number(names[0]), p.number(names[1])}}
	note := text{}
	if !got.meets(of(*t)) {
		f.Verdict = Inconsistent
		note = text{"No values that round to the printed ones give this ratio.", "任何四舍五入后等于所印数字的值都得不出该比值。"}
	}
	a.find(f, note)
}

// sign: t has the estimate's.
func (a *auditor) sign(p place, x paper.Term, i inference) {
	if i.statistic == "" {
		return
	}
	numbers := append([]string{p.number(x.Term + " estimate")}, i.numbers...)
	if i.statistic == "se" {
		if i.se.hi < 0 || of(*firstOf(x.StdError, x.Statistic)).hi < 0 {
			a.find(Finding{Check: "sign", Where: p.number(x.Term), Published: "se = " + firstOf(x.StdError, x.Statistic).String(), Computed: "se > 0",
				Verdict: Inconsistent, Arithmetic: "se ≥ 0", Numbers: numbers},
				text{"A standard error is not negative; if the brackets hold t, the file should say so.", "标准误不能为负；若括号内为 t 值，应在文件中注明。"})
		}
		return
	}
	f := Finding{Check: "sign", Where: p.number(x.Term), Published: sprint("%s, t = %s", x.Estimate, firstOf(x.T, x.Statistic)), Computed: "one sign", Verdict: Consistent,
		Arithmetic: "sign(t) = sign(estimate)", Numbers: numbers}
	if i.estimate.hi < 0 && i.t.lo > 0 && !a.signed() {
		f.Verdict = Undetermined
		a.find(f, text{"The estimate is negative and t is not; no t of the paper is, so that absolute values may be printed.", "系数为负而 t 值为正；全文没有负的 t 值，可能报告的是绝对值。"})
		return
	}
	if i.estimate.lo > 0 && i.t.hi < 0 || i.estimate.hi < 0 && i.t.lo > 0 {
		f.Verdict = Inconsistent
		a.find(f, text{"Estimate and t differ in sign.", "系数与 t 值符号相反。"})
		return
	}
	a.find(f, text{})
}

// signed tells whether the paper prints a negative t.
func (a *auditor) signed() bool {
	for _, p := range a.columns() {
		for _, x := range p.Terms {
			if x.T != nil && x.T.Value < 0 || x.T == nil && p.Statistic == "t" && x.Statistic != nil && x.Statistic.Value < 0 {
				return true
			}
		}
	}
	return false
}

func firstOf(ps ...*paper.Printed) *paper.Printed {
	for _, p := range ps {
		if p != nil {
			return p
		}
	}
	return nil
}

func degreesText(d float64) string {
	if math.IsInf(d, 1) {
		return "∞"
	}
	return short(d)
}

// pValue: a printed p is that of t.
func (a *auditor) pValue(p place, x paper.Term, i inference) {
	if x.P == nil {
		return
	}
	t := i.t.abs()
	loosely, strictly := a.degrees(p.Column)
	narrow := interval{twoSided(t.hi, math.Inf(1)), twoSided(t.lo, strictly)}
	wide := interval{narrow.lo, twoSided(t.lo, loosely)}
	f := Finding{Check: "p", Where: p.number(x.Term), Published: "p = " + x.P.String(), Computed: "p ∈ " + pText(narrow), Verdict: Consistent,
		Arithmetic: sprint("%s; p = 2 P(T > |t|)", i.formula), Numbers: append(slices.Clone(i.numbers), p.number(x.Term+" p"))}
	switch {
	case of(*x.P).meets(narrow):
		a.find(f, text{})
	case of(*x.P).meets(wide):
		f.Verdict = Undetermined
		a.find(f, text{sprint("It fits with as few as %s degrees of freedom.", degreesText(loosely)), sprint("自由度低至 %s 时相符。", degreesText(loosely))})
	default:
		f.Verdict = Inconsistent
		a.find(f, text{"t gives another p.", "由 t 值得出的 p 值不同。"})
	}
}

// confidence: the 95 % interval is the estimate ± a critical value times its standard error.
func (a *auditor) confidence(p place, x paper.Term, i inference) {
	if x.Low == nil || x.High == nil {
		return
	}
	low, high := of(*x.Low), of(*x.High)
	numbers := []string{p.number(x.Term + " estimate"), p.number(x.Term + " low"), p.number(x.Term + " high")}
	middle := low.add(high).mul(exact(0.5))
	f := Finding{Check: "interval", Where: p.number(x.Term), Published: sprint("[%s, %s]", x.Low, x.High), Computed: "middle ∈ " + middle.String(),
		Verdict: Consistent, Arithmetic: sprint("(%s + %s) / 2 = %s ≟ %s", x.Low, x.High, middle, x.Estimate), Numbers: numbers}
	note := text{}
	if !middle.meets(i.estimate) {
		f.Verdict = Inconsistent
		note = text{"The estimate is not the middle of its interval.", "系数不在区间中点。"}
	} else if i.statistic != "" {
		loosely, _ := a.degrees(p.Column)
		critical := high.sub(low).mul(exact(0.5)).div(i.se)
		f.Numbers = append(numbers, i.numbers...)
		f.Arithmetic += sprint("; (%s − %s) / 2 / se = %s", x.High, x.Low, critical)
		f.Computed += ", critical value ∈ " + critical.String()
		at := func(level float64) interval {
			return interval{distribution.CriticalT(level, math.Inf(1)) - 1e-4, distribution.CriticalT(level, loosely) + 1e-4}
		}
		want := at(0.95)
		switch {
		case critical.meets(want):
		case critical.meets(at(0.90)) || critical.meets(at(0.99)):
			f.Verdict = Undetermined
			note = text{"The interval's half width over the standard error is no critical value of 95 %, and one of 90 or 99 %, which the file has no word on.", "区间半宽与标准误之比不是 95% 的临界值，而符合 90% 或 99%；文件未注明置信水平。"}
		default:
			f.Verdict = Inconsistent
			note = text{"The interval's half width over the standard error is no critical value of 95 %, " + want.String() + ".", "区间半宽与标准误之比不是 95% 的临界值 " + want.String() + "。"}
		}
	}
	a.find(f, note)
}
