package audit

import "github.com/seed2d25c7c2/didnb/didkit/audit/paper"

// matched: a sample of pairs has at most two rows for each treated one, fewer if a control serves twice. More rows than
// that mean that what was matched is not the treatment itself but being treated ever, whose rows are all of a treated
// unit's.
func (a *auditor) matched() {
	tr := a.treated
	units, periods := a.panel()
	if tr.rows == 0 {
		return
	}
	for _, p := range a.columns() {
		if p.Role != paper.Matched || p.N == 0 {
			continue
		}
		f := Finding{Check: "matched", Where: p.where(), Published: sprint("n = %d", p.N), Computed: sprint("at most %d", 2*tr.rows), Verdict: Consistent,
			Arithmetic: sprint("2 · %d = %d", tr.rows, 2*tr.rows), Numbers: append([]string{p.number("n"), "sample units", "sample first", "sample last"}, tr.from...)}
		if p.N <= 2*tr.rows {
			a.find(f, text{"One control or none for each treated row.", "每个处理观测至多一个对照。"})
			continue
		}
		f.Verdict = Undetermined
		note := text{"More rows than pairs of treated rows make; other rows than those under treatment were matched, or several controls each.", "多于处理观测配对所得行数；匹配的不只是处理期观测，或为一对多匹配。"}
		ever := tr.units * periods
		if ever == 0 || !a.balanced() {
			a.find(f, note)
			continue
		}
		f.Computed = sprint("%d to %d", ever, 2*ever)
		f.Arithmetic += sprint(" < %d; %d · %d = %d, 2 · %d = %d", p.N, tr.units, periods, ever, ever, 2*ever)
		switch {
		case p.N > units*periods:
			f.Verdict = Inconsistent
			a.find(f, text{"More rows than the sample has, of whichever treatment.", "超过全样本的行数。"})
		case p.N > 2*ever:
			f.Computed = sprint("at most %d", 2*ever)
			a.find(f, text{"More rows than 1:1 matching can keep, of whichever treatment; several controls each would explain it.", "超过 1:1 匹配可能保留的行数；一对多匹配可以解释。"})
		case p.N < ever:
			a.find(f, note)
		default:
			f.Verdict = Consistent
			a.find(f, text{"The matched treatment is being treated ever.", "匹配所用的处理变量为“曾受处理”。"})
			a.learn(Fact{Name: "matched_on", Where: p.where(), Value: sprint("ever-treated: %d + %d", ever, p.N-ever),
				Arithmetic: sprint("%d > 2 · %d = %d; %d · %d = %d; %d − %d = %d", p.N, tr.rows, 2*tr.rows, tr.units, periods, ever, p.N, ever, p.N-ever)},
				text{"All rows of treated units were matched, with replacement, each control counted once.", "以处理单位的全部观测作有放回匹配，对照只计一次。"})
		}
	}
}
