package command

import (
	"fmt"
	"html"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func didhelpCommand() *Command {
	return &Command{
		Name: "didhelp", Synopsis: "[magic or function]", Short: "help, with an example that runs", ShortZH: "帮助与可运行的示例",
		Words: MagicName,
		Help:  "Without a word it lists the magics; with one it says what the magic, or a function of %gen, does.",
		Example: "%didhelp did\n" +
			"%didhelp winsor",
		Available: true,
		run:       runHelp,
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
		line := form + ": " + doc
		return lineOutput(line), nil
	}
	known := append(Names(), evaluate.FunctionNames()...)
	return nil, c.unknownWord(words[0], name, known)
}

// helpList is one line a magic; those not built yet stand together at the end.
func helpList(l session.Language) *Output {
	g := newGrid("magic", "what it does")
	var later []string
	for _, c := range registry() {
		if !c.Available {
			later = append(later, "%"+c.Name)
			continue
		}
		g.add(strings.TrimSpace("%"+c.Name+" "+c.Synopsis), c.short(l))
	}
	note := "%didhelp NAME says more, with an example that runs. Not available yet: " + strings.Join(later, ", ") + "."
	return &Output{Text: g.text() + "\n" + note + "\n", HTML: g.html() + htmlLines(note)}
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
	if !c.Available {
		return b.String() + "\nnot available yet\n"
	}
	for _, paragraph := range strings.Split(c.Help, "\n") {
		if paragraph != "" {
			b.WriteString("\n" + strings.Join(wrap(paragraph, helpWidth), "\n") + "\n")
		}
	}
	b.WriteString(c.keyText())
	if c.Example != "" {
		b.WriteString("\nexample\n")
		for _, line := range strings.Split(c.Example, "\n") {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

func (c *Command) helpHTML(l session.Language) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<p><code>%s</code> %s</p>\n", html.EscapeString(strings.TrimSpace("%"+c.Name+" "+c.Synopsis)), html.EscapeString(c.short(l)))
	if !c.Available {
		return b.String() + htmlLines("not available yet")
	}
	b.WriteString(htmlLines(strings.Split(c.Help, "\n")...))
	if g := c.keyGrid(); len(g.rows) > 0 {
		b.WriteString(g.html())
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "<pre>%s</pre>\n", html.EscapeString(c.Example))
	}
	return b.String()
}

// keyText lists the keys, what they are for behind each.
func (c *Command) keyText() string {
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
		for _, line := range wrap(k.meaning(), helpWidth-len(indent)) {
			b.WriteString(name + line + "\n")
			name = indent
		}
	}
	return b.String()
}

const helpWidth = 88

// meaning is what a key is for, what it takes and its default, in one sentence.
func (k Key) meaning() string {
	s := k.Doc
	if len(k.Choices) > 0 {
		s += ": " + orList(k.Choices)
	}
	if k.Default != "" {
		s += "; default " + k.Default
	}
	return s
}

// wrap breaks a paragraph into lines of at most so many columns, at blanks.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// keyGrid lists the keys with what they take and their defaults.
func (c *Command) keyGrid() *grid {
	g := newGrid("key", "takes", "default", "what it is")
	for _, k := range c.Keys {
		takes := string(k.Kind)
		if len(k.Choices) > 0 {
			takes = strings.Join(k.Choices, ", ")
		}
		g.add(k.Name+"=", takes, k.Default, k.Doc)
	}
	return g
}
