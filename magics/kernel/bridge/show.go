package bridge

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// decode reads a result of a kind that Go cells may make.
func decode(kind string, body []byte) (any, error) {
	var value any
	switch kind {
	case "fit":
		value = new(regress.Fit)
	case "eventstudy":
		value = new(did.EventStudyResult)
	default:
		return nil, fmt.Errorf("a result of kind %q can't be put or shown from a Go cell; it is a fit or an event study", kind)
	}
	if err := gob.NewDecoder(bytes.NewReader(body)).Decode(value); err != nil {
		return nil, fmt.Errorf("the result can't be read: %w", err)
	}
	return value, nil
}

// errShown takes the session back to where it was before a display.
var errShown = errors.New("shown")

// showWith puts something into the session under a name of its own, runs a magic on it, shows that, and takes it out again.
func (p *program) showWith(put func(*session.Session, string), magic string) error {
	const name = "didnb.shown"
	var bundles []command.Bundle
	var failed, wrong error
	err := p.server.host.Do(func(s *session.Session) {
		_ = s.Try(func() error {
			put(s, name)
			failed = command.Run(context.Background(), s, fmt.Sprintf(magic, name), func(o command.Output) {
				b, err := o.Bundles()
				wrong, bundles = err, append(bundles, b...)
			})
			return errShown
		})
	})
	if err = errors.Join(err, failed, wrong); err != nil {
		return err
	}
	return p.server.host.Show(bundles)
}

func (p *program) showPanel(sent *panel.Panel) error {
	return p.showWith(func(s *session.Session, name string) {
		s.PutPanel(&session.Dataset{Name: name, Panel: sent, Simulated: p.simulated})
	}, "%%panel head data=%s")
}

func (p *program) showResult(kind string, value any) error {
	if p.simulated {
		markSimulated(value)
	}
	magic := map[string]string{"fit": "%%table %s", "eventstudy": "%%plot %s"}[kind]
	return p.showWith(func(s *session.Session, name string) {
		s.PutResult(&session.Result{Name: name, Magic: "Go", Kind: kind, Source: "a Go cell", Value: value, Simulated: p.simulated})
	}, magic)
}

// markSimulated marks what a program made after it had read simulated data.
func markSimulated(value any) {
	switch v := value.(type) {
	case *regress.Fit:
		v.Simulated = true
	case *did.EventStudyResult:
		if v.Fit != nil {
			v.Fit.Simulated = true
		}
	}
}

func isNameRune(r rune) bool {
	return r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}
