package table

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/regress"
)

// notes says what a reader needs under a regression table: stars, brackets, standard errors where all columns have the
// same, simulated data where not all have them, and what was left out as collinear.
func (b *regressions) notes() {
	t := b.t
	if !b.o.NoStars {
		t.Notes = append(t.Notes, b.pick("***, ** and * mark significance at the 1%, 5% and 10% levels.", "***、**、*分别表示在1%、5%、10%的水平上显著。"))
	}
	t.Notes = append(t.Notes, b.brackets())
	if !b.differ(b.errors) && !b.differ(clusters) {
		t.Notes = append(t.Notes, b.o.Language.StandardErrors(b.fits[0].Vcov, b.o.Labels))
	} else {
		b.abbreviated()
	}
	b.inferences()
	if rows := b.fits[0].If; rows != "" && !b.differ(rowsUsed) {
		t.Notes = append(t.Notes, b.pick("Rows where "+rows+".", "样本："+rows+"。"))
	}
	b.simulated()
	b.collinear()
	t.Notes = append(t.Notes, b.o.Notes...)
}

// abbreviated says in full what the row of standard errors has room for in brief only.
func (b *regressions) abbreviated() {
	var said []string
	for _, f := range b.fits {
		full := b.errors(f)
		if slices.Contains(said, full) || full == b.o.Language.ErrorsInBrief(f.Vcov, b.o.Labels) {
			continue
		}
		said = append(said, full)
		which := b.o.Language.Join(b.columns(func(other *regress.Fit) bool { return b.errors(other) == full })...)
		b.t.Notes = append(b.t.Notes, b.pick("Standard errors in "+which+" are "+full+".", which+"列标准误"+full+"。"))
	}
}

func (b *regressions) brackets() string {
	switch b.o.Statistic {
	case StdErr:
		return b.pick("Standard errors in brackets.", "括号内为标准误。")
	case Confidence:
		level := strconv.FormatFloat(100*b.fits[0].Level, 'g', 4, 64) + "%"
		if b.differ(func(f *regress.Fit) string { return strconv.FormatFloat(f.Level, 'g', -1, 64) }) {
			var all []string
			for _, f := range b.fits {
				all = append(all, strconv.FormatFloat(100*f.Level, 'g', 4, 64)+"%")
			}
			level = strings.Join(all, ", ")
		}
		return b.pick(level+" confidence intervals in brackets.", "括号内为"+level+"置信区间。")
	}
	return b.pick("t statistics in brackets.", "括号内为t值。")
}

// inferences names the columns in which a term's stars and interval don't come from its standard error.
func (b *regressions) inferences() {
	for _, method := range []string{regress.InferenceRI, regress.InferenceFermanPinto} {
		var order []string
		in := map[string][]string{}
		for i, f := range b.fits {
			if f.Inference == nil || f.Inference.Method != method {
				continue
			}
			term := f.Inference.Term
			if in[term] == nil {
				order = append(order, term)
			}
			in[term] = append(in[term], "("+strconv.Itoa(i+1)+")")
		}
		how := b.pick("randomisation inference", "随机化推断")
		if method == regress.InferenceFermanPinto {
			how = b.pick("the test of Ferman & Pinto (2019)", "Ferman与Pinto（2019）的检验")
		}
		for _, term := range order {
			label, _ := b.o.Labels.Term(term)
			where := b.o.Language.Join(in[term]...)
			b.t.Notes = append(b.t.Notes, b.pick("Stars and intervals of "+label+" in "+where+" are by "+how+".", where+"列"+label+"的星号与置信区间由"+how+"得出。"))
		}
	}
}

// simulated marks the whole table if every column is of simulated data, else names the columns that are.
func (b *regressions) simulated() {
	columns := b.columns(func(f *regress.Fit) bool { return f.Simulated })
	switch len(columns) {
	case 0:
	case len(b.fits):
		b.t.Simulated = true
	default:
		which := b.o.Language.Join(columns...)
		b.t.Notes = append(b.t.Notes, b.pick("Simulated data in "+which+".", which+"列为模拟数据。"))
	}
}

func (b *regressions) columns(is func(*regress.Fit) bool) []string {
	var out []string
	for i, f := range b.fits {
		if is(f) {
			out = append(out, "("+strconv.Itoa(i+1)+")")
		}
	}
	return out
}

// collinear names the regressors that were left out of some column.
func (b *regressions) collinear() {
	var order []string
	in := map[string][]string{}
	for i, f := range b.fits {
		for _, term := range f.Collinear {
			if in[term] == nil {
				order = append(order, term)
			}
			in[term] = append(in[term], "("+strconv.Itoa(i+1)+")")
		}
	}
	for _, term := range order {
		label, _ := b.o.Labels.Term(term)
		where := b.o.Language.Join(in[term]...)
		b.t.Notes = append(b.t.Notes, b.pick(label+" is collinear and left out of "+where+".", label+"因共线性未进入"+where+"列。"))
	}
}
