package course

import (
	"fmt"
	"math"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func (c *Check) judgeVariable(v *Verdict, learner, solution *session.Session) error {
	want, err := solution.Panel(c.Panel)
	if err != nil {
		return err
	}
	w, err := want.Panel.Variable(c.Name)
	if err != nil {
		return err
	}
	got, err := learner.Panel(c.Panel)
	if err != nil {
		if c.Panel == "panel" { // the name that nobody gave
			v.open("no panel is loaded yet", "尚未读入面板")
		} else {
			v.open("no panel %s yet", "还没有面板 %s", c.Panel)
		}
		return nil
	}
	g, err := got.Panel.Variable(c.Name)
	if err != nil {
		if c.Panel == "panel" { // the name that nobody gave
			v.open("no variable %s in the panel yet", "面板中还没有变量 %s", c.Name)
		} else {
			v.open("no variable %[1]s in the panel %[2]s yet", "面板 %[2]s 中还没有变量 %[1]s", c.Name, c.Panel)
		}
		return nil
	}
	if !compareIndex(v, c.Panel, got.Panel, want.Panel) {
		return nil
	}
	a, b := cellsOf(got.Panel), cellsOf(want.Panel)
	if !compareKeys(v, a, b, len(a) == got.Panel.Rows()) {
		return nil
	}
	compareVariable(v, g, w, a, b)
	return nil
}

func (c *Check) judgePanel(v *Verdict, learner, solution *session.Session) error {
	want, err := solution.Panel(c.Name)
	if err != nil {
		return err
	}
	got, err := learner.Panel(c.Name)
	if err != nil {
		v.open("no panel %[1]s yet: the task keeps it by as=%[1]s", "还没有面板 %[1]s：题目要求用 as=%[1]s 保存", c.Name)
		return nil
	}
	if !compareIndex(v, c.Name, got.Panel, want.Panel) {
		return nil
	}
	a, b := cellsOf(got.Panel), cellsOf(want.Panel)
	if !compareKeys(v, a, b, len(a) == got.Panel.Rows()) {
		return nil
	}
	if lack := less(want.Panel.Names(), got.Panel.Names()); len(lack) > 0 {
		en := "the variables %s are missing"
		if len(lack) == 1 {
			en = "the variable %s is missing"
		}
		v.add("variables", en, "缺少变量 %s", list(lack))
	}
	for _, w := range want.Panel.Variables() {
		if w.Name == want.Panel.UnitName() || w.Name == want.Panel.TimeName() {
			continue
		}
		if g, err := got.Panel.Variable(w.Name); err == nil {
			compareVariable(v, g, w, a, b)
		}
	}
	return nil
}

// compareIndex compares unit and time; false if the panels can't be compared further.
func compareIndex(v *Verdict, name string, got, want *panel.Panel) bool {
	switch {
	case got.UnitName() == want.UnitName() && got.TimeName() == want.TimeName():
		return true
	case !got.IsPanel():
		v.add("index", "%s has no unit and time: it is a table, not yet a panel", "%s 没有声明个体与时间：它还只是表格，不是面板", name)
	case !want.IsPanel():
		v.add("index", "%s has a unit and a time, and the task's file has neither", "%s 声明了个体与时间，而题目的文件两者都没有", name)
	default:
		v.add("index", "the unit is %s and the time %s, and the task names them otherwise", "个体变量为 %s、时间变量为 %s，与题目的名称不同", got.UnitName(), got.TimeName())
	}
	return false
}

// cellsOf maps "unit time" to its row; of a cross-section the row's number.
func cellsOf(p *panel.Panel) map[string]int {
	m := make(map[string]int, p.Rows())
	for r := range p.Rows() {
		key := fmt.Sprint(r)
		if p.IsPanel() {
			u, t := p.Units(), p.Periods()
			key = u.Label(int(u.Codes[r])) + "\x00" + t.Label(int(t.Codes[r]))
		}
		m[key] = r
	}
	return m
}

// compareKeys compares which units and periods two panels have; false if they can't be compared further.
func compareKeys(v *Verdict, got, want map[string]int, once bool) bool {
	if !once {
		v.add("index", "a unit and time stand on several rows", "同一个体—时间出现在多行")
		return false
	}
	strangers := map[string]bool{}
	fewer, more := 0, 0
	units := map[string]bool{}
	for k := range want {
		u, _, _ := strings.Cut(k, "\x00")
		units[u] = true
		if _, ok := got[k]; !ok {
			fewer++
		}
	}
	for k := range got {
		if _, ok := want[k]; !ok {
			more++
			if u, _, _ := strings.Cut(k, "\x00"); !units[u] {
				strangers[u] = true
			}
		}
	}
	if len(strangers) > 0 && more < len(got) {
		v.add("units", "names of units that the solution's panel does not know: %d; one city under two names?", "有 %d 个个体的名称不在答案的面板中：是否同一城市有两个名称？", len(strangers))
	} else if len(strangers) > 0 {
		v.add("units", "no unit is named as in the solution's panel: look at the first rows of both files", "没有一个个体的名称与答案一致：请查看两个文件的前几行")
	}
	if fewer > 0 && len(strangers) == 0 {
		v.add("sample", "%d rows of the solution are missing", "比答案少 %d 行", fewer)
	}
	if more > 0 && len(strangers) == 0 {
		v.add("sample", "%d rows stand in your panel and not in the solution's", "有 %d 行不在答案的面板中", more)
	}
	return fewer == 0 && more == 0
}

// compareVariable says how a variable's values differ, row by row of equal unit and time.
func compareVariable(v *Verdict, g, w *panel.Variable, got, want map[string]int) {
	if g.Kind != w.Kind {
		if w.Kind == panel.Number {
			v.add("type", "%s holds text, and numbers are needed", "%s 是文本，应为数值", g.Name)
		} else {
			v.add("type", "%s holds numbers, and text is needed", "%s 是数值，应为文本", g.Name)
		}
		return
	}
	var x, y []float64
	differ, lacks, extra := 0, 0, 0
	for k, r := range want {
		if g.Kind == panel.Text {
			if textAt(g, got[k]) != textAt(w, r) {
				differ++
			}
			continue
		}
		a, b := g.Values[got[k]], w.Values[r]
		switch {
		case a != a && b != b:
		case a != a:
			lacks++
		case b != b:
			extra++
		default:
			x, y = append(x, a), append(y, b)
			if !near(a, b) {
				differ++
			}
		}
	}
	switch {
	case differ == 0:
	case alike(x, y, func(a, b float64) float64 { return a / b }):
		v.add("unit", "%s is off by one factor everywhere: compare the units of what it is made from", "%s 处处相差同一倍数：请核对所用变量的单位", g.Name)
	case alike(x, y, func(a, b float64) float64 { return a - b }):
		v.add("unit", "%s is off by one constant everywhere", "%s 处处相差同一常数", g.Name)
	case transformed(x, y, math.Exp):
		v.add("scale", "%s is in levels, and the task asks for its logarithm", "%s 是原值，题目要求取对数", g.Name)
	case transformed(x, y, math.Log):
		v.add("scale", "%s is in logarithms, and the task asks for levels", "%s 已取对数，题目要求原值", g.Name)
	default:
		v.add("values", "%[1]s differs from the solution in %[2]d of %[3]d rows", "%[1]s 在 %[3]d 行中有 %[2]d 行与答案不同", g.Name, differ, len(want))
	}
	if lacks > 0 {
		v.add("missing values", "%s is missing in %d rows where the solution has a value", "%s 有 %d 行缺失，而答案在这些行有值", g.Name, lacks)
	}
	if extra > 0 {
		v.add("missing values", "%s has a value in %d rows where the solution has none", "%s 有 %d 行有值，而答案在这些行缺失", g.Name, extra)
	}
}

func textAt(v *panel.Variable, row int) string {
	if c := v.Codes[row]; c >= 0 {
		return v.Levels[c]
	}
	return ""
}

// alike tells whether f of the pairs is one and the same number.
func alike(x, y []float64, f func(a, b float64) float64) bool {
	first, n := math.NaN(), 0
	for i := range x {
		if y[i] == 0 && x[i] == 0 {
			continue
		}
		z := f(x[i], y[i])
		if n++; n == 1 {
			first = z
		}
		if math.IsInf(z, 0) || z != z || z == 0 || math.Abs(z-first) > 1e-6*math.Abs(first) {
			return false
		}
	}
	return n > 2
}

// transformed tells whether x = f(y) throughout.
func transformed(x, y []float64, f func(float64) float64) bool {
	for i := range x {
		if z := f(y[i]); math.IsNaN(z) || math.Abs(x[i]-z) > 1e-6*math.Abs(z) {
			return false
		}
	}
	return len(x) > 2
}
