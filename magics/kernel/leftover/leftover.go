// Package leftover removes the folders of sockets that killed kernels left behind.
package leftover

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// young is the age below which a folder is let be: its owner may have made the socket and not listen yet.
const young = time.Minute

// Remove removes the folders in dir that os.MkdirTemp made with that prefix and in which nobody listens any more on the
// socket of that name. A number of a process would not tell: it may be another's by now, or count in another container.
// What can't be judged or removed stays.
func Remove(dir, prefix, socket string) {
	made := regexp.MustCompile("^" + regexp.QuoteMeta(prefix) + "[0-9]+$")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if folder := filepath.Join(dir, e.Name()); e.IsDir() && made.MatchString(e.Name()) && abandoned(folder, filepath.Join(folder, socket)) {
			os.RemoveAll(folder)
		}
	}
}

func abandoned(folder, socket string) bool {
	info, err := os.Lstat(folder)
	if err != nil || time.Since(info.ModTime()) < young {
		return false
	}
	if info, err = os.Lstat(socket); err != nil || info.Mode().Type() != os.ModeSocket {
		return false
	}
	c, err := net.DialTimeout("unix", socket, time.Second)
	if err == nil {
		c.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}
