package did

import "github.com/seed2d25c7c2/didnb/didkit/panel"

// RowEffects are the imputed effects of single treated rows, τ_it = y_it - ŷ_it(0) with ŷ(0) from the untreated rows
// (Borusyak, Jaravel & Spiess 2024, section 4.1). None of them is estimated well alone; their averages are.
type RowEffects struct {
	Rows   []int32   // of the panel, ascending
	Tau    []float64 // one a row
	Weight []float64 // regression weight, 1 without
	Sample []bool    // one a row of the panel: the treated rows above and the untreated ones that they are imputed from
}

// ImputeRows imputes the treated rows of s. Units treated in the first period seen, and treated rows of a unit or a
// period without untreated rows, are left out.
func ImputeRows(p *panel.Panel, s Spec) (*RowEffects, error) {
	a, err := StaggeredSpec{Spec: s, Method: Imputation}.adopt(p)
	if err != nil {
		return nil, err
	}
	im, err := a.impute()
	if err != nil {
		return nil, err
	}
	r := &RowEffects{Sample: make([]bool, p.Rows())}
	at := make([]int, p.Rows()) // row of the design + 1
	for k, used := range im.model.use {
		treated := !used
		if !treated {
			r.Sample[im.d.PanelRow(k)] = true
		}
	}
	for _, c := range im.cells {
		for _, k := range c.rows {
			i := im.d.PanelRow(int(k))
			r.Sample[i], at[i] = true, int(k)+1
		}
	}
	for i, k := range at {
		if k > 0 {
			r.Rows, r.Tau, r.Weight = append(r.Rows, int32(i)), append(r.Tau, im.tau(k-1)), append(r.Weight, im.model.weightOf(k-1))
		}
	}
	return r, nil
}
