package table_test

import (
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
)

// Long words of a cell may break on a narrow page, so that a table of many columns is not cut; numbers never do.
func TestLongWordsMayBreak(t *testing.T) {
	g := &table.Table{Stub: 1, Columns: []table.Column{{}, {Align: table.Decimal}}, Body: []table.Row{
		{Cells: []table.Cell{table.Words("Standard errors"), table.Words("clustered by prov, wild bootstrap")}},
		{Cells: []table.Cell{table.Words("R²"), table.Digits(0.844, 3)}},
	}}
	var b strings.Builder
	if err := (table.HTML{}).Write(&b, g); err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(b.String(), "<tbody>")
	if got := strings.Count(body, "didnb-w"); got != 2 {
		t.Errorf("%d cells may break, want the two of long words:\n%s", got, body)
	}
}
