package gonb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/seed2d25c7c2/didnb"
)

// Install builds the missing programs at the versions that didnb's go.mod pins, in a passing module of that go.mod, and
// says what it builds. It needs Go, and a network for what the module cache lacks.
func Install(ctx context.Context, missing []Tool, say io.Writer) error {
	if len(missing) == 0 {
		return nil
	}
	dir, err := os.MkdirTemp("", "didnb-tools-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := didnb.Source.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), content, 0o644)
		}
		if err != nil {
			return err
		}
	}
	for _, m := range missing {
		if m.Program == "go" {
			return errors.New("Go is missing, which Go cells need; " + m.Remedy)
		}
		tool, err := toolPath(m.Program)
		if err != nil {
			return err
		}
		fmt.Fprintln(say, "building", tool)
		cmd := exec.CommandContext(ctx, "go", "install", tool)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			return fmt.Errorf("go install %s fails: %s", tool, strings.TrimSpace(lines[len(lines)-1]))
		}
	}
	if left := Missing(); len(left) > 0 {
		return fmt.Errorf("%s was built into a folder that is not looked in; put the folder that `go env GOBIN GOPATH` names on PATH", left[0].Program)
	}
	return nil
}

// toolPath is the package of a tool of didnb's go.mod.
func toolPath(program string) (string, error) {
	content, err := didnb.Source.ReadFile("go.mod")
	if err != nil {
		return "", err
	}
	f, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		return "", err
	}
	for _, t := range f.Tool {
		if path.Base(t.Path) == program {
			return t.Path, nil
		}
	}
	return "", fmt.Errorf("%s is no tool of didnb's go.mod", program)
}
