package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// The keys, tables and Go cells of a continuous treatment, method=cdid.

// doseKeys refuses a line with method=cdid that names no dose.
func (c *call) doseKeys() error {
	method, ok := c.stmt.Key("method")
	if ok && did.Method(method.Value) == did.ContinuousTreatment && !c.has("dose") {
		return c.valueError(method, "method=cdid needs dose=, how much of the treatment a unit gets, 0 where it gets none")
	}
	return nil
}

// dosage reads the keys of the dose.
func (c *call) dosage(s *did.StaggeredSpec) (err error) {
	if s.Dose, err = c.variable("dose"); err != nil {
		return err
	}
	s.Degree, s.Target = c.integer("degree", 0), did.Target(c.text("target"))
	if a, given := c.stmt.Key("degree"); given && (s.Degree < 1 || s.Degree > 10) {
		return c.valueError(a, "degree= is that of the spline in the dose, from 1, a line, to 10")
	}
	if a, given := c.stmt.Key("knots"); given {
		s.Knots, err = strconv.Atoi(a.Value)
		if s.Auto = a.Value == "auto"; !s.Auto && (err != nil || s.Knots < 0 || s.Knots > 50) {
			return c.valueError(a, "knots= counts inner knots of the spline in the dose, from 0 to 50, or is auto")
		}
	}
	a, given := c.stmt.Key("grid")
	if !given {
		return nil
	}
	for part := range strings.SplitSeq(a.Value, ",") {
		d, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(d > 0) || d > 1e300 {
			return c.valueError(a, "grid= is doses above 0, joined by commas, and %q is none", part)
		}
		s.Grid = append(s.Grid, d)
	}
	slices.Sort(s.Grid)
	s.Grid = slices.Compact(s.Grid)
	return nil
}

// averageTitle is what the averages of a result are of.
func averageTitle(r *did.ATTResult, l wording.Language) string {
	if r.Dose != nil && r.Dose.Target == did.DoseSlope {
		return l.Pick("Average causal response of the treated, per unit of dose, ", "处理组平均因果反应（每单位剂量），")
	}
	return l.Pick("Average effect on the treated, ", "处理组平均效应，")
}

// doseTables are the averages over the doses received, and the effects by dose.
func doseTables(r *did.ATTResult, l wording.Language) []*table.Table {
	d := r.Dose
	over := attGrid(l, l.Pick("over the doses received", "按实际剂量平均"), r.Level, false)
	addEffect(over, l.Pick("ATT: the dose against none", "ATT：该剂量相对于无处理"), d.ATT)
	addEffect(over, l.Pick("ACRT: one unit of dose more", "ACRT：剂量再增加一单位"), d.ACRT)
	over.options = table.GridOptions{Title: l.Pick("Effects of the dose", "剂量的效应"), Language: l, Simulated: r.Simulated, Notes: []string{splineNote(d, l)}}
	out := []*table.Table{over.table()}
	for _, part := range []struct {
		title  string
		points []did.DosePoint
		band   *did.Bands
	}{
		{l.Pick("ATT(d): the effect of a dose against none", "ATT(d)：剂量相对于无处理的效应"), d.Levels, d.LevelBand},
		{l.Pick("ACRT(d): the effect of one unit of dose more", "ACRT(d)：剂量再增加一单位的效应"), d.Slopes, d.SlopeBand},
	} {
		g := attGrid(l, l.Pick("dose", "剂量"), r.Level, false)
		points, skipped := part.points, false
		if len(points) > 25 {
			points, skipped = nil, true
			for i := 0; i < len(part.points); i += len(part.points) / 9 {
				points = append(points, part.points[i])
			}
		}
		for _, p := range points {
			addEffect(g, strconv.FormatFloat(p.Dose, 'g', 4, 64), p.Effect)
		}
		var notes []string
		if skipped {
			notes = append(notes, fmt.Sprintf(l.Pick("%d of %d doses; the result and the figure have all.", "列出 %d 个剂量，共 %d 个；结果与图含全部。"), len(points), len(part.points)))
		}
		if part.band != nil {
			notes = append(notes, fmt.Sprintf(l.Pick("Intervals are one uniform band over all doses, critical value %s.", "区间为覆盖全部剂量的一致置信带，临界值 %s。"), rounded(part.band.Critical, 3)))
		}
		g.options = table.GridOptions{Title: part.title, Language: l, Simulated: r.Simulated, Notes: notes}
		out = append(out, g.table())
	}
	return out
}

// splineNote says how the effect depends on the dose.
func splineNote(d *did.DoseResponse, l wording.Language) string {
	s := fmt.Sprintf(l.Pick("A spline of degree %d in %s, between %s and %s", "对 %[2]s 取 %[1]d 次样条，剂量范围 %[3]s 至 %[4]s"), d.Degree, d.Variable, rounded(d.Lowest, 4), rounded(d.Highest, 4))
	if len(d.Knots) > 0 {
		var at []string
		for _, k := range d.Knots {
			at = append(at, strconv.FormatFloat(k, 'g', 4, 64))
		}
		s += l.Pick(", inner knots at ", "，内部节点为 ") + strings.Join(at, l.Pick(", ", "、"))
	}
	if p := d.Pieces; p != nil {
		tried := make([]string, len(p.Tried))
		for i, k := range p.Tried {
			tried[i] = strconv.Itoa(k)
		}
		s += fmt.Sprintf(l.Pick("; %d pieces, which the data chose of %s (Chen, Christensen & Kankanala 2024; %s draws, seed %d)", "；%d 段，由数据从 %s 中选定（Chen、Christensen 与 Kankanala 2024；抽取 %s 次，种子 %d）"),
			p.Chosen, strings.Join(tried, l.Pick(", ", "、")), wording.Count(p.Draws, l), p.Seed)
	}
	return setApart(s, l) + l.Pick(".", "。")
}

func goDosage(d did.Dosage) string {
	if d.Dose == "" {
		return ""
	}
	return "Dosage: " + goLiteral("didkit.Dosage", goWord("Dose", d.Dose), goInt("Degree", d.Degree), goInt("Knots", d.Knots), goTrue("Auto", d.Auto), goFloats("Grid", d.Grid), goWord("Target", string(d.Target)))
}

const goPrintDoses = `
	fmt.Println(r.Dose.ATT.Estimate, r.Dose.ATT.StdError, r.Dose.ACRT.Estimate, r.Dose.ACRT.StdError)
	for i, d := range r.Dose.Levels {
		fmt.Println(d.Dose, d.Estimate, d.StdError, r.Dose.Slopes[i].Estimate, r.Dose.Slopes[i].StdError)
	}`
