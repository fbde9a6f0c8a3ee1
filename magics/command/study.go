package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// study is an event study that a magic asks about: its word, its result, its estimates as a vector.
type study struct {
	word   lang.Arg
	result *did.EventStudyResult
	vector *diagnose.EventVector
	data   *session.Dataset
	goText string // statements that compute it, "" if there are none
}

// study reads the ES that the line begins with: a result of %eventstudy, or of %did by a method that has one.
func (c *call) study() (*study, error) {
	words := c.stmt.Words()
	if len(words) == 0 {
		return nil, c.missing("%%%s needs an event study, as in %%%s es1; %%eventstudy makes one", c.cmd.Name, c.cmd.Name)
	}
	if len(words) > 1 {
		return nil, c.wordError(words[1], "%%%s takes one event study, and %q stands behind it; %s", c.cmd.Name, words[1].Value, c.usage())
	}
	s := &study{word: words[0]}
	r, err := c.session.Result(s.word.Value)
	if err != nil {
		return nil, within(s.word.Text, err)
	}
	s.goText = r.Go
	switch v := r.Value.(type) {
	case *did.EventStudyResult:
		s.result = v
	case *did.ATTResult: // all its event times
		if s.result, err = v.EventStudy([2]int{}); err != nil {
			return nil, s.at(err)
		}
	default:
		return nil, c.wordError(s.word, "%s (%s) is no event study; %%%s takes a result of %%eventstudy", s.word.Value, r.Kind, c.cmd.Name)
	}
	if s.data, err = c.session.Panel(r.Data); err != nil {
		return nil, within(s.word.Text, err)
	}
	if s.vector, err = diagnose.VectorOf(s.result); err != nil {
		return nil, s.at(err)
	}
	return s, nil
}

// withGoStudy prints the Go cell of a magic on an event study.
func (c *call) withGoStudy(out *Output, s *study, call, print string) (*Output, error) {
	if a, asked := c.stmt.Key("go"); asked && c.flag("go") && s.goText == "" {
		return nil, c.valueError(a, "go=true needs an event study of %%eventstudy, and %s was made in a Go cell", s.word.Value)
	}
	return c.withGo(out, goCell(s.data, s.goText+"\n"+goCheck+"\t"+call, print)), nil
}

// at places an error at the event study's name.
func (s *study) at(err error) error { return within(s.word.Text, err) }
