package gonb

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Tool is a program that Go cells need and that is not there.
type Tool struct {
	Program string
	Remedy  string // the command that mends it
}

// Missing lists the programs that Go cells need and this machine lacks.
func Missing() []Tool {
	var missing []Tool
	if _, err := exec.LookPath("go"); err != nil {
		return []Tool{{"go", "install Go 1.26 or later from https://go.dev/dl/"}}
	}
	path := searchPath()
	for _, program := range []string{"gonb", "goimports", "gopls"} {
		if find(program, path) == "" {
			missing = append(missing, Tool{program, "run `didnb install --go`"})
		}
	}
	return missing
}

// searchPath is PATH, with the folders where `go install` puts programs behind it.
func searchPath() string {
	path := filepath.SplitList(os.Getenv("PATH"))
	if dir := os.Getenv("GOBIN"); dir != "" {
		path = append(path, dir)
	}
	for _, dir := range filepath.SplitList(os.Getenv("GOPATH")) {
		path = append(path, filepath.Join(dir, "bin"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		path = append(path, filepath.Join(home, "go", "bin"))
	}
	if self, err := os.Executable(); err == nil {
		path = append(path, filepath.Dir(self))
	}
	return strings.Join(path, string(filepath.ListSeparator))
}

// find is a program's place in a search path, "" if it is not there.
func find(program, path string) string {
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	for _, dir := range filepath.SplitList(path) {
		full := filepath.Join(dir, program)
		if info, err := os.Stat(full); err == nil && !info.IsDir() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0) {
			return full
		}
	}
	return ""
}
