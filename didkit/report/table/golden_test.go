package table_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with testdata/name, or writes it there under -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run with -update to write it", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, d)
	}
}

// table1 is Gao, Han & Han (2026), Table 1, with the quartiles left unknown.
func table1() *describe.Table {
	row := func(name, label string, mean, sd, min, max float64) describe.Row {
		return describe.Row{Variable: name, Label: label, N: 5364, Mean: mean, SD: sd, Min: min, P25: math.NaN(), P50: math.NaN(), P75: math.NaN(), Max: max}
	}
	return &describe.Table{Simulated: true, Rows: []describe.Row{
		row("DIA", "数字产业集聚度", 0.697, 0.645, 0, 6.899), row("DID", "智慧低碳双试点", 0.072, 0.258, 0, 1),
		row("DTI", "数字技术创新", 5.014, 2.403, 0, 12.164), row("GTI", "绿色技术创新", 4.403, 1.972, 0, 10.372), row("HC", "人力资本", 0.018, 0.018, 0.001, 0.120),
		row("PGDP", "经济发展水平", 10.516, 0.714, 7.995, 12.486), row("FINDEV", "金融发展水平", 2.193, 1.352, 0, 21.301), row("OPEN", "对外开放程度", 1.443, 1.755, 0, 12.878),
		row("GOVSUP", "政府支持力度", 0.015, 0.015, 0.001, 0.079), row("MKTZ", "市场化水平", 11.402, 3.150, 3.037, 22.210), row("URB", "城镇化水平", 0.536, 0.166, 0.012, 1),
	}}
}

func mustDescribe(t *testing.T, d *describe.Table, o table.DescribeOptions) *table.Table {
	t.Helper()
	tab, err := table.Describe(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// awkward is a table of what formats trip over: markup in every place, numbers without a value, words in a column of
// numbers, an empty row, a group.
func awkward() *table.Table {
	high := 0.4
	return &table.Table{
		Number: "A_1", Title: `<script>alert("x")</script> & 100% of $x_1$ | y`, Stub: 1, Simulated: true,
		Columns: []table.Column{{Align: table.Left}, {Align: table.Decimal}, {Align: table.Decimal}, {Align: table.Right}},
		Head:    []table.Row{{Cells: []table.Cell{table.Words("name\nof\x00 it"), table.Words("a < b").Across(2), table.Words("`c`")}}, {Cells: []table.Cell{{}, table.Words("#1"), table.Words("#2")}}},
		Body: []table.Row{
			{Group: true, Cells: []table.Cell{table.Words("*group* {one}")}},
			{Cells: []table.Cell{table.Words("<b>bold</b>"), table.Digits(math.NaN(), 3), table.Digits(math.Inf(-1), 3), table.Words("r")}},
			{Cells: []table.Cell{table.Words("[link](x)"), {Number: &table.Number{Value: -12345.6789, Digits: 2, Stars: 3}, Bracket: &table.Bracket{Value: -0.00001, Digits: 3}}, table.Digits(-0.0004, 3)}},
			{Rule: true, Cells: []table.Cell{table.Words(`back\slash~^"quote"`), table.Words("words_in"), {Number: &table.Number{Value: 1.2345e14, Digits: 3}, Bracket: &table.Bracket{Value: -1.5, High: &high, Digits: 1}}, table.Count(1234567)}},
			{},
			{Cells: []table.Cell{{Text: "last", Italic: true}, {Text: "fourth", Column: 4}}},
		},
		Notes: []string{"1 < 2 & 'x' \"y\" <i>no</i>.", "A_b^c ~ 5% #3 $9$ \\alpha {x} 100 ≤ 200 − 3² × β."},
	}
}

func TestGoldens(t *testing.T) {
	baseline := mustRegression(t, simulated(table2()), table.Options{Number: "2", Title: "Baseline regressions"})
	chinese := mustRegression(t, table2(), table.Options{Number: "2", Title: "基准回归结果", Language: wording.Chinese, Labels: chineseLabels, Beside: true})
	intervals := mustRegression(t, table2(), table.Options{Title: "Intervals", Statistic: table.Confidence, Digits: 2, NoStars: true,
		R2: []table.R2{table.Overall, table.Adjusted, table.Within, table.WithinAdjusted}, Controls: []string{"PGDP", "FINDEV", "OPEN", "GOVSUP", "MKTZ", "URB"}})
	for _, c := range []struct {
		name string
		t    *table.Table
	}{
		{"baseline", baseline}, {"chinese", chinese}, {"intervals", intervals}, {"awkward", awkward()},
		{"describe", mustDescribe(t, table1(), table.DescribeOptions{Number: "1", Title: "主要变量的描述性统计结果", Language: wording.Chinese,
			Groups: []table.Group{{Label: "中介变量", Variables: []string{"DTI", "GTI", "HC"}}, {Label: "控制变量", Variables: []string{"PGDP", "FINDEV", "OPEN", "GOVSUP", "MKTZ", "URB"}}}})},
	} {
		for _, w := range []struct {
			ending string
			writer table.Writer
		}{{"txt", table.Text{}}, {"html", table.HTML{}}, {"md", table.Markdown{}}, {"tex", table.LaTeX{}}, {"csv", table.CSV{}}} {
			t.Run(c.name+"."+w.ending, func(t *testing.T) { golden(t, c.name+"."+w.ending, table.Render(w.writer, c.t)) })
		}
	}
}
