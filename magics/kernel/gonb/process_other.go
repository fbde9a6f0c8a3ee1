//go:build !unix

package gonb

import (
	"os"
	"os/exec"
)

// GoNB itself does not run here (it needs named pipes); these let the rest of the kernel be built.

func ownGroup(*exec.Cmd) {}

func killGroup(p *os.Process) { p.Kill() }

func killHeirs(string) {}

func guard(int, string) func() { return func() {} }

func interruptCompiler(int, func() bool) {}
