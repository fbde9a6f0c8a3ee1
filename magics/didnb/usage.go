package main

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// translate puts the Chinese in the place of what the grammar says of its commands, flags and arguments.
func translate(model *kong.Application) error {
	return kong.Visit(model, func(node kong.Visitable, next kong.Next) error {
		switch n := node.(type) {
		case *kong.Application:
			n.Help = zh.Help(n.Help)
		case *kong.Node:
			n.Help = zh.Help(n.Help)
		case *kong.Flag:
			n.Help = zh.Help(n.Help)
		case *kong.Value:
			n.Help = zh.Help(n.Help)
		}
		return next(nil)
	})
}

// asksUsage tells whether the words ask for a usage, which any command has in either language.
func asksUsage(args []string) bool {
	return slices.Contains(args, "--help") || slices.Contains(args, "-h")
}

// withoutLanguage are the words without --lang, which inChinese has read.
func withoutLanguage(args []string) (out []string) {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--lang":
			i++
		case !strings.HasPrefix(args[i], "--lang="):
			out = append(out, args[i])
		}
	}
	return out
}

// headings are what kong itself writes into a usage.
var headings = strings.NewReplacer("Usage: ", "用法：", "\nArguments:\n", "\n参数：\n", "\nFlags:\n", "\n选项：\n", "\nCommands:\n", "\n命令：\n", " [flags]", " [选项]", " <command>", " <命令>",
	"\nRun \"", "\n“", " --help\" for more information on a command.", " --help”说明一个命令。", " --help\" for more information.", " --help”说明更多。")

// printUsage is kong's usage, its headings in the language of the answers.
func (s streams) printUsage(o kong.HelpOptions, ctx *kong.Context) error {
	if !s.chinese {
		return kong.DefaultHelpPrinter(o, ctx)
	}
	var text bytes.Buffer
	out := ctx.Stdout
	ctx.Stdout = &text
	defer func() { ctx.Stdout = out }()
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil {
		return err
	}
	_, err := io.WriteString(out, headings.Replace(text.String()))
	return err
}
