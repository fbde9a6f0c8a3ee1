package gonb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/seed2d25c7c2/didnb"
)

// Seed makes the child's Go module know didkit and what it depends on, at pinned versions, so that a cell may import
// them without a network. A module that is seeded already is left alone, so it costs little to call before each cell:
// `%reset` and a restart make GoNB begin a new module.
func (c *Child) Seed() error {
	// There may be other gonb_* entries: GoNB's pipes stand beside its module.
	modules, err := filepath.Glob(filepath.Join(c.dir, "gonb_*", "go.mod"))
	if err != nil || len(modules) != 1 {
		return errors.Join(err, fmt.Errorf("GoNB's module is not found in %s", c.dir))
	}
	file := modules[0]
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if strings.Contains(string(content), module+" ") {
		return nil
	}
	source, err := unpacked()
	if err != nil {
		return fmt.Errorf("unpacking didkit's source: %w", err)
	}
	seeded, err := seededMod(content, source)
	if err != nil {
		return err
	}
	sums, err := didnb.Source.ReadFile("go.sum")
	if err != nil {
		return err
	}
	// go.sum may hold what cells of before have fetched.
	if old, err := os.ReadFile(filepath.Join(filepath.Dir(file), "go.sum")); err == nil {
		sums = append(sums, old...)
	}
	if err := replaceFile(filepath.Join(filepath.Dir(file), "go.sum"), sums); err != nil {
		return err
	}
	return replaceFile(file, seeded)
}

// replaceFile writes a file whole or not at all: half a go.sum, left by a full disk, would break every later cell.
func replaceFile(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o644); err != nil {
		os.Remove(path + ".new")
		return err
	}
	return os.Rename(path+".new", path)
}

// seededMod is the child's go.mod with didnb, replaced by a folder, and all that didnb's own go.mod requires.
func seededMod(child []byte, source string) ([]byte, error) {
	own, err := didnb.Source.ReadFile("go.mod")
	if err != nil {
		return nil, err
	}
	ours, err := modfile.Parse("didnb/go.mod", own, nil)
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse("go.mod", child, nil)
	if err != nil {
		return nil, err
	}
	if err := f.AddGoStmt(ours.Go.Version); err != nil {
		return nil, err
	}
	f.AddNewRequire(module, "v0.0.0", false)
	for _, r := range ours.Require {
		f.AddNewRequire(r.Mod.Path, r.Mod.Version, true)
	}
	if err := f.AddReplace(module, "", source, ""); err != nil {
		return nil, err
	}
	f.Cleanup()
	return f.Format()
}
