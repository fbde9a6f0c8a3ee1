//go:build unix

package gonb

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ownGroup has the child lead a process group, so that its compilers, gopls and programs can be killed with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills the child and all it has started.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// killHeirs kills what the child has started in groups of their own, as it does gopls, which holds 200 MB: all processes
// whose environment has the child's folder as TMPDIR, or, where a system does not tell environments, whose arguments
// name something in it.
func killHeirs(dir string) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		environ, err := os.ReadFile(file)
		if pid, perr := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil && perr == nil && pid != os.Getpid() &&
			bytes.Contains(append([]byte{0}, environ...), []byte("\x00TMPDIR="+dir+"\x00")) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	if len(files) > 0 {
		return
	}
	out, _ := exec.Command("ps", "-A", "-o", "pid=,args=").Output()
	for line := range strings.Lines(string(out)) {
		id, args, _ := strings.Cut(strings.TrimSpace(line), " ")
		if pid, err := strconv.Atoi(id); err == nil && pid != os.Getpid() && strings.Contains(args, dir+"/") {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// guardScript gets the child's process id as $0 and its folder as $1; it does what killGroup and killHeirs do.
const guardScript = `read -r _ && exit
kill -9 -- "-$0" 2>/dev/null
if [ -d /proc/self ]; then
  grep -lF "TMPDIR=$1" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r _ _ pid _; do kill -9 "$pid" 2>/dev/null; done
else
  ps -A -o pid=,args= | while read -r pid args; do case "$args" in *"$1/"*) kill -9 "$pid" 2>/dev/null;; esac; done
fi
rm -rf -- "$1"`

// guard starts a shell that waits for our end: the pipe to it closes even when we are killed. It then kills the child, its
// group and what it started in others, and removes the folder. The function returned sends the shell home.
func guard(pid int, dir string) func() {
	cmd := exec.Command("/bin/sh", "-c", guardScript, strconv.Itoa(pid), dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Jupyter kills our group, not the guard
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	pipe, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return func() {}
	}
	return func() {
		pipe.Write([]byte("\n"))
		pipe.Close()
		cmd.Wait()
	}
}

// interruptCompiler sends SIGINT to the go commands under pid: GoNB does not pass interrupts on while it compiles. It does so
// only while still is true, since listing the processes takes time.
func interruptCompiler(pid int, still func() bool) {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=,comm=").Output()
	if err != nil {
		return
	}
	for line := range bytes.Lines(out) {
		f := strings.Fields(string(line))
		if len(f) < 3 || f[1] != strconv.Itoa(pid) {
			continue
		}
		name := f[2][strings.LastIndex(f[2], "/")+1:]
		if id, err := strconv.Atoi(f[0]); err == nil && still() && (name == "go" || name == "goimports") {
			syscall.Kill(id, syscall.SIGINT)
		}
	}
}
