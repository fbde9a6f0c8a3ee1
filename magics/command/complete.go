package command

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Completion is what could stand in place of the runes from Start to before End of the source.
type Completion struct {
	Start, End int // in runes from 0
	Matches    []Match
}

// Match is one completion.
type Match struct {
	Text string // replaces the stretch
	Kind string // magic, key, variable, result, panel, file, function, value
	Doc  string // one line, "" if there is nothing to say
}

// Complete proposes what may stand at the cursor, a rune offset: magics, keys, values, variables, results, files. It
// answers for lines of ours only; anywhere else it has no matches.
func Complete(s *session.Session, src string, cursor int) Completion {
	at, ok := lang.CursorAt(src, cursor)
	none := Completion{Start: cursor, End: cursor}
	if !ok {
		return none
	}
	if at.InName {
		return Completion{at.NameStart, at.NameEnd, matching(prefix(src, at.NameStart, cursor), magicMatches())}
	}
	cmd, ok := Lookup(at.Name)
	if !ok {
		return none
	}
	p := &proposer{session: s, cmd: cmd, at: at, data: dataIn(src, cursor)}
	kind, choices := p.expected()
	if kind == InFile || kind == OutFile {
		quoted := strings.HasSuffix(prefix(src, 0, at.ValueStart), `"`)
		return Completion{at.ValueStart, cursor, p.files(kind, quoted)}
	}
	matches := p.values(kind, choices)
	if at.Key == "" && at.Depth == 0 {
		matches = append(matches, p.keys()...)
	}
	return Completion{at.WordStart, at.WordEnd, matching(prefix(src, at.WordStart, cursor), matches)}
}

func prefix(src string, start, end int) string {
	runes := []rune(src)
	start = max(0, min(start, len(runes)))
	return string(runes[start:max(start, min(end, len(runes)))])
}

// matching keeps what begins with the prefix, upper or lower case, with or without a backquote.
func matching(prefix string, all []Match) []Match {
	prefix = strings.ToLower(strings.TrimPrefix(prefix, "`"))
	var out []Match
	for _, m := range all {
		if strings.HasPrefix(strings.ToLower(strings.TrimPrefix(m.Text, "`")), prefix) {
			out = append(out, m)
		}
	}
	return out
}

func magicMatches() []Match {
	var out []Match
	for _, c := range registry() {
		out = append(out, Match{c.Name, "magic", c.Short})
	}
	return out
}

// proposer knows the place that is being completed.
type proposer struct {
	session *session.Session
	cmd     *Command
	at      lang.Cursor
	data    string // the panel that data= names in the line, "" for the current one
}

var dataForm = regexp.MustCompile(`\sdata=(\S+)`)

// dataIn reads data= in the line of the cursor, before it or behind it.
func dataIn(src string, cursor int) string {
	before, after := prefix(src, 0, cursor), prefix(src, cursor, len(src))
	before = before[strings.LastIndexByte(before, '\n')+1:]
	after, _, _ = strings.Cut(after, "\n")
	if m := dataForm.FindStringSubmatch(before + after); m != nil {
		return m[1]
	}
	return ""
}

// expected is the kind of thing that stands at the cursor.
func (p *proposer) expected() (Kind, []string) {
	if p.at.Key != "" {
		k, ok := p.cmd.key(p.at.Key)
		if !ok && p.cmd.Words == Expression {
			return Expression, nil // %gen x=…
		}
		return k.Kind, k.Choices
	}
	if p.cmd.Name == "panel" && len(p.at.Words) > 0 {
		return panelWordKind(p.at.Words[0]), nil
	}
	return p.cmd.Words, p.cmd.Choices
}

func (p *proposer) values(kind Kind, choices []string) []Match {
	switch kind {
	case Formula:
		return append(p.variables(), formulaFunctions()...)
	case Expression:
		return append(p.variables(), expressionFunctions()...)
	case Variable, Variables:
		return p.variables()
	case VcovOf:
		if p.at.Depth > 0 {
			return p.variables()
		}
		return vcovMatches()
	case InferenceOf:
		if p.at.Depth > 0 {
			return p.variables()
		}
		return infMatches()
	case ResultName:
		return named("result", p.session.ResultNames())
	case PanelName:
		return named("panel", p.session.PanelNames())
	case Flag:
		return named("value", []string{"true", "false"})
	case Choice, ChoicesOf:
		return named("value", choices)
	case MagicName:
		return append(magicMatches(), expressionFunctions()...)
	}
	return nil
}

func (p *proposer) keys() []Match {
	var out []Match
	for _, k := range p.cmd.Keys {
		if !slices.Contains(p.at.Keys, k.Name) && p.belongs(k.Name) {
			out = append(out, Match{k.Name + "=", "key", k.Doc})
		}
	}
	return out
}

// belongs tells whether a key goes with the line's first word: each of %panel's has its own.
func (p *proposer) belongs(key string) bool {
	if p.cmd.Name != "panel" || len(p.at.Words) == 0 {
		return true
	}
	for _, a := range panelActions() {
		if a.name == p.at.Words[0] {
			return slices.Contains(a.keys, key)
		}
	}
	return true
}

// variables are those of the panel that data= names in the line, or of the current one.
func (p *proposer) variables() []Match {
	d, err := p.session.Panel(p.data)
	if err != nil {
		if d, err = p.session.Panel(""); err != nil {
			return nil
		}
	}
	var out []Match
	for _, v := range d.Panel.Variables() {
		out = append(out, Match{formula.Quote(v.Name), "variable", v.Label})
	}
	return out
}

func named(kind string, names []string) []Match {
	out := make([]Match, len(names))
	for i, n := range names {
		out[i] = Match{Text: n, Kind: kind}
	}
	return out
}

func vcovMatches() []Match {
	var out []Match
	for _, v := range vcovNames {
		if v.available {
			text, _, _ := strings.Cut(v.form, "(")
			if text != v.form {
				text += "("
			}
			out = append(out, Match{text, "value", v.doc})
		}
	}
	return out
}

func infMatches() []Match {
	var out []Match
	for _, n := range infNames {
		text, _, _ := strings.Cut(n.form, "(")
		if text != n.form {
			text += "("
		}
		out = append(out, Match{text, "value", n.doc})
	}
	return out
}

func expressionFunctions() []Match {
	var out []Match
	for _, name := range evaluate.FunctionNames() {
		_, doc, _ := evaluate.FunctionHelp(name)
		out = append(out, Match{name, "function", doc})
	}
	return out
}

// formulaFunctions are the forms that only a formula knows, and the transforms.
func formulaFunctions() []Match {
	out := []Match{
		{"i", "function", "i(rel, ref=-1): dummies of a factor, or of a factor times a variable"},
		{"c", "function", "c(y1, y2) ~ …: several outcomes"},
		{"sw", "function", "sw(a, b): one regression with each"},
		{"csw", "function", "csw(a, b): one regression more with each"},
	}
	return append(out, expressionFunctions()...)
}
