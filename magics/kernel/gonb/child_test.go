package gonb

import "testing"

func TestGoFlags(t *testing.T) {
	for users, want := range map[string]string{
		"":                   "-mod=mod -ldflags=-s",
		"-race":              "-race -mod=mod -ldflags=-s",
		"-ldflags=-X=main=1": "-ldflags=-X=main=1 -mod=mod",
	} {
		if got := goFlags(users); got != want {
			t.Errorf("%q: %q, want %q", users, got, want)
		}
	}
}
