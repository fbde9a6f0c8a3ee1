package table_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// numbered is a table of so many rows and columns whose cells tell their place.
func numbered(rows, columns int, l wording.Language) *table.Table {
	head := []string{"row"}
	for c := 1; c < columns; c++ {
		head = append(head, fmt.Sprint("c", c))
	}
	var body [][]any
	for r := range rows {
		cells := []any{fmt.Sprint("r", r+1)}
		for c := 1; c < columns; c++ {
			cells = append(cells, (r+1)*100+c)
		}
		body = append(body, cells)
	}
	return table.Grid(head, body, table.GridOptions{Language: l, Notes: []string{l.Pick("As made.", "如上。")}})
}

func TestExcerptWithinLimitsIsTheTable(t *testing.T) {
	whole := numbered(8, 4, wording.English)
	if got := whole.Excerpt(8, 4, "all"); got != whole {
		t.Errorf("a table within the limits became\n%s", got.Text())
	}
}

func TestExcerpt(t *testing.T) {
	whole := numbered(20, 6, wording.English)
	before := whole.Text()
	want := `====================
row   c1     c2    …
--------------------
r1     101    102
r2     201    202
r3     301    302
r4     401    402
r5     501    502
…
r19  1,901  1,902
r20  2,001  2,002
====================
Notes: 13 of 20 rows and 3 of 6 columns are not shown here;
full=true shows all. As made.
`
	if d := cmp.Diff(want, whole.Excerpt(8, 4, "full=true shows all").Text()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if whole.Text() != before {
		t.Error("the table itself was changed")
	}
	if got := numbered(20, 2, wording.Chinese).Excerpt(8, 4, "").Note(); got != "注：20 行中的 13 行未在此显示。如上。" {
		t.Errorf("in Chinese: %s", got)
	}
}

// Heads across several columns are cut with them, and no heading of a group stands over the gap.
func TestExcerptOfSpansAndGroups(t *testing.T) {
	whole := numbered(12, 7, wording.English)
	whole.Head = append([]table.Row{{Cells: []table.Cell{{}, table.Words("left pair").Across(2), table.Words("right four").Across(4)}}}, whole.Head...)
	whole.Body[4] = table.Row{Group: true, Cells: []table.Cell{table.Words("a group")}}
	got := whole.Excerpt(8, 5, "")
	for name, text := range map[string]string{"text": got.Text(), "html": got.HTML()} {
		for _, s := range []string{"left pair", "right four", "6 of 12 rows and 3 of 7 columns", "…"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), s) {
				t.Errorf("%s lacks %q:\n%s", name, s, text)
			}
		}
		if strings.Contains(text, "a group") || strings.Contains(text, "c4") {
			t.Errorf("%s shows what should be cut:\n%s", name, text)
		}
	}
	if !strings.Contains(got.HTML(), `colspan="2"`) {
		t.Error("no head across two columns is left")
	}
}
