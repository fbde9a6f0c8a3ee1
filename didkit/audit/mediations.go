package audit

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// mediations: least squares on one sample gives total − direct = a · b exactly, a the treatment's coefficient on the
// mediator and b the mediator's on the outcome beside the treatment.
func (a *auditor) mediations() {
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		for j := range t.Columns {
			first := &t.Columns[j]
			if first.Role != paper.FirstStage {
				continue
			}
			for k := range t.Columns {
				if second := &t.Columns[k]; second.Role == paper.SecondStage && second.Mediator == first.Mediator {
					a.mediation(place{t, first}, place{t, second})
				}
			}
		}
	}
}

func (a *auditor) mediation(first, second place) {
	effect := treatmentTerm(first.Column)
	if effect == nil {
		return
	}
	direct, b := second.Find(effect.Term), second.Find(second.Mediator)
	if direct == nil || b == nil {
		return
	}
	where := first.table.Name + " " + second.Mediator
	a.sobel(where, first, second, effect, b)
	total, ok := a.total(second, effect.Term)
	if !ok {
		return
	}
	t := total.Find(effect.Term)
	lost := of(t.Estimate).sub(of(direct.Estimate))
	product := of(effect.Estimate).mul(of(b.Estimate))
	f := Finding{Check: "mediation", Where: where, Published: sprint("%s − %s = %s", t.Estimate, direct.Estimate, lost), Computed: sprint("a b = %s", product), Verdict: Consistent,
		Arithmetic: sprint("%s − %s ∈ %s; %s · %s ∈ %s", t.Estimate, direct.Estimate, lost, effect.Estimate, b.Estimate, product),
		Numbers: []string{total.number(t.Term + " estimate"), second.number(direct.Term + " estimate"), first.number(effect.Term + " estimate"), second.number(b.Term + " estimate"),
			first.number("n"), second.number("n")}}
	switch {
	case lost.meets(product):
		a.find(f, text{"The identity holds within rounding.", "在舍入范围内恒等式成立。"})
		both := interval{max(lost.lo, product.lo), min(lost.hi, product.hi)}
		a.learn(Fact{Name: "indirect", Where: where, Value: sprint("%s of %s", both, t.Estimate), Arithmetic: f.Arithmetic},
			text{"What both sides of the identity leave for the indirect effect.", "恒等式两侧共同允许的间接效应范围。"})
	case first.N != second.N || first.N != total.N || first.N == 0 || first.Weights != second.Weights || first.Weights != total.Weights:
		f.Verdict = Undetermined
		a.find(f, text{"The identity needs one sample, and the numbers of rows differ or are not printed.", "恒等式要求同一样本，而样本量不同或未报告。"})
	default:
		f.Verdict = Inconsistent
		a.find(f, text{"On one sample least squares gives total − direct = a b.", "同一样本的最小二乘估计必有 总效应 − 直接效应 = a b。"})
	}
	if total.R2 != nil && second.R2 != nil && total.N == second.N && total.R2Kind == second.R2Kind && total.Weights == second.Weights {
		a.mediatorR2(total, second, b)
	}
}

// mediatorR2: the mediator is one more regressor than the total effect's column has.
func (a *auditor) mediatorR2(total, second place, b *paper.Term) {
	units, periods := a.panel()
	df := float64(second.N - units - periods + 1 - len(slopes(total.Column)) - 1)
	if units == 0 || df < 10 {
		return
	}
	less, more := of(*total.R2), of(*second.R2)
	fall := 0.0
	if second.R2Kind != "overall" && second.R2Kind != "within" {
		fall = (1 - more.lo) / df
	}
	numbers := []string{total.number("r2"), second.number("r2")}
	f := Finding{Check: "nested", Where: second.where(), Published: sprint("R² %s beside %s in %s", second.R2, total.R2, total.where()), Computed: "at least " + short(less.lo-fall),
		Verdict: Consistent, Arithmetic: sprint("R² ≥ %s, k + 1", short(less.lo-fall)), Numbers: numbers}
	if more.hi < less.lo-fall {
		f.Verdict = Inconsistent
		a.find(f, text{"R² falls though the mediator is added on as many rows.", "加入中介变量后 R² 反而下降。"})
		return
	}
	a.find(f, text{})
	if i := infer(second, *b); i.hasT && a.allClassical() {
		a.step(total.R2, second, i.t.abs(), b.Term, df, append(numbers, i.numbers...), true)
	}
}

// allClassical tells whether columns gave their errors away, and all as classical.
func (a *auditor) allClassical() bool {
	for _, kind := range a.errors {
		if kind != classicalErrors {
			return false
		}
	}
	return len(a.errors) > 0
}

// total is the column whose effect of the treatment a second step splits: of the first table with plain columns that
// have the treatment, the column with the most terms and the second step's rows.
func (a *auditor) total(second place, treatment string) (place, bool) {
	for i := range a.book.Tables {
		var best place
		for _, p := range plainColumns(&a.book.Tables[i], treatment) {
			same := p.Outcome == "" || second.Outcome == "" || p.Outcome == second.Outcome
			if same && (best.Column == nil || len(p.Terms)+len(p.Controls) > len(best.Terms)+len(best.Controls)) {
				best = p
			}
		}
		if best.Column != nil {
			return best, true
		}
	}
	return place{}, false
}

// sobel is Sobel's (1982) z of the indirect effect, a b/√(a² se_b² + b² se_a²) = 1/√(1/t_a² + 1/t_b²).
func (a *auditor) sobel(where string, first, second place, effect, b *paper.Term) {
	ta, tb := infer(first, *effect), infer(second, *b)
	if !ta.hasT || !tb.hasT {
		return
	}
	inverse := func(t interval) interval { return exact(1).div(t.abs().square()) }
	z := exact(1).div(inverse(ta.t).add(inverse(tb.t)).sqrt())
	if !z.finite() {
		return
	}
	p := interval{2 * distribution.UpperNormal(z.hi), 2 * distribution.UpperNormal(z.lo)}
	middle := 1 / math.Sqrt(1/sq(mid(ta.t))+1/sq(mid(tb.t)))
	a.learn(Fact{Name: "sobel", Where: where, Value: sprint("z = %.3f, p %s", middle, atMost(2*distribution.UpperNormal(middle))),
		Arithmetic: sprint("1 / √(1/%s² + 1/%s²) ∈ %s, p ∈ %s", short(mid(ta.t)), short(mid(tb.t)), z, pText(p))},
		text{"Sobel's test of the indirect effect, from the two t values.", "由两个 t 值得出的间接效应 Sobel 检验。"})
}

// atMost writes a p value: three decimals, or that it is smaller.
func atMost(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return sprint("= %.3f", p)
}

func sq(x float64) float64   { return x * x }
func mid(a interval) float64 { return (a.lo + a.hi) / 2 }
