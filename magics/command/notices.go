package command

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// noticesZH are the library's notices in Chinese; $1 is the first number or name in them. A notice that is not here
// stays English.
var noticesZH = []struct {
	notice *regexp.Regexp
	zh     string
}{
	{regexp.MustCompile(`^(\d+) rows left out by if=$`), "$1 行不满足 if=，已剔除"},
	{regexp.MustCompile(`^(\d+) rows beyond the window left out$`), "$1 行在窗口之外，已剔除"},
	{regexp.MustCompile(`^(\d+) rows of weight 0 dropped$`), "$1 行权重为 0，已剔除"},
	{regexp.MustCompile(`^(\d+) rows with a missing value dropped$`), "$1 行有缺失值，已剔除"},
	{regexp.MustCompile(`^(\d+) rows with an infinite value dropped$`), "$1 行有无穷值，已剔除"},
	{regexp.MustCompile(`^(\d+) singleton rows dropped .*$`), "$1 行为单例（独占某一固定效应水平），已剔除"},
	{regexp.MustCompile(`^left out as collinear: (.*)$`), "因共线性剔除：$1"},
	{regexp.MustCompile(`^fixed effects of (.*) and (.*) were added, as the formula has none$`), "公式未含固定效应，已加入 $1 与 $2 固定效应"},
	{regexp.MustCompile(`^(.*) has (\d+) clusters only; .*$`), "$1 仅有 $2 个聚类；聚类过少时聚类标准误偏小、区间过窄"},
	{regexp.MustCompile(`^(.*): (\d+) treated rows? in (\d+) of (\d+) units, (\d+) cohorts?$`), "$1：$4 个单位中 $3 个受处理，共 $2 行、$5 个批次"},
	{regexp.MustCompile(`^cohort (.*) is one unit \((.*)\): .*$`), "批次 $1 只有一个单位（$2）：其效应仅由该单位决定，标准误偏小"},
	{regexp.MustCompile(`^(\d+) units treated in their first period already were left out.*$`), "$1 个单位在首期已受处理，无处理前时期，已剔除"},
	{regexp.MustCompile(`^(\d+) of (\d+) units are not seen in all (\d+) periods and were left out.*$`), "$2 个单位中有 $1 个未在全部 $3 期出现，已剔除；unbalanced=keep 则保留全部观测，按截面比较"},
	{regexp.MustCompile(`^repeated cross-sections: every row counts as a unit of its own$`), "重复截面：每行视为一个独立单位"},
	{regexp.MustCompile(`^all rows are compared as cross-sections, .*$`), "全部观测逐期按截面比较，而非比较单位内的变化；标准误计入同一单位各行的相关"},
	{regexp.MustCompile(`^(\d+) (?:units|rows) were left out, as no period before their treatment .*$`), "$1 个单位在处理（及其预期期）之前没有时期，已剔除"},
	{regexp.MustCompile(`^(\d+) (?:units|rows) first treated after the last period, (.*), count as never treated$`), "$1 个单位在最后一期（$2）之后才受处理，视为从未受处理"},
	{regexp.MustCompile(`^(\d+) treated units are not seen in the period before their first treated one, .*$`), "$1 个受处理单位在首个受处理时期的前一期未出现，仍以该期为处理起点；可用 cohort= 指明"},
	{regexp.MustCompile(`^(.*) is missing in (\d+) rows? because of (?:a gap|gaps) in time$`), "$1 因时间间断在 $2 行缺失"},
	{regexp.MustCompile(`^the regression explains (.*) entirely; .*$`), "回归完全解释了 $1，标准误与检验只反映舍入误差"},
	{regexp.MustCompile(`^never-treated units$`), "从未受处理的单位"},
	{regexp.MustCompile(`^units not yet treated$`), "尚未受处理的单位"},
	{regexp.MustCompile(`^units not yet treated, never-treated ones included$`), "尚未受处理的单位（含从未受处理者）"},
	{regexp.MustCompile(`^the last cohort \((.*)\), before it is treated$`), "最后一个批次（$1）受处理之前"},
	{regexp.MustCompile(`^all rows not yet treated, of never-treated units too$`), "全部尚未受处理的观测（含从未受处理的单位）"},
	{regexp.MustCompile(`^units untreated up to the period compared, never-treated ones included$`), "直至所比较时期仍未受处理的单位（含从未受处理者）"},
	{regexp.MustCompile(`^all periods before adoption$`), "处理前各期"},
	{regexp.MustCompile(`^the (?:last )?period before adoption$`), "处理前一期"},
	{regexp.MustCompile(`^the period before, for each period before adoption; the last period before adoption from then on$`), "处理前各期以其前一期为基期，处理后以处理前最后一期为基期"},
	{regexp.MustCompile(`^(\d+) treated rows were left out: no untreated row .*$`), "$1 行受处理观测无法插补（其单位或时期没有未处理观测），已剔除"},
	{regexp.MustCompile(`^no joint test of the (\d+) cells before adoption: .*$`), "处理前 $1 个单元格的协方差奇异，未作联合检验"},
	{regexp.MustCompile(`^the ends of the event study's window gather .*$`), "事件研究窗口两端并入其外各期，此处按单期处理；ends=clip 则不并入"},
	{regexp.MustCompile(`^violations are counted from the reference, event time (-?\d+), .*$`), "偏离自基准期（$1）起算，基准期与处理之间各期也可能偏离"},
	{regexp.MustCompile(`^no treated unit is seen at event time (.*)$`), "相对时间 $1 处没有受处理单位"},
}

// inLanguage is a library's phrase in Chinese, if it is wanted and known.
func inLanguage(s string, l wording.Language) string {
	if l == wording.Chinese {
		for _, n := range noticesZH {
			if n.notice.MatchString(s) {
				return n.notice.ReplaceAllString(s, n.zh)
			}
		}
	}
	return s
}

// notice is a library's notice in the language, as a sentence.
func notice(s string, l wording.Language) string {
	if zh := inLanguage(s, l); zh != s {
		return zh + "。"
	}
	if rest, one := strings.CutPrefix(s, "1 rows "); one {
		s = "1 row " + rest
	}
	if first, _, _ := strings.Cut(s, " "); slices.Contains([]string{"left", "fixed", "no", "the", "event", "cohort", "covariates", "without", "every", "repeated", "all"}, first) { // and not a variable's name
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return sentence(s, l)
}
