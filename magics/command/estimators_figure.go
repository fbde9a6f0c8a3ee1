package command

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// estimatorsFigure lays all event studies over one another; nil if no method has one.
func estimatorsFigure(r *estimators.Result, l wording.Language, m wording.Labels) (*figure.Figure, error) {
	var all []figure.Estimates
	var compared, based phrasing
	for i := range r.Columns {
		k := &r.Columns[i]
		if k.Events == nil {
			continue
		}
		name := string(k.Label)
		all = append(all, figure.Estimates{Name: name, Result: k.Events})
		if k.Label == estimators.TwoWay {
			compared.add(l.Pick("all other rows", "其余全部观测"), name)
		} else {
			compared.add(inLanguage(k.Events.Comparison, l), name)
		}
		based.add(baseOf(k, l), name)
	}
	if len(all) == 0 {
		return nil, nil
	}
	f, err := figure.EventStudies(all, figure.Options{Language: l, Labels: m, Simulated: r.Simulated, Width: 7.2, Height: 4.6})
	if err != nil {
		return nil, nil // nothing that can be drawn: the table says why
	}
	f.Name = fmt.Sprintf(l.Pick("%s by %d estimators", "%s：%d 种估计量"), f.Name, len(all))
	f.Notes = []string{
		fmt.Sprintf(l.Pick("Bars are %s confidence intervals, each period alone.", "竖线为 %s 逐期置信区间。"), percent(r.Level)), l.StandardErrors(r.Vcov, m),
		l.Pick("Compared with: ", "对照组：") + compared.text(l), l.Pick("Base period: ", "基期：") + based.text(l),
	}
	return f, nil
}

// baseOf is the period from which a method's event study is measured.
func baseOf(k *estimators.Column, l wording.Language) string {
	if k.Label == estimators.TwoWay {
		return inLanguage("the period before adoption", l)
	}
	if k.Label == did.Imputation && !k.Events.NoReference {
		return fmt.Sprintf(l.Pick("event time %d up to adoption, all periods before it from then on", "处理前为第 %d 期，处理后为处理前各期"), k.Events.Ref)
	}
	return inLanguage(k.Events.Base, l)
}

// phrasing gathers names by what is said of them, in the order of the first.
type phrasing struct {
	phrases []string
	names   map[string][]string
}

func (g *phrasing) add(phrase, name string) {
	if g.names == nil {
		g.names = map[string][]string{}
	}
	if g.names[phrase] == nil {
		g.phrases = append(g.phrases, phrase)
	}
	g.names[phrase] = append(g.names[phrase], name)
}

func (g *phrasing) text(l wording.Language) string {
	var parts []string
	for _, p := range g.phrases {
		parts = append(parts, p+l.Pick(" (", "（")+strings.Join(g.names[p], ", ")+l.Pick(")", "）"))
	}
	return strings.Join(parts, l.Pick("; ", "；")) + l.Pick(".", "。")
}
