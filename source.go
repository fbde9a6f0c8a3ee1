package didnb

import "embed"

// Source is what a Go cell's module needs to build with didkit: the library's source, and the go.mod and go.sum that pin
// what it depends on. The kernel unpacks it, since an installed program may have no clone beside it. It must not be changed.
//
//go:embed go.mod go.sum didkit
var Source embed.FS
