package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// helpCommand explains the command line, one of its commands, or a magic.
type helpCommand struct {
	Lang string `enum:",en,zh" default:"" placeholder:"LANG" help:"Language of the answer, en or zh; without it as LANG says."`
	Word string `arg:"" optional:"" help:"Command or magic."`
}

// Run prints the usage of a command, or a magic's help with its example.
func (h *helpCommand) Run(k *kong.Kong, s streams) error {
	if h.Word == "" {
		return usage(k)
	}
	known := command.Names()
	for _, node := range k.Model.Leaves(true) {
		if node.Name == h.Word {
			return usage(k, h.Word)
		}
		known = append(known, node.Name)
	}
	name := strings.TrimPrefix(h.Word, "%")
	if c, ok := command.Lookup(name); ok {
		_, err := fmt.Fprint(s.out, c.HelpText(session.Language(s.language())))
		return err
	}
	return fmt.Errorf("no command and no magic is named %q%s", h.Word, suggest.Phrase(name, known))
}

// usage prints what --help prints behind the words.
func usage(k *kong.Kong, words ...string) error {
	ctx, err := kong.Trace(k, words)
	if err != nil {
		return err
	}
	return ctx.PrintUsage(false)
}
