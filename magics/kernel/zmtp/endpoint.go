package zmtp

import (
	"fmt"
	"strings"
)

// splitEndpoint reads tcp://host:port or ipc://path as a network and address of package net.
func splitEndpoint(endpoint string) (network, address string, err error) {
	scheme, rest, ok := strings.Cut(endpoint, "://")
	switch {
	case ok && scheme == "tcp" && rest != "":
		return "tcp", rest, nil
	case ok && scheme == "ipc" && rest != "":
		return "unix", rest, nil
	}
	return "", "", fmt.Errorf("zmtp: %q is no endpoint; it is tcp://host:port or ipc://path", endpoint)
}
