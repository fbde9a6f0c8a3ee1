package wording

import "strings"

// Group names a part of the sample that a split made, in the language and with the variable's label: "PGDP low" is
// "PGDP（低）" in Chinese, "region = 2" has the label of region.
func (m Labels) Group(group string, l Language) string {
	for _, level := range []struct{ en, zh string }{{"low", "低"}, {"middle", "中"}, {"high", "高"}} {
		if name, ok := strings.CutSuffix(group, " "+level.en); ok {
			label, _ := m.Term(name)
			return l.Pick(label+" "+level.en, label+"（"+level.zh+"）")
		}
	}
	if name, value, ok := strings.Cut(group, " = "); ok {
		return m.Value(name, value)
	}
	return group
}

// Value writes "region = 2", with the variable's label and the value's if they have one.
func (m Labels) Value(name, value string) string {
	if s, ok := m.find(name + "::" + value); ok {
		return s
	}
	label, _ := m.Term(name)
	return label + " = " + value
}

// Check names a robustness check as %robust's columns and the specification curve do: psm, lag, policy(BN),
// winsor(0.01), dropcities(a, b), and the curve's "as given", "all", "none", "without PGDP".
func (m Labels) Check(check string, l Language) string {
	variable := func(name string) string { s, _ := m.Term(name); return s }
	form, inside, bracketed := strings.Cut(strings.TrimSuffix(check, ")"), "(")
	switch {
	case bracketed && form == "policy":
		return l.Pick("policy("+variable(inside)+")", "控制"+variable(inside))
	case l != Chinese:
		if name, ok := strings.CutPrefix(check, "without "); ok {
			return "without " + variable(name)
		}
		return check
	case check == "psm(rows)":
		return "PSM（匹配行等权）"
	case check == "psm":
		return "PSM"
	case check == "lag":
		return "滞后一期"
	case bracketed && form == "winsor":
		return "缩尾（" + inside + "）"
	case bracketed && form == "dropcities":
		return "剔除" + strings.ReplaceAll(inside, ", ", "、")
	case check == "as given":
		return "基准"
	case check == "all":
		return "全部"
	case check == "none":
		return "无"
	}
	if name, ok := strings.CutPrefix(check, "without "); ok {
		return "不含" + variable(name)
	}
	return check
}
