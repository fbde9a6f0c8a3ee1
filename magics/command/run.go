package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// Run runs a script: its magics in turn, each Output emitted as it is finished. A line that is neither a magic nor a
// comment is an error. It stops at the first failing line with a *lang.Diagnostic; the lines before it have run, the
// session is as it was before the failing one.
func Run(ctx context.Context, s *session.Session, src string, emit func(Output)) error {
	return inSessionLanguage(run(ctx, s, src, emit), s)
}

// inSessionLanguage says a line's error in the session's language.
func inSessionLanguage(err error, s *session.Session) error {
	var d *lang.Diagnostic
	if s.Language() != session.Chinese || !errors.As(err, &d) {
		return err
	}
	said := *d
	said.Summary = zh.Sentence(d.Summary)
	return &said
}

// Said is err as Jupyter shows it, in the session's language.
func Said(err error, s *session.Session) Failure { return Fail(inSessionLanguage(err, s)) }

func run(ctx context.Context, s *session.Session, src string, emit func(Output)) error {
	magics, rest, err := lang.Split(src, func(string) bool { return true })
	stray := strayLine(rest)
	if stray != nil {
		for i, m := range magics {
			if m.Line > stray.Where.Line {
				magics = magics[:i]
				break
			}
		}
		err = stray
	}
	if failed := execute(ctx, s, magics, emit); failed != nil {
		return failed
	}
	return err
}

// Execute runs statements that lang.Split has found, with Run's promises.
func Execute(ctx context.Context, s *session.Session, magics []lang.Statement, emit func(Output)) error {
	return inSessionLanguage(execute(ctx, s, magics, emit), s)
}

func execute(ctx context.Context, s *session.Session, magics []lang.Statement, emit func(Output)) error {
	for i := range magics {
		if err := ctx.Err(); err != nil {
			return interrupted(&magics[i], err)
		}
		out, err := runOne(ctx, s, &magics[i])
		if err != nil {
			return err
		}
		emit(*out)
	}
	return nil
}

// runOne runs one magic; the session changes only if it succeeds.
func runOne(ctx context.Context, s *session.Session, m *lang.Statement) (*Output, error) {
	out, err := interruptible(ctx, s, func(ctx context.Context, s *session.Session) (*Output, error) { return perform(ctx, s, m) })
	if err != nil {
		return nil, diagnostic(m, "", err)
	}
	out.Magic, out.Line = m.Name, m.Line
	return out, nil
}

func internalError(m *lang.Statement, cause any) error {
	return fmt.Errorf("an internal error in %%%s (%v); please report it with this line", m.Name, cause)
}

// dispatch finds the magic and hands it its arguments.
func dispatch(ctx context.Context, s *session.Session, m *lang.Statement) (*Output, error) {
	cmd, ok := Lookup(m.Name)
	if !ok {
		return nil, unknownMagic(m)
	}
	if expanded, err := m.Substitute(s.Parameter); err != nil {
		return nil, err
	} else {
		m = &expanded
	}
	c, err := newCall(ctx, s, cmd, m)
	if err != nil {
		return nil, err
	}
	out, err := cmd.run(c)
	if err != nil {
		return nil, diagnostic(m, c.data, err)
	}
	c.record(out)
	return out, nil
}

func unknownMagic(m *lang.Statement) error {
	if lang.IsGoNB(m.Name) {
		return wordError(m, m.NameAt, "%%%s is a command of GoNB and works in a notebook's Go cells only", m.Name)
	}
	near := nearestMagic(m.Name)
	if len(near) == 0 {
		return wordError(m, m.NameAt, "no magic %%%s; %%didhelp lists them", m.Name)
	}
	d := wordError(m, m.NameAt, "no magic %%%s; did you mean %%%s?", m.Name, strings.Join(near, " or %"))
	d.Suggestions = near
	return d
}

func nearestMagic(name string) []string { return suggest.Nearest(name, Names()) }

func interrupted(m *lang.Statement, err error) error {
	d := wordError(m, m.NameAt, "interrupted before %%%s", m.Name)
	d.Cause = err
	return d
}

// strayLine is the error for the first line of a script that is no magic, nil if there is none.
func strayLine(rest string) *lang.Diagnostic {
	for i, line := range strings.Split(rest, "\n") {
		line = strings.TrimSuffix(line, "\r")
		text := strings.TrimSpace(line)
		if text == "" || strings.HasPrefix(text, "//") {
			continue
		}
		col := len([]rune(line[:strings.Index(line, text)])) + 1
		word := []rune(strings.Fields(text)[0])
		d := &lang.Diagnostic{Where: lang.Range{Line: i + 1, Col: col, EndCol: col + len(word)}, Source: line}
		name := strings.TrimLeft(string(word), "%％")
		_, ours := Lookup(name)
		switch {
		case strings.HasPrefix(text, "％"):
			d.Summary, d.Suggestions = "the full-width ％ stands where % is needed", []string{"%" + name}
			d.Where.EndCol = col + 1
		case ours:
			d.Summary, d.Suggestions = fmt.Sprintf("a magic begins with %%; did you mean %%%s?", name), []string{"%" + name}
		default:
			d.Summary = fmt.Sprintf("%q is no magic, and a script holds magics only; a comment begins with #", string(word))
		}
		return d
	}
	return nil
}
