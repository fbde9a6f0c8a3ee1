package mathml

import "strings"

// table is how an environment sets its rows and columns.
type table struct {
	open, close string // fences around it
	align       string // one letter a column, the last one repeated: l, c or r
	gap         string // of columns, in em, on either side
	display     bool   // cells in display style
}

var environments = map[string]table{
	"aligned":  {align: "rl", gap: "0", display: true},
	"align":    {align: "rl", gap: "0", display: true},
	"split":    {align: "rl", gap: "0", display: true},
	"gathered": {align: "c", display: true},
	"gather":   {align: "c", display: true},
	"equation": {align: "c", display: true},
	"cases":    {open: "{", align: "l"},
	"matrix":   {align: "c"},
	"pmatrix":  {open: "(", close: ")", align: "c"},
	"bmatrix":  {open: "[", close: "]", align: "c"},
	"vmatrix":  {open: "|", close: "|", align: "c"},
	"array":    {align: "c"},
}

// environment reads \begin{name} … \end{name}.
func (p *parser) environment(t token) (*node, error) {
	name, err := p.raw("begin")
	if err != nil {
		return nil, err
	}
	base := strings.TrimSuffix(name, "*")
	env, ok := environments[base]
	if !ok {
		return nil, &Error{Reason: `\begin{` + name + `} is not known`, At: t.at}
	}
	if base == "array" {
		columns, err := p.raw("array")
		if err != nil {
			return nil, err
		}
		env.align = strings.Map(func(r rune) rune {
			if strings.ContainsRune("lcr", r) {
				return r
			}
			return -1
		}, columns)
	}
	n, err := p.table(env, func(t token) bool { return t.command("end") })
	if err != nil {
		return nil, err
	}
	end, err := p.raw("end")
	if err != nil {
		return nil, err
	}
	if end != name {
		return nil, &Error{Reason: `\begin{` + name + `} is ended by \end{` + end + `}`, At: p.at}
	}
	if env.open == "" && env.close == "" {
		return n, nil
	}
	fence := func(sign, form string) *node {
		return leaf("mo", sign).with(`fence="true" stretchy="true" form="` + form + `"`)
	}
	return elem("mrow", fence(env.open, "prefix"), n, fence(env.close, "postfix")), nil
}

// table reads rows parted by \\ and cells parted by &, and the token at which stop holds.
func (p *parser) table(env table, stop func(token) bool) (*node, error) {
	n := elem("mtable")
	if env.display {
		n.attrs = ` displaystyle="true"`
	}
	line := elem("mtr")
	for {
		kids, err := p.list(func(t token) bool { return stop(t) || t.is("&") || t.command(`\`) })
		if err != nil {
			return nil, err
		}
		line.kids = append(line.kids, elem("mtd", kids...).with(`style="`+env.cell(len(line.kids))+`"`))
		t := p.next()
		if t.is("&") {
			continue
		}
		last := stop(t)
		if !last || len(kids) > 0 || len(line.kids) > 1 { // a \\ before the end begins no further row
			n.kids = append(n.kids, line)
		}
		if last {
			return n, nil
		}
		line = elem("mtr")
	}
}

// cell is the style of a cell in column k, from 0.
func (env table) cell(k int) string {
	align := byte('c')
	if len(env.align) > 0 {
		align = env.align[min(k, len(env.align)-1)]
	}
	left := env.gap
	if len(env.align) == 2 && env.gap == "0" { // aligned: pairs of columns, apart from each other
		align = env.align[k%2]
		if k > 0 && k%2 == 0 {
			left = "2em"
		}
	}
	s := "text-align:" + map[byte]string{'l': "left", 'c': "center", 'r': "right"}[align]
	if env.gap != "" {
		s += ";padding-left:" + left + ";padding-right:" + env.gap
	}
	return s
}
