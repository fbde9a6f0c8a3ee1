package wording

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// StandardErrors says in one sentence how standard errors were computed, "" if v says nothing.
func (l Language) StandardErrors(v regress.VcovInfo, m Labels) string {
	kind := l.Errors(v, m)
	if kind == "" {
		return ""
	}
	var counts []string
	for i, n := range v.Clusters {
		if i < len(v.By) {
			counts = append(counts, Count(n, l))
		}
	}
	clusters := ""
	switch len(counts) {
	case 0:
	case 1:
		clusters = l.Pick(" ("+counts[0]+" clusters)", "（"+counts[0]+"个聚类）")
	default:
		clusters = l.Pick(" ("+l.Join(counts...)+" clusters)", "（分别为"+l.Join(counts...)+"个聚类）")
	}
	return l.Pick("Standard errors are ", "标准误") + kind + clusters + l.Pick(".", "。")
}

// Errors names a kind of standard errors as it stands behind "standard errors are", in Chinese behind 标准误:
// "clustered by city", "classical (iid)".
func (l Language) Errors(v regress.VcovInfo, m Labels) string {
	switch v.Type {
	case "":
		return ""
	case "iid":
		return l.Pick("classical (iid)", "按独立同分布计算")
	case "hetero":
		return l.Pick("robust to heteroskedasticity (HC1)", "对异方差稳健（HC1）")
	case "rows":
		return l.Pick("from influence functions, every row independent of the others", "由影响函数得出，各行视为相互独立")
	case "placebo":
		return l.Pick("from placebo treatments of never-treated units", "由从未受处理单位的安慰剂处理得出")
	case "bootstrap":
		if len(v.By) > 0 {
			by := l.Join(names(v.By, m)...)
			return l.Pick("from a bootstrap of clusters by "+by, "由"+by+"层面聚类的自助抽样得出")
		}
		return l.Pick("from a bootstrap of units", "由单位的自助抽样得出")
	case "jackknife":
		if len(v.By) > 0 {
			by := l.Join(names(v.By, m)...)
			return l.Pick("from a jackknife over clusters by "+by, "由"+by+"层面聚类的刀切法得出")
		}
		return l.Pick("from a jackknife over units", "由单位的刀切法得出")
	case "cluster":
		by := l.Join(names(v.By, m)...)
		return l.Pick("clustered by "+by, "聚类到"+by+"层面")
	case "HC2", "HC3":
		return l.Pick("robust to heteroskedasticity ("+v.Type+")", "对异方差稳健（"+v.Type+"）")
	case "CR2", "CR3":
		by := l.Join(names(v.By, m)...)
		return l.Pick("clustered by "+by+", corrected for leverage ("+v.Type+"), with Satterthwaite's degrees of freedom", "聚类到"+by+"层面并按杠杆值修正（"+v.Type+"），自由度用 Satterthwaite 近似")
	case "nw", "dk", "conley":
		return l.timeAndSpace(v, m)
	case "wildboot":
		return l.wildBootstrap(v, l.Join(names(v.By, m)...))
	}
	s := l.Pick("", "为") + v.Type
	if len(v.By) > 0 {
		s += "(" + strings.Join(v.By, ", ") + ")"
	}
	return s
}

// ErrorsInBrief is Errors in the few words that a cell of a table has room for, behind the row's "standard errors":
// "clustered by city (CR2)", "Driscoll & Kraay, lag 2".
func (l Language) ErrorsInBrief(v regress.VcovInfo, m Labels) string {
	by := l.Join(names(v.By, m)...)
	clustered := l.Pick("clustered by "+by, "聚类到"+by+"层面")
	lag := ""
	if v.Serial != nil {
		lag = l.Pick(fmt.Sprintf(", lag %d", v.Serial.Lag), fmt.Sprintf("，滞后%d期", v.Serial.Lag))
	}
	switch v.Type {
	case "CR2", "CR3":
		return clustered + l.Pick(" ("+v.Type+")", "（"+v.Type+"）")
	case "wildboot":
		return clustered + l.Pick(", wild bootstrap", "，野自助法")
	case "nw":
		return "Newey-West" + lag
	case "dk":
		return "Driscoll-Kraay" + lag
	case "conley":
		if v.Space == nil {
			return "Conley"
		}
		km := strconv.FormatFloat(v.Space.Cutoff, 'g', -1, 64)
		return l.Pick("Conley, "+km+" km", "Conley，"+km+" 公里")
	case "placebo":
		return l.Pick("placebo units", "安慰剂单位")
	case "bootstrap":
		return l.Pick("bootstrap of units", "单位自助法")
	case "jackknife":
		return l.Pick("jackknife over units", "单位刀切法")
	}
	return l.Errors(v, m)
}

// TestInBrief names an inference that takes the place of the standard error's, "" without one.
func (l Language) TestInBrief(i *regress.Inference) string {
	if i == nil {
		return ""
	}
	n := Count(i.Draws, l)
	draws := l.Pick(", "+n+" draws", "，"+n+"次抽样")
	if i.Complete {
		draws = l.Pick(", all "+n, "，全部"+n+"种")
	}
	switch {
	case i.Method == regress.InferenceFermanPinto:
		return "Ferman-Pinto" + draws
	case i.Stat == "t":
		return l.Pick("randomisation, t", "随机化推断（t）") + draws
	}
	return l.Pick("randomisation", "随机化推断") + draws
}

// ErrorsOf is Errors for a kind as a line writes it: iid, hetero, cluster(city, year).
func (l Language) ErrorsOf(spec string, m Labels) string {
	form, inside, bracketed := strings.Cut(strings.TrimSuffix(spec, ")"), "(")
	v := regress.VcovInfo{Type: form}
	if bracketed {
		for _, name := range strings.Split(inside, ",") {
			if strings.Contains(name, "=") { // an option
				continue
			}
			v.By = append(v.By, strings.TrimSpace(name))
		}
	}
	return l.Errors(v, m)
}

func names(vars []string, m Labels) []string {
	out := make([]string, len(vars))
	for i, v := range vars {
		out[i], _ = m.Term(v)
	}
	return out
}

// Count writes a whole number with its thousands set apart: 5,364, in Chinese as in that country's journals 5 364 with
// a narrow space that does not break.
func Count(n int, l Language) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + l.Pick(",", "\u202f") + s[i:]
	}
	return s
}

// wildBootstrap names the wild cluster bootstrap with its draws, where they are told.
func (l Language) wildBootstrap(v regress.VcovInfo, by string) string {
	en, zh := "clustered by "+by+", p values and intervals by wild cluster bootstrap", "聚类到"+by+"层面，p 值与置信区间由野聚类自助法得出"
	w := v.Wild
	if w == nil {
		return l.Pick(en, zh)
	}
	null, kind := l.Pick("null imposed", "施加原假设"), l.Pick(string(w.Weights), map[vcov.WildWeights]string{vcov.Rademacher: "Rademacher ", vcov.Webb: "Webb ", vcov.Mammen: "Mammen "}[w.Weights])
	if w.Unrestricted {
		null = l.Pick("null not imposed", "不施加原假设")
	}
	n := Count(w.Reps, l)
	return l.Pick(fmt.Sprintf("%s (%s weights, %s draws, %s, seed %d)", en, kind, n, null, w.Seed), fmt.Sprintf("%s（%s权重，%s次抽样，%s，种子 %d）", zh, kind, n, null, w.Seed))
}

// timeAndSpace names errors correlated over time or space, with lag or cutoff where they are told.
func (l Language) timeAndSpace(v regress.VcovInfo, m Labels) string {
	name := func(variable string) string { return names([]string{variable}, m)[0] }
	switch {
	case v.Type == "conley" && v.Space != nil:
		km := strconv.FormatFloat(v.Space.Cutoff, 'g', -1, 64)
		if v.Space.Distance == vcov.Spherical {
			return l.Pick("spatial (Conley 1999; uniform kernel of "+km+" km, spherical distances)", "为空间标准误（Conley 1999；"+km+" 公里均匀核，球面距离）")
		}
		return l.Pick("spatial (Conley 1999; uniform kernel of "+km+" km, triangular distances)", "为空间标准误（Conley 1999；"+km+" 公里均匀核，三角近似距离）")
	case v.Type == "conley":
		return l.Pick("spatial (Conley 1999)", "为空间标准误（Conley 1999）")
	}
	en, zh := "Newey & West's", "为 Newey-West 标准误"
	if v.Type == "dk" {
		en, zh = "Driscoll & Kraay's", "为 Driscoll-Kraay 标准误"
	}
	if v.Serial == nil {
		return l.Pick(en, zh)
	}
	return l.Pick(fmt.Sprintf("%s (Bartlett kernel over %s, lag %d)", en, name(v.Serial.Time), v.Serial.Lag), fmt.Sprintf("%s（%s的 Bartlett 核，滞后 %d 期）", zh, name(v.Serial.Time), v.Serial.Lag))
}
