// Package wire is Jupyter's messages between client and kernel, version 5.4: the connection file, the frames of a
// message, and its signature.
package wire

// Version is the protocol's.
const Version = "5.4"
