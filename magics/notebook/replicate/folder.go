package replicate

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sumsFile lists what a report holds, as sha256sum -c reads it.
const sumsFile = "SHA256SUMS"

// folder is the report's folder. It keeps account of what is written there.
type folder struct {
	path string
	sums bytes.Buffer
}

// openFolder makes the folder if need be and takes away what an earlier report left there: the files that its
// SHA256SUMS lists and that nobody has changed since.
func openFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, folderError(path, err)
	}
	probe, err := os.CreateTemp(path, ".didnb-*")
	if err != nil {
		return nil, folderError(path, err)
	}
	probe.Close()
	os.Remove(probe.Name())
	f := &folder{path: path}
	f.clear()
	return f, nil
}

func (f *folder) clear() {
	old, err := os.ReadFile(filepath.Join(f.path, sumsFile))
	if err != nil {
		return
	}
	lines := bufio.NewScanner(bytes.NewReader(old))
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || !fs.ValidPath(name) { // ValidPath: no way out of the folder
			continue
		}
		file := filepath.Join(f.path, filepath.FromSlash(name))
		if data, err := os.ReadFile(file); err == nil && hash(data) == sum {
			os.Remove(file)
		}
	}
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// write puts a file into the folder; name has slashes and no way out of it.
func (f *folder) write(name string, data []byte) error {
	file := filepath.Join(f.path, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return folderError(filepath.Dir(file), err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		return folderError(file, err)
	}
	fmt.Fprintf(&f.sums, "%s  %s\n", hash(data), name)
	return nil
}

// writeSums ends the report with the list of its files.
func (f *folder) writeSums() error {
	file := filepath.Join(f.path, sumsFile)
	if err := os.WriteFile(file, f.sums.Bytes(), 0o644); err != nil {
		return folderError(file, err)
	}
	return nil
}

// folderError is one sentence about what can't be written.
func folderError(path string, err error) error {
	reason := "it can't be written"
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrPermission):
		reason = "permission to write there is denied; give another folder with -o" + inContainer()
	case errors.As(err, &pe):
		reason = "it can't be written (" + pe.Err.Error() + ")"
	}
	return &notWritable{path, reason, err}
}

// inContainer is the mend where folders are mounted from another system, whose users have other numbers.
func inContainer() string {
	if os.Getuid() < 0 { // Windows
		return ""
	}
	return fmt.Sprintf(", or, where this is a container, which runs as user %d, add --user \"$(id -u):$(id -g)\" to docker run", os.Getuid())
}

type notWritable struct {
	path, reason string
	err          error
}

func (e *notWritable) Error() string { return e.path + ": " + e.reason }
func (e *notWritable) Unwrap() error { return e.err }
