package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// call is one magic about to run: its arguments, checked against the command's table.
type call struct {
	ctx     context.Context
	session *session.Session
	cmd     *Command
	stmt    *lang.Statement
	data    string // name of the panel once it is known, for messages

	used  []string       // names of the results that the line took
	drawn *figure.Figure // by %plot
	again bool           // the line is shown again for a report: it writes no file
}

// newCall checks keys and values as far as the table says what they must be.
func newCall(ctx context.Context, s *session.Session, cmd *Command, m *lang.Statement) (*call, error) {
	c := &call{ctx: ctx, session: s, cmd: cmd, stmt: m}
	seen := map[string]bool{}
	for _, a := range m.Args {
		if a.IsWord() || cmd.FreeKeys || cmd.Words == Expression && !cmd.hasKey(a.Key) { // %gen x=log(y): the = is an assignment
			continue
		}
		k, ok := cmd.key(a.Key)
		if !ok {
			d := wordError(m, a.KeyAt, "%%%s has no key %q%s", cmd.Name, a.Key, keyHint(cmd, a.Key))
			d.Suggestions = suggest.Nearest(a.Key, cmd.KeyNames())
			return nil, d
		}
		if seen[a.Key] {
			return nil, wordError(m, a.KeyAt, "%s= stands twice", a.Key)
		}
		seen[a.Key] = true
		if err := c.check(k, a); err != nil {
			return nil, err
		}
	}
	return c, c.checkWords()
}

// checkWords refuses words where the magic takes none, blanks around =, and a formula behind the first key.
func (c *call) checkWords() error {
	keyed := ""
	for i, a := range c.stmt.Args {
		switch {
		case !a.IsWord():
			if keyed == "" {
				keyed = a.Key
			}
		case c.cmd.Words == Nothing:
			return c.wordError(a, "%%%s takes no %q; %s", c.cmd.Name, a.Value, c.usage())
		case a.Value == "=" && c.cmd.Words != Expression:
			return c.looseEquals(i)
		case c.cmd.Words == Formula && keyed != "":
			return c.wordError(a, "%q stands behind %s=; the formula comes before the first key=value", a.Value, keyed)
		}
	}
	return nil
}

// looseEquals is the error for "key = value" with blanks.
func (c *call) looseEquals(i int) error {
	args := c.stmt.Args
	before, after := "key", "value"
	if i > 0 {
		before = args[i-1].Value
	}
	if i+1 < len(args) {
		after = args[i+1].Value
	}
	return c.wordError(args[i], "blanks stand around =; write %s=%s", before, after)
}

// usage is the magic's form in one phrase.
func (c *call) usage() string {
	return strings.TrimSpace(fmt.Sprintf("its form is %%%s %s", c.cmd.Name, c.cmd.Synopsis))
}

// check refuses a value that the key's kind excludes.
func (c *call) check(k Key, a lang.Arg) error {
	if a.Value == "" && (k.Kind != Plain || !a.Quoted) { // title="" is an empty title
		return wordError(c.stmt, a.At, "%s= has no value", k.Name)
	}
	switch k.Kind {
	case Flag:
		return c.checkChoice(k, a, []string{"true", "false"})
	case Choice:
		return c.checkChoice(k, a, k.Choices)
	case ChoicesOf:
		for _, p := range listParts(a.Text) {
			one := a
			one.Text, one.Value = p, p.String()
			if err := c.checkChoice(k, one, k.Choices); err != nil {
				return err
			}
		}
	case Integer:
		if _, err := strconv.Atoi(a.Value); err != nil {
			return c.valueError(a, "%s= takes a whole number, not %q", k.Name, a.Value)
		}
	case Number:
		if _, err := strconv.ParseFloat(a.Value, 64); err != nil {
			return c.valueError(a, "%s= takes a number, not %q", k.Name, a.Value)
		}
	case NewName:
		if !isName(a.Value) {
			return c.valueError(a, "%q is no name; a name is made of letters, digits, _ and .", a.Value)
		}
	case PanelName:
		_, err := c.session.Panel(a.Value)
		return within(a.Text, err)
	case ResultName:
		_, err := c.session.Result(a.Value)
		return within(a.Text, err)
	}
	return nil
}

func (c *call) checkChoice(k Key, a lang.Arg, choices []string) error {
	switch {
	case slices.Contains(choices, a.Value):
		return nil
	case k.Refused[a.Value] != "":
		return c.valueError(a, "%s", k.Refused[a.Value])
	}
	hint := suggest.Phrase(a.Value, choices)
	if hint == "" || len(a.Value) < 3 { // a letter or two is near everything
		hint = "; it is " + orList(choices)
	}
	d := c.valueError(a, "%s= can't be %q%s", k.Name, a.Value, hint)
	d.Suggestions = suggest.Nearest(a.Value, choices)
	return d
}

// available says which choices there are.
// orList joins words as "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func (c *call) wordError(a lang.Arg, format string, args ...any) *lang.Diagnostic {
	return wordError(c.stmt, a.At, format, args...)
}

// unknownWord is the error for a word that is none of the known ones, with the nearest.
func (c *call) unknownWord(a lang.Arg, name string, known []string) error {
	near := suggest.Nearest(name, known)
	d := c.wordError(a, "nothing is named %q%s", name, suggest.Phrase(name, known))
	d.Suggestions = near
	return d
}

func (c *call) valueError(a lang.Arg, format string, args ...any) *lang.Diagnostic {
	where := a.Text.All()
	if where.EndCol == where.Col {
		where = a.At
	}
	return wordError(c.stmt, where, format, args...)
}

// missing is the error for something that the line lacks; it points behind the last word.
func (c *call) missing(format string, args ...any) error {
	return wordError(c.stmt, c.stmt.End(), format, args...)
}

// pick is the text in the session's language.
func (c *call) pick(en, zh string) string { return wordingOf(c.session.Language()).Pick(en, zh) }

// count writes a whole number with its thousands set apart as the language does.
func (c *call) count(n int) string { return wording.Count(n, wordingOf(c.session.Language())) }

// text is a key's value, "" if it is not there.
func (c *call) text(key string) string {
	a, _ := c.stmt.Key(key)
	return a.Value
}

// has tells whether the key stands in the line.
func (c *call) has(key string) bool { _, ok := c.stmt.Key(key); return ok }

// integer, number and flag read checked values.
func (c *call) integer(key string, otherwise int) int {
	if n, err := strconv.Atoi(c.text(key)); err == nil {
		return n
	}
	return otherwise
}

func (c *call) number(key string, otherwise float64) float64 {
	if x, err := strconv.ParseFloat(c.text(key), 64); err == nil {
		return x
	}
	return otherwise
}

func (c *call) flag(key string) bool { return c.text(key) == "true" }

// dataset is the panel of data=, or the current one.
func (c *call) dataset() (*session.Dataset, error) {
	d, err := c.session.Panel(c.text("data"))
	if err == nil {
		c.data = d.Name
	}
	return d, err
}

func isName(s string) bool {
	for i, r := range s {
		if !isNameRune(r) || i == 0 && unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

func isNameRune(c rune) bool {
	return c == '_' || c == '.' || unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c)
}
