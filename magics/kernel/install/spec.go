package install

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// spec is the content of kernel.json.
type spec struct {
	Argv          []string          `json:"argv"`
	DisplayName   string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Env           map[string]string `json:"env"`
	Metadata      map[string]any    `json:"metadata"`
}

// nameForm is what Jupyter takes as a kernel's name.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// writeSpec writes the kernel's folder into kernels, in place of an older one, and returns its path. The program is
// copied there if it stands in a temporary folder, as under `go run`.
func writeSpec(kernels, name, program string) (string, error) {
	if !nameForm.MatchString(name) {
		return "", fmt.Errorf("%q is no kernel name; it is made of letters, digits, ., _ and -", name)
	}
	dir := filepath.Join(kernels, strings.ToLower(name))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if temporary(program) {
		own := filepath.Join(dir, filepath.Base(program))
		if err := copyProgram(program, own); err != nil {
			return "", err
		}
		program = own
	}
	display := "Go (didnb)"
	if name != "didnb" {
		display = "Go (" + name + ")"
	}
	text, err := json.MarshalIndent(spec{
		Argv: []string{program, "kernel", "{connection_file}"}, DisplayName: display, Language: "go",
		InterruptMode: "message", Env: map[string]string{}, Metadata: map[string]any{"debugger": false},
	}, "", "  ")
	if err != nil {
		return "", err
	}
	files := map[string][]byte{"kernel.json": append(text, '\n'), "logo-svg.svg": []byte(logoSVG), "logo-32x32.png": logoPNG(32), "logo-64x64.png": logoPNG(64)}
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// temporary tells whether a program will be gone soon.
func temporary(program string) bool {
	rel, err := filepath.Rel(os.TempDir(), program)
	return err == nil && !strings.HasPrefix(rel, "..") || strings.Contains(program, "go-build")
}

// copyProgram writes beside and renames, so that a running kernel of that name does not stand in the way.
func copyProgram(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to+".new", content, 0o755); err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}

// userKernels is where Jupyter looks for this user's kernels.
func userKernels() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return filepath.Join(dir, "kernels"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Jupyter", "kernels"), nil
	case "windows":
		if dir := os.Getenv("APPDATA"); dir != "" {
			return filepath.Join(dir, "jupyter", "kernels"), nil
		}
		return filepath.Join(home, "AppData", "Roaming", "jupyter", "kernels"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter", "kernels"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter", "kernels"), nil
}

// prefixKernels is the kernels' folder of a Python installation.
func prefixKernels(prefix string) string { return filepath.Join(prefix, "share", "jupyter", "kernels") }
