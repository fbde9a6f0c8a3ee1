package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// The Go cells of the magics on a model: each estimates the model's words anew and prints the magic's numbers.

// goModelCall is name(p, formula, treatment of the model, options).
func goModelCall(m *model, name string, options ...string) string {
	return fmt.Sprintf("didkit.%s(p, %s, %s, %s)", name, goString(m.formula.String()), goString(m.treat), strings.Join(options, ", "))
}

func goPlacebo(m *model, o placebo.Options) string {
	draws := goLiteral("didkit.PlaceboOptions", goInt("Reps", o.Reps), goInt("Seed", int(o.Seed)), goWord("Kind", string(o.Kind)), goWord("Stat", string(o.Stat)))
	return goCell(m.data, "r, err := "+goModelCall(m, "Placebo", goOptions(m.estimation()), draws),
		"fmt.Println(r.Actual, r.ActualT, r.Mean, r.SD)\n\tfmt.Println(r.P.TwoSided, r.P.Left, r.P.Right)")
}

func goLeaveOut(m *model) string {
	return goCell(m.data, "r, err := "+goModelCall(m, "LeaveOneOut", goOptions(m.estimation())),
		"for _, u := range r.Units {\n\t\tfmt.Println(u.Unit, u.Treated, u.Estimate)\n\t}")
}

func goHetero(m *model, s hetero.Spec) string {
	var bins, imports []string
	for _, b := range s.Bins {
		high := goFloat(b.High)
		if math.IsInf(b.High, 1) {
			high, imports = "math.Inf(1)", []string{"math"}
		}
		bins = append(bins, fmt.Sprintf("{Low: %s, High: %s}", goFloat(b.Low), high))
	}
	options := goLiteral("didkit.HeteroOptions", "Options: "+goOptions(m.estimation()), goWord("By", s.By), goWord("Split", string(s.Split)),
		goTrue("Baseline", s.Baseline), goSlice("Bins", "didkit.Bin", bins), goInt("Permute", s.Permute), goSeed(s.Seed, s.Permute > 0))
	return goCell(m.data, "r, err := "+goModelCall(m, "Hetero", options), `for _, g := range r.Groups {
		for _, c := range g.Fit.Coef {
			fmt.Println(g.Label, c.Term, c.Estimate, c.StdError, c.PValue)
		}
	}
	for _, t := range r.Tests {
		fmt.Println(t.Method, t.Statistic, t.PValue)
	}`, imports...)
}

func goMediate(m *model, s mediate.Spec) string {
	e := m.estimation()
	e.level = s.Level
	options := goLiteral("didkit.MediateOptions", "Options: "+goOptions(e), "Via: "+goStrings(s.Mediators), goInt("Boot", s.Boot), goSeed(s.Seed, s.Boot > 0))
	return goCell(m.data, "r, err := "+goModelCall(m, "Mediate", options), `for _, m := range r.Rows {
		fmt.Println(m.Mediator, m.A.Estimate, m.A.StdError, m.B.Estimate, m.B.StdError)
		fmt.Println(m.Total, m.Direct, m.Indirect, m.SobelZ, m.BootLow, m.BootHigh, m.RhoZero)
	}`)
}

func goRobust(m *model, checks []robust.Check, curve bool) string {
	arguments := []string{goOptions(m.estimation())}
	for _, c := range checks {
		arguments = append(arguments, "\n\t\t"+goCheckLiteral(c))
	}
	cell := "r, err := " + goModelCall(m, "Checks", arguments...) + "\n" + goCheck + `	for _, k := range r.Columns {
		for _, c := range k.Result.Coef {
			fmt.Println(k.Label, c.Term, c.Estimate, c.StdError, c.PValue)
		}
	}`
	if curve {
		cell += "\n\tcurve, _, err := " + goModelCall(m, "Curve", arguments...) + "\n" + goCheck + `	for _, s := range curve.Points {
		fmt.Println(s.Sample, s.Controls, s.Errors, s.Estimate, s.StdError)
	}`
	}
	return goBody(m.data, cell)
}

func goCheckLiteral(c robust.Check) string {
	share, units := "", ""
	if c.Share != 0 {
		share = "Share: " + goFloat(c.Share)
	}
	if c.Units != nil {
		units = "Units: " + goStrings(c.Units)
	}
	return goLiteral("didkit.Check", goWord("Kind", string(c.Kind)), goWord("Var", c.Var), share, units)
}

func goPSM(d *session.Dataset, s match.Spec, cond string) string {
	return goCell(d, "r, err := "+goMatchCall(s, cond), `for _, b := range r.Balance {
		fmt.Println(b.Variable, b.MeanTreated, b.MeanControl, b.SMDBefore, b.SMDAfter)
	}
	fmt.Println(r.TreatedMatched, r.ControlsMatched, len(r.MatchedRows))`)
}

// goMatchCall is the call of PSM that makes the matching.
func goMatchCall(s match.Spec, cond string) string {
	ratio := ""
	if s.Ratio > 1 {
		ratio = goInt("Ratio", s.Ratio)
	}
	spec := goLiteral("didkit.MatchSpec", goWord("Method", string(s.Method)), goWord("Distance", string(s.Distance)), goWord("Scheme", string(s.Scheme)),
		ratio, goTrue("NoReplacement", s.NoReplacement), goWord("Order", string(s.Order)), goNonzero("Caliper", s.Caliper), goTrue("CaliperRaw", s.CaliperRaw),
		goTrue("CommonSupport", s.CommonSupport), goNonzero("Bandwidth", s.Bandwidth), goWord("Kernel", s.Kernel))
	if spec == "didkit.MatchSpec{}" {
		spec = ""
	} else {
		spec = "MatchSpec: " + spec
	}
	return fmt.Sprintf("didkit.PSM(p, %s, %s)", goString(s.Formula), goLiteral("didkit.MatchOptions", spec, goWord("If", cond)))
}

// goWald estimates the model and tests the hypothesis: that, or the terms being zero. A column of another magic's result
// has no words of its own to estimate it by.
func (c *call) goWald(r resultWord, that string, terms []string) (string, error) {
	switch r.result.Value.(type) {
	case *FitSet:
	default:
		if r.fit != r.result.Value {
			a, _ := c.stmt.Key("go")
			return "", c.valueError(a, "go=true needs a model of %%reg or %%did, and %s is one of %%%s", r.name, r.result.Magic)
		}
	}
	f, err := formula.Parse(r.fit.Formula)
	if err != nil {
		return "", err
	}
	m, err := modelOf(c, r, f)
	if err != nil {
		return "", err
	}
	estimate := fmt.Sprintf("fit, err := didkit.Reg(p, %s, %s)", goString(f.String()), goOptions(m.estimation()))
	if m.treat != "" {
		estimate = "fit, err := " + goModelCall(m, "DID", goOptions(m.estimation()))
	}
	test, print := fmt.Sprintf("w, err := didkit.Combine(fit, %s)", goString(that)), "fmt.Println(w.Estimate, w.StdError, w.PValue, w.ConfLow, w.ConfHigh)"
	if terms != nil {
		quoted := make([]string, len(terms))
		for i, t := range terms {
			quoted[i] = goString(t)
		}
		test, print = "w, err := didkit.Wald(fit, "+strings.Join(quoted, ", ")+")", "fmt.Println(w.Statistic, w.DF1, w.DF2, w.PValue)"
	}
	return goCell(m.data, estimate+"\n"+goCheck+"\t"+test, print), nil
}

// goLiteral writes a composite literal of the fields that are not empty.
func goLiteral(name string, fields ...string) string {
	var parts []string
	for _, f := range fields {
		if f != "" {
			parts = append(parts, f)
		}
	}
	return name + "{" + strings.Join(parts, ", ") + "}"
}

// goWord, goInt … write a field, "" for the zero value.
func goWord(name, value string) string {
	if value == "" {
		return ""
	}
	return name + ": " + goString(value)
}

func goInt(name string, value int) string {
	if value == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %d", name, value)
}

func goNonzero(name string, value float64) string {
	if value == 0 {
		return ""
	}
	return name + ": " + goFloat(value)
}

func goTrue(name string, value bool) string {
	if !value {
		return ""
	}
	return name + ": true"
}

func goSeed(seed uint64, used bool) string {
	if !used {
		return ""
	}
	return fmt.Sprintf("Seed: %d", seed)
}

func goSlice(name, of string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	return name + ": []" + of + "{" + strings.Join(items, ", ") + "}"
}

func goStrings(items []string) string {
	quoted := make([]string, len(items))
	for i, s := range items {
		quoted[i] = goString(s)
	}
	return "[]string{" + strings.Join(quoted, ", ") + "}"
}

func goFloat(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
