package install

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/seed2d25c7c2/didnb/magics/kernel/buildcache"
)

// CacheCommand is `didnb buildcache`: what GOCACHEPROG names where Go cells share a warm build cache, as in the
// workshop's image.
type CacheCommand struct {
	Base string `help:"Folder that is only read." placeholder:"DIR"`
	Own  string `help:"Folder that objects are put into; without it one in the user's cache." placeholder:"DIR"`
}

// Run serves the go command that started it.
func (c *CacheCommand) Run() error {
	own := c.Own
	if own == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return errors.New("there is no folder for a build cache: " + err.Error())
		}
		own = filepath.Join(cache, "didnb", "buildcache")
	}
	own, err := filepath.Abs(own) // the go command wants paths that hold wherever it runs
	if err != nil {
		return err
	}
	base := c.Base
	if base != "" {
		if base, err = filepath.Abs(base); err != nil {
			return err
		}
	}
	return buildcache.Serve(os.Stdin, os.Stdout, buildcache.Layers{Own: own, Base: base})
}
