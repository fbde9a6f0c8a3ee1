package bridge

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/bridge/kind"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// decode reads a result of a kind that Go cells may make.
func decode(name string, body []byte) (any, error) {
	value := kind.New(name)
	if value == nil {
		return nil, fmt.Errorf("a result of kind %q can't be put or shown from a Go cell", name)
	}
	if err := gob.NewDecoder(bytes.NewReader(body)).Decode(value); err != nil {
		return nil, fmt.Errorf("the result can't be read: %w", err)
	}
	return value, nil
}

// errShown takes the session back to where it was before a display.
var errShown = errors.New("shown")

// showWith puts something into the session under a name of its own, runs a magic on it, shows that with the result that
// it is of, and takes it out again.
func (p *program) showWith(put func(*session.Session, string), magic string, of func(*command.Output)) error {
	const name = "didnb.shown"
	var bundles []command.Bundle
	var failed, wrong error
	err := p.server.host.Do(func(s *session.Session) {
		_ = s.Try(func() error {
			put(s, name)
			failed = command.Run(context.Background(), s, fmt.Sprintf(magic, name), func(o command.Output) {
				of(&o)
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
	}, "%%panel head data=%s", func(o *command.Output) {
		o.Magic = "Go"
		if head, ok := o.Result.(*command.HeadResult); ok {
			head.Name = "" // it has none yet
		}
	})
}

func (p *program) showResult(name string, value any) error {
	if p.simulated {
		kind.MarkSimulated(value)
	}
	if magic := map[string]string{"fit": "%%table %s", "eventstudy": "%%plot %s"}[name]; magic != "" {
		return p.showWith(func(s *session.Session, as string) {
			s.PutResult(&session.Result{Name: as, Magic: "Go", Kind: name, Source: "a Go cell", Value: value, Simulated: p.simulated})
		}, magic, func(o *command.Output) { o.Magic, o.Kind, o.Result = "Go", name, value })
	}
	var bundles []command.Bundle
	var failed error
	err := p.server.host.Do(func(s *session.Session) {
		// What a program sends may be made by hand and lack what the table is made from.
		defer func() {
			if broken := recover(); broken != nil {
				failed = fmt.Errorf("the result of kind %s lacks something that is to be shown: %v", name, broken)
			}
		}()
		var out command.Output
		if out, failed = command.ShowResult(s, name, value); failed == nil {
			bundles, failed = out.Bundles()
		}
	})
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	return p.server.host.Show(bundles)
}

func isNameRune(r rune) bool {
	return r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}
