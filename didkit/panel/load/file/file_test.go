package file_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
)

func ExampleMissing() {
	err := &file.Missing{Path: "castel.csv", Nearest: []string{"castle.csv"}}
	fmt.Println(err)
	// Output: no file "castel.csv"; did you mean castle.csv?
}

func put(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadNamesTheNearestFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "castle.csv", "")
	put(t, dir, "dual-pilot.csv", "")
	put(t, dir, "dual-pilot.json", "")
	put(t, dir, "城市面板.xlsx", "")
	cases := []struct{ ask, nearest string }{
		{"castel.csv", "; did you mean castle.csv?"},
		{"castle.dta", "; did you mean castle.csv?"},
		{"DUAL-PILOT.xlsx", "; did you mean dual-pilot.csv or dual-pilot.json?"},
		{"城市面.xlsx", "; did you mean 城市面板.xlsx?"},
		{"unlike.parquet", ""},
		{"no/folder.csv", ""},
	}
	for _, c := range cases {
		path := filepath.Join(dir, c.ask)
		_, err := file.Read(path, nil)
		if want := fmt.Sprintf("no file %q%s", path, c.nearest); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: not fs.ErrNotExist", c.ask)
		}
	}
	if _, err := file.Read(dir, nil); err == nil || err.Error() != fmt.Sprintf("%q is a folder, not a file", dir) {
		t.Errorf("a folder: got %v", err)
	}
}

// A large file is read in parts.
func TestReadLargeFile(t *testing.T) {
	content := strings.Repeat("0123456789abcde\n", 2<<20) + "end"
	got, err := file.Read(put(t, t.TempDir(), "large.csv", content), nil)
	if err != nil || string(got) != content {
		t.Errorf("got %d bytes, %v; want %d", len(got), err, len(content))
	}
	if cap(got) == len(got) {
		t.Error("no room for one byte more")
	}
}

func TestReadDecompresses(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	z := gzip.NewWriter(&b)
	io.WriteString(z, "a,b\n1,2\n")
	z.Close()
	got, err := file.Read(put(t, dir, "x.csv.gz", b.String()), nil)
	if err != nil || string(got) != "a,b\n1,2\n" {
		t.Errorf("got %q, %v", got, err)
	}
	for name, content := range map[string]string{"plain.csv.gz": "a,b\n", "cut.csv.gz": b.String()[:b.Len()-6]} {
		if _, err := file.Read(put(t, dir, name, content), nil); err == nil || !strings.Contains(err.Error(), "gzip") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := put(t, dir, "a.csv", "before")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(s string, err error) func(io.Writer) error {
		return func(w io.Writer) error { io.WriteString(w, s); return err }
	}
	content := func() string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		entries, _ := os.ReadDir(dir)
		if len(entries) != 1 {
			t.Errorf("%d files in the folder, want 1", len(entries))
		}
		return string(b)
	}
	err := file.Replace(path, write("half", errors.New("a reason")))
	if want := fmt.Sprintf("%q is not written: a reason", path); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if got := content(); got != "before" {
		t.Errorf("after a failure the file holds %q", got)
	}
	if err := file.Replace(path, write("after", nil)); err != nil {
		t.Fatal(err)
	}
	if got := content(); got != "after" {
		t.Errorf("the file holds %q", got)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 && os.PathSeparator == '/' {
		t.Errorf("permissions became %v", info.Mode().Perm())
	}
	if err := file.Replace(filepath.Join(dir, "nowhere", "b.csv"), write("", nil)); err == nil || !strings.HasPrefix(err.Error(), "no folder ") {
		t.Errorf("a folder that is not there: got %v", err)
	}
}
