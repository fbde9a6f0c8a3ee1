package command_test

import (
	"strings"
	"testing"
)

// %hetero shows the groups as separate samples and in one regression.
func TestHeteroShowsBothWays(t *testing.T) {
	out, _ := mustRun(t, towns+"%did y ~ x | town + year treat=D as=m1\n%hetero m1 by=exposure bins=0-1,2+")
	text := out[len(out)-1].Text
	for _, want := range []string{"Effects by group", "The same groups in one regression", "0-1 ", "2+ "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
