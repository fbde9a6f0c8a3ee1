//go:build !unix

// Package process tells what the running program has used so far.
package process

// CPUSeconds is not known here.
func CPUSeconds() float64 { return 0 }

// PeakKB is not known here.
func PeakKB() int64 { return 0 }
