// Package zmtp speaks as much of ZeroMQ's transport protocol (ZMTP 3, RFC 23, NULL security) as a Jupyter kernel needs:
// ROUTER, PUB and an echoing REP to listen with, DEALER and SUB to dial with, over TCP and Unix sockets.
//
// A peer can do little harm here: one that connects and says nothing is dropped after a deadline and blocks nobody, one
// that stops reading has a bounded queue and is cut off when that is full, and what a frame's header claims about its
// length is not allocated before it has come.
package zmtp
