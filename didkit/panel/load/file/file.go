// Package file opens what is to be read, with an error that names the nearest file there is, and replaces what is
// written as a whole, so that no reader ever sees half a file.
package file

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Open opens a file for reading and tells its size in bytes. The error of a file that is not there is a *Missing.
func Open(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0, missing(path)
	case errors.Is(err, fs.ErrPermission):
		return nil, 0, fmt.Errorf("no permission to read %q", path)
	case err != nil:
		return nil, 0, fmt.Errorf("%q can't be opened: %w", path, bare(err))
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fmt.Errorf("%q can't be read: %w", path, bare(err))
	}
	if info.IsDir() {
		f.Close()
		return nil, 0, fmt.Errorf("%q is a folder, not a file", path)
	}
	return f, info.Size(), nil
}

// Read reads a whole file; one whose name ends in .gz is decompressed. The slice has room for one byte more, so that a
// caller can close the last line without a copy. Reading ends soon after stop, if it is not nil, gives an error, which Read
// then returns.
func Read(path string, stop func() error) ([]byte, error) {
	f, size, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if strings.EqualFold(filepath.Ext(path), ".gz") {
		z, err := gzip.NewReader(&asking{f, stop})
		if err != nil {
			return nil, fmt.Errorf("%q ends in .gz but holds no gzip data", path)
		}
		data, err := io.ReadAll(z)
		if err != nil {
			return nil, fmt.Errorf("%q is a damaged gzip file: %w", path, err)
		}
		return data, nil
	}
	data := make([]byte, 0, size+1)
	if n := readParts(&asking{f, stop}, data[:size]); n == int(size) {
		data = data[:size]
		if _, err := f.Seek(size, io.SeekStart); err != nil {
			return nil, fmt.Errorf("%q can't be read: %w", path, bare(err))
		}
	}
	rest := &asking{f, stop}
	for {
		n, err := rest.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q can't be read: %w", path, bare(err))
		}
		if len(data) == cap(data) { // the file grows, or is a device without a size
			data = append(data, 0)[:len(data)]
		}
	}
}

// readParts fills data from the beginning of a large file, a part for each processor: copying out of the system's cache
// takes as long as parsing a good deal of it. It returns len(data), or less where it did nothing or a part was not there.
func readParts(f io.ReaderAt, data []byte) int {
	const least = 8 << 20
	parts := min(runtime.GOMAXPROCS(0), len(data)/least)
	if parts < 2 {
		return 0
	}
	read := make([]int, parts)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() {
			from, to := i*len(data)/parts, (i+1)*len(data)/parts
			read[i], _ = f.ReadAt(data[from:to], int64(from))
		})
	}
	wg.Wait()
	sum := 0
	for _, n := range read {
		sum += n
	}
	return sum
}

// asking asks before each piece that it reads whether to go on.
type asking struct {
	f    *os.File
	stop func() error
}

// Asking is f, whose ReadAt gives the error of stop once there is one; f itself where stop is nil.
func Asking(f *os.File, stop func() error) io.ReaderAt {
	if stop == nil {
		return f
	}
	return &asking{f, stop}
}

// piece is the most that is read between two questions.
const piece = 16 << 20

// Read is io.Reader's.
func (a *asking) Read(b []byte) (int, error) {
	if a.stop != nil {
		if err := a.stop(); err != nil {
			return 0, err
		}
	}
	return a.f.Read(b[:min(len(b), piece)])
}

// ReadAt is io.ReaderAt's.
func (a *asking) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) || len(b) == 0 {
		if a.stop != nil {
			if err := a.stop(); err != nil {
				return n, err
			}
		}
		k, err := a.f.ReadAt(b[n:min(len(b), n+piece)], at+int64(n))
		n += k
		if err != nil || len(b) == 0 {
			return n, err
		}
	}
	return n, nil
}

// Replace writes a file as a whole: write fills a new file beside path, which then takes its place. Where write or the
// disk fails, path is as it was.
func Replace(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // the file behind the link is meant, not the link
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%q is a folder, not a file", path)
	}
	f, err := beside(path)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("%q is not written: %w", path, bare(err))
	}
	return nil
}

// beside creates a new file in the folder of path, with the permissions that path has or would get.
func beside(path string) (*os.File, error) {
	mode := fs.FileMode(0o666)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	dir, base := filepath.Split(path)
	for range 100 {
		f, err := os.OpenFile(filepath.Join(dir, fmt.Sprintf(".%s.%08x", base, rand.Uint32())), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		switch {
		case err == nil:
			return f, nil
		case errors.Is(err, fs.ErrExist):
			continue
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("no folder %q to write %q to", filepath.Clean(dir), base)
		case errors.Is(err, fs.ErrPermission):
			return nil, fmt.Errorf("no permission to write %q", path)
		}
		return nil, fmt.Errorf("%q can't be written: %w", path, bare(err))
	}
	return nil, fmt.Errorf("%q can't be written: the folder is full of unfinished files", path)
}

// bare drops "open PATH:" and the like, since the sentence names the path already.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// Missing is the error for a file that is not there.
type Missing struct {
	Path    string
	Nearest []string // names in its folder
}

func (e *Missing) Error() string {
	s := fmt.Sprintf("no file %q", e.Path)
	if len(e.Nearest) > 0 {
		s += "; did you mean " + strings.Join(e.Nearest, " or ") + "?"
	}
	return s
}

// Is makes errors.Is(err, fs.ErrNotExist) hold.
func (e *Missing) Is(target error) bool { return target == fs.ErrNotExist }

// missing looks in the folder for the same name with another ending, else for the nearest one.
func missing(path string) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return &Missing{Path: path}
	}
	var names, twins []string
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		names = append(names, e.Name())
		if strings.EqualFold(stem(e.Name()), stem(base)) {
			twins = append(twins, e.Name())
		}
	}
	if len(twins) > 3 {
		twins = twins[:3]
	}
	if len(twins) == 0 {
		twins = suggest.Nearest(base, names)
	}
	return &Missing{Path: path, Nearest: twins}
}

// stem is a name up to its first dot after the beginning: castle of castle.csv.gz.
func stem(name string) string {
	if i := strings.IndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}
