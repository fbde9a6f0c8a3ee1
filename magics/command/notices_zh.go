package command

import (
	"regexp"
	"strings"
	"sync"
)

// translation is a notice of the library and its Chinese: $1 is what stands in its first brackets, @1 the same translated
// in turn.
type translation struct {
	notice *regexp.Regexp
	zh     string
}

// chinese are the translations, made when the first is wanted, since regular expressions take time to compile.
var chinese = sync.OnceValue(func() []translation {
	all := make([]translation, len(noticesZH))
	for i, n := range noticesZH {
		all[i] = translation{regexp.MustCompile(n[0]), n[1]}
	}
	return all
})

// inChinese is the notice in Chinese, if there is a translation.
func inChinese(s string) (string, bool) {
	for _, t := range chinese() {
		m := t.notice.FindStringSubmatchIndex(s)
		if m == nil {
			continue
		}
		zh := string(t.notice.ExpandString(nil, t.zh, s, m))
		for k := 1; 2*k < len(m) && strings.Contains(zh, "@"); k++ {
			if m[2*k] < 0 {
				continue
			}
			part := s[m[2*k]:m[2*k+1]]
			if within, ok := inChinese(part); ok {
				part = within
			}
			zh = strings.ReplaceAll(zh, "@"+string(rune('0'+k)), part)
		}
		return zh, true
	}
	return s, false
}

// noticesZH are the library's notices, as regular expressions, and their Chinese. A notice that is not here stays English.
var noticesZH = [][2]string{
	{`^(\d+) rows? left out by if=$`, "$1 行不满足 if=，已剔除"},
	{`^(\d+) rows? beyond the window left out$`, "$1 行在窗口之外，已剔除"},
	{`^(\d+) rows? of weight 0 dropped$`, "$1 行权重为 0，已剔除"},
	{`^(\d+) rows? with a missing value dropped$`, "$1 行有缺失值，已剔除"},
	{`^(\d+) rows? with an infinite value dropped$`, "$1 行有无穷值，已剔除"},
	{`^(\d+) singleton rows? dropped .*$`, "$1 行为单例（独占某一固定效应水平），已剔除"},
	{`^left out as collinear: (.*)$`, "因共线性剔除：$1"},
	{`^fixed effects of (.*) and (.*) were added, as the formula has none$`, "公式未含固定效应，已加入 $1 与 $2 固定效应"},
	{`^(.*) has (\d+) clusters, so there are (\d+) distinct draws of the (\d+) asked for; each was taken once, and p is a multiple of 1/(\d+)(; weights=webb has more)?$`, "$1 有 $2 个聚类，所求 $4 次抽样中只有 $3 种不同的抽样；每种取一次，p 为 1/$5 的倍数（聚类很少时可用 weights=webb）"},
	{`^(.*) has (\d+) clusters, so only (\d+) of the (\d+) draws asked for can be distinct(; weights=webb has more)?$`, "$1 有 $2 个聚类，所求 $4 次抽样中至多 $3 种不同"},
	{`^p values and intervals of coefficients are the wild bootstrap's; .*$`, "系数的 p 值与置信区间由野聚类自助法得出；联合检验与线性组合使用聚类协方差"},
	{`^each coefficient has Satterthwaite's degrees of freedom; joint tests and linear combinations use the smallest, (.*)$`, "各系数用各自的 Satterthwaite 自由度；联合检验与线性组合取其中最小者 $1"},
	{`^(\d+) rows have a leverage of one: .*$`, "$1 行的杠杆值为 1：被完全拟合，对标准误没有贡献"},
	{`^(.*) has (\d+) periods only; errors that rest on .*$`, "$1 只有 $2 期；期数这样少时，依赖时间相关的标准误偏小"},
	{`^no two places lie within (.*) km of each other, .*$`, "没有两个地点相距在 $1 公里之内，误差只在各地点内部相关"},
	{`^the spatial covariance was not positive definite, .*$`, "空间协方差矩阵非正定（均匀核可能如此）；按 fixest 的做法将负特征值置零"},
	{`^the (\d+) clusters of (.*) are worth (.*) equal ones for (.*), the largest holding (\d+) % of its variation( \(and for (\d+) further coefficients? fewer than 10\))?: .*$`, "对 $4 而言，$2 的 $1 个聚类只相当于 $3 个等权聚类，最大的一个占其变异的 $5%：聚类检验会过度拒绝；可用 vcov=CR2($2) 或 wildboot($2)"},
	{`^one of the (\d+) clusters of (.*) holds (\d+) % of the variation of (.*): .*$`, "$2 的 $1 个聚类中有一个占 $4 变异的 $3%：其系数取决于该聚类，聚类标准误无法衡量它的冲击"},
	{`^only one cluster of (.*) \((.*)\) is treated: .*$`, "$1 中只有一个聚类（$2）受处理：聚类标准误无法区分其效应与自身冲击，会小得多；请用随机化推断（%placebo）或 Ferman 与 Pinto（2019）的检验"},
	{`^(.*) has (\d+) clusters? only; .*$`, "$1 仅有 $2 个聚类；聚类过少时聚类标准误偏小、区间过窄"},
	{`^(.*): (\d+) treated rows? in (\d+) of (\d+) units, (\d+) cohorts?$`, "$1：$4 个单位中 $3 个受处理，共 $2 行、$5 个批次"},
	{`^cohort (.*) is one unit \((.*)\): .*$`, "批次 $1 只有一个单位（$2）：其效应仅由该单位决定，标准误偏小"},
	{`^(\d+) treated units? (?:was|were) left out, as no period before (?:their|its) treatment is in the sample$`, "$1 个受处理单位在样本中无处理前时期，已剔除"},
	{`^(\d+) units? treated in their first period already (?:was|were) left out.*$`, "$1 个单位在首期已受处理，无处理前时期，已剔除"},
	{`^(\d+) of (\d+) units? (?:is|are) not seen in all (\d+) periods and (?:was|were) left out$`, "$2 个单位中有 $1 个未在全部 $3 期出现，已剔除"},
	{`^(\d+) of (\d+) units? (?:is|are) not seen in all (\d+) periods and (?:was|were) left out; unbalanced=keep .*$`, "$2 个单位中有 $1 个未在全部 $3 期出现，已剔除；unbalanced=keep 则保留全部观测，按截面比较"},
	{`^(\d+) (?:units?|rows?) (?:was|were) left out, as no period before their treatment .*$`, "$1 个单位在处理（及其预期期）之前没有时期，已剔除"},
	{`^covariates at the earlier of the two periods compared, (.*?): (.*)$`, "协变量取所比较两期中较早一期，@1：$2"},
	{`^covariates of the row's own period, (.*?): (.*)$`, "协变量取各行当期，@1：$2"},
	{`^doubly robust$`, "双重稳健"},
	{`^improved doubly robust$`, "改进的双重稳健"},
	{`^inverse probability weights$`, "逆概率加权"},
	{`^outcome regression$`, "结果回归"},
	{`^no unit to compare with$`, "无可比较的单位"},
	{`^no row to compare with in (.*)$`, "$1 无对照观测"},
	{`^the cohort has no row in (.*)$`, "该批次在 $1 无观测"},
	{`^no overlap: .* up to (.*)$`, "缺乏重叠：协变量足以区分该批次与对照，倾向得分最高达 $1"},
	{`^covariate (.*) does not vary, or is spanned by those before it, among the (.*)$`, "协变量 $1 在@2中不变，或可由其前的协变量线性表示"},
	{`^comparison units$`, "对照单位"},
	{`^units compared$`, "所比较的单位"},
	{`^comparison rows of the base period$`, "基期对照观测"},
	{`^comparison rows of the period itself$`, "当期对照观测"},
	{`^cohort's rows of the base period$`, "该批次基期观测"},
	{`^cohort's rows of the period itself$`, "该批次当期观测"},
	{`^no propensity score: (.*)$`, "无倾向得分：@1"},
	{`^repeated cross-sections: every row counts as a unit of its own$`, "重复截面：每行视为一个独立单位"},
	{`^all rows are compared as cross-sections, .*$`, "全部观测逐期按截面比较，而非比较单位内的变化；标准误计入同一单位各行的相关"},
	{`^(\d+) (?:units?|rows?) first treated after the last period, (.*), counts? as never treated$`, "$1 个单位在最后一期（$2）之后才受处理，视为从未受处理"},
	{`^(\d+) treated units? (?:is|are) not seen in the period before their first treated one, which is taken for their adoption all the same$`, "$1 个受处理单位在首个受处理时期的前一期未出现，仍以该期为处理起点"},
	{`^cohort (\S+) is not seen at event time (\S+); its effects are measured from period (\S+)$`, "批次 $1 在相对时间 $2 未出现，其效应以时期 $3 为基准"},
	{`^(\d+) treated units? (?:is|are) not seen in the period before their first treated one, .*$`, "$1 个受处理单位在首个受处理时期的前一期未出现，仍以该期为处理起点；可用 cohort= 指明"},
	{`^(.*) is missing in (\d+) rows? because of (?:a gap|gaps) in time$`, "$1 因时间间断在 $2 行缺失"},
	{`^the regression explains (.*) entirely; .*$`, "回归完全解释了 $1，标准误与检验只反映舍入误差"},
	{`^errors, t and intervals here, and the robustness value at a level, are classical: .*$`, "此处的标准误、t 值、区间与显著性稳健值均按独立同分布计算（理论仅就此成立），未使用模型自身的标准误；偏 R² 与估计值的稳健值不依赖标准误"},
	{`^(\d+) bounds? on the confounder's R² with the outcome (?:lie|lies) above 1 and (?:were|was) set to 1, .*$`, "$1 个界限与结果变量的偏 R² 超过 1，按 1 计，此时无误差；请调低 kd= 或 ky="},
	{`^never-treated units$`, "从未受处理的单位"},
	{`^units not yet treated$`, "尚未受处理的单位"},
	{`^units not yet treated, never-treated ones included$`, "尚未受处理的单位（含从未受处理者）"},
	{`^the last cohort \((.*)\), before it is treated$`, "最后一个批次（$1）受处理之前"},
	{`^all rows not yet treated$`, "全部尚未受处理的观测"},
	{`^units untreated up to the period compared$`, "直至所比较时期仍未受处理的单位"},
	{`^all rows not yet treated, of never-treated units too$`, "全部尚未受处理的观测（含从未受处理的单位）"},
	{`^units untreated up to the period compared, never-treated ones included$`, "直至所比较时期仍未受处理的单位（含从未受处理者）"},
	{`^ineligible units of the cohort, and eligible and ineligible ones never enabled$`, "同批次的不适用单位，以及从未适用组中的两类单位"},
	{`^ineligible units of the cohort, and eligible and ineligible ones not yet enabled, .*$`, "同批次的不适用单位，以及尚未适用组中的两类单位（按方差最小加权）"},
	{`^the cohort has no (in)?eligible unit$`, "该批次缺少适用或不适用的单位"},
	{`^the covariance of the estimates by cohort compared with is singular; .*$`, "按各对照批次所得估计的协方差奇异"},
	{`^units with the same treatment in their first period that have not switched yet$`, "首期处理相同且尚未切换的单位"},
	{`^the period before the first switch$`, "首次切换前一期"},
	{`^units with the same treatment in their first period that never switch$`, "首期处理相同且从不切换的单位"},
	{`^(\d+) units? raises? their treatment first, (\d+) lowers? it first, (\d+) returns? to the first one later$`, "$1 个单位首次切换为处理上升，$2 个为下降，$3 个之后回到首期处理"},
	{`^(\d+) units? (?:go|goes) above and below (?:their|its) first treatment: .*$`, "$1 个单位的处理曾高于也曾低于首期：自那时起的观测被剔除，因两者合成的效应没有确定的符号"},
	{`^linear trends of units: .*$`, "含各单位线性趋势：每个效应是变化之变化的累加，取至该期各期都有观测的单位"},
	{`^event times show the same units$`, "各相对时间为相同的单位"},
	{`^controls do not all change of themselves before the switch among units with first treatment (.+), and count there as far as they do$`, "首期处理为 $1 的单位中，控制变量在切换前并非都有各自的变化，只按其有变化的部分计入"},
	{`^(\d+) units? switch(?:es)? treatment on first, (\d+) off first, (\d+) switch(?:es)? back later$`, "$1 个单位首次切换为受处理，$2 个首次切换为不受处理，其后 $3 个切换回来"},
	{`^effects by event time are normalised: .*$`, "各相对时间的效应已标准化：除以至该期为止增加的处理期数"},
	{`^no normalised effect at event time (-?\d+): .*$`, "相对时间 $1 处无标准化效应：处理已恢复原状"},
	{`^(\d+) units? (?:are|is) not seen in the period before (?:their|its) first switch, .*$`, "$1 个单位在首次切换前一期未出现，切换可能更早：其后的观测已剔除"},
	{`^cohort (.*) was left out: it has one period before adoption, and weights need two$`, "批次 $1 已剔除：处理前只有一期，而求权重需要两期"},
	{`^a weighted average of never-treated units for each cohort, which follows it before adoption$`, "逐批次的从未受处理单位加权平均，其处理前走势与该批次一致"},
	{`^a weighted average of the periods before adoption$`, "处理前各期的加权平均"},
	{`^none: levels are compared$`, "无：直接比较水平值"},
	{`^the weights are chosen to fit the periods before adoption, so that effects there test nothing$`, "权重按处理前各期拟合而定，处理前的效应不构成检验"},
	{`^all periods before adoption$`, "处理前各期"},
	{`^the (?:last )?period before adoption$`, "处理前一期"},
	{`^the period before, for each period before adoption; the last period before adoption from then on$`, "处理前各期以其前一期为基期，处理后以处理前最后一期为基期"},
	{`^(\d+) treated rows? (?:was|were) left out: no untreated row .*$`, "$1 行受处理观测无法插补（其单位或时期没有未处理观测），已剔除"},
	{`^no joint test of the (\d+) cells? before adoption: .*$`, "处理前 $1 个单元格的协方差奇异，未作联合检验"},
	{`^the ends of the event study's window gather .*$`, "事件研究窗口两端并入其外各期，此处按单期处理；ends=clip 则不并入"},
	{`^imputed effects are measured from all periods before adoption, violations .*$`, "插补效应以处理前各期为基期，而偏离自前一期起算：此处效应已按处理前各期系数改为以前一期为基期"},
	{`^violations are counted from the reference, event time (-?\d+), .*$`, "偏离自基准期（$1）起算，基准期与处理之间各期也可能偏离"},
	{`^the window is (.*), the widest that every cohort fits in; window= sets another$`, "窗口为 $1，即所有批次都能容纳的最宽窗口；可用 window= 另设"},
	{`^cohort (.*) was left out: its window begins in (.*), before the first period \((.*)\)$`, "批次 $1 已剔除：其窗口始于 $2，早于首期（$3）"},
	{`^cohort (.*) was left out: its window ends in (.*), after the last period \((.*)\)$`, "批次 $1 已剔除：其窗口止于 $2，晚于末期（$3）"},
	{`^cohort (.*) was left out: no unit is untreated to the end of its window, (.*)$`, "批次 $1 已剔除：直至窗口末（$2）没有未受处理的单位"},
	{`^stack of (\d+) experiments? \((.*)\): (\d+) rows?, (\d+) of (\d+) units in several$`, "堆叠 $1 个子实验（$2）：共 $3 行，$5 个单位中 $4 个出现在多个子实验中"},
	{`^controls are weighted so that each treated unit counts once \(.*$`, "对照组加权，使每个处理单位权重相同（Wing、Freedman 与 Hollingsworth 2024）"},
	{`^controls are weighted so that each treated unit counts by (.*) \(Wing.*$`, "对照组加权，使处理单位按 $1 计权（Wing、Freedman 与 Hollingsworth 2024）"},
	{`^controls are weighted so that each experiment counts by its units \(.*$`, "对照组加权，使各子实验按单位数计权（Wing、Freedman 与 Hollingsworth 2024）"},
	{`^without corrective weights the regression weights .*$`, "未用校正权重，回归按自身方差加权各子实验（Cengiz、Dube、Lindner 与 Zipperer 2019）"},
	{`^units treated after the window or never, cohort by cohort$`, "逐批次与窗口之后才受处理或从未受处理的单位比较"},
	{`^no effect at event time (-?\d+): .*$`, "相对时间 $1 处无法估计效应"},
	{`^no treated unit is seen at event time (.*)$`, "相对时间 $1 处没有受处理单位"},
	{`^stacked Wald, clustered by (.*)$`, "堆叠 Wald 检验，按 $1 聚类"},
	{`^stacked Wald$`, "堆叠 Wald 检验"},
	{`^interactions in one regression$`, "同一回归中的交互项检验"},
	{`^Fisher permutation, (\d+) draws?, seed (.*)$`, "Fisher 置换检验，抽取 $1 次，种子 $2"},
	{`^no stacked test: (.*)$`, "未作堆叠检验：@1"},
	{`^no interaction test: (.*)$`, "未作交互项检验：@1"},
	{`^(\d+) of (\d+) permutations left a group without treated or untreated rows and (?:was|were) not counted$`, "$2 次置换中有 $1 次使某组缺少处理或未处理观测，未计入"},
	{`^units are split once, by their mean of (.*) before anyone was treated, so that no unit changes sides$`, "按 $1 在处理前的均值划分单位，单位不会换组"},
	{`^rows are split at the (?:median) of (.*) over all rows, so a unit can change sides, .*$`, "按 $1 在全部观测中的中位数划分，同一单位可能换组（处理也可能使其换组）；baseline=true 则按单位划分"},
	{`^rows are split at the (?:terciles?) of (.*) over all rows, so a unit can change sides, .*$`, "按 $1 在全部观测中的三分位数划分，同一单位可能换组（处理也可能使其换组）；baseline=true 则按单位划分"},
	{`^each column holds all untreated rows and the treated rows of its bin; the other treated rows are left out$`, "各列含全部未处理观测与该组的处理观测，其余处理观测已剔除"},
	{`^(\d+) draws? left no variation within the fixed effects and (?:was|were) drawn again$`, "$1 次抽样在固定效应内没有变异，已重新抽取"},
	{`^rows, not units, were drawn: .*$`, "按观测而非单位抽取：此类处理忽而开始忽而停止，忽略序列相关，检验对估计值过于宽松"},
	{`^without each of (\d+) units? the treatment does not vary, and nothing can be estimated$`, "剔除其中 $1 个单位时处理没有变异，无法估计"},
	{`^(matched .*); 1:(\d+) nearest neighbour by (.*), (with.*)$`, "@1；按 @3 作 1:$2 最近邻匹配，@4"},
	{`^(matched .*); (.*) kernel, bandwidth (.*)$`, "@1；$2 核匹配，带宽 $3"},
	{`^(matched .*); all controls within the radius$`, "@1；采用半径内的全部控制观测"},
	{`^(\d+) of (\d+) treated rows? found no match, .*$`, "$2 行处理观测中有 $1 行未找到匹配，估计值仅适用于已匹配的处理观测"},
	{`^(\d+) of (\d+) matched treated rows? found fewer than (\d+) controls?$`, "$2 行已匹配的处理观测中有 $1 行找到的控制观测不足 $3 个"},
	{`^means over the periods before (.*); pairs name each unit by its first row$`, "均值取自 $1 之前各期；配对以每个单位的首行表示"},
	{`^(.*): no treated or no untreated rows, nothing matched$`, "$1：缺少处理或未处理观测，未作匹配"},
	{`^controls count as often as they were matched$`, "控制观测按匹配次数计权"},
	{`^each matched row counts once, however often it was matched$`, "每个匹配到的观测只计一次"},
	{`^(\d+) continuous variables? cut at the quantiles (.*) and (.*)$`, "$1 个连续变量在 $2 与 $3 分位数处缩尾"},
	{`^(\d+) units? left out$`, "$1 个单位已剔除"},
	{`^not estimated: (.*)$`, "未能估计：$1"},
	{`^the multi-way covariance was not positive definite; .*$`, "多维聚类协方差矩阵非正定，负特征值已置零（Cameron, Gelbach & Miller 2011）"},
	{`^fixed effects by (.*): (\d+) iterations?, relative residual (.*)$`, "固定效应由 $1 迭代求解：$2 次迭代，相对残差 $3"},
	{`^the fixed effects fall into (\d+) unconnected groups; .*$`, "固定效应分为 $1 个互不连通的组；自由度按连通计算，与 fixest 相同"},
	{`^(.*); (\d+) units? (?:is|are) treated from (?:its|their) first period on$`, "@1；$2 个单位自首期起即受处理"},
	{`^without never-treated units the effects are known up to a straight line in event time, so event time (.*), the first, is a second reference; .*$`, "没有从未受处理的单位，效应只能确定到相差一条关于相对时间的直线，故以首个相对时间 $1 为第二基准期；处理前联合检验只能发现对该直线的偏离"},
	{`^event time (.*) can't be told apart from the fixed effects and is a second reference$`, "相对时间 $1 与固定效应无法区分，作为第二基准期"},
	{`^the effect at event time (.*) can't be told apart from the fixed effects: it is a reference too$`, "相对时间 $1 的效应与固定效应无法区分，也作为基准期"},
	{`^(\d+) units? (?:is|are) not seen in the period before (?:its|their) first treated one; .*$`, "$1 个单位在首个处理期的前一期没有观测，其相对时间自所见的首个处理期起算"},
	{`^no joint test of the periods before adoption: .*$`, "处理前各期效应的协方差奇异，未作联合检验"},
	{`^no period before adoption but the reference: .*$`, "处理前除基准期外没有其他时期，无从作联合检验"},
	{`^no period before adoption is estimated: .*$`, "处理前没有可估计的时期，无从作联合检验"},
	{`^the joint test of (\d+) cells before adoption rests on (\d+) clusters?, .*$`, "处理前 $1 个单元格的联合检验仅有 $2 个聚类，过少，拒绝过于频繁"},
	{`^without never-treated units the last cohort \((.*)\) is compared with, .*$`, "没有从未受处理的单位，以最后一个批次（$1）为对照，其后各期已剔除"},
	{`^without never-treated units the periods from (.*) on, when the last cohort \((.*)\) is treated, can't be estimated; .*$`, "没有从未受处理的单位，自 $1 起（最后一个批次 $2 受处理）各期无法估计，该批次只作对照"},
	{`^(\d+) units? (?:was|were) left out, as no period before (?:its|their) treatment .*$`, "$1 个单位在处理（及其预期）之前没有观测，已剔除"},
	{`^no overall effect: no cell after adoption is estimated$`, "处理后没有可估计的单元格，故无总体效应"},
	{`^(\d+) of (\d+) treated rows? (?:enters|enter) with a negative weight: .*$`, "$2 行处理观测中有 $1 行权重为负：其效应越大，估计值越小"},
	{`^the effect on the mediator is identified by the design; .*$`, "对中介变量的效应由研究设计识别；分解为直接与间接效应还须假定没有未观测因素同时影响中介变量与结果"},
	{`^(\d+) values? clipped at the quantiles (.*) and (.*)$`, "$1 个值在 $2 与 $3 分位数处缩尾"},
	{`^(\d+) values? interpolated$`, "$1 个值由插值得到"},
	{`^(\d+) values? interpolated, (\d+) carried beyond the ends$`, "$1 个值由插值得到，$2 个值外推至两端之外"},
	{`^(\d+) values? interpolated, (\d+) left missing at the ends of units$`, "$1 个值由插值得到，单位两端 $2 个值仍缺失"},
	{`^(\d+) values? interpolated, (\d+) carried beyond the ends, (\d+) left missing at the ends of units$`, "$1 个值由插值得到，$2 个值外推至两端之外，单位两端 $3 个值仍缺失"},
	{`^interpolated\(\) of the same arguments is 1 where a value was filled$`, "以相同参数调用 interpolated()，填补处为 1"},
	{`^(\d+) rows? (?:has|have) a whole of 0 and no quotient$`, "$1 行的总量为 0，没有区位商"},
	{`^no row of (.*) is ("(?:[^"]*)")(.*)$`, "$1 中没有等于 $2 的行"},
	{`^the text is read as (.*)$`, "文本按 $1 编码读入"},
	{`^the first column has no name and only counts the rows; it is left out$`, "首列没有名称且只是行号，已略去"},
	{`^numbers are read with decimal commas$`, "数字以逗号为小数点读入"},
	{`^(\d+) blank lines? left out$`, "$1 个空行已略去"},
	{`^(\d+) empty rows? left out$`, "$1 个空行已略去"},
	{`^(\d+) rows? at the end of the file without any value left out$`, "文件末尾 $1 行没有任何值，已略去"},
	{`^(\d+) cells? (?:holds|hold) one of .a to .z, read as missing$`, "$1 个单元格为 .a 至 .z，读作缺失"},
	{`^(\d+) cells? (?:holds|hold) binary data, read as missing$`, "$1 个单元格为二进制数据，读作缺失"},
	{`^(\d+) formulas? without a computed value, read as missing; .*$`, "$1 个公式没有计算结果，读作缺失；请用 Excel 打开并保存后再读"},
	{`^sheet (.*) is read; the workbook also has (.*)$`, "读入工作表 $1；工作簿还有 $2"},
	{`^merged cells below the header \((.*)\): .*$`, "表头以下有合并单元格（$1），只有第一个单元格有值"},
	{`^column (.*): (.*) holds (".*") among numbers, so the column is read as text$`, "列 $1：$2 在数字之中出现 $3，整列按文本读入"},
	{`^column (.*): (.*) holds (".*"), more digits than a number keeps, so the column is read as text$`, "列 $1：$2 为 $3，位数超过数字所能保存，整列按文本读入"},
	{`^column (.*): (.*) holds (".*"), a code with leading zeros, so the column is read as text$`, "列 $1：$2 为 $3，是以零开头的代码，整列按文本读入"},
	{`^column (.*): (.*) holds (".*?")(?: \(and (\d+) further words?\))?, so the column is read as text$`, "列 $1：$2 为 $3，整列按文本读入"},
	{`^column (.*): (.*) holds (".*?")(?: \(and \d+ further such cells?\))?, read as missing$`, "列 $1：$2 为 $3，此类单元格读作缺失"},
	{`^column (.*): (.*) holds (".*?")(?: \(and \d+ further such cells?\))?, read with thousands separators$`, "列 $1：$2 为 $3，此类单元格按千位分隔符读入"},
	{`^column (.*): (.*) holds (".*?")(?: \(and \d+ further such cells?\))?, read as infinite; .*$`, "列 $1：$2 为 $3，此类单元格读作无穷，估计时不用"},
	{`^matched as a cross-section$`, "作为截面匹配"},
	{`^matched on pooled rows: .*$`, "混合各期匹配：一个单位可与其他年份（包括自身）配对"},
	{`^matched year by year: .*$`, "逐年匹配：单位的控制观测随时间变化"},
	{`^matched units on their means before the first adoption$`, "按首次处理前的均值匹配单位"},
	{`^with replacement$`, "有放回"},
	{`^without replacement, (.*) score first$`, "无放回，按得分 $1 顺序"},
	{`^score$`, "得分"},
	{`^the model's errors are (.*); here all are clustered by (.*), which every method knows$`, "模型标准误为 $1；此处统一聚类到 $2 层面（各方法均支持）"},
	{`^(\d+) of (\d+) rows? can't be imputed or imputed from and (?:was|were) left out$`, "$2 行中有 $1 行无法插补或用于插补，已剔除"},
	{`^the effect at event time (-?\d+) has no error: .*$`, "相对时间 $1 的效应没有标准误：决定它的观测被完全拟合"},
	{`^no pooled effect over (.*): .*$`, "窗口 $1 上无法估计合并效应"},
	{`^the effects don't depend on (.*): within cohorts it does not vary .*$`, "效应不随 $1 变化：其在批次内没有独立变动"},
	{`^in (\d+) of (\d+) cells the effect doesn't depend on (.*), which does not vary there .*$`, "$2 个单元格中有 $1 个的效应不随 $3 变化（其在该处没有独立变动）"},
	{`^(logit|poisson) regression with effects of the cohort in place of the unit, .*$`, "$1 回归，以批次效应代替单位效应，准极大似然估计（Wooldridge 2023）；效应以结果均值计"},
	{`^cells with all outcomes at an end of their range \((.*)\): the errors .*$`, "结果全部处于取值端点的单元格（$1）：其效应的标准误仅反映无处理均值的误差"},
	{`^every outcome of the cohort before is (.*), so .*$`, "该批次处理前的结果均为 $1，水平没有有限估计"},
	{`^every untreated outcome of the period is (.*), so .*$`, "该期未处理单位的结果均为 $1，水平没有有限估计"},
	{`^the controls foretell an outcome without treatment beyond anything seen$`, "控制变量外推的无处理结果超出所有观测"},
	{`^it can't be told apart from the (?:fixed )?effects.*$`, "无法与固定效应、控制变量及其前的单元格区分"},
	{`^(\d+) rows? (?:was|were) left out, as all outcomes of their cohort or period are alike$`, "$1 行所在批次或时期的结果全部相同，已剔除"},
	{`^each adopting unit counts once$`, "每个采纳单位权重相同"},
	{`^the window (.*) reaches beyond what is seen, event times (.*) to (.*)$`, "窗口 $1 超出可观测的相对时间（$2 至 $3）"},
	{`^(\d+) rows? that adopt in a period without clean ones (?:was|were) left out at event time (-?\d+)$`, "相对时间 $2：$1 行采纳观测所在时期没有对照，已剔除"},
	{`^the mean of all periods before adoption$`, "处理前各期均值"},
	{`^the mean of the (\d+) periods before adoption$`, "处理前 $1 期均值"},
}
