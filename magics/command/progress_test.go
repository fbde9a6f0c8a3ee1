package command_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/progress"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// Whatever repeats an estimation tells how far it is up to the end, and stops when it is told to, leaving no result.
func TestProgressAndInterruption(t *testing.T) {
	before := towns + "%did y ~ x + part | town + year treat=D as=m1\n%eventstudy y ~ x treat=D window=-2:3 as=es1\n"
	for _, line := range []string{
		"%placebo m1 reps=300 as=r", "%did y ~ 1 treat=D method=mc lambda=0.5 minpre=2 boot=100 as=r", "%leaveout m1 as=r", "%equivalence es1 method=wild reps=600 as=r", "%power m1 reps=300 as=r", "%power m1 method=imputation reps=100 as=r", "%mediate m1 via=z boot=300 as=r", "%hetero m1 by=region permute=60 as=r",
		"%estimators m1 methods=imputation as=r", "%robust m1 checks=lag,winsor(0.05),policy(z) as=r", "%robust m1 checks=lag curve=true as=r",
		"%did y ~ x treat=D inf=ri(reps=300) as=r", "%did y ~ x treat=D inf=fermanpinto(reps=300) as=r",
		"%reg y ~ D + x | town + year inf=ri(D, reps=300) as=r", "%did y ~ x treat=D method=imputation inf=ri(reps=60) as=r",
	} {
		t.Run(line, func(t *testing.T) {
			s := session.New("testdata")
			s.NoFigures = true
			if _, err := runIn(t, s, before+"%gen z = part * y"); err != nil {
				t.Fatal(diagnosticText(err))
			}
			calls, last, all := 0, 0, 0
			ctx := progress.With(context.Background(), func(done, total int) { calls, last, all = calls+1, done, total })
			if err := command.Run(ctx, s, line, func(command.Output) {}); err != nil {
				t.Fatal(diagnosticText(err))
			}
			if calls < 2 || last != all || all == 0 {
				t.Errorf("%d reports, the last of %d/%d", calls, last, all)
			}

			if _, err := runIn(t, s, "%did y ~ 1 | town + year treat=D as=r"); err != nil {
				t.Fatal(diagnosticText(err))
			}
			kept, _ := s.Result("r")
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			ctx = progress.With(ctx, func(int, int) { stop() })
			err := command.Run(ctx, s, line, func(command.Output) { t.Error("an interrupted line has an output") })
			if !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "interrupted in %") {
				t.Errorf("interrupted: %v", err)
			}
			if r, _ := s.Result("r"); r != kept {
				t.Error("an interrupted line changed the session")
			}
		})
	}
}
