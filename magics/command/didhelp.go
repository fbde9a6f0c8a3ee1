package command

import (
	"fmt"
	"html"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/conformance"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/magics/session"
	"github.com/seed2d25c7c2/didnb/magics/zh"
)

func didhelpCommand() *Command {
	return &Command{
		Name: "didhelp", Synopsis: "[magic or function]", Short: "help, with an example that runs", ShortZH: "帮助与可运行的示例",
		Words: MagicName,
		Help:  "Without a word it lists the magics; with one it says what the magic, or a function of %gen, does.",
		Example: "%didhelp did\n" +
			"%didhelp winsor",
		run: runHelp,
	}
}

func runHelp(c *call) (*Output, error) {
	words := c.stmt.Words()
	if len(words) == 0 {
		return helpList(c.session.Language()), nil
	}
	if len(words) > 1 {
		return nil, c.wordError(words[1], "%%didhelp takes one word; %s", c.usage())
	}
	name := strings.TrimPrefix(words[0].Value, "%")
	if cmd, ok := Lookup(name); ok {
		return &Output{Text: cmd.HelpText(c.session.Language()), HTML: cmd.helpHTML(c.session.Language())}, nil
	}
	if form, doc, ok := evaluate.FunctionHelp(name); ok {
		return lineOutput(form + c.pick(": ", "：") + inHelp(doc, c.session.Language())), nil
	}
	known := append(Names(), evaluate.FunctionNames()...)
	return nil, c.unknownWord(words[0], name, known)
}

// helpList is one line a magic: on a page with its form, in text, which a terminal shows, with its name.
func helpList(l session.Language) *Output {
	w := wordingOf(l)
	list := func(form func(*Command) string) *grid {
		g := newGrid(inHelp("magic", l), inHelp("what it does", l), inHelp("held to other programs", l))
		g.options.Language = w
		for _, c := range registry() {
			g.add(form(c), c.short(l), heldBriefly(conformance.Recorded().Of(c.Name), l))
		}
		return g
	}
	note := w.Pick("%didhelp NAME says more, with an example that runs.", "%didhelp NAME 给出详细说明和可运行的示例。") +
		w.Pick(" The last column counts calls of other programs that the tests hold its numbers to, and the gap nearest to what is allowed; docs/conformance.md lists them.",
			"末列为测试中与其他程序核对的案例数，以及相对于允许值最大的相对差；详见 docs/conformance.md。")
	text := list(func(c *Command) string { return "%" + c.Name }).text()
	page := list(func(c *Command) string { return strings.TrimSpace("%" + c.Name + " " + c.Synopsis) }).html()
	return &Output{Text: text + "\n" + strings.Join(wrap(note, helpWidth), "\n") + "\n", HTML: page + htmlLines(note)}
}

func (c *Command) short(l session.Language) string {
	if l == session.Chinese && c.ShortZH != "" {
		return c.ShortZH
	}
	return c.Short
}

// HelpText is the magic's manual page as plain text.
func (c *Command) HelpText(l session.Language) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s\n", strings.TrimSpace("%"+c.Name+" "+c.Synopsis), c.short(l))
	for _, paragraph := range strings.Split(c.Help, "\n") {
		if paragraph != "" {
			b.WriteString("\n" + strings.Join(wrap(inHelp(paragraph, l), helpWidth), "\n") + "\n")
		}
	}
	b.WriteString(c.keyText(l))
	b.WriteString(c.heldText(l))
	if c.Example != "" {
		b.WriteString("\n" + inHelp("example", l) + "\n")
		for _, line := range strings.Split(c.Example, "\n") {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

func (c *Command) helpHTML(l session.Language) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<p><code>%s</code> %s</p>\n", html.EscapeString(strings.TrimSpace("%"+c.Name+" "+c.Synopsis)), html.EscapeString(c.short(l)))
	for _, paragraph := range strings.Split(c.Help, "\n") {
		b.WriteString(htmlLines(inHelp(paragraph, l)))
	}
	if g := c.keyGrid(l); len(g.rows) > 0 {
		b.WriteString(g.html())
	}
	if g := c.heldGrid(l); len(g.rows) > 0 {
		b.WriteString(g.html())
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "<pre>%s</pre>\n", html.EscapeString(c.Example))
	}
	return b.String()
}

// keyText lists the keys, what they are for behind each.
func (c *Command) keyText(l session.Language) string {
	var b strings.Builder
	widest := 0
	for _, k := range c.Keys {
		widest = max(widest, len(k.Name)+1)
	}
	for i, k := range c.Keys {
		if i == 0 {
			b.WriteByte('\n')
		}
		name, indent := fmt.Sprintf("  %-*s  ", widest, k.Name+"="), strings.Repeat(" ", widest+4)
		for _, line := range wrap(k.meaning(l), helpWidth-len(indent)) {
			b.WriteString(name + line + "\n")
			name = indent
		}
	}
	return b.String()
}

const helpWidth = 88

// meaning is what a key is for, what it takes and its default, in one sentence.
func (k Key) meaning(l session.Language) string {
	w := wordingOf(l)
	s := inHelp(k.Doc, l)
	if len(k.Choices) > 0 {
		s += w.Pick(": "+orList(k.Choices), "："+strings.Join(k.Choices, "、"))
	}
	if k.Default != "" {
		s += w.Pick("; default ", "；默认 ") + inHelp(k.Default, l)
	}
	return s
}

// inHelp is a text of the help in the language.
func inHelp(s string, l session.Language) string {
	if l == session.Chinese {
		return zh.Help(s)
	}
	return s
}

// wrap breaks a paragraph into lines of at most so many columns: at blanks, behind 、 and before Chinese characters,
// two columns wide, but for closing punctuation.
func wrap(s string, width int) []string {
	var lines []string
	line, columns := "", 0
	for _, word := range strings.Fields(s) {
		if line != "" && columns+1+wide(word) <= width {
			line, columns = line+" ", columns+1
		} else if line != "" {
			lines, line, columns = append(lines, line), "", 0
		}
		start := 0
		runes := []rune(word)
		for i := range runes {
			last := i+1 == len(runes)
			if !last && (!unicode.Is(unicode.Han, runes[i+1]) && !unicode.Is(unicode.Han, runes[i]) && runes[i] != '、' || strings.ContainsRune("，。；：、）”》", runes[i+1])) {
				continue
			}
			piece := string(runes[start : i+1])
			if columns > 0 && columns+wide(piece) > width {
				lines, line, columns = append(lines, line), "", 0
			}
			line, columns, start = line+piece, columns+wide(piece), i+1
		}
	}
	return append(lines, line)
}

// wide is the columns that a text takes, two for a Chinese character.
func wide(s string) int {
	n := 0
	for _, r := range s {
		n++
		if unicode.Is(unicode.Han, r) || r >= 0x3000 && r < 0x3040 || r >= 0xFF00 && r < 0xFFF0 {
			n++
		}
	}
	return n
}

// keyGrid lists the keys with what they take and their defaults.
func (c *Command) keyGrid(l session.Language) *grid {
	g := newGrid(inHelp("key", l), inHelp("takes", l), inHelp("default", l), inHelp("what it is", l))
	g.options.Language = wordingOf(l)
	for _, k := range c.Keys {
		takes := inHelp(string(k.Kind), l)
		if len(k.Choices) > 0 {
			takes = strings.Join(k.Choices, ", ")
		}
		g.add(k.Name+"=", takes, inHelp(k.Default, l), inHelp(k.Doc, l))
	}
	return g
}
