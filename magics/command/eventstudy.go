package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func eventstudyCommand() *Command {
	keys := append(treatKeys(),
		Key{Name: "window", Kind: WindowOf, Default: "all event times", Doc: "first and last event time, as in -6:8"},
		Key{Name: "ends", Kind: Choice, Choices: []string{"bin", "clip"}, Default: "bin",
			Doc: "rows beyond the window: gathered in its ends, or left out"},
		Key{Name: "ref", Kind: Integer, Default: "-1", Doc: "reference period"})
	return &Command{
		Name: "eventstudy", Synopsis: "FORMULA treat=DID [window=-6:8] [ref=-1] [level=0.95] [method=twfe] [as=]",
		Short: "effects by time since adoption", ShortZH: "事件研究：动态效应与平行趋势检验",
		Words: Formula,
		Keys:  estimationKeys("es", "cluster(unit)", "0.95", keys...),
		Help: "Estimates one effect for each period before and after adoption, against the reference period, with unit and time effects; tests jointly that " +
			"all effects before adoption are zero; draws the figure. Errors are clustered by unit unless vcov= says otherwise.",
		Example: loadCastle + "%eventstudy l_homicide ~ 1 | sid + year treat=post window=-6:4 as=es1",
		run:     runEventStudy,
	}
}

func runEventStudy(c *call) (*Output, error) {
	spec, e, err := c.didSpec()
	if err != nil {
		return nil, err
	}
	if s, ok, err := c.staggeredSpec(spec); err != nil {
		return nil, err
	} else if ok {
		return c.runStaggeredEvents(s, e)
	}
	window, err := c.window()
	if err != nil {
		return nil, err
	}
	es := did.EventSpec{Spec: spec, Window: window, Clip: c.text("ends") == "clip"}
	if c.has("ref") {
		ref := c.integer("ref", -1)
		es.Ref = &ref
	}
	r, err := did.EventStudy(e.data.Panel, es)
	if err != nil {
		return nil, within(e.text, err)
	}
	mark(r.Fit, e.data)
	name := c.keepEvents("es", "eventstudy", r, e.data, goEventStatements(es, e))
	out := c.tableOutput(c.eventTable(r))
	out.As, out.Kind, out.Result = name, "eventstudy", r
	return c.withGo(out, goEventStudy(es, e)), nil
}

// eventTable lists the effects by event time, and the joint test under them.
func (c *call) eventTable(r *did.EventStudyResult) *table.Table {
	l := wordingOf(c.session.Language())
	level := percent(r.Level)
	g := newGrid(l.Pick("event time", "相对时间"), l.Pick("estimate", "系数"), l.Pick("std. error", "标准误"), "p",
		l.Pick(level+" from", level+" 下限"), l.Pick("to", "上限"), l.Pick("treated units", "处理单位"))
	for _, k := range r.Coef {
		time := any(k.EventTime)
		if r.Binned { // all of them words, to stand under one another
			time = table.Words(r.Gathers(k.EventTime) + strings.Replace(strconv.Itoa(k.EventTime), "-", "−", 1)).At(table.Right)
		}
		if r.IsReference(k.EventTime) {
			g.add(time, table.Digits(0, 0), l.Pick("reference", "基期"), "", "", "", k.Units)
			continue
		}
		d := digitsOfError(k.Estimate, k.StdError)
		e := table.Digits(k.Estimate, d)
		e.Number.Stars = stars(k.PValue)
		g.add(time, e, table.Digits(k.StdError, d), pCell(k.PValue), table.Digits(k.ConfLow, d), table.Digits(k.ConfHigh, d), k.Units)
	}
	var notes []string
	if w := r.Pretrend; w != nil {
		notes = append(notes, zeroBefore(r.FactorModel, l, l.Pick("All effects before adoption are zero: ", "处理前各期系数联合为零："))+waldText(w, l)+l.Pick(".", "。"))
	}
	if r.Binned {
		notes = append(notes, fmt.Sprintf(l.Pick("Event times below %d and above %d count at the ends of the window.", "窗口以外的相对时间并入两端（%d 与 %d）。"), r.Window[0], r.Window[1]))
	}
	if r.Comparison != "" {
		notes = append(notes, methodName(did.Method(r.Method), l)+l.Pick(". Compared with: ", "。对照组：")+inLanguage(r.Comparison, l)+l.Pick(". Base period: ", "。基期：")+inLanguage(r.Base, l)+l.Pick(".", "。"))
	}
	notes = append(notes, factorNotes(r.FactorModel, l)...)
	notes = append(notes, controlsNote(r, l, c.labels(r.Fit.Data))...)
	g.options = table.GridOptions{Title: l.Pick("Event study", "事件研究"), Language: l, Simulated: r.Fit.Simulated, Notes: append(notes, fitNotes(r.Fit, l, c.labels(r.Fit.Data))...)}
	return g.table()
}

// controlsNote lists the controls' coefficients, which the figure does not show.
func controlsNote(r *did.EventStudyResult, l wording.Language, m wording.Labels) []string {
	var parts []string
	for _, k := range r.Fit.Coef {
		if !strings.Contains(k.Term, "::") {
			parts = append(parts, fmt.Sprintf(l.Pick("%s %s (%s)", "%s %s（%s）"), termName(k.Term, m, l), rounded(k.Estimate, digitsOfError(k.Estimate, k.StdError)), rounded(k.StdError, digitsOfError(k.Estimate, k.StdError))))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{l.Pick("Controls, with standard errors: ", "控制变量（括号内为标准误）：") + strings.Join(parts, l.Pick(", ", "、")) + l.Pick(".", "。")}
}
