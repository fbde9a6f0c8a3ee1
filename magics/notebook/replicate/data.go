package replicate

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/notebook/page"
)

// readData adds the files that a notebook's panels came from to the page's list, each once.
func (r *report) readData(done *notebook.Executed) {
	s := done.Session
	for _, name := range s.PanelNames() {
		d, err := s.Panel(name)
		if err != nil || d.File == "" {
			continue
		}
		path := s.Path(d.File)
		bytes, err := os.ReadFile(path)
		if err != nil { // it was read a moment ago; a file that has gone has no fingerprint
			continue
		}
		sum := sha256.Sum256(bytes)
		f := page.DataFile{Name: r.shown(path), Rows: d.Panel.Rows(), SHA256: hex.EncodeToString(sum[:]), Simulated: d.Simulated}
		if !slices.ContainsFunc(r.page.Data, func(x page.DataFile) bool { return x.SHA256 == f.SHA256 && x.Name == f.Name }) {
			r.page.Data = append(r.page.Data, f)
		}
	}
}

// shown is a file's path as a reader may see it: relative to the root, or the bare name of a file elsewhere, since the
// folders of a reader's machine are nobody's business.
func (r *report) shown(path string) string {
	root, err := filepath.Abs(r.options.Root)
	if err == nil {
		if full, err := filepath.Abs(path); err == nil {
			if rel, err := filepath.Rel(root, full); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
				return filepath.ToSlash(rel)
			}
		}
	}
	return filepath.Base(path)
}
