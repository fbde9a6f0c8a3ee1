package vcov

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/absorb"
	"github.com/seed2d25c7c2/didnb/didkit/distribution"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// projection is the regression's hat matrix without the part P_F of the effects that lie inside clusters: H = P_F + QQ', in
// columns multiplied by √w. Q's first k columns span the regressors net of all effects, the rest the crossing effects net of
// F.
type projection struct {
	k, q  int
	first int        // column of Problem that Q's first belongs to
	rows  []float64  // n × q
	lower *mat.Dense // L, with the bread B = LL' and Q's first columns X̃L
	resid []float64  // √w ê
	cross *crossing
}

// maxProjection bounds the numbers that Q takes.
const maxProjection = 1 << 27

func (p *Problem) project(t Type, c *crossing) (*projection, error) {
	all := p.Bread.SymmetricDim()
	h := &projection{cross: c, resid: make([]float64, p.N)}
	if p.Ones && len(p.Effects) > 0 {
		h.first = 1
	}
	h.k = all - h.first
	rank := 0
	if c.root != nil {
		_, rank = c.root.Dims()
	}
	h.q = h.k + rank
	if p.N*h.q > maxProjection {
		return nil, fmt.Errorf("vcov=%s holds %d rows by %d columns of regressors and crossing effects, which is beyond memory; write vcov=cluster(…)", t, p.N, h.q)
	}
	bread := mat.NewSymDense(max(h.k, 1), nil)
	for i := range h.k {
		for j := i; j < h.k; j++ {
			bread.SetSym(i, j, p.Bread.At(i+h.first, j+h.first))
		}
	}
	var chol mat.Cholesky
	if h.k == 0 || !chol.Factorize(bread) {
		return nil, errors.New("the regressors' cross products are singular, so leverages can't be computed")
	}
	var l mat.TriDense
	chol.LTo(&l)
	h.lower = mat.DenseCopyOf(&l)
	h.rows = make([]float64, p.N*h.q)
	x, e := columnsOf(all), make([]float64, blockRows)
	for lo := 0; lo < p.N; lo += blockRows {
		hi := min(p.N, lo+blockRows)
		p.Columns(lo, hi, x, e)
		for i := lo; i < hi; i++ {
			w := p.rootWeight(i)
			h.resid[i] = w * e[i-lo]
			row := h.rows[i*h.q:]
			for j := range h.k {
				for a := j; a < h.k; a++ {
					row[j] += w * x[a+h.first][i-lo] * h.lower.At(a, j)
				}
			}
		}
	}
	return h, h.addCrossing(p, rank)
}

func (p *Problem) rootWeight(i int) float64 {
	if p.Weights == nil {
		return 1
	}
	return math.Sqrt(p.Weights[i])
}

// addCrossing fills the columns of the crossing effects.
func (h *projection) addCrossing(p *Problem, rank int) error {
	errs := make([]error, rank)
	parallel.Unless(p.Stop, 0, rank, func(j int) {
		x := make([]float64, p.N)
		for k, e := range h.cross.effects {
			n := e.columns()
			for i, l := range e.Codes {
				for which := range n {
					x[i] += e.value(i, which) * h.cross.root.At(h.cross.offset[k]+int(l)*n+which, j)
				}
			}
		}
		w, err := h.cross.nested.Within([][]float64{x})
		if err != nil {
			errs[j] = err
			return
		}
		for i, v := range w.Column(0) {
			h.rows[i*h.q+h.k+j] = p.rootWeight(i) * v
		}
	})
	return errors.Join(append(errs, p.stopped())...)
}

// leverOne is how near to one a leverage is one: the row, or the direction in a cluster, is fitted exactly and counts
// nothing (the generalised inverse of clubSandwich).
const leverOne = 1e-10

// adjusted is HC2 and HC3 (MacKinnon & White 1985): residuals over √(1−h) or 1−h, with h the leverage in the regression
// with all dummies; t has n − K degrees of freedom.
func (p *Problem) adjusted(t Type) (*Result, error) {
	if p.Columns == nil {
		return nil, &NeedsRegression{t}
	}
	c, largest, err := p.besideLargest(t)
	if err != nil {
		return nil, err
	}
	h, err := p.project(t, c)
	if err != nil {
		return nil, err
	}
	factor := make([]float64, p.N)
	ones := 0
	level := levelWeights(p, largest)
	for i := range factor {
		lever := 0.0
		if largest != nil {
			lever = p.rootWeight(i) * p.rootWeight(i) / level[largest.Codes[i]]
		}
		for _, q := range h.rows[i*h.q : (i+1)*h.q] {
			lever += q * q
		}
		switch left := 1 - lever; {
		case left < leverOne:
			ones++
		case t == HC2:
			factor[i] = 1 / math.Sqrt(left)
		default:
			factor[i] = 1 / left
		}
	}
	adjusted := *p
	adjusted.Scores = func(lo, hi int, dst [][]float64) {
		p.Scores(lo, hi, dst)
		for _, s := range dst[:p.Bread.SymmetricDim()] {
			for r := range hi - lo {
				s[r] *= factor[lo+r]
			}
		}
	}
	k := p.Full()
	r := &Result{K: k, DF: float64(p.N - k), V: sandwich(p.Bread, adjusted.meatRows())}
	if ones > 0 {
		r.Notes = append(r.Notes, counting.Sprintf("%d rows have a leverage of one: they are fitted exactly and add nothing to the errors", ones))
	}
	return r, nil
}

// besideLargest takes the effect with most levels out, whose leverages are its shares of weight, and leaves the others as
// columns.
func (p *Problem) besideLargest(t Type) (*crossing, *Effect, error) {
	at := -1
	for k, e := range p.Effects {
		if e.Intercept && e.Slopes == 0 && (at < 0 || e.Levels > p.Effects[at].Levels) {
			at = k
		}
	}
	c := &crossing{}
	var inner []absorb.Effect
	var largest *Effect
	for k, e := range p.Effects {
		if k == at {
			largest = &p.Effects[k]
			inner = append(inner, absorb.Effect{Codes: e.Codes, Levels: e.Levels, Intercept: true})
			continue
		}
		c.effects, c.offset = append(c.effects, e), append(c.offset, c.dims)
		c.dims += e.Levels * e.columns()
	}
	return c, largest, c.factor(p, t, inner)
}

func levelWeights(p *Problem, e *Effect) []float64 {
	if e == nil {
		return nil
	}
	out := make([]float64, e.Levels)
	for i, l := range e.Codes {
		w := p.rootWeight(i)
		out[l] += w * w
	}
	return out
}

// reduced is CR2 and CR3 of Bell & McCaffrey (2002) as Pustejovsky & Tipton (2018) have it for fixed effects: each
// cluster's residuals multiplied by (I − H_gg)^(-1/2) or (I − H_gg)^(-1), generalised inverses with H the hat matrix of the
// regression with all dummies. The degrees of freedom of each coefficient are Satterthwaite's under independent errors of
// one variance, their eq. 11. clubSandwich computes the same.
func (p *Problem) reduced(t Type, by []string, level float64) (*Result, error) {
	if len(by) != 1 {
		return nil, fmt.Errorf("%s takes one cluster variable, as in vcov=%s(city)", t, t)
	}
	if p.Columns == nil {
		return nil, &NeedsRegression{t}
	}
	if p.Weights != nil {
		return nil, &WeightedModel{t, by[0]}
	}
	r, err := p.clustered(by)
	if err != nil {
		return nil, err
	}
	codes, groups, err := p.Cluster(by[0])
	if err != nil {
		return nil, err
	}
	c, err := p.apart(t, codes)
	if err != nil {
		return nil, err
	}
	h, err := p.project(t, c)
	if err != nil {
		return nil, err
	}
	b := h.adjust(t, codes, groups, p.Stop)
	if err := p.stopped(); err != nil {
		return nil, err
	}
	meat := mat.NewSymDense(h.k, nil)
	for g := range groups {
		meat.SymRankOne(meat, 1, mat.NewVecDense(h.k, b.score[g]))
	}
	var lm, v mat.Dense
	lm.Mul(h.lower, meat)
	v.Mul(&lm, h.lower.T())
	r.V = mat.NewSymDense(p.Bread.SymmetricDim(), nil)
	for i := range h.k {
		for j := i; j < h.k; j++ {
			r.V.SetSym(i+h.first, j+h.first, v.At(i, j))
		}
	}
	r.Notes, r.DF = nil, math.Inf(1)
	for _, k := range p.Coefs {
		if err := p.stopped(); err != nil {
			return nil, err
		}
		df := b.satterthwaite(h, k.Weights)
		w := mat.NewVecDense(len(k.Weights), k.Weights)
		se := math.Sqrt(mat.Inner(w, r.V, w))
		half := distribution.CriticalT(level, df) * se
		r.Tests = append(r.Tests, Test{P: distribution.TwoSidedT(k.Estimate/se, df), Low: k.Estimate - half, High: k.Estimate + half, DF: df})
		r.DF = math.Min(r.DF, df)
	}
	if math.IsInf(r.DF, 1) {
		r.DF = float64(groups - 1)
	}
	r.Notes = append(r.Notes, fmt.Sprintf("each coefficient has Satterthwaite's degrees of freedom; joint tests and linear combinations use the smallest, %.3g", r.DF))
	return r, nil
}

// WeightedModel is the error for CR2 and CR3 of a weighted regression.
type WeightedModel struct {
	Type Type
	By   string
}

func (e *WeightedModel) Error() string {
	return fmt.Sprintf("%s corrects under a model of the errors' variance, which weights leave open; write vcov=cluster(%s), or leave weights= out", e.Type, e.By)
}

// adjustedClusters are the clusters' adjusted regressors: A_g Q_g of the first k columns, in the order of clusters.
type adjustedClusters struct {
	members [][]int32
	aq      [][]float64 // each n_g × k
	score   [][]float64 // each k: (A Q)'ê
}

func (h *projection) adjust(t Type, codes []int32, groups int, stop func() error) *adjustedClusters {
	out := &adjustedClusters{members: make([][]int32, groups), aq: make([][]float64, groups), score: make([][]float64, groups)}
	for i, g := range codes {
		out.members[g] = append(out.members[g], int32(i))
	}
	power := -0.5
	if t == CR3 {
		power = -1
	}
	parallel.Unless(stop, 0, groups, func(g int) {
		rows := out.members[g]
		n := len(rows)
		q := mat.NewDense(n, h.q, nil)
		for r, i := range rows {
			q.SetRow(r, h.rows[int(i)*h.q:(int(i)+1)*h.q])
		}
		x := q.Slice(0, n, 0, h.k)
		var aq mat.Dense
		if n < h.q {
			gram := mat.NewSymDense(n, nil)
			gram.SymOuterK(1, q)
			aq.Mul(inversePower(gram, power), x)
		} else {
			gram := mat.NewSymDense(h.q, nil)
			gram.SymOuterK(1, q.T())
			aq.Mul(q, inversePower(gram, power).Slice(0, h.q, 0, h.k))
		}
		score := make([]float64, h.k)
		for r, i := range rows {
			for j := range h.k {
				score[j] += aq.At(r, j) * h.resid[i]
			}
		}
		out.aq[g], out.score[g] = slices.Clone(aq.RawMatrix().Data), score
	})
	return out
}

// inversePower is (I − S)^power, on the eigenvectors where I − S is not zero.
func inversePower(s *mat.SymDense, power float64) *mat.Dense {
	n := s.SymmetricDim()
	var e mat.EigenSym
	out := mat.NewDense(n, n, nil)
	if !e.Factorize(s, true) {
		out.Apply(func(int, int, float64) float64 { return math.NaN() }, out)
		return out
	}
	var u, scaled mat.Dense
	e.VectorsTo(&u)
	scaled.CloneFrom(&u)
	for k, l := range e.Values(nil) {
		f := 0.0
		if 1-l > leverOne {
			f = math.Pow(1-l, power)
		}
		for i := range n {
			scaled.Set(i, k, u.At(i, k)*f)
		}
	}
	out.Mul(&scaled, u.T())
	return out
}

// satterthwaite is tr(P)²/tr(P²) with P_gh = p_g'p_h and p_g the column of residuals' maker times cluster g's adjusted
// regressor: P = diag(|t_g|²) − RR', where t_g = A_g X̃_g Bℓ and R_g = Q_g't_g.
func (b *adjustedClusters) satterthwaite(h *projection, weights []float64) float64 {
	c := make([]float64, h.k) // L'ℓ
	for j := range h.k {
		for a := j; a < h.k; a++ {
			c[j] += h.lower.At(a, j) * weights[a+h.first]
		}
	}
	rr := mat.NewSymDense(h.q, nil)
	trace, squares := 0.0, 0.0
	for g, rows := range b.members {
		r := make([]float64, h.q)
		d, own := 0.0, 0.0
		for k, i := range rows {
			t := 0.0
			for j, v := range c {
				t += b.aq[g][k*h.k+j] * v
			}
			d += t * t
			for j, q := range h.rows[int(i)*h.q : (int(i)+1)*h.q] {
				r[j] += t * q
			}
		}
		for _, v := range r {
			own += v * v
		}
		trace += d - own
		squares += d*d - 2*d*own
		rr.SymRankOne(rr, 1, mat.NewVecDense(h.q, r))
	}
	for i := range h.q {
		for j := range h.q {
			squares += rr.At(i, j) * rr.At(i, j)
		}
	}
	return trace * trace / squares
}
