package main

import (
	"testing"

	"github.com/alecthomas/kong"

	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// TestUsageInChinese: every text of the grammar has its Chinese.
func TestUsageInChinese(t *testing.T) {
	k, err := kong.New(&cli{}, kong.Name("didnb"), kong.Description(description), kong.Bind(streams{}))
	if err != nil {
		t.Fatal(err)
	}
	texts := 0
	err = kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		help := ""
		switch n := node.(type) {
		case *kong.Application:
			help = n.Help
		case *kong.Node:
			help = n.Help
		case *kong.Flag:
			help = n.Help
		case *kong.Value:
			help = n.Help
		}
		if help != "" {
			texts++
			if zh.Help(help) == help {
				t.Errorf("no Chinese for %q", help)
			}
		}
		return next(nil)
	})
	if err != nil || texts < 30 {
		t.Errorf("%d texts, %v", texts, err)
	}
}
