package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/kernel/gonb"
	"github.com/seed2d25c7c2/didnb/magics/zh"
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
func (c *InstallCommand) Run(ctx context.Context, k *kong.Kong, l wording.Language) error {
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
	fmt.Fprintf(k.Stdout, l.Pick("the kernel stands in %s\n", "内核已写入 %s\n"), dir)
	missing := gonb.Missing()
	if c.Go {
		if err := gonb.Install(ctx, missing, k.Stdout); err != nil {
			return err
		}
		fmt.Fprintln(k.Stdout, l.Pick("compiling a first Go cell, which can take a minute", "正在编译第一个 Go 单元格，可能需要一分钟"))
		return tryCells(ctx, l, func(name, format string, args ...any) {
			fmt.Fprintf(k.Stdout, "%s %s\n", name, fmt.Sprintf(format, args...))
		}, []trial{warmingCell})
	}
	if len(missing) == 0 {
		fmt.Fprintln(k.Stdout, l.Pick("Go cells: Go, GoNB, goimports and gopls are there; didnb install --go compiles a first cell, for which the first notebook would wait",
			"Go 单元格：Go、GoNB、goimports 与 gopls 俱在；didnb install --go 先编译一个单元格，以免第一个笔记等待"))
		return nil
	}
	fmt.Fprintln(k.Stdout, l.Pick("magics work; for Go cells in the same notebooks run didnb install --go:", "命令可用；要在同一笔记中用 Go 单元格，请运行 didnb install --go："))
	for _, m := range missing {
		fmt.Fprintf(k.Stdout, l.Pick("  %s is missing: %s\n", "  缺少 %s；%s\n"), m.Program, l.Pick(m.Remedy, zh.Sentence(m.Remedy)))
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
