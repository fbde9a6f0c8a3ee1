package gonb

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/seed2d25c7c2/didnb"
)

// module is didnb's path, under which cells import didkit.
const module = "github.com/seed2d25c7c2/didnb"

// SourceVariable is the environment variable that names a folder with unpacked sources: an image's, where what is built
// from them is in its build cache too, which holds for that folder's path only.
const SourceVariable = "DIDNB_SOURCE"

// unpacked is the folder that holds didkit's source as a module, as found in the folder that DIDNB_SOURCE names, or
// made once for each version in the user's cache.
func unpacked() (string, error) {
	files, sum, err := sourceFiles()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	name := "source-" + sum[:16]
	if shared := os.Getenv(SourceVariable); shared != "" {
		dir := filepath.Join(shared, name)
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
	}
	dir := filepath.Join(cache, "didnb", name)
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	// Two kernels may start at once: each writes a folder of its own, and the first to rename wins.
	temporary, err := os.MkdirTemp(filepath.Dir(dir), "unpacking-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temporary)
	for name, content := range files {
		full := filepath.Join(temporary, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(full, content, 0o644); err != nil {
			return "", err
		}
	}
	if err := os.Rename(temporary, dir); err != nil {
		if _, there := os.Stat(filepath.Join(dir, "go.mod")); there != nil {
			return "", err
		}
	}
	return dir, nil
}

// sourceFiles are the embedded files without tests and their data, and a checksum of them.
func sourceFiles() (files map[string][]byte, sum string, err error) {
	files, hash := map[string][]byte{}, sha256.New()
	err = fs.WalkDir(didnb.Source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path.Base(name) == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		content, err := didnb.Source.ReadFile(name)
		if err != nil {
			return err
		}
		if name == "go.mod" {
			if content, err = libraryMod(content); err != nil {
				return err
			}
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(content))
		hash.Write(content)
		files[name] = content
		return nil
	})
	return files, hex.EncodeToString(hash.Sum(nil)), err
}

// libraryMod is go.mod without the tools.
func libraryMod(content []byte) ([]byte, error) {
	f, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		return nil, err
	}
	for _, t := range append([]*modfile.Tool(nil), f.Tool...) {
		if err := f.DropTool(t.Path); err != nil {
			return nil, err
		}
	}
	f.Cleanup()
	return f.Format()
}
