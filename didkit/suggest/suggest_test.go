package suggest_test

import (
	"fmt"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

func ExamplePhrase() {
	fmt.Println("no variable PGPD" + suggest.Phrase("PGPD", []string{"PGDP", "GOVSUP", "URB"}))
	// Output: no variable PGPD; did you mean PGDP?
}

func TestNearest(t *testing.T) {
	cases := []struct {
		word       string
		candidates []string
		want       string
	}{
		{"did", []string{"DID", "HC"}, "[DID]"},
		{"evenstudy", []string{"eventstudy", "estimators"}, "[eventstudy]"},
		{"zzz", []string{"DID", "HC"}, "[]"},
		{"城市名", []string{"城市", "年份"}, "[城市]"},
		{"ab", []string{"ac", "bb", "aa", "ax"}, "[aa ac ax]"},
	}
	for _, c := range cases {
		if got := fmt.Sprint(suggest.Nearest(c.word, c.candidates)); got != c.want {
			t.Errorf("Nearest(%q): got %s, want %s", c.word, got, c.want)
		}
	}
}
