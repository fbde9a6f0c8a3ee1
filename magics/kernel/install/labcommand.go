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
)

// LabCommand is `didnb lab`: JupyterLab with the kernel ready.
type LabCommand struct {
	Dir string `arg:"" optional:"" help:"Folder to open; the current one without it." type:"existingdir"`
}

// Run installs the kernel where JupyterLab looks for this run only, and starts JupyterLab.
func (c *LabCommand) Run(ctx context.Context, k *kong.Kong, l wording.Language) error {
	jupyter, err := exec.LookPath("jupyter-lab")
	if err != nil {
		return errors.New("JupyterLab is missing; run `pip install jupyterlab`")
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "didnb-lab")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	if _, err := writeSpec(filepath.Join(data, "kernels"), "didnb", program); err != nil {
		return err
	}
	path := data
	if old := os.Getenv("JUPYTER_PATH"); old != "" {
		path += string(filepath.ListSeparator) + old
	}
	cmd := exec.CommandContext(ctx, jupyter)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Dir, os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "JUPYTER_PATH="+path)
	fmt.Fprintln(k.Stdout, l.Pick("in JupyterLab, choose the kernel Go (didnb)", "请在 JupyterLab 中选择内核 Go (didnb)"))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("JupyterLab ended: %w", err)
	}
	return nil
}
