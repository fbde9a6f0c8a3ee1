package gonb

import (
	"context"
	"io"
	"strings"
	"testing"
)

func TestToolPath(t *testing.T) {
	for program, want := range map[string]string{
		"gonb": "github.com/janpfeifer/gonb", "goimports": "golang.org/x/tools/cmd/goimports", "gopls": "golang.org/x/tools/gopls",
	} {
		if got, err := toolPath(program); err != nil || got != want {
			t.Errorf("%s: %q, %v", program, got, err)
		}
	}
	if got, err := toolPath("dance"); err == nil {
		t.Errorf("got %q", got)
	}
}

func TestInstallNeedsGo(t *testing.T) {
	err := Install(context.Background(), []Tool{{"go", "install Go"}}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "install Go") {
		t.Errorf("got %v", err)
	}
}
