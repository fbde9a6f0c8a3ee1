// Package install makes the kernel known to Jupyter and looks after what it needs: `didnb install`, `didnb kernel`,
// `didnb lab` and `didnb doctor`.
package install
