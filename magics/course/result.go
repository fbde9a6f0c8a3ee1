package course

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// setting is a key of a result that the task fixes.
type setting struct {
	path   string
	en, zh string
}

// kindOfResult says what belongs to a kind: its name, the settings to compare, in order, and a number that must agree
// once all settings do.
type kindOfResult struct {
	magic    string
	settings []setting
	number   string
}

var kindsOfResult = map[string]kindOfResult{
	"fit": {magic: "%did, %reg"},
	"eventstudy": {"%eventstudy", []setting{
		{"outcome", "the outcome", "被解释变量"}, {"treat", "the treatment", "处理变量"}, {"method", "the method", "估计方法"},
		{"ref", "the reference period", "基期"}, {"window[0]", "the window's first period", "窗口的起点"}, {"window[1]", "the window's last period", "窗口的终点"},
		{"level", "the level of the intervals", "置信水平"}, {"binned", "what happens to rows beyond the window", "窗口以外观测的处理方式"},
	}, ""},
	"placebo": {"%placebo", []setting{
		{"kind", "what is drawn at random (kind=)", "随机化的对象（kind=）"}, {"reps", "the number of draws", "抽样次数"}, {"seed", "the seed", "随机种子"},
		{"stat", "what is compared (stat=)", "比较的统计量（stat=）"},
	}, "p.two_sided"},
	"match": {"%psm", []setting{
		{"treatment", "the group that is matched", "待匹配的组别变量"}, {"scheme", "which rows may be matched with which (scheme=)", "匹配方案（scheme=）"},
		{"method", "the method", "匹配方法"}, {"distance", "the distance", "距离"}, {"ratio", "the number of controls for each treated row", "每个处理观测匹配的控制观测数"},
		{"replace", "whether a control may be used again", "是否有放回"}, {"caliper", "the caliper", "卡尺"},
	}, "controls_matched"},
	"mediation": {"%mediate", []setting{
		{"outcome", "the outcome", "被解释变量"}, {"treatment", "the treatment", "处理变量"}, {"boot", "the number of bootstrap draws", "自助抽样次数"}, {"seed", "the seed", "随机种子"},
	}, ""},
	"wald":  {"%wald", []setting{{"model", "the model that is tested", "被检验的模型"}}, "combination.estimate"},
	"bacon": {"%bacon", nil, "twfe"},
	"audit": {"%audit", []setting{{"source", "the paper that is audited", "所核查的论文"}}, ""},
}

func (c *Check) judgeResult(v *Verdict, learner, solution *session.Session, encode Encode) error {
	want, err := solution.Result(c.Name)
	if err != nil {
		return err
	}
	got, err := learner.Result(c.Name)
	if err != nil {
		v.open("no result %[1]s yet: the task keeps it by as=%[1]s", "还没有结果 %[1]s：题目要求用 as=%[1]s 保存", c.Name)
		return nil
	}
	switch {
	case got.Kind == want.Kind:
	case got.Magic == want.Magic:
		v.add("method", "%[1]s comes from the right magic, but by another method or for several outcomes at once", "%[1]s 所用命令正确，但估计方法不同，或同时估计了多个被解释变量", c.Name)
		return nil
	default:
		v.add("kind", "%s is a result of %%%s, and the task asks for another magic", "%s 由 %%%s 得到，而题目要求使用另一条命令", c.Name, got.Magic)
		return nil
	}
	a, err := decoded(got.Value, encode)
	if err != nil {
		return err
	}
	b, err := decoded(want.Value, encode)
	if err != nil {
		return err
	}
	k := kindsOfResult[want.Kind]
	for _, s := range k.settings {
		x, y := optional(a, s.path), optional(b, s.path)
		if !same(x, y) {
			v.add(s.path, "%[1]s: yours is %[3]v, the task asks for something else", "%[2]s：你的设定为 %[3]v，与题目要求不同", s.en, s.zh, shown(x))
		}
	}
	if len(v.Findings) > 0 {
		return nil
	}
	for _, pair := range regressions(got.Value, want.Value) {
		if compareFits(v, pair[0], pair[1]); len(v.Findings) > 0 {
			return nil
		}
	}
	if f, ok := optional(a, "formula").(string); ok && len(regressions(got.Value, want.Value)) == 0 {
		compareFormulas(v, f, fmt.Sprint(optional(b, "formula")))
		if e, ok := optional(a, "vcov").(string); ok && e != optional(b, "vcov") {
			v.add("vcov", "the errors are %s, and the task asks for others", "标准误类型为 %s，与题目要求不同", e)
		}
	}
	compareMediators(v, a, b)
	if len(v.Findings) == 0 && k.number != "" && !same(optional(a, k.number), optional(b, k.number)) {
		if n, m := optional(a, "n"), optional(b, "n"); n != nil && !same(n, m) {
			compareRows(v, n.(float64), m.(float64))
			return nil
		}
		v.add("data", "the settings are right, the numbers are others: it was run on other rows, or on variables that were changed since", "设定均正确，但数值不同：所用观测不同，或变量已被改动")
	}
	return nil
}

// regressions pairs the regressions inside two results of one kind.
func regressions(got, want any) [][2]*regress.Fit {
	switch g := got.(type) {
	case *regress.Fit:
		if w, ok := want.(*regress.Fit); ok {
			return [][2]*regress.Fit{{g, w}}
		}
	case *did.EventStudyResult:
		if w, ok := want.(*did.EventStudyResult); ok && g.Fit != nil && w.Fit != nil {
			return [][2]*regress.Fit{{g.Fit, w.Fit}}
		}
	}
	return nil
}

// compareMediators names mediators too many and counts those that lack.
func compareMediators(v *Verdict, a, b any) {
	x, y := mediators(a), mediators(b)
	if extra := less(x, y); len(extra) > 0 {
		v.add("mediator", "%s is no mediator of the task", "%s 不是题目中的中介变量", list(extra))
	}
	if lack := less(y, x); len(lack) > 0 {
		en := "%d of the task's mediators are missing"
		if len(lack) == 1 {
			en = "%d of the task's mediators is missing"
		}
		v.add("mediator", en, "缺少题目中的 %d 个中介变量", len(lack))
	}
}

func mediators(v any) (names []string) {
	rows, _ := optional(v, "rows").([]any)
	for _, r := range rows {
		if m, ok := r.(map[string]any); ok && m["mediator"] != nil {
			names = append(names, fmt.Sprint(m["mediator"]))
		}
	}
	return names
}

func decoded(value any, encode Encode) (v any, err error) {
	data, err := encode(value)
	if err != nil {
		return nil, err
	}
	return v, json.Unmarshal(data, &v)
}

// optional follows a path, nil where it leads nowhere.
func optional(v any, path string) any {
	x, err := follow(v, path)
	if err != nil {
		return nil
	}
	return x
}

// same compares decoded JSON, numbers up to the noise of another order of summing.
func same(a, b any) bool {
	x, ok1 := a.(float64)
	y, ok2 := b.(float64)
	if ok1 && ok2 {
		return near(x, y)
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

func near(x, y float64) bool {
	return x == y || x != x && y != y || math.Abs(x-y) <= 1e-7*math.Max(math.Abs(x), math.Abs(y))
}

// shown writes a setting.
func shown(x any) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprint(x)
}
