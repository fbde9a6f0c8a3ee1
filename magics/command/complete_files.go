package command

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readable are the endings of files that %panel load reads.
var readable = []string{".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".dta", ".parquet"}

// files proposes files and folders that begin as the value does; for reading, files of a known kind only. A match is the
// whole value; one with a blank is quoted, unless the quote stands already.
func (p *proposer) files(kind Kind, quoted bool) []Match {
	typed := filepath.ToSlash(p.at.Value)
	folder, start := "", typed
	if i := strings.LastIndex(typed, "/"); i >= 0 {
		folder, start = typed[:i+1], typed[i+1:]
	}
	where := p.session.Path(folder)
	if where == "" {
		where = "."
	}
	entries, err := os.ReadDir(where)
	if err != nil {
		return nil
	}
	var out []Match
	value := func(s string) string {
		if strings.ContainsAny(s, " #") && !quoted {
			return `"` + s + `"`
		}
		return s
	}
	for _, e := range entries { // in alphabetical order
		name := e.Name()
		if strings.HasPrefix(name, ".") || !strings.HasPrefix(strings.ToLower(name), strings.ToLower(start)) {
			continue
		}
		switch {
		case e.IsDir():
			out = append(out, Match{value(folder + name + "/"), "file", "folder"})
		case kind == OutFile || slices.Contains(readable, strings.ToLower(filepath.Ext(name))):
			out = append(out, Match{value(folder + name), "file", ""})
		}
	}
	return out
}
