package translate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
)

// File is one notebook of a folder in the language.
type File struct {
	Name     string // without .ipynb
	State    State
	Notebook []byte // as Jupyter would save it
	Prose    string // the file of prose, stamped
}

// Folder translates the notebooks of a folder that have a file of prose in its subfolder named by the language:
// notebooks/01-data.ipynb by notebooks/zh/01-data.md. Notebooks without one are returned by name.
func Folder(dir, language string) (files []File, without []string, err error) {
	found, err := filepath.Glob(filepath.Join(dir, "*.ipynb"))
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(found)
	for _, path := range found {
		name := strings.TrimSuffix(filepath.Base(path), ".ipynb")
		prose, err := os.ReadFile(filepath.Join(dir, language, name+".md"))
		if os.IsNotExist(err) {
			without = append(without, name)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		n, err := notebook.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		t, err := Parse(string(prose))
		if err != nil {
			return nil, nil, fmt.Errorf("%s.md: %w", name, err)
		}
		out, state, err := t.Apply(n, language)
		if err != nil {
			return nil, nil, fmt.Errorf("%s.md: %w", name, err)
		}
		files = append(files, File{name, state, out.Encode(), t.Stamp(n)})
	}
	return files, without, nil
}
