package placebo

import (
	"context"
	"slices"
	"sync"

	"github.com/seed2d25c7c2/didnb/didkit/bootstrap"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// LeaveOut is the treatment's coefficient with each unit left out in turn.
type LeaveOut struct {
	Treatment string   `json:"treatment"`
	Outcome   string   `json:"outcome"`
	Formula   string   `json:"formula"`
	Actual    float64  `json:"actual"` // with every unit
	Units     []Left   `json:"units"`  // ascending estimate
	Simulated bool     `json:"simulated,omitempty"`
	Data      string   `json:"data,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}

// Left is one unit left out.
type Left struct {
	Unit     string  `json:"unit"`
	Treated  bool    `json:"treated"` // ever
	Estimate float64 `json:"estimate"`
}

// LeaveOneOut estimates the two-way model of s without each unit in turn, exactly, from sums of small matrices instead of
// regressions. It shows whether one unit carries the result. progress may be nil; it is called from one goroutine at a
// time. If ctx ends, so does the work, with its error.
func LeaveOneOut(ctx context.Context, p *panel.Panel, s did.Spec, progress func(done, total int)) (*LeaveOut, error) {
	fit, m, err := did.TWFEModel(p, s)
	if err != nil {
		return nil, err
	}
	d := m.Design
	codes, count, err := d.Codes(p.UnitName())
	if err != nil {
		return nil, err
	}
	var cols [][]float64
	var treat []float64
	for _, j := range m.Kept {
		if d.Terms[j] == formula.Quote(s.Treat) {
			treat = d.X[j]
		} else {
			cols = append(cols, d.X[j])
		}
	}
	g, err := bootstrap.NewGrams(d, append(cols, treat, d.Y), codes, count)
	if err != nil {
		return nil, err
	}
	b, _ := m.Coefficient(formula.Quote(s.Treat))
	r := &LeaveOut{Treatment: s.Treat, Outcome: fit.Outcome, Formula: fit.Formula, Actual: b, Units: make([]Left, count)}
	x, err := d.Column(s.Treat)
	if err != nil {
		return nil, err
	}
	for i, c := range codes {
		u := &r.Units[c]
		if u.Unit == "" {
			if u.Unit, err = d.Label(p.UnitName(), i); err != nil {
				return nil, err
			}
		}
		u.Treated = u.Treated || x[i] == 1
	}
	var mu sync.Mutex
	done := 0
	g.Jackknife(func() bool { return ctx.Err() != nil }, func(i int, f *bootstrap.Factor) {
		r.Units[i].Estimate = f.Coefficient(g.Columns-1, g.Columns-2)
		if progress != nil {
			mu.Lock()
			defer mu.Unlock()
			done++
			progress(done, count)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	missing := 0
	r.Units = slices.DeleteFunc(r.Units, func(l Left) bool {
		if l.Estimate != l.Estimate {
			missing++
			return true
		}
		return false
	})
	if missing > 0 {
		r.Notes = append(r.Notes, counting.Sprintf("without each of %d units the treatment does not vary, and nothing can be estimated", missing))
	}
	slices.SortStableFunc(r.Units, func(a, b Left) int {
		switch {
		case a.Estimate < b.Estimate:
			return -1
		case a.Estimate > b.Estimate:
			return 1
		}
		return 0
	})
	return r, nil
}
