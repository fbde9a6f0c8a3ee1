//go:build unix

package gonb

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// ownGroup has the child lead a process group, so that its compilers, gopls and programs can be killed with it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills the child and all it has started.
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }

// guard starts a shell that waits for our end: the pipe to it closes even when we are killed. It then kills the child's
// group and removes the folder. The function returned sends the shell home.
func guard(pid int, dir string) func() {
	cmd := exec.Command("/bin/sh", "-c", `read -r _ && exit; kill -9 -- "-$0" 2>/dev/null; rm -rf -- "$1"`, strconv.Itoa(pid), dir)
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
