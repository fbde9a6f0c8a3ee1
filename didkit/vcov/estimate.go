package vcov

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Problem is what a covariance needs to know of a regression with p columns and n rows.
type Problem struct {
	N       int
	K       int     // coefficients of the regression without fixed effects; an intercept counts
	SSR     float64 // Σ w e²
	Bread   *mat.SymDense
	Effects []Effect
	Weights []float64 // nil means 1 each
	// Ones tells that the first of the columns is a constant, orthogonal to the others, which are centred. Where there are
	// effects it lies in their span.
	Ones bool
	// Coefs are the coefficients that tests and intervals are wanted of.
	Coefs []Coefficient
	// Scores fills dst[j][0:hi-lo] with w e x̃_j of rows lo … hi. It may be called from several goroutines at once.
	Scores func(lo, hi int, dst [][]float64)
	// Columns fills x[j][0:hi-lo] with x̃_j, the columns net of the effects, and e[0:hi-lo] with the residuals of rows
	// lo … hi. It may be called from several goroutines at once.
	Columns func(lo, hi int, x [][]float64, e []float64)
	// Cluster codes a cluster variable on the regression's rows.
	Cluster func(name string) (codes []int32, levels int, err error)
	// Values are a variable's on the regression's rows.
	Values func(name string) ([]float64, error)
	// Stop ends long loops once it gives an error, which the caller asks for and returns in place of the result; nil goes on.
	Stop func() error
}

// stopped is the error of Stop, nil without it.
func (p *Problem) stopped() error {
	if p.Stop == nil {
		return nil
	}
	return p.Stop()
}

// Effect is an absorbed effect as the degrees of freedom see it.
type Effect struct {
	Codes     []int32
	Levels    int
	Intercept bool
	Slopes    int
	Values    [][]float64 // of the slopes' columns, one a row each
}

// Coefficient is Σ_j Weights_j β_j over the columns: for the constant of an uncentred regression more than one weight.
type Coefficient struct {
	Name     string
	Weights  []float64
	Estimate float64
}

// Test is what a coefficient's test gives where it is not that of its error and one t distribution.
type Test struct {
	P         float64
	Low, High float64 // the interval's ends; infinite where the interval has none
	DF        float64 // degrees of freedom behind P, 0 if there are none
}

// Result is a covariance and its degrees of freedom.
type Result struct {
	V        *mat.SymDense
	Clusters []int   // numbers of clusters, in the order of Spec.By
	K        int     // parameters that the small-sample correction counted
	DF       float64 // of the t distribution
	Tests    []Test  // of Problem.Coefs, in order; nil where error and DF say it all
	// Indefinite tells that V may have negative eigenvalues, which Positive mends.
	Indefinite bool
	Lag        *int // of Newey-West and Driscoll-Kraay errors
	Notes      []string
}

// TooFewClusters is the error for fewer than two clusters.
type TooFewClusters struct {
	Variable string
	Clusters int
}

func (e *TooFewClusters) Error() string {
	return fmt.Sprintf("%s has %d cluster among the rows used; clustered errors need two at least, and some forty to be trusted", e.Variable, e.Clusters)
}

// Full is the number of parameters when every effect counts: K + Σ levels - (effects - 1), as fixest counts it, slopes
// counting one a level.
func (p *Problem) Full() int {
	k, intercepts := p.K, 0
	for _, e := range p.Effects {
		if e.Intercept {
			k += e.Levels
			intercepts++
		}
		k += e.Slopes * e.Levels
	}
	return k - max(intercepts-1, 0)
}

// Nonnested counts parameters as Full does, without the levels of effects that lie inside a cluster: each leaves one (fixest's
// K.fixef = "nonnested").
func (p *Problem) Nonnested(clusters [][]int32) int {
	k := p.Full()
	for _, e := range p.Effects {
		if !e.Intercept {
			continue
		}
		for _, c := range clusters {
			if inside(e, c) {
				k -= e.Levels - 1
				break
			}
		}
	}
	return k
}

// inside tells whether every level of the effect lies in one cluster.
func inside(e Effect, cluster []int32) bool {
	if len(e.Codes) > 0 && &e.Codes[0] == &cluster[0] {
		return true
	}
	first := make([]int32, e.Levels)
	for i := range first {
		first[i] = -1
	}
	for i, l := range e.Codes {
		switch {
		case first[l] < 0:
			first[l] = cluster[i]
		case first[l] != cluster[i]:
			return false
		}
	}
	return true
}

// Estimate computes the covariance that spec asks for, with fixest 0.14's small-sample factors: iid SSR/(n-K); HC1
// n/(n-K); clusters G/(G-1) · (n-1)/(n-K) with nested effects left out of K, G the smallest number of clusters where
// there are several ways (Cameron, Gelbach & Miller 2011, with fixest's G.df = "min"). t has n-K or G-1 degrees of freedom.
// The level of the intervals concerns those that are no multiple of the error (Result.Tests).
func Estimate(p *Problem, s Spec, level float64) (*Result, error) {
	if len(s.By) > 0 && !s.clusters() {
		return nil, fmt.Errorf("%s errors have no clusters, but %s is named; clustered errors are vcov=cluster(%s)",
			Spec{Type: s.Type}, strings.Join(s.By, ", "), strings.Join(s.By, ", "))
	}
	switch s.Type {
	case "", IID:
		r := &Result{K: p.Full(), DF: float64(p.N - p.Full()), V: scaled(p.Bread, p.SSR/float64(p.N-p.Full()))}
		return r, nil
	case Hetero:
		k := p.Full()
		v := sandwich(p.Bread, p.meatRows())
		return &Result{K: k, DF: float64(p.N - k), V: scaled(v, float64(p.N)/float64(p.N-k))}, nil
	case Cluster:
		return p.clustered(s.By)
	case HC2, HC3:
		return p.adjusted(s.Type)
	case CR2, CR3:
		return p.reduced(s.Type, s.By, level)
	case NeweyWest, DriscollKraay:
		return p.serial(s.Type, s.Serial)
	case Conley:
		return p.conley(s.Space)
	case WildBoot:
		return p.wild(s, level)
	}
	return nil, fmt.Errorf("no covariance %q; there are %s, %s and %s(…)", s.Type, IID, Hetero, Cluster)
}

func scaled(a *mat.SymDense, f float64) *mat.SymDense {
	out := mat.NewSymDense(a.SymmetricDim(), nil)
	out.ScaleSym(f, a)
	return out
}

// sandwich is B M B.
func sandwich(bread, meat *mat.SymDense) *mat.SymDense {
	n := bread.SymmetricDim()
	var bm, v mat.Dense
	bm.Mul(bread, meat)
	v.Mul(&bm, bread)
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			out.SetSym(i, j, (v.At(i, j)+v.At(j, i))/2)
		}
	}
	return out
}
