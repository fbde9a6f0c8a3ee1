package course

import (
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// compareFits says in what a learner's regression differs from the solution's: what is asked first, then how it is
// estimated, then on which rows, and the numbers only if all of that agrees.
func compareFits(v *Verdict, got, want *regress.Fit) {
	if got.Treatment != want.Treatment && want.Treatment != "" {
		if got.Treatment == "" {
			v.add("treatment", "the regression knows no treatment; the task asks for %%did with treat=", "该回归未指定处理变量；题目要求使用 %%did 并写明 treat=")
			return
		}
		v.add("treatment", "the treatment is %s, and the task asks for the effect of another variable", "处理变量是 %s，而题目要求估计另一变量的效应", got.Treatment)
	}
	compareFormulas(v, got.Formula, want.Formula)
	compareErrors(v, got.Vcov, want.Vcov)
	switch {
	case got.Weights == want.Weights:
	case got.Weights == "":
		v.add("weights", "the task asks for a weighted regression, and every row counts alike in yours", "题目要求加权回归，而你的各观测权重相同")
	case want.Weights == "":
		v.add("weights", "rows are weighted by %s, and the task asks for no weights", "你用 %s 加权，而题目不要求加权", got.Weights)
	default:
		v.add("weights", "rows are weighted by %s, and the task asks for other weights", "你用 %s 加权，与题目要求的权重不同", got.Weights)
	}
	if got.N != want.N {
		compareRows(v, float64(got.N), float64(want.N))
		switch {
		case got.If != "" && want.If == "":
			v.add("sample", "if= leaves rows out that the task keeps", "if= 剔除了题目中应保留的观测")
		case got.If == "" && want.If != "":
			v.add("sample", "the task leaves rows out by a condition, and your line has no if=", "题目按条件剔除了部分观测，而你的命令没有 if=")
		case got.Dropped.Missing > want.Dropped.Missing:
			v.add("sample", "%d rows are left out for a missing value", "有 %d 行因缺失值被剔除", got.Dropped.Missing)
		}
	}
	if len(v.Findings) > 0 {
		return
	}
	if got.Method != want.Method {
		v.add("method", "the method is %s, and the task asks for another", "估计方法是 %s，与题目要求不同", got.Method)
		return
	}
	compareNumbers(v, got, want)
}

// compareNumbers is for regressions that read alike.
func compareNumbers(v *Verdict, got, want *regress.Fit) {
	for _, w := range want.Coef {
		g, ok := got.Coefficient(w.Term)
		switch {
		case !ok:
			v.add("terms", "%s has dropped out of your regression: look for collinearity in the notes under the table", "%s 已从你的回归中剔除：请看表下关于共线性的说明", w.Term)
			return
		case near(g.Estimate, w.Estimate):
			continue
		case near(-g.Estimate, w.Estimate):
			v.add("sign", "the coefficient of %s has the right size and the wrong sign: was a variable turned round?", "%s 的系数大小正确、符号相反：是否有变量被取反？", w.Term)
		default:
			v.add("data", "the line is right, the coefficient of %s is not: a variable was changed, or the panel is not the task's", "命令正确，但 %s 的系数不同：变量被改动过，或所用面板不是题目的面板", w.Term)
		}
		return
	}
	for _, w := range want.Coef {
		if g, ok := got.Coefficient(w.Term); ok && !near(g.StdError, w.StdError) {
			v.add("vcov", "the coefficients are right, the standard errors are not", "系数正确，标准误不同")
			return
		}
	}
}

// compareFormulas compares outcome, regressors and fixed effects.
func compareFormulas(v *Verdict, got, want string) {
	g, err := formula.Parse(got)
	w, werr := formula.Parse(want)
	if err != nil || werr != nil {
		if got != want {
			v.add("terms", "the model %s is not the task's", "模型 %s 与题目不同", got)
		}
		return
	}
	if a, b := g.Outcome.String(), w.Outcome.String(); a != b {
		v.add("outcome", "the outcome is %s, and the task asks for another", "被解释变量是 %s，与题目要求不同", a)
	}
	gt, wt := terms(g), terms(w)
	if extra := less(gt, wt); len(extra) > 0 {
		v.add("terms", "%s is no regressor of the task", "%s 不是题目要求的解释变量", list(extra))
	}
	if n := len(less(wt, gt)); n == 1 {
		v.add("terms", "one regressor of the task is missing", "缺少题目要求的 1 个解释变量")
	} else if n > 1 {
		v.add("terms", "%d regressors of the task are missing", "缺少题目要求的 %d 个解释变量", n)
	}
	compareEffects(v, effects(g), effects(w))
}

// compareEffects names an effect of the task that is missing; an effect finer or coarser than the task's is only said to
// differ, since its name would give the answer away.
func compareEffects(v *Verdict, got, want []string) {
	lack, extra := less(want, got), less(got, want)
	switch {
	case len(lack) == 0 && len(extra) == 0:
	case len(extra) == 0:
		v.add("effects", "the fixed effects of %s are missing", "缺少 %s 的固定效应", list(lack))
	case len(lack) == 0:
		v.add("effects", "the task has no fixed effects of %s", "题目没有 %s 的固定效应", list(extra))
	default:
		v.add("effects", "your fixed effects are those of %s, and the task asks for others", "你的固定效应为 %s，与题目要求不同", list(got))
	}
}

// compareErrors compares the kinds of standard errors.
func compareErrors(v *Verdict, got, want regress.VcovInfo) {
	switch {
	case got.Type == want.Type && slices.Equal(got.By, want.By):
	case want.Type == "cluster" && got.Type != "cluster":
		v.add("vcov", "the errors are not clustered (%s): what is alike in the rows of one unit is counted as if it were news each time", "标准误没有聚类（%s）：同一单位各行中相似的部分被当成了每次都独立的新信息", got.Type)
	case want.Type == "cluster":
		v.add("vcov", "the errors are clustered by %s, and the task asks for another level", "标准误聚类到 %s，与题目要求的层面不同", list(got.By))
	case got.Type == "cluster":
		v.add("vcov", "the errors are clustered by %s, and this task asks for errors without clustering", "标准误聚类到 %s，而本题要求不聚类的标准误", list(got.By))
	default:
		v.add("vcov", "the errors are %s, and the task asks for another kind", "标准误类型为 %s，与题目要求不同", got.Type)
	}
}

// compareRows says by how many rows two samples differ.
func compareRows(v *Verdict, got, want float64) {
	n := int(math.Abs(got - want))
	if got < want {
		v.add("sample", "your sample has %d rows fewer than the solution's", "你的样本比答案少 %d 行", n)
		return
	}
	v.add("sample", "your sample has %d rows more than the solution's", "你的样本比答案多 %d 行", n)
}

func terms(f *formula.Formula) (names []string) {
	for _, t := range f.Terms {
		names = append(names, t.String())
	}
	return names
}

func effects(f *formula.Formula) (names []string) {
	for _, e := range f.Effects {
		names = append(names, e.String())
	}
	return names
}

// less is what of a does not stand in b.
func less(a, b []string) (out []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}
