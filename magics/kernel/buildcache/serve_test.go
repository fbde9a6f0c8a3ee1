package buildcache

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test's own program be the go command's helper.
func TestMain(m *testing.M) {
	if own := os.Getenv("DIDNB_TEST_OWN"); own != "" {
		if err := Serve(os.Stdin, os.Stdout, Layers{Own: own, Base: os.Getenv("DIDNB_TEST_BASE")}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// ask sends requests, each with its body, and reads all answers.
func ask(t *testing.T, l Layers, requests ...any) []response {
	t.Helper()
	var in, out bytes.Buffer
	for _, r := range requests {
		if err := json.NewEncoder(&in).Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := Serve(&in, &out, l); err != nil {
		t.Fatal(err)
	}
	var answers []response
	for d := json.NewDecoder(&out); d.More(); {
		var a response
		if err := d.Decode(&a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	return answers
}

func TestBaseIsReadAndNeverWritten(t *testing.T) {
	base, own := t.TempDir(), t.TempDir()
	put := request{ID: 1, Command: "put", ActionID: []byte("action-a"), OutputID: []byte("output-a"), BodySize: 4}
	if a := ask(t, Layers{Own: base}, put, []byte("warm")); len(a) != 2 || a[0].KnownCommands == nil || a[1].Err != "" || a[1].DiskPath == "" {
		t.Fatalf("putting: %+v", a)
	}
	before := tree(t, base)
	l := Layers{Own: own, Base: base}
	a := ask(t, l,
		request{ID: 7, Command: "get", ActionID: []byte("action-a")},
		request{ID: 8, Command: "get", ActionID: []byte("action-b")},
		request{ID: 9, Command: "put", ActionID: []byte("action-b"), OutputID: []byte("output-b"), BodySize: 0},
		request{ID: 10, Command: "get", ActionID: []byte("action-b")},
		request{ID: 11, Command: "close"})
	if content, err := os.ReadFile(a[1].DiskPath); err != nil || string(content) != "warm" || a[1].ID != 7 || string(a[1].OutputID) != "output-a" || a[1].Size != 4 {
		t.Errorf("the base's object: %q, %v, %+v", content, err, a[1])
	}
	if !a[2].Miss {
		t.Errorf("an object that nobody put: %+v", a[2])
	}
	if a[4].Miss || !strings.HasPrefix(a[4].DiskPath, own) {
		t.Errorf("an empty object put and got: %+v", a[4])
	}
	if after := tree(t, base); after != before {
		t.Errorf("the base was changed:\n%s\n%s", before, after)
	}
}

func TestHalfAnObjectIsNone(t *testing.T) {
	l := Layers{Own: t.TempDir()}
	a := ask(t, l, request{ID: 1, Command: "put", ActionID: []byte("action"), OutputID: []byte("output"), BodySize: 6}, []byte("object"))
	if err := os.Truncate(a[1].DiskPath, 3); err != nil {
		t.Fatal(err)
	}
	if a := ask(t, l, request{ID: 2, Command: "get", ActionID: []byte("action")}); !a[1].Miss {
		t.Errorf("got %+v", a[1])
	}
}

func TestWhatCannotBeKeptIsAnswered(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, requests := range map[string][]any{
		"no folder": {request{ID: 1, Command: "put", ActionID: []byte("a"), OutputID: []byte("o"), BodySize: 1}, []byte("x")},
		"no action": {request{ID: 1, Command: "get"}},
		"no output": {request{ID: 1, Command: "put", ActionID: []byte("a")}},
		"a command": {request{ID: 1, Command: "dance", ActionID: []byte("a")}},
	} {
		if a := ask(t, Layers{Own: filepath.Join(file, "below")}, requests...); a[1].Err == "" || a[1].DiskPath != "" {
			t.Errorf("%s: %+v", name, a[1])
		}
	}
}

func TestTrim(t *testing.T) {
	l := Layers{Own: t.TempDir()}
	put := func(name string) string {
		return ask(t, l, request{ID: 1, Command: "put", ActionID: []byte("action" + name), OutputID: []byte("output" + name), BodySize: 1}, []byte("x"))[1].DiskPath
	}
	old, used := put("old"), put("used")
	past := time.Now().Add(-6 * 24 * time.Hour)
	files, _ := filepath.Glob(filepath.Join(l.Own, "??", "*"))
	for _, f := range files {
		if err := os.Chtimes(f, past, past); err != nil {
			t.Fatal(err)
		}
	}
	ask(t, l, request{ID: 1, Command: "get", ActionID: []byte("actionused")}, request{ID: 2, Command: "close"})
	if _, err := os.Stat(old); err == nil {
		t.Error("an object not used for six days is still there")
	}
	if _, err := os.Stat(used); err != nil {
		t.Error("an object used today is gone")
	}
}

// The go command itself, with a base that another one has warmed.
func TestGoBuildsFromTheBase(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command")
	}
	dir, base, own := t.TempDir(), t.TempDir(), t.TempDir()
	for name, content := range map[string]string{
		"go.mod":     "module example.com/m\n\ngo 1.24\n",
		"main.go":    "package main\n\nimport \"example.com/m/sub\"\n\nfunc main() { println(sub.N) }\n",
		"sub/sub.go": "package sub\n\nconst N = 1\n",
	} {
		path := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := func(own, base string) string {
		cmd := exec.Command("go", "build", "-v", "-o", filepath.Join(t.TempDir(), "m"), ".")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOCACHEPROG="+os.Args[0], "DIDNB_TEST_OWN="+own, "DIDNB_TEST_BASE="+base, "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "GOTOOLCHAIN=local")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
		return string(out)
	}
	if built := build(base, ""); !strings.Contains(built, "example.com/m/sub") {
		t.Fatalf("an empty cache builds only %q", built)
	}
	if built := build(own, base); built != "" {
		t.Errorf("with a warm base this was built again:\n%s", built)
	}
}

// tree lists the files of a folder with sizes and times.
func tree(t *testing.T, dir string) string {
	var b strings.Builder
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			fmt.Fprintln(&b, f, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}
