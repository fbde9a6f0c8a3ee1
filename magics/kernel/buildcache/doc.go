// Package buildcache is a build cache of two layers for the go command (GOCACHEPROG): objects are looked for in a folder
// of one's own and then in a base that is only read. An image carries a warm base, which every container and every
// user of it shares, and what cells add goes to a folder that may be empty at first. `didnb buildcache` serves it.
//
// The protocol is that of cmd/go/internal/cacheprog, Go 1.24 and later: JSON requests on standard input, answers on
// standard output, a put's body as a base64 string behind its request.
package buildcache
