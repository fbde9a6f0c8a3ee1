package lang_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func ExampleDiagnostic_Text() {
	d := &lang.Diagnostic{
		Summary: `no variable "PGPD" in panel; did you mean PGDP?`,
		Where:   lang.Range{Line: 3, Col: 18, EndCol: 22},
		Source:  "%did 产业 ~ DID + PGPD | city + year",
	}
	fmt.Print(d.Text())
	// Output:
	// no variable "PGPD" in panel; did you mean PGDP?
	//   3 | %did 产业 ~ DID + PGPD | city + year
	//     |                    ^^^^
}

func TestDiagnosticWriters(t *testing.T) {
	cause := errors.New("x")
	d := &lang.Diagnostic{Summary: "a < b", Where: lang.Range{Line: 12, Col: 3, EndCol: 5}, Source: "%x<yz", Cause: cause}
	if got, want := d.ANSI(), "\x1b[1;31ma < b\x1b[0m\n\x1b[2m  12 | \x1b[0m%x<yz\n\x1b[2m     | \x1b[0m  \x1b[31m^^\x1b[0m\n"; got != want {
		t.Errorf("ANSI: got %q, want %q", got, want)
	}
	want := `<div class="didnb-error" style="border-left:3px solid #b3261e;padding:.3em .8em;margin:.3em 0">` +
		`<p style="margin:0;color:#b3261e">a &lt; b</p>` +
		`<pre style="margin:.3em 0 0">12 | %x<mark style="background:none;color:inherit;text-decoration:underline wavy #b3261e">&lt;y</mark>z</pre></div>`
	if got := d.HTML(); got != want {
		t.Errorf("HTML: got %s, want %s", got, want)
	}
	if !errors.Is(d, cause) || d.Error() != "a < b" || d.Place() != "line 12, column 3" {
		t.Errorf("error %v, place %q", d, d.Place())
	}
	long := strings.Repeat("x + ", 100_000)
	d = &lang.Diagnostic{Summary: "s", Where: lang.Range{Line: 2, Col: 200_001, EndCol: 200_002}, Source: long}
	if got, want := d.Text(), "s\n  2 | …"+long[:100]+"x"+long[1:101]+"…\n    | "+strings.Repeat(" ", 101)+"^\n"; got != want {
		t.Errorf("of a long line %q is shown, want %q", got, want)
	}
	if n := len(d.HTML()); n > 1000 {
		t.Errorf("HTML of a long line has %d bytes", n)
	}
	d.Where = lang.Range{Line: 2, Col: 1, EndCol: 400_001}
	if n := len(d.Text()); n > 1000 || d.Source != long {
		t.Errorf("a long word is shown in %d bytes, source changed %v", n, d.Source != long)
	}
	none := &lang.Diagnostic{Summary: "nothing to point at"}
	if none.Text() != "nothing to point at\n" || none.Place() != "" {
		t.Errorf("without a place: %q", none.Text())
	}
}
