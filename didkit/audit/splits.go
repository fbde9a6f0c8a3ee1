package audit

import (
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// splits: groups of rows add up to the sample.
func (a *auditor) splits() {
	n := a.rows()
	if n == 0 {
		return
	}
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		for _, group := range groupsOf(t) {
			a.split(t, group, n)
		}
	}
}

// groupsOf are the columns of a table by the variable that they are split by and by their outcome, in the table's order.
func groupsOf(t *paper.Table) [][]place {
	var names []string
	by := map[string][]place{}
	for j := range t.Columns {
		c := &t.Columns[j]
		if c.Role != paper.GroupOf || c.Group == "" {
			continue
		}
		key := c.Group + "\x00" + c.Outcome
		if by[key] == nil {
			names = append(names, key)
		}
		by[key] = append(by[key], place{t, c})
	}
	var out [][]place
	for _, name := range names {
		out = append(out, by[name])
	}
	return out
}

func (a *auditor) split(t *paper.Table, group []place, all int) {
	if len(group) < 2 || slices.ContainsFunc(group, func(p place) bool { return p.N == 0 }) {
		return
	}
	sum, parts, numbers := 0, []string{}, []string{"sample n"}
	for _, p := range group {
		sum += p.N
		parts = append(parts, sprint("%d", p.N))
		numbers = append(numbers, p.number("n"))
	}
	where := t.Name + " " + group[0].Group
	f := Finding{Check: "split", Where: where, Published: "n = " + strings.Join(parts, ", "), Computed: sprint("%d of %d", sum, all), Verdict: Consistent,
		Arithmetic: sprint("%s = %d, N = %d", strings.Join(parts, " + "), sum, all), Numbers: numbers}
	switch {
	case sum > all:
		f.Verdict = Inconsistent
		a.find(f, text{"The groups have more rows than the sample.", "各组样本量之和超过全样本。"})
		return
	case sum < all:
		f.Verdict = Undetermined
		a.find(f, text{sprint("%d rows are in no group; a missing value of the splitting variable, or a dropped singleton, would explain it.", all-sum),
			sprint("%d 行不属于任何组，可能因分组变量缺失或单例被剔除。", all-sum)})
		return
	}
	a.find(f, text{})
	_, periods := a.panel()
	if !a.balanced() || periods < 2 {
		return
	}
	value, note := "rows", text{"A group of that many rows is not made of whole units, so rows were split and a unit can change sides.", "该组行数不是期数的整数倍，故按观测分组，同一单位可跨组。"}
	whole := !slices.ContainsFunc(group, func(p place) bool { return p.N%periods != 0 })
	if whole {
		value, note = "units or rows", text{"The groups may be made of whole units or of rows.", "可能按单位分组，也可能按观测分组。"}
	}
	arithmetic := sprint("%d = %d · %d + %d", group[0].N, group[0].N/periods, periods, group[0].N%periods)
	if len(group) == 2 {
		arithmetic += sprint("; |%d − %d| = %d", group[0].N, group[1].N, max(group[0].N-group[1].N, group[1].N-group[0].N))
		if d := max(group[0].N-group[1].N, group[1].N-group[0].N); d <= max(2, all/200) {
			value = "median of " + value
			note.en = "The halves are equal but for ties: a split at the median. " + note.en
			note.zh = "两组大小相当（除并列值外）：按中位数分组。" + note.zh
		}
	}
	a.learn(Fact{Name: "split", Where: where, Value: value, Arithmetic: arithmetic}, note)
}
