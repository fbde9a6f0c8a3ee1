package panel

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"sync"
)

// Factor is a column coded as 0 … Levels()-1 in the order of its values: numbers ascending, texts alphabetical.
type Factor struct {
	Name    string
	Codes   []int32   // one a row, -1 where missing
	Numbers []float64 // the levels of a numeric column, ascending
	Texts   []string  // the levels of a text column
}

// Levels is the number of distinct values.
func (f *Factor) Levels() int { return max(len(f.Numbers), len(f.Texts)) }

// Label is the text of level i.
func (f *Factor) Label(i int) string {
	if f.Texts != nil {
		return f.Texts[i]
	}
	return strconv.FormatFloat(f.Numbers[i], 'g', -1, 64)
}

// Factor codes a variable; the result is kept, so that a second call costs nothing. It must not be changed. Several
// variables may be coded at once, each by its own goroutine.
func (p *Panel) Factor(name string) (*Factor, error) {
	v, err := p.Variable(name)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	c := p.factors[name]
	if c == nil {
		c = &coding{}
		p.factors[name] = c
	}
	p.mu.Unlock()
	c.once.Do(func() { c.factor = v.factor() })
	return c.factor, nil
}

// coding is a factor that is made when it is first asked for.
type coding struct {
	once   sync.Once
	factor *Factor
}

func (v *Variable) factor() *Factor {
	if v.Kind == Text {
		return compactText(v)
	}
	f := FactorOf(v.Values)
	f.Name = v.Name
	return f
}

// FactorOf codes numbers; NaN is missing, and -0 is 0. Integers in a dense range are coded by table, others by hashing.
func FactorOf(values []float64) *Factor {
	f := &Factor{Codes: make([]int32, len(values)), Numbers: []float64{}}
	lo, hi, whole := math.Inf(1), math.Inf(-1), true
	for _, x := range values {
		if x != x {
			continue
		}
		lo, hi = min(lo, x), max(hi, x)
		if whole && x != math.Trunc(x) {
			whole = false
		}
	}
	// hi < lo where every value is missing, and there is no range to make a table of.
	if whole && lo <= hi && hi-lo < float64(4*len(values)+1024) {
		seen := newBitset(int(hi-lo) + 1)
		for _, x := range values {
			if x == x {
				seen.set(int(x - lo))
			}
		}
		f.Numbers = make([]float64, 0, seen.count())
		seen.each(func(i int) { f.Numbers = append(f.Numbers, lo+float64(i)) })
		for i, x := range values {
			if x != x {
				f.Codes[i] = -1
			} else {
				f.Codes[i] = seen.rank(int(x - lo))
			}
		}
		return f
	}
	code := map[float64]int32{}
	for i, x := range values {
		if x != x {
			f.Codes[i] = -1
			continue
		}
		c, ok := code[x]
		if !ok {
			c = int32(len(f.Numbers))
			code[x] = c
			f.Numbers = append(f.Numbers, x+0) // -0 + 0 = 0: the label must not depend on which came first
		}
		f.Codes[i] = c
	}
	f.sortLevels(func(a, b int32) int { return cmp.Compare(f.Numbers[a], f.Numbers[b]) })
	return f
}

// sortLevels renumbers the codes so that levels stand in the order of less.
func (f *Factor) sortLevels(compare func(a, b int32) int) {
	order := make([]int32, len(f.Numbers))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, compare)
	rank, sorted := make([]int32, len(order)), make([]float64, len(order))
	for r, o := range order {
		rank[o], sorted[r] = int32(r), f.Numbers[o]
	}
	f.Numbers = sorted
	for i, c := range f.Codes {
		if c >= 0 {
			f.Codes[i] = rank[c]
		}
	}
}

// compactText drops the levels that no row uses, keeping alphabetical order.
func compactText(v *Variable) *Factor {
	used := make([]int32, len(v.Levels))
	for _, c := range v.Codes {
		if c >= 0 {
			used[c] = 1
		}
	}
	order := make([]int32, 0, len(used))
	for i, u := range used {
		if u == 1 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(v.Levels[a], v.Levels[b]) })
	if len(order) > 0 && len(order) == len(v.Levels) && slices.IsSorted(order) { // coded so already
		return &Factor{Name: v.Name, Codes: v.Codes, Texts: v.Levels}
	}
	f := &Factor{Name: v.Name, Codes: make([]int32, len(v.Codes)), Texts: make([]string, len(order))}
	for r, o := range order {
		used[o] = int32(r)
		f.Texts[r] = v.Levels[o]
	}
	for i, c := range v.Codes {
		if c < 0 {
			f.Codes[i] = -1
		} else {
			f.Codes[i] = used[c]
		}
	}
	return f
}
