package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the module's version, the revision it was built from, Go's version and the platform.
func (versionCommand) Run(s streams) error {
	version, revision := build()
	if revision != "" {
		revision = " " + revision
	}
	_, err := fmt.Fprintf(s.out, "didnb %s%s %s %s/%s\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// build is the module's version and the revision it was built from, "" if that is not known.
func build() (version, revision string) {
	version = "(devel)"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, ""
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	for _, v := range info.Settings {
		if v.Key == "vcs.revision" && len(v.Value) >= 12 {
			revision = v.Value[:12]
		}
	}
	return version, revision
}
