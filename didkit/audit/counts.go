package audit

import "github.com/seed2d25c7c2/didnb/didkit/audit/paper"

// counts: numbers of rows against the panel.
func (a *auditor) counts() {
	units, periods := a.panel()
	all := units * periods
	if s := a.book.Sample; s != nil && s.N > 0 && all > 0 {
		f := Finding{Check: "panel", Where: "sample", Published: sprint("n = %d", s.N), Computed: sprint("%d", all), Verdict: Consistent,
			Arithmetic: sprint("%d · %d = %d", units, periods, all), Numbers: []string{"sample n", "sample units", "sample first", "sample last"}}
		switch {
		case s.N > all:
			f.Verdict = Inconsistent
			a.find(f, text{"There are more rows than units and periods.", "样本量超过单位数与期数之积。"})
		case s.N < all:
			a.find(f, text{sprint("%d rows short of a balanced panel.", all-s.N), sprint("较平衡面板少 %d 行。", all-s.N)})
		default:
			a.find(f, text{"A balanced panel.", "平衡面板。"})
		}
	}
	n := a.rows()
	if n == 0 {
		return
	}
	for _, t := range a.book.Tables {
		for _, s := range t.Summary {
			if s.N > 0 {
				a.count(t.Name+" "+s.Variable, t.Name+" "+s.Variable+" n", s.N, n)
			}
		}
	}
	for _, p := range a.columns() {
		switch {
		case p.N == 0:
		case p.Role == paper.Lagged:
			a.lagged(p)
		case p.Role == paper.PlainColumn || p.Role == paper.FirstStage || p.Role == paper.SecondStage:
			a.count(p.where(), p.number("n"), p.N, n)
		}
	}
}

// count: n rows of a sample of all.
func (a *auditor) count(where, number string, n, all int) {
	_, periods := a.panel()
	f := Finding{Check: "rows", Where: where, Published: sprint("n = %d", n), Computed: sprint("at most %d", all), Verdict: Consistent,
		Arithmetic: sprint("%d ≤ %d", n, all), Numbers: []string{number, "sample n"}}
	switch missing := all - n; {
	case n >= 2*all:
		f.Verdict = Undetermined
		a.find(f, text{"There are several times as many rows as the sample has: those of firms in a paper on cities, say, which \"role\": \"other\" marks.", "行数为全样本的数倍：例如城市研究中的企业数据；可用 \"role\": \"other\" 注明。"})
	case missing < 0:
		f.Verdict = Inconsistent
		a.find(f, text{"There are more rows than the sample has.", "样本量超过全样本。"})
	case missing > 0 && periods > 0 && a.balanced() && missing%periods == 0:
		f.Arithmetic = sprint("%d − %d = %d = %d · %d", all, n, missing, missing/periods, periods)
		a.find(f, text{})
		a.learn(Fact{Name: "missing_units", Where: where, Value: sprint("%d", missing/periods), Arithmetic: f.Arithmetic},
			text{sprint("The missing rows are as many as those of %s without a value.", unitsEN(missing/periods)), sprint("缺失的行数恰为 %d 个单位的全部时期。", missing/periods)})
	case missing > 0:
		f.Arithmetic = sprint("%d − %d = %d", all, n, missing)
		a.find(f, text{})
	default:
		a.find(f, text{})
	}
}

func unitsEN(n int) string {
	if n == 1 {
		return "one unit"
	}
	return sprint("%d units", n)
}

// lagged: a lag costs every unit its first period, unless earlier values were at hand.
func (a *auditor) lagged(p place) {
	units, periods := a.panel()
	n := a.rows()
	f := Finding{Check: "lag", Where: p.where(), Published: sprint("n = %d", p.N), Verdict: Consistent, Numbers: []string{p.number("n"), "sample n", "sample units"}}
	if units == 0 || periods == 0 {
		return
	}
	want := units * (periods - 1)
	f.Computed, f.Arithmetic = sprint("%d", want), sprint("%d · (%d − 1) = %d", units, periods, want)
	switch {
	case p.N == want:
		a.find(f, text{"Every unit loses one period.", "每个单位损失一期。"})
		a.learn(Fact{Name: "lag_n", Where: p.where(), Value: sprint("%d", p.N), Arithmetic: sprint("%d = %d · %d", p.N, units, periods-1)},
			text{"One period of every unit is lost to the lag, and nothing else.", "滞后使每个单位损失一期，此外无缺失。"})
	case p.N > n:
		f.Verdict = Inconsistent
		a.find(f, text{"There are more rows than the sample has.", "样本量超过全样本。"})
	case p.N > want:
		f.Verdict = Undetermined
		a.find(f, text{"More rows than a lag leaves, unless the first period's lag was known.", "多于滞后一期后的行数，除非首期的滞后值已知。"})
	default:
		f.Verdict = Undetermined
		a.find(f, text{"Fewer rows than a lag leaves; missing values would explain it.", "少于滞后一期后的行数，可能另有缺失值。"})
	}
}
