package did

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// NoWildBootstrap is the error for the wild cluster bootstrap of an average of many estimates.
type NoWildBootstrap struct{ Method Method }

func (e *NoWildBootstrap) Error() string {
	return fmt.Sprintf("method=%s averages many estimates, and the wild cluster bootstrap tests single coefficients of one regression; write vcov=cluster(…), or method=twfe", e.Method)
}

// NoErrors is the error for a covariance that a method's estimates can't have.
type NoErrors struct {
	Method Method
	Vcov   vcov.Spec
}

func (e *NoErrors) Error() string {
	switch e.Vcov.Type {
	case vcov.NeweyWest, vcov.DriscollKraay:
		return fmt.Sprintf("method=%s has effects of single periods, and vcov=%s rests on many periods for each coefficient: its errors come out near zero; write vcov=cluster(…), or method=twfe", e.Method, e.Vcov.Type)
	}
	return fmt.Sprintf("method=%s does not carry the rows' places to its own regression, as vcov=%s needs; write vcov=cluster(…), by region for instance, or method=twfe", e.Method, e.Vcov.Type)
}

// admits refuses the errors that a method of staggered adoption can't have whatever the data; what remains is up to the
// regression or the influence functions that it rests on.
func (m Method) admits(v vcov.Spec) error {
	if m == SyntheticDID || m == SyntheticControl || m.lowRank() { // they have errors of their own
		return nil
	}
	switch v.Type {
	case vcov.WildBoot:
		return &NoWildBootstrap{m}
	case vcov.NeweyWest, vcov.DriscollKraay:
		return &NoErrors{m, v}
	case vcov.Conley:
		if m != SunAbraham {
			return &NoErrors{m, v}
		}
	}
	return nil
}
