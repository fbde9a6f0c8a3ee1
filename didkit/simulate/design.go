// Package simulate makes panels with staggered policies from a written design: who adopts what and when, how covariates
// move, what the policies do and to whom, how noisy the outcome is. The same design gives the same panel to the last bit
// on every machine.
//
// Panel makes one from a Design, usually read from a JSON file; Staggered makes a small textbook one for tests and
// examples. The truth behind a panel (every row's effect) comes with it, which no real data set gives.
package simulate

// Design says how a panel comes about. Steps follow the order of the fields: units get their traits, traits decide who
// adopts, covariates are drawn, mediators respond to policies, and the outcome responds to all of them.
type Design struct {
	Simulated bool   `json:"simulated"` // must be true: a file that makes data up says so
	About     string `json:"about,omitempty"`
	Seed      uint64 `json:"seed"`

	Units  Index `json:"units"`  // numbered from 1
	Period Index `json:"period"` // numbered from First

	// Traits are what a unit is and remains: standard normal numbers, one a unit and trait, independent of each other.
	Traits []string `json:"traits,omitempty"`

	Adoptions  []Adoption  `json:"adoptions"`
	Covariates []Covariate `json:"covariates,omitempty"`
	Mediators  []Covariate `json:"mediators,omitempty"`
	Outcome    Outcome     `json:"outcome"`
	Counts     *Counts     `json:"counts,omitempty"`
	Missing    []Missing   `json:"missing,omitempty"`

	// Columns are the variables of the panel in order, after unit and period; empty means all, in the order made.
	Columns []string `json:"columns,omitempty"`
}

// Index is a dimension of the panel.
type Index struct {
	Name  string `json:"name"`
	First int    `json:"first,omitempty"` // of the periods; units count from 1
	Count int    `json:"count"`
}

// Mixture is a weighted sum of a unit's traits plus a part of its own: Σ_k loading_k·trait_k + own·u, u standard normal.
type Mixture struct {
	Load map[string]float64 `json:"load,omitempty"`
	Own  float64            `json:"own,omitempty"`
}

// Adoption hands out one or several policies that are decided together.
type Adoption struct {
	Policies []Policy `json:"policies"`
	// Joint is in force where all of Policies are; nil if there is no such variable.
	Joint *Policy `json:"joint,omitempty"`
	// Stages choose units one after another. A stage ranks the units not yet chosen by its mixture, takes the highest,
	// as many as its groups need, and deals them to the groups at random.
	Stages []Stage `json:"stages"`
}

// Policy is a 0/1 variable that is 1 from the unit's adoption on.
type Policy struct {
	Name string `json:"name"`
	// Adopted names the column of adoption periods, missing where never; "" leaves it out.
	Adopted string `json:"adopted,omitempty"`
}

// Stage is one round of choosing units.
type Stage struct {
	Select Mixture `json:"select"`
	Groups []Group `json:"groups"`
}

// Group is a number of units with the same adoption period of each policy; 0 means never.
type Group struct {
	Units int   `json:"units"`
	Adopt []int `json:"adopt"`
}

// Covariate is a variable that varies over units and periods. With i the unit and t the period its latent value is
//
//	z_it = unit_i + path_t + slope·v_i·(t - middle)/periods + shock·w_t + noise·e_it
//
// with v, w standard normal and e a stationary AR(1) series of variance 1. Shape turns z into the variable's own units,
// then policies act, and the result is cut to the shape's range and rounded.
type Covariate struct {
	Name  string  `json:"name"`
	Label string  `json:"label,omitempty"`
	Zh    string  `json:"zh,omitempty"` // the label in Chinese
	Unit  Mixture `json:"unit"`
	Path  Path    `json:"path,omitempty"`
	Slope float64 `json:"slope,omitempty"`
	Shock float64 `json:"shock,omitempty"`
	Noise Noise   `json:"noise"`
	Shape *Shape  `json:"shape,omitempty"`
	// Effects are what policies in force add, in the variable's own units.
	Effects  map[string]float64 `json:"effects,omitempty"`
	Decimals int                `json:"decimals"` // of the published value; -1: not rounded
}

// Path is a course over time: straight lines through the points (period, value), level before the first and after the
// last. No point means 0.
type Path [][2]float64

// Noise is what a unit's periods have beyond everything else.
type Noise struct {
	SD float64 `json:"sd"`
	AR float64 `json:"ar,omitempty"` // correlation of neighbouring periods, in (-1, 1)
	DF int     `json:"df,omitempty"` // Student's t with so many degrees of freedom (scaled to variance 1); 0: normal
}

// Shape maps latent values onto a range: with u = (z - min z)/(max z - min z) over the panel,
//
//	x = Min + (Max - Min)·[1 - (1 - u^A)^B],
//
// Kumaraswamy's (1980) distribution function, which keeps 0 and 1: the least and the greatest value of the panel are Min
// and Max, and A and B set mean and standard deviation.
type Shape struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
	A   float64 `json:"a"`
	B   float64 `json:"b"`
}

// Outcome is the variable that policies are about:
//
//	y_it = level_i + path_t + Σ_k coef_k·ẍ_k,it + Σ_p effect_p,it·D_p,it + s_i·e_it,   cut at Floor,
//
// ẍ being a variable's two-way within deviation (so that coefficients don't move the units' levels), s_i =
// Noise.SD·level_i^Power (levels stand for size: larger units vary more), and e an AR(1) series of variance 1.
type Outcome struct {
	Name     string             `json:"name"`
	Label    string             `json:"label,omitempty"`
	Zh       string             `json:"zh,omitempty"`
	Level    Level              `json:"level"`
	Path     Path               `json:"path,omitempty"`
	Coef     map[string]float64 `json:"coef,omitempty"` // covariates, mediators and policies
	Effects  []Effect           `json:"effects,omitempty"`
	Noise    Noise              `json:"noise"`
	Power    float64            `json:"power,omitempty"` // 0: the same noise everywhere
	Floor    *float64           `json:"floor,omitempty"`
	Decimals int                `json:"decimals"` // -1: not rounded; Counts ignores it
}

// Level is a unit's lasting height: Base + Scale·exp(Sigma·q), q the normal score of the mixture's rank among units;
// with Sigma 0 it is Base + Scale·mixture. A normal score is Φ⁻¹((rank - ½)/n).
type Level struct {
	Base  float64 `json:"base"`
	Scale float64 `json:"scale"`
	Sigma float64 `json:"sigma,omitempty"`
	Mixture
}

// Effect is what a policy adds to the outcome e periods after adoption: Path[e]·m_i, the last value standing for all
// later periods. With q the normal score of the mixture's rank among adopters, x_i = exp(Spread·q_i) and
// c_i = x_i/(1 + x_i/Cap) over its mean among adopters, m_i = Base + (1 - Base)·c_i: multipliers average 1. Spread 0
// gives all the same effect, 2 gives most of it to a few; Cap limits how far ahead of the others those few can be (0: no
// limit); Base is what an adopter outside those few gets, less than nothing if it loses to them.
type Effect struct {
	Policy string    `json:"policy"`
	Path   []float64 `json:"path"`
	Spread float64   `json:"spread,omitempty"`
	Cap    float64   `json:"cap,omitempty"`
	Base   float64   `json:"base,omitempty"`
	Mixture
}

// Counts makes the outcome the location quotient of two counts,
//
//	y_it = (part_it/whole_it) / (Σ_i part_it / Σ_i whole_it).
//
// Wholes are units' sizes, exp(Size mixture)·Median grown by Growth a period, with some noise, and tilted in every period
// by exp(κ_t h_i), h the unit's rank by mean outcome in [-1, 1] and κ_t such that the mean of the outcome weighted by
// wholes is 1, as any location quotient's is. Parts are outcome × share_t × whole, rounded; the outcome is then computed
// from the counts and differs from the intended one by the rounding of persons only.
type Counts struct {
	Part   string  `json:"part"`
	Whole  string  `json:"whole"`
	Size   Mixture `json:"size"`
	Median float64 `json:"median"`
	Growth float64 `json:"growth"`
	Noise  Noise   `json:"noise"`
	Share  Path    `json:"share"` // of parts in wholes, over all units
}

// Missing takes a variable away from whole units, chosen at random among those that adopt none of the policies in Spare.
type Missing struct {
	Variable string   `json:"variable"`
	Units    int      `json:"units"`
	Spare    []string `json:"spare,omitempty"`
}
