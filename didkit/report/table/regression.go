package table

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// Regression sets fits side by side, a column each: the outcomes and (1), (2) … as heads, a row for each term in the
// order of the formulas, the constant, fixed effects, whatever else differs between the columns, observations, R². Notes
// say what stars and brackets mean and how standard errors were computed.
//
// Errors: no fit at all, a number of Columns other than that of fits, *UnknownTerm.
func Regression(fits []*regress.Fit, o Options) (*Table, error) {
	if len(fits) == 0 {
		return nil, errors.New("a table needs at least one regression")
	}
	if len(o.Columns) > 0 && len(o.Columns) != len(fits) {
		return nil, fmt.Errorf("%d column heads stand for %d regressions", len(o.Columns), len(fits))
	}
	shown, controls, err := o.chosen(mergeTerms(fits))
	if err != nil {
		return nil, err
	}
	b := &regressions{fits: fits, o: o, t: &Table{Number: o.Number, Title: o.Title, Language: o.Language, Stub: 1, Beside: o.Beside}}
	b.t.Columns = []Column{{Left}}
	for range fits {
		b.t.Columns = append(b.t.Columns, Column{Decimal})
	}
	b.heads()
	for _, term := range shown {
		b.coefficients(term)
	}
	if !o.NoConstant {
		b.constants()
	}
	b.controls(controls)
	b.effects()
	b.differences()
	b.row(b.pick("Observations", "观测值"), func(f *regress.Fit) Cell { return Count(f.N).At(Center) })
	b.r2()
	b.notes()
	return b.t, nil
}

// regressions is a regression table being built.
type regressions struct {
	fits []*regress.Fit
	o    Options
	t    *Table
}

func (b *regressions) pick(en, zh string) string { return b.o.Language.Pick(en, zh) }

func (b *regressions) label(name string) Cell {
	s, bare := b.o.Labels.Term(name)
	return Cell{Text: s, Italic: bare}
}

// row adds a line with a cell for each fit; it is left out if all cells are blank.
func (b *regressions) row(label string, cell func(f *regress.Fit) Cell) {
	b.labelled(Words(label), cell)
}

func (b *regressions) labelled(label Cell, cell func(f *regress.Fit) Cell) {
	r := Row{Cells: []Cell{label}}
	some := false
	for _, f := range b.fits {
		c := cell(f)
		some = some || !c.blank()
		r.Cells = append(r.Cells, c)
	}
	if some {
		b.t.Body = append(b.t.Body, r)
	}
}

// heads are the outcomes, one head over neighbours with the same, and the columns' numbers.
func (b *regressions) heads() {
	outcomes := Row{Cells: []Cell{Words(b.pick("Dependent variable", "被解释变量"))}}
	for i := 0; i < len(b.fits); {
		j := i + 1
		for j < len(b.fits) && b.fits[j].Outcome == b.fits[i].Outcome {
			j++
		}
		outcomes.Cells = append(outcomes.Cells, b.label(b.fits[i].Outcome).Across(j-i).At(Center))
		i = j
	}
	numbers := Row{Cells: []Cell{{}}}
	for i := range b.fits {
		head := "(" + strconv.Itoa(i+1) + ")"
		if len(b.o.Columns) > 0 {
			head = b.o.Columns[i]
		}
		numbers.Cells = append(numbers.Cells, Words(head).At(Center))
	}
	b.t.Head = []Row{outcomes, numbers}
}

func (b *regressions) coefficients(term string) {
	b.labelled(b.label(term), func(f *regress.Fit) Cell {
		i := slices.IndexFunc(f.Coef, func(c regress.Coef) bool { return c.Term == term })
		if i < 0 {
			return Cell{}
		}
		return b.coefficient(f.Coef[i])
	})
}

func (b *regressions) coefficient(c regress.Coef) Cell {
	d := b.o.digits()
	cell := Digits(c.Estimate, d)
	if !b.o.NoStars {
		cell.Number.Stars = starsOf(c.PValue)
	}
	switch b.o.Statistic {
	case StdErr:
		cell.Bracket = &Bracket{Value: c.StdError, Digits: d}
	case Confidence:
		high := c.ConfHigh
		cell.Bracket = &Bracket{Value: c.ConfLow, High: &high, Digits: d}
	default:
		cell.Bracket = &Bracket{Value: c.Statistic, Digits: d}
	}
	return cell
}

func (b *regressions) constants() {
	b.row(b.pick("Constant", "常数项"), func(f *regress.Fit) Cell {
		if f.Constant != nil {
			return b.coefficient(*f.Constant)
		}
		for _, c := range f.Coef {
			if c.Term == intercept {
				return b.coefficient(c)
			}
		}
		return Cell{}
	})
}

func (b *regressions) yes(is bool) Cell {
	if is {
		return Words(b.pick("Yes", "控制")).At(Center)
	}
	return Words(b.pick("No", "未控制")).At(Center)
}

// controls says which columns have the terms of Options.Controls; some of them count as yes.
func (b *regressions) controls(terms []string) {
	if len(terms) == 0 {
		return
	}
	b.row(b.pick("Controls", "控制变量"), func(f *regress.Fit) Cell {
		return b.yes(slices.ContainsFunc(f.Coef, func(c regress.Coef) bool { return slices.Contains(terms, c.Term) }) ||
			slices.ContainsFunc(f.Controls, func(c string) bool { return slices.Contains(terms, c) }))
	})
}

// effects has a row for each set of fixed effects that the same columns have: "Fixed effects: city and year".
func (b *regressions) effects() {
	type set struct {
		names []string
		in    []bool
	}
	var sets []*set
	seen := map[string]bool{}
	for _, f := range b.fits {
		for _, e := range f.FixedEffects {
			if seen[e.Name] {
				continue
			}
			seen[e.Name] = true
			in := make([]bool, len(b.fits))
			for i, g := range b.fits {
				in[i] = slices.ContainsFunc(g.FixedEffects, func(x regress.Level) bool { return x.Name == e.Name })
			}
			name, _ := b.o.Labels.Term(e.Name)
			if i := slices.IndexFunc(sets, func(s *set) bool { return slices.Equal(s.in, in) }); i >= 0 {
				sets[i].names = append(sets[i].names, name)
				continue
			}
			sets = append(sets, &set{[]string{name}, in})
		}
	}
	for _, s := range sets {
		words := b.o.Language.Join(s.names...)
		i := -1
		b.row(b.pick("Fixed effects: "+words, words+"固定效应"), func(f *regress.Fit) Cell {
			i++
			if len(f.FixedEffects) == 0 && !leastSquares(f) { // such a method takes units and periods into account in its own way
				return Words("")
			}
			return b.yes(s.in[i])
		})
	}
}

// leastSquares tells whether a column is a regression, of one treatment or not.
func leastSquares(f *regress.Fit) bool { return slices.Contains([]string{"", "ols", "twfe"}, f.Method) }

// differences are the rows that stand only where columns differ: estimator, standard errors, weights, rows used.
func (b *regressions) differences() {
	method := func(f *regress.Fit) string {
		if leastSquares(f) {
			return "OLS"
		}
		return f.Method
	}
	if b.differ(method) {
		b.row(b.pick("Estimator", "估计方法"), func(f *regress.Fit) Cell { return Words(method(f)).At(Center) })
	}
	if b.differ(b.errors) {
		b.row(b.pick("Standard errors", "标准误"), func(f *regress.Fit) Cell { return Words(b.o.Language.ErrorsInBrief(f.Vcov, b.o.Labels)).At(Center) })
	}
	if slices.ContainsFunc(b.fits, func(f *regress.Fit) bool { return f.Inference != nil }) {
		b.row(b.pick("p value of the treatment by", "处理变量的 p 值"), func(f *regress.Fit) Cell { return Words(b.o.Language.TestInBrief(f.Inference)).At(Center) })
	}
	if b.differ(clusters) {
		b.row(b.pick("Clusters", "聚类数"), func(f *regress.Fit) Cell {
			if len(f.Vcov.Clusters) == 1 {
				return Count(f.Vcov.Clusters[0]).At(Center)
			}
			return Words(clusters(f)).At(Center)
		})
	}
	b.row(b.pick("Weights", "权重"), func(f *regress.Fit) Cell {
		switch f.Weights {
		case "":
			return Cell{}
		case "matching weight": // of robust's matched samples, no variable
			return Words(b.pick("matching", "匹配权重")).At(Center)
		}
		return b.label(f.Weights).At(Center)
	})
	if b.differ(rowsUsed) {
		b.row(b.pick("Rows used", "样本"), func(f *regress.Fit) Cell { return Words(f.If).At(Center) })
	}
}

func (b *regressions) differ(of func(*regress.Fit) string) bool {
	return slices.ContainsFunc(b.fits, func(f *regress.Fit) bool { return of(f) != of(b.fits[0]) })
}

func rowsUsed(f *regress.Fit) string { return f.If }

func (b *regressions) errors(f *regress.Fit) string { return b.o.Language.Errors(f.Vcov, b.o.Labels) }

// clusters are the numbers of clusters: "298", "298 × 18".
func clusters(f *regress.Fit) string {
	s := make([]string, len(f.Vcov.Clusters))
	for i, n := range f.Vcov.Clusters {
		s[i] = strconv.Itoa(n)
	}
	return strings.Join(s, " × ")
}

func (b *regressions) r2() {
	kinds := b.o.R2
	if kinds == nil {
		kinds = []R2{Overall}
	}
	for _, k := range kinds {
		label, value := "R²", func(f *regress.Fit) float64 { return f.R2 }
		switch k {
		case Adjusted:
			label, value = b.pick("Adjusted R²", "调整 R²"), func(f *regress.Fit) float64 { return f.R2Adj }
		case Within:
			label, value = b.pick("Within R²", "组内 R²"), func(f *regress.Fit) float64 { return f.R2Within }
		case WithinAdjusted:
			label, value = b.pick("Within adjusted R²", "调整组内 R²"), func(f *regress.Fit) float64 { return f.R2WithinAd }
		}
		b.row(label, func(f *regress.Fit) Cell {
			x := value(f)
			if x != x { // no fixed effects, hence nothing within
				return Cell{}
			}
			return Digits(x, b.o.digits())
		})
	}
}
