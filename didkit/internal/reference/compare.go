package reference

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Compare holds a fit against a case and reports every number that is off, with its digits. It returns the largest
// relative difference of the estimates and of the standard errors.
func Compare(tb testing.TB, c *Case, fit *regress.Fit) (estimate, stdError float64) {
	tb.Helper()
	h := &holder{tb: tb, tol: c.Tolerance}
	if fit.N != c.N {
		tb.Errorf("n: got %d, want %d", fit.N, c.N)
	}
	if d := c.Dropped; d != nil {
		h.count("missing rows", fit.Dropped.Missing, d.Missing)
		h.count("singleton rows", fit.Dropped.Singleton, d.Singleton)
	}
	if c.Collinear != nil && !slices.Equal(fit.Collinear, c.Collinear) {
		tb.Errorf("collinear: got %q, want %q", fit.Collinear, c.Collinear)
	}
	for _, l := range fit.FixedEffects {
		if want, ok := c.Levels[l.Name]; ok && want != l.Levels {
			tb.Errorf("levels of %s: got %d, want %d", l.Name, l.Levels, want)
		}
	}
	for _, want := range c.Coef {
		got, ok := fit.Coefficient(want.Term)
		if !ok {
			tb.Errorf("no coefficient %s among %s", want.Term, terms(fit))
			continue
		}
		h.row(got, want)
	}
	complete := len(c.Coef) == len(fit.Coef)
	if (c.Covariance != nil || c.Dropped != nil) && !complete {
		tb.Errorf("got %d coefficients, want %d: %s", len(fit.Coef), len(c.Coef), terms(fit))
	}
	if c.Covariance != nil && complete {
		h.covariance(fit, c)
	}
	if c.Constant != nil {
		if fit.Constant == nil {
			tb.Error("no constant")
		} else {
			got := *fit.Constant
			got.Term = "constant"
			h.row(got, *c.Constant)
		}
	}
	h.near("df_t", fit.DFT, c.DFT, 1e-12, 0)
	h.near("ssr", fit.SSR, c.SSR, 10*c.Tolerance.Estimate, 0)
	h.near("rmse", fit.RMSE, c.RMSE, 10*c.Tolerance.Estimate, 0)
	h.share("r2", fit.R2, c.R2)
	h.share("r2_adj", fit.R2Adj, c.R2Adj)
	h.share("r2_within", fit.R2Within, c.R2Within)
	h.share("r2_within_adj", fit.R2WithinAd, c.R2WithinAdj)
	return h.worst[0], h.worst[1]
}

type holder struct {
	tb    testing.TB
	tol   Tolerance
	worst [2]float64
}

func (h *holder) count(what string, got int, want *int) {
	h.tb.Helper()
	if want != nil && got != *want {
		h.tb.Errorf("%s: got %d, want %d", what, got, *want)
	}
}

// near fails where got is further from want than relative times its size plus absolute; a NaN is never near.
func (h *holder) near(what string, got float64, want *float64, relative, absolute float64) float64 {
	h.tb.Helper()
	if want == nil {
		return 0
	}
	if absolute == 0 {
		compared.Near(h.tb, what, got, *want, relative, 0)
	} else { // relative to what is allowed, at the tolerance of errors
		compared.Within(h.tb, what, got, *want, h.tol.StdError, (relative*math.Abs(*want)+absolute)/h.tol.StdError)
	}
	return math.Abs(got-*want) / math.Abs(*want)
}

// share holds an R² to 1e-9 of one.
func (h *holder) share(what string, got float64, want *float64) {
	h.tb.Helper()
	if want != nil {
		compared.Within(h.tb, what, got, *want, 1e-9, 1)
	}
}

// covariance compares the entries off the diagonal; programs order terms differently (R puts interactions last).
func (h *holder) covariance(fit *regress.Fit, c *Case) {
	h.tb.Helper()
	names := terms(fit)
	for i, a := range c.Coef {
		for j, b := range c.Coef[:i] {
			p, q := slices.Index(names, a.Term), slices.Index(names, b.Term)
			if p < 0 || q < 0 {
				continue // reported as a missing coefficient
			}
			scale := fit.Coef[p].StdError * fit.Coef[q].StdError
			compared.Within(h.tb, fmt.Sprintf("covariance of %s and %s", a.Term, b.Term), fit.V[p][q], c.Covariance[i][j], 2*c.Tolerance.StdError, scale)
		}
	}
}

func (h *holder) row(got regress.Coef, want Coef) {
	h.tb.Helper()
	label := func(what string) string { return fmt.Sprintf("%s of %s", what, got.Term) }
	h.worst[0] = max(h.worst[0], h.near(label("estimate"), got.Estimate, &want.Estimate, h.tol.Estimate, 0))
	if want.StdError == nil {
		return
	}
	h.worst[1] = max(h.worst[1], h.near(label("standard error"), got.StdError, want.StdError, h.tol.StdError, 0))
	if want.Statistic != nil {
		t := *want.Statistic
		h.near(label("statistic"), got.Statistic, want.Statistic, h.tol.StdError+h.tol.Estimate, 0)
		// d log p / d log t is about t² in the normal tail and less in that of t
		h.near(label("p"), got.PValue, want.PValue, 2*h.tol.StdError*max(1, t*t), 1e-300)
	}
	half := h.tol.Estimate*math.Abs(want.Estimate) + 20*h.tol.StdError**want.StdError
	h.near(label("lower end"), got.ConfLow, want.ConfLow, 0, half)
	h.near(label("upper end"), got.ConfHigh, want.ConfHigh, 0, half)
}

func terms(fit *regress.Fit) []string {
	names := make([]string, len(fit.Coef))
	for i, c := range fit.Coef {
		names[i] = c.Term
	}
	return names
}
