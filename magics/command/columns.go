package command

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
	"github.com/seed2d25c7c2/didnb/magics/published"
)

// fitColumns are the regressions that a result consists of, each under its label: those of a set, the checks of %robust,
// the groups of %hetero, the methods of %estimators, first and third step of each mediator. nil if the result is none of these.
func fitColumns(value any) []FitColumn {
	var out []FitColumn
	switch v := value.(type) {
	case *FitSet:
		return v.Columns
	case *robust.Result:
		for _, k := range v.Columns {
			out = append(out, FitColumn{k.Label, k.Result})
		}
	case *estimators.Result:
		for i := range v.Columns {
			if f := v.Columns[i].Fit(); f != nil {
				out = append(out, FitColumn{string(v.Columns[i].Label), f})
			}
		}
	case *hetero.Result:
		for _, g := range v.Groups {
			out = append(out, FitColumn{g.Label, g.Fit})
		}
	case *mediate.Result:
		for _, r := range v.Rows {
			out = append(out, FitColumn{r.Mediator + ", first step", r.FirstStep}, FitColumn{r.Mediator + ", second step", r.ThirdStep})
		}
	}
	return out
}

// columnName is how one regression of a result is addressed: by its label in a set of fits, else by its place, h1.2.
func columnName(result string, value any, i int, label string) string {
	if _, ok := value.(*FitSet); ok {
		return label
	}
	return fmt.Sprintf("%s.%d", result, i+1)
}

// publishedColumn finds the column that the i-th of several regressions replicates: of the same name, or in the same place
// where the table has as many columns as the result; "" leaves it to the terms.
func publishedColumn(t *published.Table, columns []FitColumn, i int) string {
	if at := slices.IndexFunc(t.Columns, func(c published.Column) bool { return c.Name == columns[i].Label }); at >= 0 {
		return t.Columns[at].Name
	}
	if len(columns) == len(t.Columns) {
		return t.Columns[i].Name
	}
	return ""
}
