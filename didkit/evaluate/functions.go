package evaluate

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/counting"
)

// function is one name of the language; form is how its help shows it.
type function struct {
	form     string
	doc      string
	min, max int
	eval     func(ev *evaluator, c *formula.Call) (value, error)
}

// functions is the table behind evaluation, completion and help.
var functions map[string]function

func init() { // filled here because entries refer back to the table through eval
	functions = map[string]function{
		"log":   elementwise("log(x)", "natural logarithm; missing where x ≤ 0", positive(math.Log)),
		"log10": elementwise("log10(x)", "decimal logarithm; missing where x ≤ 0", positive(math.Log10)),
		"log1p": elementwise("log1p(x)", "log(1 + x); missing where x ≤ -1", func(x float64) float64 { return positive(func(float64) float64 { return math.Log1p(x) })(1 + x) }),
		"exp":   elementwise("exp(x)", "e to the power x", math.Exp),
		"sqrt":  elementwise("sqrt(x)", "square root; missing where x < 0", math.Sqrt),
		"abs":   elementwise("abs(x)", "absolute value", math.Abs),
		"floor": elementwise("floor(x)", "largest whole number not above x", math.Floor),
		"ceil":  elementwise("ceil(x)", "smallest whole number not below x", math.Ceil),
		"round": elementwise("round(x)", "nearest whole number, halves to even", math.RoundToEven),
		"I":     elementwise("I(x)", "x itself: arithmetic inside a formula", func(x float64) float64 { return x }),

		"lag":  shift("lag(x, k=1)", "x of k periods earlier in the same unit; missing across a gap", 1),
		"l":    shift("l(x, k=1)", "short for lag", 1),
		"lead": shift("lead(x, k=1)", "x of k periods later in the same unit; missing across a gap", -1),
		"f":    shift("f(x, k=1)", "short for lead", -1),
		"diff": {"diff(x, k=1)", "x less x of k periods earlier", 1, 2, difference},
		"d":    {"d(x, k=1)", "short for diff", 1, 2, difference},

		"mean":   grouped("mean(x)", "mean over the groups of by=", mean),
		"sum":    grouped("sum(x)", "sum over the groups of by=", sum),
		"sd":     grouped("sd(x)", "standard deviation (n - 1) over the groups of by=", standardDeviation),
		"count":  grouped("count(x)", "number of values that are not missing, over the groups of by=", func(x []float64) float64 { return float64(len(x)) }),
		"min":    extreme("min(x) or min(x, y)", "smallest over the groups of by=; of two arguments, the smaller in each row", slices.Min[[]float64], math.Min),
		"max":    extreme("max(x) or max(x, y)", "largest over the groups of by=; of two arguments, the larger in each row", slices.Max[[]float64], math.Max),
		"median": grouped("median(x)", "median over the groups of by=", func(x []float64) float64 { return Quantile(x, 0.5) }),
		"first":  {"first(x)", "first value that is not missing, by time in a panel, over the groups of by=", 1, 1, first},

		"winsor":       {"winsor(x, p=0.01)", "x with both tails set to the quantiles p and 1 - p of each group of by=", 1, 2, winsor},
		"standardize":  {"standardize(x)", "(x - mean) / sd over the groups of by=", 1, 1, standardize},
		"interpolate":  {"interpolate(x, ends=0)", "gaps inside a unit filled linearly in time; beyond the ends only with ends=1 (nearest value)", 1, 2, interpolate},
		"interpolated": {"interpolated(x, ends=0)", "1 where interpolate of the same arguments fills a value, else 0", 1, 2, interpolated},
		"lq":           {"lq(part, whole)", "location quotient: (part/whole) over (Σ part/Σ whole) of the same period", 2, 2, locationQuotient},
		"post":         {"post(adoption)", "1 from the adoption period on, else 0; an empty, 0 or infinite adoption means never", 1, 1, post},
		"exposure":     {"exposure(adoption)", "periods since adoption, negative before; missing where never treated", 1, 1, exposure},
		"cohort":       {"cohort(treat)", "first period in which the unit's treat is 1; missing where never", 1, 1, cohort},

		"ifelse":  {"ifelse(cond, a, b)", "a where cond is true, b where it is 0, missing where it is missing", 3, 3, ifelse},
		"missing": elementwise("missing(x)", "1 where x is missing, else 0", func(x float64) float64 { return truth(x != x, 0, 0) }),
		"in":      {"in(x, a, b, …)", "1 where x equals one of the values", 2, 1000, in},
	}
}

// FunctionNames lists the functions in alphabetical order.
func FunctionNames() []string {
	names := make([]string, 0, len(functions))
	for n := range functions {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// FunctionHelp is the form and the meaning of a function; ok is false if there is none of that name.
func FunctionHelp(name string) (form, doc string, ok bool) {
	f, ok := functions[name]
	return f.form, f.doc, ok
}

func elementwise(form, doc string, f func(float64) float64) function {
	return function{form, doc, 1, 1, func(ev *evaluator, c *formula.Call) (value, error) {
		x, err := ev.numeric(c.Args[0].Value)
		if err != nil {
			return x, err
		}
		return ev.map1(x, f), nil
	}}
}

// positive makes f missing at and below 0, so that no infinity enters a column in silence.
func positive(f func(float64) float64) func(float64) float64 {
	return func(x float64) float64 {
		if !(x > 0) {
			return math.NaN()
		}
		return f(x)
	}
}

// whole evaluates an argument that must be one whole number.
func (ev *evaluator) whole(c *formula.Call, key string, place, otherwise int) (int, error) {
	a := c.Arg(key, place)
	if a == nil {
		return otherwise, nil
	}
	ks, err := formula.Integers(a)
	if err != nil || len(ks) != 1 {
		return 0, ev.fail(a, "%s of %s must be one whole number, not %s", key, c.Func, a)
	}
	return ks[0], nil
}

func shift(form, doc string, sign int) function {
	return function{form, doc, 1, 2, func(ev *evaluator, c *formula.Call) (value, error) {
		x, err := ev.numeric(c.Args[0].Value)
		if err != nil {
			return x, err
		}
		k, err := ev.whole(c, "k", 1, 1)
		if err != nil {
			return value{}, err
		}
		out, err := ev.p.Lag(ev.spread(x), sign*k)
		if err != nil {
			return value{}, &Error{c.At, err}
		}
		ev.noteGaps(c, sign*k)
		return value{num: out}, nil
	}}
}

// noteGaps tells how many rows a shift by k leaves missing because of gaps in time.
func (ev *evaluator) noteGaps(c *formula.Call, k int) {
	if n := ev.p.LagGaps(k); n == 1 {
		ev.notes = append(ev.notes, fmt.Sprintf("%s is missing in 1 row because of a gap in time", c))
	} else if n > 1 {
		ev.notes = append(ev.notes, counting.Sprintf("%s is missing in %d rows because of gaps in time", c, n))
	}
}

func difference(ev *evaluator, c *formula.Call) (value, error) {
	x, err := ev.numeric(c.Args[0].Value)
	if err != nil {
		return x, err
	}
	k, err := ev.whole(c, "k", 1, 1)
	if err != nil {
		return value{}, err
	}
	col := ev.spread(x)
	before, err := ev.p.Lag(col, k)
	if err != nil {
		return value{}, &Error{c.At, err}
	}
	ev.noteGaps(c, k)
	for i := range before {
		before[i] = col[i] - before[i]
	}
	return value{num: before}, nil
}

func ifelse(ev *evaluator, c *formula.Call) (value, error) {
	var v [3]value
	for i := range v {
		var err error
		if v[i], err = ev.numeric(c.Args[i].Value); err != nil {
			return v[i], err
		}
	}
	cond, a, b := ev.spread(v[0]), ev.spread(v[1]), ev.spread(v[2])
	out := make([]float64, len(cond))
	for i, t := range cond {
		switch {
		case t != t:
			out[i] = t
		case t != 0:
			out[i] = a[i]
		default:
			out[i] = b[i]
		}
	}
	return value{num: out}, nil
}

func in(ev *evaluator, c *formula.Call) (value, error) {
	var any formula.Expr
	for _, a := range c.Args[1:] {
		eq := formula.Expr(&formula.Binary{Op: "==", X: c.Args[0].Value, Y: a.Value, At: c.At})
		if any != nil {
			eq = &formula.Binary{Op: "|", X: any, Y: eq, At: c.At}
		}
		any = eq
	}
	return ev.eval(any)
}
