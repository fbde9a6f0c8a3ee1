package command

import (
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// genOutput says what the new variable holds, in one line.
func genOutput(v *panel.Variable, replaced bool, notes []string, l wording.Language) *Output {
	if l == wording.Chinese {
		return genOutputZH(v, replaced, phrases(notes, l))
	}
	verb := "made"
	if replaced {
		verb = "replaced"
	}
	line := v.Name + " " + verb + ": " + counted(v.Len()-v.Missing(), "value")
	if m := v.Missing(); m > 0 {
		line += ", " + grouped(m) + " missing"
	}
	finite, infinite := finiteValues(v)
	if infinite > 0 {
		line += ", " + grouped(infinite) + " of them infinite"
	}
	if len(finite) > 0 {
		s := describe.Summarise(finite)
		line += ", mean " + shown(s.Mean) + ", from " + shown(s.Min) + " to " + shown(s.Max)
	}
	return lineOutput(append([]string{line}, phrases(notes, l)...)...)
}

// finiteValues are a variable's numbers without missing ones, and the number of infinite ones left out.
func finiteValues(v *panel.Variable) (finite []float64, infinite int) {
	for _, x := range v.Values {
		switch {
		case math.IsInf(x, 0):
			infinite++
		case x == x:
			finite = append(finite, x)
		}
	}
	return finite, infinite
}

func genOutputZH(v *panel.Variable, replaced bool, notes []string) *Output {
	verb := "已生成"
	if replaced {
		verb = "已替换"
	}
	line := v.Name + " " + verb + "：" + wording.Count(v.Len()-v.Missing(), wording.Chinese) + " 个值"
	if m := v.Missing(); m > 0 {
		line += "，缺失 " + wording.Count(m, wording.Chinese)
	}
	finite, infinite := finiteValues(v)
	if infinite > 0 {
		line += "，其中无穷值 " + wording.Count(infinite, wording.Chinese)
	}
	if len(finite) > 0 {
		s := describe.Summarise(finite)
		line += "，均值 " + shown(s.Mean) + "，范围 " + shown(s.Min) + " 至 " + shown(s.Max)
	}
	return lineOutput(append([]string{line}, notes...)...)
}
