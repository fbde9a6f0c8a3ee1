// Package kernel is didnb's Jupyter kernel. It stands between Jupyter and GoNB: magics run in this process, which holds
// the session; the Go code of a cell goes to a GoNB child (package gocell), whose answers are passed on. To the client
// it is one kernel: this package alone counts executions, publishes busy and idle once for each request, echoes input
// and answers.
//
// Each socket has a goroutine that reads it; one goroutine works through the requests of the shell socket and owns the
// session; control is served at once, so that a busy kernel can be interrupted.
package kernel
