package command

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// readPanel reads a file of the kind that its ending names, and indexes it.
func readPanel(path string, l session.Load) (*panel.Panel, []string, error) {
	switch ext := strings.ToLower(filepath.Ext(strings.TrimSuffix(path, ".gz"))); ext {
	case ".csv", ".tsv", ".tab", ".txt":
	default:
		return nil, nil, errors.New("files that end in " + ext + " can't be read; .csv, .tsv and .txt can")
	}
	r, err := csv.File(path, csv.Options{})
	if err != nil {
		return nil, nil, err
	}
	if l.Unit == "" {
		return r.Panel, r.Notices, nil
	}
	p, err := r.Panel.Indexed(l.Unit, l.Time)
	return p, r.Notices, err
}

// ReadPanel reads a file as %panel load does, without unit and time, and what is to be noticed about it.
func ReadPanel(path string) (*panel.Panel, []string, error) { return readPanel(path, session.Load{}) }
