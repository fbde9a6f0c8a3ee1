package course

import (
	"fmt"
	"strconv"
	"strings"
)

// parse reads an exercise's source. A line that begins with === opens a block:
//
//	=== en, === zh         Markdown in one language; the two stand one after the other
//	=== code [tag …]       a cell that is given
//	=== answer             a cell to fill in: lines "en: …" and "zh: …" are its comment, the rest its solution
//	=== check N.M KIND     a %check, with lines of key = value
func parse(name, source string) (*Exercise, error) {
	number, _, _ := strings.Cut(name, "-")
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil, fmt.Errorf("the file's name does not begin with a number")
	}
	x := &Exercise{Number: n, Name: name}
	for i, part := range strings.Split("\n"+source, "\n=== ") {
		head, body, _ := strings.Cut(part, "\n")
		if i == 0 {
			if strings.TrimSpace(part) != "" {
				return nil, fmt.Errorf("text stands before the first block")
			}
			continue
		}
		words := strings.Fields(head)
		if len(words) == 0 {
			return nil, fmt.Errorf("block %d has no kind", i)
		}
		if err := x.block(words, strings.TrimSpace(body)); err != nil {
			return nil, fmt.Errorf("block %d (%s): %w", i, head, err)
		}
	}
	return x, nil
}

func (x *Exercise) block(words []string, body string) error {
	switch words[0] {
	case "en":
		x.Blocks = append(x.Blocks, Block{Kind: Prose, Text: Text{EN: body}})
	case "zh":
		last := len(x.Blocks) - 1
		if last < 0 || x.Blocks[last].Kind != Prose || x.Blocks[last].Text.ZH != "" {
			return fmt.Errorf("Chinese without the English before it")
		}
		x.Blocks[last].Text.ZH = body
	case "code":
		x.Blocks = append(x.Blocks, Block{Kind: Code, Source: body, Tags: words[1:]})
	case "answer":
		b := Block{Kind: Answer}
		var solution []string
		for line := range strings.Lines(body) {
			line = strings.TrimRight(line, "\n")
			switch {
			case strings.HasPrefix(line, "en: "):
				b.Text.EN = join(b.Text.EN, line[4:])
			case strings.HasPrefix(line, "zh: "):
				b.Text.ZH = join(b.Text.ZH, line[4:])
			default:
				solution = append(solution, line)
			}
		}
		b.Source = strings.Join(solution, "\n")
		if b.Text.EN == "" || b.Text.ZH == "" || b.Source == "" {
			return fmt.Errorf("a cell to fill in needs a comment in both languages and a solution")
		}
		x.Blocks = append(x.Blocks, b)
	case "check":
		c, err := parseCheck(words[1:], body)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(c.Number, fmt.Sprint(x.Number, ".")) {
			return fmt.Errorf("check %s stands in exercise %d", c.Number, x.Number)
		}
		x.Blocks = append(x.Blocks, Block{Kind: Probe, Check: c})
	default:
		return fmt.Errorf("no such block")
	}
	return nil
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}

// parseCheck reads the lines of a check.
func parseCheck(words []string, body string) (*Check, error) {
	if len(words) != 2 {
		return nil, fmt.Errorf("a check has a number and a kind")
	}
	c := &Check{Number: words[0], Kind: CheckKind(words[1])}
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, " = ")
		if !ok {
			return nil, fmt.Errorf("%q is no key = value", line)
		}
		switch key {
		case "about.en":
			c.About.EN = value
		case "about.zh":
			c.About.ZH = value
		case "hint.en":
			c.Hint.EN = value
		case "hint.zh":
			c.Hint.ZH = value
		case "name":
			c.Name = value
		case "panel":
			c.Panel = value
		case "want":
			c.Want = value
		case "digits":
			n, err := strconv.Atoi(value)
			if err != nil {
				return nil, err
			}
			c.Digits = n
		case "trap":
			parts := strings.SplitN(value, " | ", 3)
			if len(parts) != 3 {
				return nil, fmt.Errorf("a trap is expression | English | Chinese")
			}
			c.Traps = append(c.Traps, trap{parts[0], Text{parts[1], parts[2]}})
		case "pick":
			word, want, ok := strings.Cut(value, ": ")
			if !ok {
				return nil, fmt.Errorf("a pick is word: expression")
			}
			c.Picks = append(c.Picks, pick{word, want})
		default:
			c.Bound = append(c.Bound, binding{key, value})
		}
	}
	return c, c.whole()
}

// whole refuses a check that lacks what its kind needs.
func (c *Check) whole() error {
	if c.About.EN == "" || c.About.ZH == "" {
		return fmt.Errorf("it does not say what it is about")
	}
	lacks := false
	switch c.Kind {
	case Value, YesNo:
		lacks = c.Want == "" || c.Hint.EN == "" || c.Hint.ZH == ""
	case Largest:
		lacks = len(c.Picks) < 2 || c.Hint.EN == "" || c.Hint.ZH == ""
	case Result, Whole:
		lacks = c.Name == ""
	case Variable:
		lacks = c.Name == "" || c.Panel == ""
	default:
		return fmt.Errorf("no kind of check %q", c.Kind)
	}
	if lacks {
		return fmt.Errorf("a check of kind %s lacks something", c.Kind)
	}
	return nil
}
