package command

import (
	"fmt"
	"html"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

const module = "github.com/seed2d25c7c2/didnb"

// withGo appends the Go cell if the line asks for it by go=true.
func (c *call) withGo(out *Output, cell string) *Output {
	if c.flag("go") {
		out.Text += "\n" + cell
		out.HTML += "<pre><code class=\"language-go\">" + html.EscapeString(cell) + "</code></pre>\n"
	}
	return out
}

// goReg, goDID and goEventStudy are Go cells that compute what the magic did.
func goReg(f *formula.Formula, e estimation, inf inference, tested string) string {
	return goThenInference(e, fmt.Sprintf("fit, err := didkit.Reg(p, %s, %s)", goString(f.String()), goOptions(e)), inf, tested)
}

// goRegs estimates several formulas in a loop.
func goRegs(fs []*formula.Formula, e estimation) string {
	var b strings.Builder
	b.WriteString("for _, formula := range []string{\n")
	for _, f := range fs {
		fmt.Fprintf(&b, "\t\t%s,\n", goString(f.String()))
	}
	fmt.Fprintf(&b, "\t} {\n\t\tfit, err := didkit.Reg(p, formula, %s)\n", goOptions(e))
	b.WriteString("\t\tif err != nil {\n\t\t\tlog.Fatal(err)\n\t\t}\n\t\tfmt.Println(formula)\n")
	b.WriteString("\t\t" + strings.ReplaceAll(goPrintFit, "\n", "\n\t") + "\n\t}")
	return goBody(e.data, b.String())
}

func goDID(s did.Spec, e estimation, inf inference) string {
	return goThenInference(e, fmt.Sprintf("fit, err := didkit.DID(p, %s, %s, %s)", goString(s.Parsed.String()), goString(s.Treat), goDIDOptions(s, e)), inf, s.Treat)
}

func goEventStudy(s did.EventSpec, e estimation) string {
	return goCell(e.data, goEventStatements(s, e), goPrintEvents)
}

const goPrintEvents = `for _, c := range es.Coef {
		fmt.Println(c.EventTime, c.Estimate, c.StdError)
	}`

// goEventStatements compute es.
func goEventStatements(s did.EventSpec, e estimation) string {
	fields := []string{"Options: " + goDIDOptions(s.Spec, e)}
	if s.Window != [2]int{} {
		fields = append(fields, fmt.Sprintf("Window: [2]int{%d, %d}", s.Window[0], s.Window[1]))
	}
	if s.Clip {
		fields = append(fields, "Clip: true")
	}
	before := ""
	if s.Ref != nil {
		before = fmt.Sprintf("ref := %d\n\t", *s.Ref)
		fields = append(fields, "Ref: &ref")
	}
	return fmt.Sprintf("%ses, err := didkit.EventStudy(p, %s, %s, didkit.EventOptions{%s})", before,
		goString(s.Parsed.String()), goString(s.Treat), strings.Join(fields, ", "))
}

const goPrintFit = `for _, c := range fit.Coef {
		fmt.Println(c.Term, c.Estimate, c.StdError, c.PValue)
	}`

// goCell is a whole cell that estimates and prints.
func goCell(d *session.Dataset, estimate, print string, imports ...string) string {
	return goBody(d, estimate+"\n"+goCheck+"\t"+print, imports...)
}

// goBody is a whole cell: it reads the panel as the session did, makes its variables, and does the rest. A panel that was
// not read from a file is the session's. imports are packages of the standard library that rest names.
func goBody(d *session.Dataset, rest string, imports ...string) string {
	var b strings.Builder
	b.WriteString(goImports(d, imports))
	b.WriteString("func main() {\n")
	if d.File != "" {
		fmt.Fprintf(&b, "\tp, err := load.File(%s, %s)\n", goString(filepath.ToSlash(d.File)), goLoadOptions(d.Load))
	} else {
		fmt.Fprintf(&b, "\tp, err := didkit.FetchPanel(%s)\n", goString(d.Name))
	}
	b.WriteString(goCheck)
	for i, s := range d.Steps {
		if d.File == "" { // the session's panel has its variables
			break
		}
		if s.Match != nil {
			fmt.Fprintf(&b, "\tmatched%d, err := %s\n%s\tp, err = matched%d.Panel(p)\n%s", i+1, goMatchCall(*s.Match, s.If), goCheck, i+1, goCheck)
			continue
		}
		fmt.Fprintf(&b, "\tp, err = didkit.Gen(p, %s, %s, %s)\n", goString(s.Name), goString(s.Expr), goGenOptions(s))
		b.WriteString(goCheck)
	}
	b.WriteString("\t" + rest + "\n}\n")
	return b.String()
}

// goImports are the packages that a cell names: those given besides what every cell does.
func goImports(d *session.Dataset, standard []string) string {
	var b strings.Builder
	b.WriteString("import (\n")
	for _, p := range append([]string{"fmt", "log"}, standard...) {
		fmt.Fprintf(&b, "\t%q\n", p)
	}
	fmt.Fprintf(&b, "\n\t%q\n", module+"/didkit")
	if d.File != "" {
		fmt.Fprintf(&b, "\t%q\n", module+"/didkit/panel/load")
	}
	b.WriteString(")\n\n")
	return b.String()
}

const goCheck = "\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n"

func goLoadOptions(l session.Load) string {
	return goStruct("load.Options", "Unit", l.Unit, "Time", l.Time, "Sheet", l.Sheet, "Delim", l.Delim, "Encoding", l.Encoding)
}

func goGenOptions(s session.Step) string {
	return goStruct("didkit.GenOptions", "By", s.By, "If", s.If)
}

// goStruct writes a literal of the string fields that are not empty.
func goStruct(name string, fields ...string) string {
	var parts []string
	for i := 0; i < len(fields); i += 2 {
		if fields[i+1] != "" {
			parts = append(parts, fields[i]+": "+goString(fields[i+1]))
		}
	}
	return name + "{" + strings.Join(parts, ", ") + "}"
}

func goOptions(e estimation) string {
	var parts []string
	if v := goVcov(e.vcov); v != "" {
		parts = append(parts, "Vcov: "+v)
	}
	if e.design.If != nil {
		parts = append(parts, "If: "+goString(e.design.If.String()))
	}
	if e.design.Weights != "" {
		parts = append(parts, "Weights: "+goString(e.design.Weights))
	}
	if e.level != 0 {
		parts = append(parts, "Level: "+strconv.FormatFloat(e.level, 'g', -1, 64))
	}
	if e.design.KeepSingletons {
		parts = append(parts, "KeepSingletons: true")
	}
	return "didkit.Options{" + strings.Join(parts, ", ") + "}"
}

func goDIDOptions(s did.Spec, e estimation) string {
	o := goOptions(e)
	if s.AllowReversal {
		sep := ", "
		if o == "didkit.Options{}" {
			sep = ""
		}
		o = strings.TrimSuffix(o, "}") + sep + "AllowReversal: true}"
	}
	return o
}

func goVcov(s vcov.Spec) string {
	switch s.Type {
	case vcov.IID:
		return "didkit.Classical()"
	case vcov.Hetero:
		return "didkit.Robust()"
	case vcov.Cluster:
		names := make([]string, len(s.By))
		for i, by := range s.By {
			names[i] = goString(by)
		}
		return "didkit.Clustered(" + strings.Join(names, ", ") + ")"
	case vcov.HC2, vcov.HC3:
		return fmt.Sprintf("didkit.Vcov{Type: %q}", s.Type)
	case vcov.CR2, vcov.CR3:
		return fmt.Sprintf("didkit.Vcov{Type: %q, By: []string{%s}}", s.Type, goString(s.By[0]))
	case vcov.NeweyWest, vcov.DriscollKraay:
		return fmt.Sprintf("didkit.Vcov{Type: %q, Serial: didkit.Serial{Unit: %s, Time: %s, Lag: %d, Given: %t}}", s.Type, goString(s.Serial.Unit), goString(s.Serial.Time), s.Serial.Lag, s.Serial.Given)
	case vcov.Conley:
		return fmt.Sprintf("didkit.Vcov{Type: %q, Space: didkit.Space{Lat: %s, Lon: %s, Cutoff: %g, Distance: %q}}", s.Type, goString(s.Space.Lat), goString(s.Space.Lon), s.Space.Cutoff, s.Space.Distance)
	case vcov.WildBoot:
		w := s.Wild.Filled()
		return fmt.Sprintf("didkit.WildBootstrap(%s, didkit.Wild{Reps: %d, Weights: %q, Unrestricted: %t, Seed: %d})", goString(s.By[0]), w.Reps, w.Weights, w.Unrestricted, w.Seed)
	}
	return ""
}

// goString writes a string literal, raw where that reads better.
func goString(s string) string {
	if strings.ContainsAny(s, "\"\\") && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
