package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
)

// InstallCommand is `didnb install`: it writes the kernel spec and says what is missing for Go cells.
type InstallCommand struct {
	User      bool   `help:"For this user; so it is unless told otherwise." xor:"where"`
	Prefix    string `help:"Into a Python installation's folder." xor:"where" placeholder:"DIR"`
	SysPrefix bool   `help:"Into the Python or conda environment that is active." xor:"where"`
	Name      string `help:"Of the kernel." default:"didnb"`
	Go        bool   `name:"go" help:"Also build what Go cells need and lack (GoNB, goimports, gopls, at the versions this didnb was tested with), and compile a first Go cell, so that yours need not wait for it."`
}

// Run writes the spec.
func (c *InstallCommand) Run(ctx context.Context, k *kong.Kong) error {
	kernels, err := c.kernels(ctx)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if program, err = filepath.EvalSymlinks(program); err != nil {
		return err
	}
	dir, err := writeSpec(kernels, c.Name, program)
	if err != nil {
		return err
	}
	fmt.Fprintf(k.Stdout, "the kernel stands in %s\n", dir)
	missing := gonb.Missing()
	if c.Go {
		if err := gonb.Install(ctx, missing, k.Stdout); err != nil {
			return err
		}
		fmt.Fprintln(k.Stdout, "compiling a first Go cell, which can take a minute")
		return tryCells(ctx, func(name, format string, args ...any) {
			fmt.Fprintf(k.Stdout, "%s %s\n", name, fmt.Sprintf(format, args...))
		}, []trial{warmingCell})
	}
	if len(missing) == 0 {
		fmt.Fprintln(k.Stdout, "Go cells: Go, GoNB, goimports and gopls are there; didnb install --go compiles a first cell, for which the first notebook would wait")
		return nil
	}
	fmt.Fprintln(k.Stdout, "magics work; for Go cells in the same notebooks run didnb install --go:")
	for _, m := range missing {
		fmt.Fprintf(k.Stdout, "  %s is missing: %s\n", m.Program, m.Remedy)
	}
	return nil
}

// kernels is the folder that the flags ask for.
func (c *InstallCommand) kernels(ctx context.Context) (string, error) {
	switch {
	case c.Prefix != "":
		return prefixKernels(c.Prefix), nil
	case c.SysPrefix:
		for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
			if dir := os.Getenv(name); dir != "" {
				return prefixKernels(dir), nil
			}
		}
		out, err := exec.CommandContext(ctx, "python3", "-c", "import sys; print(sys.prefix, end='')").Output()
		if err != nil || len(out) == 0 {
			return "", errors.New("no Python environment is active and there is no python3; use --prefix DIR")
		}
		return prefixKernels(string(out)), nil
	}
	return userKernels()
}
