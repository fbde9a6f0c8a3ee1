package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

// lowRank reads the keys of method=ifect and mc, and lets the work be watched.
func (c *call) lowRank() did.LowRank {
	out := did.LowRank{Factors: c.integer("factors", 0), Lambda: c.number("lambda", 0), MinBefore: c.integer("minpre", 0), Placebo: c.integer("placebo", 0)}
	if a, given := c.stmt.Key("factors"); given && a.Value == "0" {
		out.Factors = did.NoFactors
	}
	out.Progress = progress.From(c.ctx)
	return out
}

// lowRankValues refuses values of those keys that are out of range.
func (c *call) lowRankValues(spec did.StaggeredSpec) error {
	if a, given := c.stmt.Key("factors"); given && c.integer("factors", 0) < 0 {
		return c.valueError(a, "factors= is a number of factors, from 0")
	}
	if a, given := c.stmt.Key("lambda"); given && !(spec.Lambda > 0) {
		return c.valueError(a, "lambda= is above 0: without a penalty every table fits, and 1 leaves effects of unit and time alone")
	}
	for _, key := range []string{"minpre", "placebo"} {
		if a, given := c.stmt.Key(key); given && c.integer(key, 0) < 1 {
			return c.valueError(a, "%s= counts periods before adoption, from 1", key)
		}
	}
	return nil
}

// factorNotes tell of the model of untreated outcomes, how it was chosen, and of its placebo test.
func factorNotes(m *did.FactorModel, l wording.Language) (notes []string) {
	if m == nil {
		return nil
	}
	var model string
	if m.Lambda != nil {
		model = fmt.Sprintf(l.Pick("penalty %.4g of the least one that leaves no factor, rank %d", "惩罚为使因子全部消失的最小值的 %.4g，秩 %d"), *m.Lambda, m.Factors)
	} else if m.Factors == 1 {
		model = l.Pick("one factor", "1 个因子")
	} else {
		model = fmt.Sprintf(l.Pick("%d factors", "%d 个因子"), m.Factors)
	}
	how := ""
	if m.Masks > 0 {
		how = fmt.Sprintf(l.Pick(", chosen by cross-validation among %d (%d masks of a tenth of the untreated rows, in runs of three periods)", "，由交叉验证从 %d 个候选中选出（%d 次遮盖，每次遮盖十分之一未处理观测，三期一段）"), len(m.Candidates), m.Masks)
	}
	notes = append(notes, fmt.Sprintf(l.Pick("Model of untreated outcomes: %s%s; fitted to %s rows of %s units in %d periods.", "未处理结果模型：%s%s；用 %[4]s 个单位、%[5]d 期的 %[3]s 行拟合。"),
		model, how, wording.Count(m.Cells, l), wording.Count(m.Units, l), m.Periods))
	if p := m.Placebo; p != nil {
		d := digitsOfError(p.Estimate, p.StdError)
		notes = append(notes, fmt.Sprintf(l.Pick("Placebo: %d of the periods before adoption, the last, hidden from the model; the mean effect there is %s (standard error %s, p %s); that it is %s or more in size: p %s.", "安慰剂检验：处理前最后 %d 期不用于拟合，其平均效应为 %s（标准误 %s，p %s）；其绝对值不小于 %s：p %s。"),
			p.Periods, rounded(p.Estimate, d), rounded(p.StdError, d), pText(p.PValue), rounded(p.Bound, d), pText(p.Equivalence)))
	}
	return notes
}

// zeroBefore says what the joint test before adoption is about: with a factor model the periods hidden from it, else what
// otherwise says.
func zeroBefore(m *did.FactorModel, l wording.Language, otherwise string) string {
	if m == nil {
		return otherwise
	}
	return l.Pick("Effects in the hidden periods before adoption are zero: ", "处理前隐藏各期的效应联合为零：")
}

// goLowRank is the literal of the choices that are set.
func goLowRank(o did.LowRank) string {
	factors := goInt("Factors", o.Factors)
	literal := goLiteral("LowRank: didkit.LowRank", factors, goNonzero("Lambda", o.Lambda), goInt("MinBefore", o.MinBefore), goInt("Placebo", o.Placebo))
	if literal == "LowRank: didkit.LowRank{}" {
		return ""
	}
	return literal
}
