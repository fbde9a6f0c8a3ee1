package audit

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
)

// mediations: least squares on one sample gives total − direct = a · b exactly, a the treatment's coefficient on the
// mediator and b the mediator's on the outcome beside the treatment.
//
// That the total effect's column has the mediator's controls is known if the file lists them, or if the identity holds for
// another mediator of the table. Without it a difference is no contradiction.
func (a *auditor) mediations() {
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		var all []steps
		for j := range t.Columns {
			first := &t.Columns[j]
			if first.Role != paper.FirstStage {
				continue
			}
			for k := range t.Columns {
				if second := &t.Columns[k]; second.Role == paper.SecondStage && second.Mediator == first.Mediator {
					if s, ok := a.stepsOf(place{t, first}, place{t, second}); ok {
						all = append(all, s)
					}
				}
			}
		}
		for j, s := range all {
			another := slices.ContainsFunc(append(slices.Clone(all[:j]), all[j+1:]...), steps.shows)
			a.mediation(s, another)
		}
	}
}

// steps are the regressions of one mediator beside that of the total effect.
type steps struct {
	first, second, total     place
	effect, direct, b, whole *paper.Term
	lost, product            interval // total − direct, and a b
}

func (s steps) holds() bool { return s.lost.meets(s.product) }

// shows tells whether the identity holds so closely that other controls would hardly have let it: they move a coefficient
// by something like its standard error.
func (s steps) shows() bool {
	se := infer(s.second, *s.direct).se
	return s.holds() && se.finite() && s.lost.hi-s.lost.lo+s.product.hi-s.product.lo < 0.2*se.lo
}

// stepsOf finds a mediator's numbers, and tells Sobel's test on the way; ok is false where one is missing.
func (a *auditor) stepsOf(first, second place) (s steps, ok bool) {
	s = steps{first: first, second: second, effect: treatmentTerm(first.Column)}
	if s.effect == nil {
		return s, false
	}
	s.direct, s.b = second.Find(s.effect.Term), second.Find(second.Mediator)
	if s.direct == nil || s.b == nil {
		return s, false
	}
	a.sobel(first.table.Name+" "+second.Mediator, first, second, s.effect, s.b)
	if s.total, ok = a.total(second, s.effect.Term); !ok {
		return s, false
	}
	s.whole = s.total.Find(s.effect.Term)
	s.lost = of(s.whole.Estimate).sub(of(s.direct.Estimate))
	s.product = of(s.effect.Estimate).mul(of(s.b.Estimate))
	return s, true
}

// mediation judges one mediator; another tells that the identity holds for a second one.
func (a *auditor) mediation(s steps, another bool) {
	first, second, total, t := s.first, s.second, s.total, s.whole
	where := first.table.Name + " " + second.Mediator
	f := Finding{Check: "mediation", Where: where, Published: sprint("%s − %s = %s", t.Estimate, s.direct.Estimate, s.lost), Computed: sprint("a b = %s", s.product), Verdict: Consistent,
		Arithmetic: sprint("%s − %s ∈ %s; %s · %s ∈ %s", t.Estimate, s.direct.Estimate, s.lost, s.effect.Estimate, s.b.Estimate, s.product),
		Numbers: []string{total.number(t.Term + " estimate"), second.number(s.direct.Term + " estimate"), first.number(s.effect.Term + " estimate"), second.number(s.b.Term + " estimate"),
			first.number("n"), second.number("n")}}
	known := sameControls(first, second, total) || another && !listed(first, second, total)
	switch {
	case s.holds():
		a.find(f, text{"The identity holds within rounding.", "在舍入范围内恒等式成立。"})
		both := interval{max(s.lost.lo, s.product.lo), min(s.lost.hi, s.product.hi)}
		a.learn(Fact{Name: "indirect", Where: where, Value: sprint("%s of %s", both, t.Estimate), Arithmetic: f.Arithmetic},
			text{"What both sides of the identity leave for the indirect effect.", "恒等式两侧共同允许的间接效应范围。"})
	case first.N != second.N || first.N != total.N || first.N == 0 || first.Weights != second.Weights || first.Weights != total.Weights ||
		first.Model != second.Model || first.Model != total.Model || !slices.Contains([]string{"", "ols"}, first.Model):
		f.Verdict = Undetermined
		a.find(f, text{"The identity needs least squares on one sample, and the numbers of rows, the weights or the models differ or are not printed.", "恒等式要求同一样本上的最小二乘，而样本量、权重或模型不同或未报告。"})
	case !known:
		f.Verdict = Undetermined
		a.find(f, text{"The identity needs the same controls in all three regressions, and the file does not list them.", "恒等式要求三个回归的控制变量相同，而文件未列出。"})
	default:
		f.Verdict = Inconsistent
		a.find(f, text{"On one sample least squares gives total − direct = a b.", "同一样本的最小二乘估计必有 总效应 − 直接效应 = a b。"})
	}
	if (known || s.shows()) && total.R2 != nil && second.R2 != nil && total.N == second.N && total.R2Kind == second.R2Kind && total.Weights == second.Weights {
		a.mediatorR2(total, second, s.b, sameControls(first, second, total))
	}
}

// listed tells whether the file says what is in each of the regressions.
func listed(all ...place) bool {
	return !slices.ContainsFunc(all, func(p place) bool { return len(p.Controls) == 0 && !slices.ContainsFunc(p.Terms, paper.Term.Constant) })
}

// sameControls tells whether the file lists the controls of the three regressions, and the same ones.
func sameControls(first, second, total place) bool {
	set := func(c *paper.Column, without ...string) []string {
		all := slices.Clone(c.Controls)
		for _, x := range slopes(c) {
			all = append(all, x.Term)
		}
		all = slices.DeleteFunc(all, func(s string) bool { return slices.Contains(without, s) })
		slices.Sort(all)
		return slices.Compact(all)
	}
	want := set(total.Column)
	return listed(first, second, total) && slices.Equal(want, set(first.Column)) && slices.Equal(want, set(second.Column, second.Mediator))
}

// mediatorR2: the mediator is one more regressor than the total effect's column has.
func (a *auditor) mediatorR2(total, second place, b *paper.Term, same bool) {
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
	if more.hi < less.lo-fall && !same {
		f.Verdict = Undetermined
		a.find(f, text{"R² falls though the mediator is added on as many rows; fewer controls would explain it, and the file does not list them.", "加入中介变量后 R² 下降；若控制变量较少则可以解释，而文件未列出。"})
		return
	}
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
