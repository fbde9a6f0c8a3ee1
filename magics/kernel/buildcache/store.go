package buildcache

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// object is what an action made.
type object struct {
	output []byte
	size   int64
	made   time.Time
	path   string // absolute
}

// store is a folder of objects: XX/ACTION-a holds the output's name, its size and when it was made (in nanoseconds
// since 1970), XX/OUTPUT-d the output itself; XX are a name's first two digits.
type store string

func (s store) file(name []byte, kind string) string {
	digits := hex.EncodeToString(name)
	return filepath.Join(string(s), digits[:2], digits+kind)
}

// get is what an action has made; ok is false where this store does not know or has lost it.
func (s store) get(action []byte) (o object, ok bool) {
	text, err := os.ReadFile(s.file(action, "-a"))
	if err != nil {
		return o, false
	}
	var made int64
	if _, err := fmt.Sscanf(string(text), "%x %d %d\n", &o.output, &o.size, &made); err != nil || len(o.output) == 0 {
		return o, false
	}
	o.made, o.path = time.Unix(0, made), s.file(o.output, "-d")
	// Half an object is none: the disk may have been full.
	info, err := os.Stat(o.path)
	if err != nil || info.Size() != o.size {
		return o, false
	}
	return o, true
}

// put keeps an output under its action.
func (s store) put(action, output []byte, body io.Reader, size int64) (object, error) {
	o := object{output: output, size: size, made: time.Now(), path: s.file(output, "-d")}
	if info, err := os.Stat(o.path); err != nil || info.Size() != size {
		if err := write(o.path, body, size); err != nil {
			return o, err
		}
	}
	text := fmt.Sprintf("%x %d %d\n", output, size, o.made.UnixNano())
	return o, write(s.file(action, "-a"), strings.NewReader(text), int64(len(text)))
}

// write writes a file whole or not at all, since other go commands read the same folder.
func write(path string, body io.Reader, size int64) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	n, err := io.Copy(f, body)
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes came where %d were announced", n, size)
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// As the go command's own cache does: what was not used for five days goes, looked after once a day, and a use is noted
// to the hour.
const (
	keep  = 5 * 24 * time.Hour
	daily = 24 * time.Hour
	noted = time.Hour
)

// used notes that an action's object was asked for.
func (s store) used(action []byte, o object) {
	now := time.Now()
	for _, path := range []string{s.file(action, "-a"), o.path} {
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > noted {
			os.Chtimes(path, now, now)
		}
	}
}

// trim removes what was not used for long, if it has not been done today.
func (s store) trim() {
	mark, now := filepath.Join(string(s), "trimmed"), time.Now()
	if info, err := os.Stat(mark); err == nil && now.Sub(info.ModTime()) < daily {
		return
	}
	if os.WriteFile(mark, nil, 0o644) != nil {
		return
	}
	os.Chtimes(mark, now, now)
	files, _ := filepath.Glob(filepath.Join(string(s), "??", "*"))
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && now.Sub(info.ModTime()) > keep {
			os.Remove(f)
		}
	}
}
