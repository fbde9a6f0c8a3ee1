package diagnose

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Weights are those under which the two-way estimate is a weighted sum of the treated rows' effects.
type Weights struct {
	Treatment string  `json:"treatment"`
	Outcome   string  `json:"outcome"`
	Formula   string  `json:"formula"`
	TWFE      float64 `json:"twfe"`
	Cells     int     `json:"cells"`    // treated rows
	Negative  int     `json:"negative"` // of them with a negative weight

	ShareNegative float64 `json:"share_negative"` // Negative / Cells
	SumNegative   float64 `json:"sum_negative"`   // of the negative weights

	// Sigma is the smallest standard deviation of the effects under which the estimate can come from effects whose mean
	// is zero (σ_fe); SigmaOpposite that under which it can come from effects all of the opposite sign (σ̲_fe), NaN if no
	// weight is negative. Sigma is infinite if all weights are equal.
	Sigma         float64 `json:"sigma_fe"`
	SigmaOpposite float64 `json:"sigma_fe_opposite"`

	Weights   []CellWeight `json:"weights"` // in the panel's order; they add up to one
	Simulated bool         `json:"simulated,omitempty"`
	Data      string       `json:"data,omitempty"`
	Notes     []string     `json:"notes,omitempty"`
}

// CellWeight is the weight of the effect in one treated unit and period.
type CellWeight struct {
	Unit     string  `json:"unit"`
	Time     string  `json:"time"`
	Weight   float64 `json:"weight"`
	Exposure float64 `json:"exposure"` // periods since the unit's first treated row of the sample

	row int32 // of the panel
}

// noWeight is the size of a weight, relative to an equal one, that is rounding.
const noWeight = 1e-10

// TWFEWeights computes the weights of de Chaisemartin & D'Haultfœuille (2020, theorem 1): with ε the residual of the
// treatment on effects and controls and s_i the share of row i (1, or its regression weight) in the treated,
// β = E Σ_{D=1} s_i w_i Δ_i, w_i = ε_i / Σ_{D=1} s_j ε_j. A Weight is s_i w_i. The sensitivity measures are theirs
// (corollary 1): σ_fe = |β| / (Σ s_i (w_i - 1)²)^½, and with the w in descending order and P, S and T the sums from k on
// of s, s w and s w², σ̲_fe = |β| / (T_k + S_k²/(1-P_k))^½ at the first k with w_k < -S_k/(1-P_k).
func TWFEWeights(p *panel.Panel, s did.Spec) (*Weights, error) {
	fit, m, err := did.TWFEModel(p, s)
	if err != nil {
		return nil, err
	}
	d := m.Design
	residual, err := residualTreatment(m, fit.Treatment)
	if err != nil {
		return nil, err
	}
	treat, err := d.Column(s.Treat)
	if err != nil {
		return nil, err
	}
	r := &Weights{Treatment: s.Treat, Outcome: fit.Outcome, Formula: fit.Formula, Weights: []CellWeight{}}
	r.TWFE, _ = m.Coefficient(fit.Treatment)
	units, periods := p.Units(), p.Periods()
	first := map[int32]float64{}
	total, product := 0.0, 0.0
	weight := func(i int) float64 {
		if d.Weights == nil {
			return 1
		}
		return d.Weights[i]
	}
	for i, x := range treat {
		if x != 1 {
			continue
		}
		row := d.PanelRow(i)
		u, now := units.Codes[row], did.PeriodValue(periods, row)
		if at, ok := first[u]; !ok || now < at {
			first[u] = now
		}
		total += weight(i)
		product += weight(i) * residual[i]
	}
	var cells []share
	for i, x := range treat {
		if x != 1 {
			continue
		}
		row := d.PanelRow(i)
		c := share{weight(i) / total, residual[i] * total / product}
		if math.Abs(c.w) < noWeight {
			c.w = 0
		}
		cells = append(cells, c)
		r.Weights = append(r.Weights, CellWeight{units.Label(int(units.Codes[row])), periods.Label(int(periods.Codes[row])), c.s * c.w,
			did.PeriodValue(periods, row) - first[units.Codes[row]], int32(row)})
		if c.w < 0 {
			r.Negative++
			r.SumNegative += c.s * c.w
		}
	}
	r.Cells = len(cells)
	r.ShareNegative = float64(r.Negative) / float64(r.Cells)
	r.Sigma, r.SigmaOpposite = sensitivity(r.TWFE, cells)
	if r.Negative > 0 {
		r.Notes = append(r.Notes, counting.Sprintf("%d of %d treated rows enter with a negative weight: where their effect is larger, the estimate is smaller", r.Negative, r.Cells))
	}
	return r, nil
}

// share is a treated row: its share s of the treated, and its weight w relative to an equal one.
type share struct{ s, w float64 }

// sensitivity computes the two measures of corollary 1.
func sensitivity(beta float64, cells []share) (zero, opposite float64) {
	variance := 0.0
	for _, c := range cells {
		variance += c.s * (c.w - 1) * (c.w - 1)
	}
	zero, opposite = math.Abs(beta)/math.Sqrt(variance), math.NaN()
	if variance < noWeight*noWeight {
		zero = math.Inf(1)
	}
	if !slices.ContainsFunc(cells, func(c share) bool { return c.w < 0 }) {
		return zero, opposite
	}
	ordered := slices.Clone(cells)
	slices.SortStableFunc(ordered, func(a, b share) int { return cmp.Compare(a.w, b.w) }) // from the last on
	var P, S, T float64
	for _, c := range ordered {
		p, s, t := P+c.s, S+c.s*c.w, T+c.s*c.w*c.w
		if !(p < 1) || !(c.w < -s/(1-p)) {
			break // the condition holds for the smallest weights and no others
		}
		P, S, T = p, s, t
	}
	return zero, math.Abs(beta) / math.Sqrt(T+S*S/(1-P))
}
