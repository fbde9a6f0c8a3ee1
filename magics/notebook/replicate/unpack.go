package replicate

import (
	"fmt"
	"io/fs"
	"os"
)

// Unpack writes notebooks and data that a program brings along into a passing folder, for Run's Root, and returns what
// removes it again.
func Unpack(assets fs.FS) (root string, remove func(), err error) {
	root, err = os.MkdirTemp("", "didnb-replicate-*")
	if err != nil {
		return "", nil, fmt.Errorf("no folder for passing files can be made: %w", err)
	}
	remove = func() { os.RemoveAll(root) }
	if err := os.CopyFS(root, assets); err != nil {
		remove()
		return "", nil, fmt.Errorf("the notebooks can't be unpacked to %s: %w", root, err)
	}
	return root, remove, nil
}
