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
	// Scores fills dst[j][0:hi-lo] with w e x̃_j of rows lo … hi. It may be called from several goroutines at once.
	Scores func(lo, hi int, dst [][]float64)
	// Cluster codes a cluster variable on the regression's rows.
	Cluster func(name string) (codes []int32, levels int, err error)
}

// Effect is an absorbed effect as the degrees of freedom see it.
type Effect struct {
	Codes     []int32
	Levels    int
	Intercept bool
	Slopes    int
}

// Result is a covariance and its degrees of freedom.
type Result struct {
	V        *mat.SymDense
	Clusters []int   // numbers of clusters, in the order of Spec.By
	K        int     // parameters that the small-sample correction counted
	DF       float64 // of the t distribution
	Notes    []string
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

// nested counts without the levels of effects that lie inside a cluster: each leaves one (fixest's K.fixef = "nonnested").
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
func Estimate(p *Problem, s Spec) (*Result, error) {
	if s.Type != Cluster && len(s.By) > 0 {
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
