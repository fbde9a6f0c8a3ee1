//go:build unix

// Package process tells what the running program has used so far.
package process

import (
	"runtime"
	"syscall"
)

// CPUSeconds is the processor time on all cores: on a busy machine it says more than the clock.
func CPUSeconds() float64 {
	u := usage()
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// PeakKB is the most memory that the program held, in KiB.
func PeakKB() int64 {
	peak := int64(usage().Maxrss)
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		peak /= 1024 // bytes there
	}
	return peak
}

func usage() (u syscall.Rusage) {
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it fails for a wrong address only
	return u
}
