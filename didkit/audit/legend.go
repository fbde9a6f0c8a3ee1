package audit

import (
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// mark is a star with the levels of p that it stands for.
type mark struct {
	stars string
	p     interval
}

// What stars stand for where a paper does not say: one of these.
var customs = []map[string]float64{
	{"***": 0.01, "**": 0.05, "*": 0.10},
	{"***": 0.001, "**": 0.01, "*": 0.05},
}

// legend is what the paper's stars stand for. Where the file does not say, it is 10, 5 and 1 % unless these contradict at
// least two more of the stars than the other custom does, and sure if the other one contradicts at least two more: one
// changed star does not make the difference.
type legend struct {
	marks []mark
	other []mark // of the custom that the file does not rule out; nil if one legend is sure
}

// legend finds the paper's, once.
func (a *auditor) legend() legend {
	if a.stands.marks != nil {
		return a.stands
	}
	if len(a.book.Stars) > 0 {
		a.stands = legend{marks: marksOf(a.book.Stars)}
		return a.stands
	}
	first, second := marksOf(customs[0]), marksOf(customs[1])
	against, againstSecond := a.contradicted(first), a.contradicted(second)
	if against >= againstSecond+2 {
		first, second, against, againstSecond = second, first, againstSecond, against
	}
	a.stands = legend{marks: first, other: second}
	if againstSecond >= against+2 {
		a.stands.other = nil
	}
	return a.stands
}

// contradicted counts the terms whose stars no p of theirs has under a legend.
func (a *auditor) contradicted(marks []mark) int {
	n := 0
	for _, p := range a.columns() {
		for _, x := range p.Terms {
			i := infer(p, x)
			m, ok := markOf(marks, x.Stars)
			if !i.hasT || !ok {
				continue
			}
			loosely, _ := a.degrees(p.Column)
			t := i.t.abs()
			if !m.p.meets(interval{twoSided(t.hi, math.Inf(1)), twoSided(t.lo, loosely)}) {
				n++
			}
		}
	}
	return n
}

// markOf finds a mark.
func markOf(marks []mark, stars string) (mark, bool) {
	if at := slices.IndexFunc(marks, func(m mark) bool { return m.stars == strings.TrimSpace(stars) }); at >= 0 {
		return marks[at], true
	}
	return mark{}, false
}

// marksOf lists a legend's from the most to the least significant, then that of no star.
func marksOf(levels map[string]float64) []mark {
	var out []mark
	for s, level := range levels {
		out = append(out, mark{s, interval{0, level}})
	}
	slices.SortFunc(out, func(x, y mark) int {
		if x.p.hi != y.p.hi {
			return int(math.Copysign(1, x.p.hi-y.p.hi))
		}
		return strings.Compare(x.stars, y.stars)
	})
	for i := 1; i < len(out); i++ {
		out[i].p.lo = out[i-1].p.hi
	}
	return append(out, mark{"", interval{out[len(out)-1].p.hi, 1}})
}

func starText(s string) string {
	if strings.TrimSpace(s) == "" {
		return "no star"
	}
	return s
}

// starList are the marks that p can have.
func starList(marks []mark, p interval) string {
	var out []string
	for _, m := range marks {
		if m.p.meets(p) {
			if m.stars == "" {
				out = append(out, "–")
				continue
			}
			out = append(out, m.stars)
		}
	}
	return strings.Join(out, " / ")
}

// stars: those of the p value that t has.
func (a *auditor) stars(p place, x paper.Term, i inference) {
	l := a.legend()
	m, known := markOf(l.marks, x.Stars)
	t := i.t.abs()
	loosely, strictly := a.degrees(p.Column)
	narrow := interval{twoSided(t.hi, math.Inf(1)), twoSided(t.lo, strictly)}
	wide := interval{narrow.lo, twoSided(t.lo, loosely)}
	f := Finding{Check: "stars", Where: p.number(x.Term), Published: starText(x.Stars), Computed: "p ∈ " + pText(narrow), Verdict: Consistent,
		Arithmetic: sprint("%s; p = 2 P(T > |t|) ∈ %s, df ≥ %s", i.formula, pText(narrow), degreesText(strictly)),
		Numbers:    append(slices.Clone(i.numbers), p.number(x.Term+" stars"))}
	switch other, also := markOf(l.other, x.Stars); {
	case !known:
		f.Verdict = Undetermined
		a.find(f, text{"The paper does not say what this mark stands for.", "论文未说明该标记的含义。"})
	case m.p.meets(narrow):
		a.find(f, text{})
	case m.p.meets(wide):
		f.Verdict = Undetermined
		a.find(f, text{sprint("The stars fit if the errors have as few as %s degrees of freedom, as when clustered by few groups.", degreesText(loosely)),
			sprint("若自由度低至 %s（如按少数组聚类），则星号相符。", degreesText(loosely))})
	case also && other.p.meets(wide):
		f.Verdict = Undetermined
		a.find(f, text{"The stars fit other levels, and the file does not say what they stand for.", "星号符合另一套显著性水平；文件未注明其含义。"})
	default:
		f.Verdict = Inconsistent
		a.find(f, text{sprint("Stars of such a p are %s.", starList(l.marks, narrow)), sprint("此 p 值对应的星号为 %s。", starList(l.marks, narrow))})
	}
}
