package did

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Cross-validation goes as in R's fect: some untreated cells are hidden, in runs of periods, and the model that predicts
// them best is taken, where a model with more factors, or a smaller penalty, must do so better by a hundredth.
const (
	masks      = 5
	hiddenPart = 0.1 // of the untreated cells
	runLength  = 3   // periods
	better     = 0.01
	mostTried  = 5 // factors
	penalties  = 9 // over three powers of ten
	patienceOf = 3 // penalties in a row that are not better
)

// Tolerances in units of the residuals of the two-way model, and the most steps, for the sample, samples drawn and masks.
const (
	closeFit, closeDraw, closeMask = 1e-11, 1e-8, 1e-7
	mostSteps                      = 5000
	drawSteps, maskSteps           = 500, 200
)

// choose fits the model with the number of factors or the penalty asked for, or the one that cross-validation finds.
func (l *lowRank) choose() error {
	units := l.all()
	scale := l.scale()
	l.about.Units, l.about.Periods = len(units), l.k
	least := l.k
	for i := range units {
		n := 0
		for j := range l.k {
			if l.seen[i*l.k+j] {
				n++
			}
		}
		l.about.Cells += n
		least = min(least, n)
	}
	c := l.problem(units, nil)
	c.tolerance, c.maxSteps = closeFit*scale, mostSteps
	if l.spec.Method == MatrixCompletion {
		c.soft = true
		largest := largestValue(c)
		lambda := l.spec.Lambda
		if lambda == 0 && largest > 0 {
			tried := make([]float64, penalties)
			for i := range tried {
				tried[i] = math.Pow(10, -3*float64(i)/(penalties-1))
			}
			at, err := l.validate(len(tried), func(c *completion, i int) { c.soft, c.threshold = true, tried[i]*largest }, scale)
			if err != nil {
				return err
			}
			for i := range l.about.Candidates {
				l.about.Candidates[i].Lambda = &tried[i]
			}
			lambda = tried[at]
		}
		threshold := lambda * largest
		l.about.Lambda, l.about.Threshold = &lambda, &threshold
		c.threshold = threshold
		l.fit = c.complete(nil)
	} else {
		most := min(mostTried, least-1, l.k-2, len(units)-2)
		for p := len(l.x); most > 0 && l.about.Cells-most*(len(units)+l.k)+most*most-p <= 0; {
			most--
		}
		c.rank = max(l.spec.Factors, 0)
		switch {
		case l.spec.Factors == 0:
			at, err := l.validate(max(most, 0)+1, func(c *completion, i int) { c.rank = i }, scale)
			if err != nil {
				return err
			}
			for i := range l.about.Candidates {
				l.about.Candidates[i].Factors = &i
			}
			c.rank = at
		case c.rank > 0 && l.about.Cells-c.rank*(len(units)+l.k)+c.rank*c.rank-len(l.x) <= 0:
			return fmt.Errorf("factors=%d has more parameters than the %d untreated rows can tell; %d at most", c.rank, l.about.Cells, most)
		}
		l.fit = l.bestOf(c)
		l.about.Factors = c.rank
	}
	l.about.describe(c, l.fit)
	switch err := l.spec.Design.Stopped(); {
	case err != nil:
		return err
	case l.fit.converged:
	case c.soft:
		l.notes = append(l.notes, fmt.Sprintf("the model had not settled after %d steps; its effects are those of the last one", l.fit.steps))
	default:
		return fmt.Errorf("the model with %d factors does not settle: with few untreated periods factors run away to fit single rows; ask for fewer by factors=, for longer units by minpre=, or take method=mc, whose penalty holds them back", c.rank)
	}
	return nil
}

// bestOf fits by two ways, from the two-way model and from one factor after another, and takes the better fit: the objective
// has several low points.
func (l *lowRank) bestOf(c *completion) completed {
	direct := c.complete(nil)
	if c.rank < 2 {
		return direct
	}
	b := *c
	var path *completed
	for b.rank = 1; b.rank < c.rank; b.rank++ {
		b.tolerance, b.maxSteps = 1e-3*c.tolerance/closeFit, maskSteps
		next := b.complete(path)
		path = &next
	}
	if other := c.complete(path); other.converged && other.objective < direct.objective*(1-1e-9) {
		return other
	}
	return direct
}

func (m *FactorModel) describe(c *completion, fit completed) {
	m.Values = append([]float64{}, fit.values...)
	m.Steps, m.Converged, m.Objective = fit.steps, fit.converged, fit.objective
	nuclear := 0.0
	for _, v := range fit.values {
		nuclear += v
	}
	if c.soft {
		m.Factors = len(fit.values)
	} else {
		nuclear = 0
	}
	m.MSE = 2 * (fit.objective - c.threshold*nuclear) / float64(m.Cells)
}

// largestValue is the largest singular value of what the two-way model leaves of the untreated cells: the least penalty that
// keeps no factor.
func largestValue(c *completion) float64 {
	gram := mat.NewSymDense(c.k, nil)
	gram.SymOuterK(1, mat.NewDense(c.n, c.k, c.y).T())
	var e mat.EigenSym
	if !e.Factorize(gram, false) {
		return 0
	}
	return math.Sqrt(math.Max(e.Values(nil)[c.k-1], 0))
}

// mask is a set of cells hidden, drawn in runs that start at every third period up to the last, of units that can spare them
// and periods that keep others.
func (l *lowRank) mask(i int) []int {
	rng := rand.New(rand.NewPCG(l.spec.Seed, 1<<40+uint64(i)))
	byUnit, byPeriod := make([]int, len(l.members)), make([]int, l.k)
	total := 0
	for at, seen := range l.seen {
		if seen {
			byUnit[at/l.k]++
			byPeriod[at%l.k]++
			total++
		}
	}
	runs := l.k / runLength
	first := l.k % runLength
	want := int(hiddenPart * float64(total))
	var out []int
	for _, r := range rng.Perm(len(l.members) * runs) {
		if len(out) >= want {
			break
		}
		u, from := r/runs, first+r%runs*runLength
		var cells []int
		spare := true
		for j := from; j < from+runLength; j++ {
			if at := u*l.k + j; l.seen[at] {
				cells = append(cells, at)
				spare = spare && byPeriod[j] > 1
			}
		}
		if len(cells) == 0 || !spare || byUnit[u]-len(cells) < l.about.MinBefore {
			continue
		}
		byUnit[u] -= len(cells)
		for _, at := range cells {
			byPeriod[at%l.k]--
		}
		out = append(out, cells...)
	}
	return out
}

// validate finds the best of candidates, ordered from few factors to many.
func (l *lowRank) validate(candidates int, ask func(c *completion, candidate int), scale float64) (best int, err error) {
	drawn := make([][]int, masks)
	for i := range drawn {
		if drawn[i] = l.mask(i); len(drawn[i]) == 0 {
			which := "factors"
			if l.spec.Method == MatrixCompletion {
				which = "lambda"
			}
			return 0, fmt.Errorf("no unit can spare %d untreated periods and keep %d, so that cross-validation has nothing to predict; say how many by %s=", runLength, l.about.MinBefore, which)
		}
	}
	l.about.Masks = masks
	l.about.Candidates = l.predict(drawn, candidates, ask, scale)
	return selected(l.about.Candidates), nil
}

// selected is the candidate taken: one after another that is better by a hundredth than all before.
func selected(c []Candidate) (best int) {
	lowest := math.Inf(1)
	for i, k := range c {
		if k.MSPE < lowest-better*lowest || i == 0 {
			best = i
		}
		lowest = math.Min(lowest, k.MSPE)
	}
	return best
}

// predict are the candidates' mean squared errors of prediction; of penalties up to the third in a row that is not better.
func (l *lowRank) predict(drawn [][]int, candidates int, ask func(c *completion, candidate int), scale float64) (out []Candidate) {
	problems, fits := make([]*completion, len(drawn)), make([]*completed, len(drawn))
	units := l.all()
	for i, cells := range drawn {
		hide := map[int]bool{}
		for _, at := range cells {
			hide[at] = true
		}
		problems[i] = l.problem(units, hide)
		problems[i].tolerance, problems[i].maxSteps = closeMask*scale, maskSteps
	}
	errors := make([]float64, len(drawn))
	for k := range candidates {
		parallel.Unless(l.spec.Design.Stop, 0, len(drawn), func(i int) {
			c := problems[i]
			ask(c, k)
			start := fits[i]
			if !c.soft {
				start = nil // as the model itself starts
			}
			fit := c.complete(start)
			fits[i] = &fit
			at, s := c.where(len(units)), 0.0
			for _, cell := range drawn[i] {
				e := l.y[cell] - fit.fitted[at(cell/l.k, cell%l.k)]
				for x, b := range fit.beta {
					e -= b * l.x[x][cell]
				}
				s += e * e
			}
			errors[i] = s
		})
		sum, n := 0.0, 0
		for i, s := range errors {
			sum, n = sum+s, n+len(drawn[i])
		}
		out = append(out, Candidate{MSPE: sum / float64(n)})
		if l.spec.Method == MatrixCompletion && len(out)-1-selected(out) >= patienceOf {
			break
		}
	}
	return out
}
