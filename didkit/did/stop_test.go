package did_test

import (
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestStop ends every method at every place where it asks whether to go on: the answer is the error of Stop and nothing else,
// wherever that is, and none of the parts that were not done is missed.
func TestStop(t *testing.T) {
	stopped := errors.New("stopped")
	columns := simulate(rand.New(rand.NewPCG(21, 4)), 40, 10, 0)
	gaps, whole, dosed := study().panel(t), columns.panel(t), withDose(columns).panel(t)
	for _, m := range []did.StaggeredSpec{
		{Method: did.CallawaySantAnna, Draws: 50, Sampling: did.EveryRow}, {Method: did.CallawaySantAnna, Draws: 50}, {Method: did.SunAbraham}, {Method: did.Imputation},
		{Method: did.TwoStage}, {Method: did.Stacked}, {Method: did.ExtendedTwoWay}, {Method: did.LocalProjections}, {Method: did.Switching},
		{Method: did.SyntheticDID, Draws: 20}, {Method: did.SyntheticControl, Draws: 20},
		{Method: did.InteractiveEffects, Draws: 10, LowRank: did.LowRank{MinBefore: 2}}, {Method: did.MatrixCompletion, Draws: 10, LowRank: did.LowRank{MinBefore: 2}},
		doseSpec(func(s *did.StaggeredSpec) { s.Draws = 50 }),
	} {
		p := gaps
		if m.Sampling != did.EveryRow {
			p = whole
		}
		if m.Method == did.ContinuousTreatment {
			p = dosed
		} else {
			m.Spec = spec("y ~ 1")
		}
		places := 0
		for allowed := int64(0); ; allowed += 1 + allowed/8 {
			var asked atomic.Int64
			m.Design.Stop = func() error {
				if asked.Add(1) > allowed {
					return stopped
				}
				return nil
			}
			r, err := did.Staggered(p, m)
			if asked.Load() <= allowed {
				if err != nil {
					t.Errorf("%s: %v", m.Method, err)
				}
				break
			}
			if r != nil || !errors.Is(err, stopped) {
				t.Fatalf("%s, stopped after %d questions: %v, %v", m.Method, allowed, r, err)
			}
			places++
		}
		if places == 0 {
			t.Errorf("%s never asks whether to go on", m.Method)
		}
	}
	for _, v := range []vcov.Spec{{}, {Type: vcov.HC3}, {Type: vcov.CR2, By: []string{"unit"}}, {Type: vcov.CR3, By: []string{"unit"}}, {Type: vcov.WildBoot, By: []string{"unit"}, Wild: vcov.Wild{Reps: 999}}} {
		s := spec("y ~ x")
		s.Vcov = v
		for allowed := int64(0); ; allowed++ {
			var asked atomic.Int64
			s.Design.Stop = func() error {
				if asked.Add(1) > allowed {
					return stopped
				}
				return nil
			}
			r, err := did.TWFE(gaps, s)
			if asked.Load() <= allowed {
				if err != nil {
					t.Errorf("twfe, %s: %v", v.Type, err)
				}
				break
			}
			if r != nil || !errors.Is(err, stopped) {
				t.Fatalf("twfe, %s, stopped after %d questions: %v, %v", v.Type, allowed, r, err)
			}
		}
	}
}
