// Command didnb runs scripts and notebooks of magics: difference-in-differences from a panel to a finished table.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/magics/kernel/install"
)

// cli is the command line.
type cli struct {
	Eval      evalCommand            `cmd:"" help:"Run a script of magics, without a notebook."`
	Run       runCommand             `cmd:"" help:"Execute notebooks without Jupyter; the copies with outputs go to a folder."`
	Replicate replicateCommand       `cmd:"" help:"Run the study's notebooks and write a report: executed notebooks, one web page, figures and tables."`
	Pack      packCommand            `cmd:"" help:"Pack notebooks, data, results, versions and seeds for a journal's data editor."`
	Audit     auditCommand           `cmd:"" help:"Begin a reading of published numbers."`
	Doctor    doctorCommand          `cmd:"" help:"Look things over before they are needed."`
	Install   install.InstallCommand `cmd:"" help:"Make the kernel known to Jupyter."`
	Lab       install.LabCommand     `cmd:"" help:"Start JupyterLab with the kernel ready."`
	Kernel    install.KernelCommand  `cmd:"" help:"Serve a notebook; Jupyter starts it." hidden:""`
	Cache     install.CacheCommand   `cmd:"" name:"buildcache" help:"Serve the go command a build cache of two layers; GOCACHEPROG names it." hidden:""`
	Version   versionCommand         `cmd:"" help:"Print the version."`
	Help      helpCommand            `cmd:"" help:"Explain a command or a magic."`
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
	chinese  bool // the command line's own answers
}

// reported is an error that the user has been told of already; only the exit status remains.
var errReported = errors.New("reported")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, chinese: locale(os.Args[1:])})
	stop()
	os.Exit(code)
}

// run is main with its surroundings as arguments; it returns the exit status: 0, 1 for a failing line or file, 2 for a
// command line that can't be understood.
func run(ctx context.Context, args []string, s streams) int {
	exit := -1
	var grammar cli
	k, err := kong.New(&grammar, kong.Name("didnb"), kong.Description(description), kong.Writers(s.out, s.err),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError(), kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s, s.language()), kong.Help(s.printUsage))
	if err != nil {
		fmt.Fprintln(s.err, "didnb:", err)
		return 2
	}
	if s.chinese {
		if err := translate(k.Model); err != nil {
			fmt.Fprintln(s.err, "didnb:", err)
			return 2
		}
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if asksUsage(args) {
		args = withoutLanguage(args)
	}
	parsed, err := k.Parse(args)
	switch {
	case exit >= 0: // --help has answered
		return exit
	case err != nil:
		s.say(err)
		fmt.Fprintln(s.err, s.pick("didnb help lists the commands.", "didnb help 列出全部命令。"))
		return 2
	}
	parsed.Bind(k)
	err = parsed.Run()
	if err == nil {
		return 0
	}
	if !errors.Is(err, errReported) {
		s.say(err)
	}
	return 1
}

const description = "Difference-in-differences in a notebook: panels, estimates with honest errors, tables and figures, by one-line magics."
