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
	{regexp.MustCompile(`^(\d+) of (\d+) units are not seen in all (\d+) periods and were left out$`), "$2 个单位中有 $1 个未在全部 $3 期出现，已剔除"},
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
	{regexp.MustCompile(`^the window is (.*), the widest that every cohort fits in; window= sets another$`), "窗口为 $1，即所有批次都能容纳的最宽窗口；可用 window= 另设"},
	{regexp.MustCompile(`^cohort (.*) was left out: its window begins in (.*), before the first period \((.*)\)$`), "批次 $1 已剔除：其窗口始于 $2，早于首期（$3）"},
	{regexp.MustCompile(`^cohort (.*) was left out: its window ends in (.*), after the last period \((.*)\)$`), "批次 $1 已剔除：其窗口止于 $2，晚于末期（$3）"},
	{regexp.MustCompile(`^cohort (.*) was left out: no unit is untreated to the end of its window, (.*)$`), "批次 $1 已剔除：直至窗口末（$2）没有未受处理的单位"},
	{regexp.MustCompile(`^stack of (\d+) experiments \((.*)\): (\d+) rows, (\d+) of (\d+) units in several$`), "堆叠 $1 个子实验（$2）：共 $3 行，$5 个单位中 $4 个出现在多个子实验中"},
	{regexp.MustCompile(`^controls are weighted so that each treated unit counts once \(.*$`), "对照组加权，使每个处理单位权重相同（Wing、Freedman 与 Hollingsworth 2024）"},
	{regexp.MustCompile(`^controls are weighted so that each treated unit counts by (.*) \(Wing.*$`), "对照组加权，使处理单位按 $1 计权（Wing、Freedman 与 Hollingsworth 2024）"},
	{regexp.MustCompile(`^controls are weighted so that each experiment counts by its units \(.*$`), "对照组加权，使各子实验按单位数计权（Wing、Freedman 与 Hollingsworth 2024）"},
	{regexp.MustCompile(`^without corrective weights the regression weights .*$`), "未用校正权重，回归按自身方差加权各子实验（Cengiz、Dube、Lindner 与 Zipperer 2019）"},
	{regexp.MustCompile(`^units treated after the window or never, cohort by cohort$`), "逐批次与窗口之后才受处理或从未受处理的单位比较"},
	{regexp.MustCompile(`^no effect at event time (-?\d+): .*$`), "相对时间 $1 处无法估计效应"},
	{regexp.MustCompile(`^the model's errors are (.*); here all are clustered by (.*), which every method knows$`), "模型标准误为 $1；此处统一聚类到 $2 层面（各方法均支持）"},
	{regexp.MustCompile(`^(\d+) of (\d+) rows can't be imputed or imputed from and were left out$`), "$2 行中有 $1 行无法插补或用于插补，已剔除"},
	{regexp.MustCompile(`^no pooled effect over (.*): .*$`), "窗口 $1 上无法估计合并效应"},
	{regexp.MustCompile(`^each adopting unit counts once$`), "每个采纳单位权重相同"},
	{regexp.MustCompile(`^the window (.*) reaches beyond what is seen, event times (.*) to (.*)$`), "窗口 $1 超出可观测的相对时间（$2 至 $3）"},
	{regexp.MustCompile(`^(\d+) rows that adopt in a period without clean ones were left out$`), "$1 行采纳观测所在时期没有对照，已剔除"},
	{regexp.MustCompile(`^the mean of all periods before adoption$`), "处理前各期均值"},
	{regexp.MustCompile(`^the mean of the (\d+) periods before adoption$`), "处理前 $1 期均值"},
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
	if first, _, _ := strings.Cut(s, " "); slices.Contains([]string{"left", "fixed", "no", "the", "event", "cohort", "covariates", "without", "every", "stack", "controls", "each"}, first) { // and not a variable's name
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return sentence(s, l)
}
