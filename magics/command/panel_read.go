package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// readPanel reads a file of the kind that its ending names, and indexes it, unless stop gives an error meanwhile.
func readPanel(path string, l session.Load, stop func() error) (*panel.Panel, []string, error) {
	r, err := load.Read(path, load.Options{Sheet: l.Sheet, Delim: l.Delim, Encoding: l.Encoding, Unit: l.Unit, Time: l.Time, Stop: stop})
	if err != nil {
		return nil, nil, err
	}
	return r.Panel, r.Notices, nil
}

// ReadPanel reads a file as %panel load does, without unit and time, and what is to be noticed about it.
func ReadPanel(path string) (*panel.Panel, []string, error) {
	return readPanel(path, session.Load{}, nil)
}
