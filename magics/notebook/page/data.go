package page

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// DataOf lists the files that the panels of an executed notebook came from, each once, in the order of loading. A file
// below folder root is named relative to it, another one by its bare name, since the folders of a reader's machine are
// nobody's business.
func DataOf(done *notebook.Executed, root string) []DataFile {
	var files []DataFile
	s := done.Session
	var panels []*session.Dataset
	for _, name := range s.PanelNames() {
		if d, err := s.Panel(name); err == nil {
			panels = append(panels, d)
		}
	}
	for _, d := range read(panels) {
		path := s.Path(d.File)
		bytes, err := os.ReadFile(path)
		if err != nil { // it was read a moment ago; a file that has gone has no fingerprint
			continue
		}
		sum := sha256.Sum256(bytes)
		f := DataFile{Name: relativeName(path, root), Rows: d.Panel.Rows(), SHA256: hex.EncodeToString(sum[:]), Simulated: d.Simulated}
		files = AddData(files, f)
	}
	return files
}

// read are the panels that were read from a file: those given, and what they were made of.
func read(panels []*session.Dataset) (all []*session.Dataset) {
	for _, d := range panels {
		if d.File == "" {
			all = append(all, read(d.Made)...)
		} else if !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}

// AddData appends the files that the list does not hold yet.
func AddData(list []DataFile, more ...DataFile) []DataFile {
	for _, f := range more {
		if !slices.ContainsFunc(list, func(x DataFile) bool { return x.SHA256 == f.SHA256 && x.Name == f.Name }) {
			list = append(list, f)
		}
	}
	return list
}

func relativeName(path, root string) string {
	from, err := filepath.Abs(root)
	if err != nil {
		return filepath.Base(path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return filepath.Base(path)
	}
	rel, err := filepath.Rel(from, full)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return filepath.Base(path)
	}
	return filepath.ToSlash(rel)
}
