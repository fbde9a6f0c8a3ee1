package vcov

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

const (
	// fewEffective is how many equal clusters a coefficient's must be worth not to be told of: below it clustered t tests
	// reject too often (MacKinnon, Nielsen & Webb 2023, section 4).
	fewEffective = 10
	// weighedRows bounds the rows that are passed over once more to weigh clusters.
	weighedRows = 200_000
)

// EffectiveClusters is G* = G/(1 + Γ), Γ the squared coefficient of variation of the clusters' shares in a coefficient's
// variance under independent errors of one variance (Carter, Schnepel & Steigerwald 2017, eq. 4 with their ρ = 0; MacKinnon,
// Nielsen & Webb 2023): with x̌ the regressor net of all others, cluster g's share is its partial leverage Σ_g w x̌².
// effective and largest, the largest share, are one a coefficient of Problem.Coefs.
func (p *Problem) EffectiveClusters(codes []int32, groups int) (effective, largest []float64) {
	k := p.Bread.SymmetricDim()
	weights := make([][]float64, len(p.Coefs)) // Bℓ
	for c, coef := range p.Coefs {
		weights[c] = make([]float64, k)
		for i := range k {
			for j, l := range coef.Weights {
				weights[c][i] += p.Bread.At(i, j) * l
			}
		}
	}
	share := make([]float64, len(p.Coefs)*groups)
	x, e, own := columnsOf(k), make([]float64, blockRows), make([]float64, blockRows)
	for lo := 0; lo < p.N; lo += blockRows {
		hi := min(p.N, lo+blockRows)
		p.Columns(lo, hi, x, e)
		for c := range p.Coefs {
			clear(own)
			for j, b := range weights[c] {
				if b != 0 {
					for r, v := range x[j][:hi-lo] {
						own[r] += b * v
					}
				}
			}
			for r, v := range own[:hi-lo] {
				w := p.rootWeight(lo+r) * v
				share[c*groups+int(codes[lo+r])] += w * w
			}
		}
	}
	effective, largest = make([]float64, len(p.Coefs)), make([]float64, len(p.Coefs))
	for c := range p.Coefs {
		sum, squares := 0.0, 0.0
		for _, s := range share[c*groups : (c+1)*groups] {
			sum += s
			squares += s * s
		}
		effective[c] = sum * sum / squares // G/(1 + Γ)
		largest[c] = slices.Max(share[c*groups:(c+1)*groups]) / sum
	}
	return effective, largest
}

// unequal is the note on the coefficient whose clusters are worth the fewest equal ones, "" where none is worth too few.
func (p *Problem) unequal(by string, codes []int32, groups int) string {
	if p.Columns == nil || len(p.Coefs) == 0 || p.N > weighedRows {
		return ""
	}
	effective, largest := p.EffectiveClusters(codes, groups)
	at, few := 0, 0
	for c, g := range effective {
		if g < fewEffective {
			few++
		}
		if g < effective[at] {
			at = c
		}
	}
	if few == 0 {
		return ""
	}
	if largest[at] > 0.9 {
		return counting.Sprintf("one of the %d clusters of %s holds %.0f %% of the variation of %s: its coefficient rests on that cluster, and clustered errors can't measure its shocks",
			groups, by, 100*largest[at], p.Coefs[at].Name)
	}
	others := ""
	switch {
	case few == 2:
		others = " (and for 1 further coefficient fewer than 10)"
	case few > 2:
		others = fmt.Sprintf(" (and for %d further coefficients fewer than 10)", few-1)
	}
	return counting.Sprintf("the %d clusters of %s are worth %.1f equal ones for %s, the largest holding %.0f %% of its variation%s: clustered tests reject too often; vcov=CR2(%s) or wildboot(%s) is made for that",
		groups, by, effective[at], p.Coefs[at].Name, 100*largest[at], others, by, by)
}
