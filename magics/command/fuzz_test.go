package command_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// FuzzRun runs any line on the towns: it works, or it is told by a diagnostic whose place lies inside the source; an
// internal error is never one of them. What a line leaves completes and inspects without a panic.
func FuzzRun(f *testing.F) {
	for _, seed := range []string{
		"%did y ~ x | town + year treat=D vcov=cluster(town, year) level=0.9 go=true",
		"%reg c(y, log(x)) ~ i(year, ref=2012):x + sw(w, I(w^2)) | region^year + town[year] weights=w if=\"year > 2011 & region == 'East'\"",
		"%reg y ~ l(x, 1:2) + f(x) + d(w) + poly(x)", "%eventstudy y ~ 1 treat=D window=-2:3 ends=clip ref=-2 vcov=hetero",
		"%gen z = winsor(log(x), 0.05) by=region if=x>1", "%gen `a b`=lq(part, whole)/lag(y, -2)", "%gen adopt2 = post(adopt) - exposure(adopt)",
		"%describe y x detail=true if=missing(x)", "%trend y by=region if=\"D == 0\"", "%panel head n=3", "%panel load towns.csv as=q delim=tab", "%panel use panel",
		"%table m stat=ci keep=x,D controls=w digits=2", "%plot m terms=D", "%compare m published=table2 column=(2)", "%wald m that=\"D = 2 * x\" zero=x",
		"%session", "%lang zh\n%did y ~ x treat=D", "%didhelp winsor", "%param a=x\n%reg y ~ ${a}", "%reg y ~ x \\\n | town", "%reg y ~ (x + w)^2 - 1 + 0", "%reg ~ x", "%reg y ~ x | | town",
		"%gen z = 1e308 * 1e308", "%reg y ~ I(x*0) vcov=iid", "%reg y ~ town", "%gen t = \"text\"", "%gen u = region", "%reg y ~ x if=region",
	} {
		f.Add(seed)
	}
	data, err := os.ReadFile("testdata/towns.csv")
	if err != nil {
		f.Fatal(err)
	}
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "towns.csv"), data, 0o666); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, slow := range []string{"out", "save", "placebo", "mediate", "robust", "psm", "leaveout", "hetero", "power"} { // or writing files
			if strings.Contains(src, slow) {
				t.Skip()
			}
		}
		s := session.New(dir)
		s.NoFigures = true
		if err := command.Run(context.Background(), s, towns+"%reg y ~ D + x + w as=m", func(command.Output) {}); err != nil {
			t.Fatal(err)
		}
		err := command.Run(context.Background(), s, src, func(o command.Output) {
			line, err := command.JSON(o)
			if err != nil || !utf8.Valid(line) && utf8.ValidString(src) {
				t.Errorf("%s: %v", line, err)
			}
			if o.Text == "" {
				t.Errorf("%%%s shows nothing", o.Magic)
			}
		})
		checkDiagnostic(t, src, err)
		for _, at := range []int{0, len(src) / 2, len(src)} {
			command.Complete(s, src, at)
			command.Inspect(s, src, at)
		}
	})
}

func checkDiagnostic(t *testing.T, src string, err error) {
	if err == nil {
		return
	}
	var d *lang.Diagnostic
	if !errors.As(err, &d) {
		t.Fatalf("%T: %v", err, err)
	}
	if strings.Contains(d.Summary, "internal error") {
		t.Fatal(d.Summary)
	}
	lines := strings.Split(src, "\n")
	if d.Where.Line < 1 || d.Where.Line > len(lines) {
		t.Fatalf("line %d of %d: %s", d.Where.Line, len(lines), d.Summary)
	}
	if n := utf8.RuneCountInString(lines[d.Where.Line-1]); d.Where.Col < 1 || d.Where.EndCol < d.Where.Col || d.Where.EndCol > n+1 {
		t.Fatalf("columns %d to %d of %d: %s", d.Where.Col, d.Where.EndCol, n, d.Summary)
	}
	if strings.Contains(d.Summary, "NaN") && !strings.Contains(src, "NaN") {
		t.Errorf("a sentence with NaN: %s", d.Summary)
	}
}
