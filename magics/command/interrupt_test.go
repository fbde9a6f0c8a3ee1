package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed2d25c7c2/didnb/bench/process"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A magic that does not look at its context is left to itself when it is interrupted: the answer comes at once, and
// what it does afterwards changes neither the session nor the bar nor a file.
func TestInterruptOfWorkThatDoesNotListen(t *testing.T) {
	s := session.New(t.TempDir())
	s.PutResult(&session.Result{Name: "m1"})
	reports := 0
	ctx, stop := context.WithCancel(progress.With(context.Background(), func(int, int) { reports++ }))
	started, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { <-started; stop() }()
	begun := time.Now()
	out, err := interruptible(ctx, s, func(ctx context.Context, s *session.Session) (*Output, error) {
		progress.From(ctx)(1, 2)
		close(started)
		<-goOn
		progress.From(ctx)(2, 2)
		s.SetLanguage(session.Chinese)
		s.PutResult(&session.Result{Name: "m2"})
		c := &call{ctx: ctx, session: s, stmt: &lang.Statement{}}
		ended <- c.writeFile(lang.Arg{}, s.Path("t.tex"), []byte("late"))
		return &Output{}, nil
	})
	if took := time.Since(begun); out != nil || !errors.Is(err, context.Canceled) || took > 150*time.Millisecond {
		t.Errorf("interrupted: %v, %v after %v", out, err, took)
	}
	close(goOn)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a file written after the interrupt: %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "t.tex")); !os.IsNotExist(err) {
		t.Error("the file is there")
	}
	if reports != 1 || s.Language() != session.English || len(s.ResultNames()) != 1 {
		t.Errorf("%d reports, language %s, results %v after the interrupt", reports, s.Language(), s.ResultNames())
	}
}

// Work that ends within the patience counts as ended.
func TestInterruptTooLate(t *testing.T) {
	s := session.New("")
	ctx, stop := context.WithCancel(context.Background())
	out, err := interruptible(ctx, s, func(ctx context.Context, s *session.Session) (*Output, error) {
		stop()
		s.SetLanguage(session.Chinese)
		return &Output{}, nil
	})
	if out == nil || err != nil || s.Language() != session.Chinese {
		t.Errorf("%v, %v, language %s", out, err, s.Language())
	}
}

// largeSession holds a file p.csv of 4,000 units over ten periods, of which long computations can be asked.
func largeSession(t *testing.T) *session.Session {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("id,t,x,w,d,y\n")
	for i := range 4000 {
		start := []int{4, 6, 8, 99}[i%4]
		for k := 1; k <= 10; k++ {
			d := 0
			if k >= start {
				d = 1
			}
			fmt.Fprintf(&csv, "%d,%d,%d,%d,%d,%d\n", i, k, (i*31+k*17)%97, (i*13)%89, d, d*20+(i*7+k*k*11)%101)
		}
	}
	s := session.New(t.TempDir())
	s.NoFigures = true
	if err := os.WriteFile(s.Path("p.csv"), []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// Work that is left to itself takes no processor for long: the goroutines that do it end.
func TestAbandonedWorkEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	s := largeSession(t)
	if err := Run(context.Background(), s, "%panel load p.csv unit=id time=t\n%did y ~ x | id + t treat=d as=m\n%gen z = d * x + y\n%gen dose = d * (1 + id / 4000)\n%panel save p.xlsx", func(Output) {}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"%did y ~ 1 | id + t treat=d method=cs boot=300000", "%did y ~ 1 | id + t treat=d method=sdid boot=10000", "%did y ~ 1 | id + t treat=d method=mc lambda=0.3 minpre=1 boot=10000",
		"%did y ~ x | id + t treat=d vcov=wildboot(id, reps=1000000)",
		"%did y ~ 1 | id + t treat=d method=cdid dose=dose boot=200000", "%panel load p.xlsx unit=id time=t as=q",
		"%psm d ~ x + w distance=mahalanobis", "%placebo m reps=10000000", "%mediate m via=z boot=1000000",
	} {
		before := runtime.NumGoroutine()
		ctx, stop := context.WithTimeout(context.Background(), 100*time.Millisecond)
		err := Run(ctx, s, line, func(Output) {})
		stop()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", line, err)
			continue
		}
		used := process.CPUSeconds() // and not the clock, which other work on the machine moves too
		for runtime.NumGoroutine() > before && process.CPUSeconds()-used < 2 {
			time.Sleep(5 * time.Millisecond)
		}
		if runtime.NumGoroutine() > before {
			t.Errorf("%s goes on after two seconds of processor time", line)
		}
	}
}

// What an interrupted line still does reads the same panels and results as the lines after it, which come out as ever.
func TestAbandonedWorkBesideOtherLines(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	s := largeSession(t)
	lines := func(ctx context.Context, src string) (text string, err error) {
		err = Run(ctx, s, src, func(o Output) { text += o.Text })
		return text, err
	}
	const after = "%did y ~ x | id + t treat=d as=m\n%gen z = mean(x) by=id\n%describe y x z\n%eventstudy y ~ x | id + t treat=d as=es"
	want, err := lines(context.Background(), "%panel load p.csv unit=id time=t\n"+after)
	if err != nil {
		t.Fatal(err)
	}
	want = want[strings.Index(want, "Difference-in-differences"):]
	for _, line := range []string{
		"%did y ~ w | id + t treat=d method=cs boot=20000 as=r", "%estimators m as=r", "%psm d ~ x + w as=q", "%leaveout m as=r", "%power m method=cs as=r", "%did y ~ x | id + t treat=d method=etwfe as=r",
		"%hetero m by=w permute=50 as=r", "%panel load p.csv unit=id time=t as=q",
	} {
		held := fmt.Sprint(s.PanelNames(), s.ResultNames())
		ctx, stop := context.WithTimeout(context.Background(), 5*time.Millisecond)
		_, err := lines(ctx, line)
		stop()
		if err == nil { // a quick machine
			held = fmt.Sprint(s.PanelNames(), s.ResultNames())
			continue
		}
		if got := fmt.Sprint(s.PanelNames(), s.ResultNames()); got != held {
			t.Errorf("%s, interrupted, changed what is held: %s, before %s", line, got, held)
		}
		got, err := lines(context.Background(), after)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ReplaceAll(got, "replaced", "made") != strings.ReplaceAll(want, "replaced", "made") {
			t.Errorf("after %s was interrupted:\n%s\nbefore:\n%s", line, got, want)
		}
	}
}
