package paper_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// The short form reads to the same book as the long one, roles filled in from names.
func TestShortForm(t *testing.T) {
	short := `{
  "source": "A paper",
  "sample": {"cities": 10, "first_year": 2001, "last_year": 2004, "n": 40},
  "stars": {"***": 0.01, "**": 0.05, "*": 0.10},
  "table1": {"columns": ["n", "mean", "sd", "min", "max"], "rows": {"y": [40, 1.50, 0.3, 0.00, 3.1], "D": [40, 0.25, 0.44, 0, 1]}},
  "trend_2001_2004": {"treated_increase": 0.2, "control_increase": 0.1},
  "figure2": {"reps": 500, "actual": 0.297},
  "table2": {"columns": ["(1)", "(2)"], "n": [40, 40], "r2": [0.500, null], "terms": {"D": [[0.276, 7.401, "***"], null], "constant": [[1.0, 9.9, "***"], [1.2, 8, "***"]]}},
  "table3": {"(1) PSM-DID": {"D": [0.150, 1.759, "*"], "n": 20, "r2": 0.44}, "(2) lagged": {"L1.D": [0.3, 8.2, "***"], "n": 30}},
  "table4": {"M": {"first": {"D": [0.1, 2.0, "**"]}, "second": {"D": [0.2, 2.9, "***"], "M": [0.3, 3.0, "***"], "r2": 0.5}}, "n": 40},
  "table5": {"short 0-2": {"D": [0.1, 1.1, ""], "n": 35}, "long >2": {"D": [0.2, 2.9, "***"], "n": 35}},
  "table6": {"outcome": "z", "G low": {"D": [0.1, 0.5, ""], "n": 20}, "G high": {"D": [0.2, 2.9, "***"], "n": 20}},
  "derived": {"anything": "is not read"}
}`
	b, err := paper.Parse([]byte(short), "short.json")
	if err != nil {
		t.Fatal(err)
	}
	p := func(x float64, d int) paper.Printed { return paper.Printed{Value: x, Decimals: d} }
	at := func(x float64, d int) *paper.Printed { v := p(x, d); return &v }
	term := func(name string, e paper.Printed, s *paper.Printed, stars string) paper.Term {
		return paper.Term{Term: name, Estimate: e, Statistic: s, Stars: stars}
	}
	want := &paper.Book{
		Source: "A paper", Sample: &paper.Sample{Units: 10, First: 2001, Last: 2004, N: 40}, Stars: map[string]float64{"***": 0.01, "**": 0.05, "*": 0.1},
		Trend:  &paper.Trend{First: 2001, Last: 2004, Treated: p(0.2, 1), Control: p(0.1, 1)},
		Quoted: []paper.Quoted{{Where: "figure2", Value: p(0.297, 3)}},
		Tables: []paper.Table{
			{Name: "table1", Summary: []paper.Summary{
				{Variable: "y", N: 40, Mean: p(1.5, 2), SD: p(0.3, 1), Min: p(0, 2), Max: p(3.1, 1)},
				{Variable: "D", N: 40, Mean: p(0.25, 2), SD: p(0.44, 2), Min: p(0, 0), Max: p(1, 0), Kind: "binary", Guessed: true}}},
			{Name: "table2", Columns: []paper.Column{
				{Name: "(1)", Outcome: "y", Statistic: "t", Role: paper.PlainColumn, N: 40, R2: at(0.5, 3), Terms: []paper.Term{term("D", p(0.276, 3), at(7.401, 3), "***"), term("constant", p(1, 1), at(9.9, 1), "***")}},
				{Name: "(2)", Outcome: "y", Statistic: "t", Role: paper.PlainColumn, N: 40, Terms: []paper.Term{term("constant", p(1.2, 1), at(8, 0), "***")}}}},
			{Name: "table3", Columns: []paper.Column{
				{Name: "(1) PSM-DID", Outcome: "y", Statistic: "t", Role: paper.Matched, N: 20, R2: at(0.44, 2), Terms: []paper.Term{term("D", p(0.15, 3), at(1.759, 3), "*")}},
				{Name: "(2) lagged", Outcome: "y", Statistic: "t", Role: paper.Lagged, N: 30, Terms: []paper.Term{term("L1.D", p(0.3, 1), at(8.2, 1), "***")}}}},
			{Name: "table4", Columns: []paper.Column{
				{Name: "M first", Outcome: "M", Mediator: "M", Statistic: "t", Role: paper.FirstStage, N: 40, Terms: []paper.Term{term("D", p(0.1, 1), at(2, 1), "**")}},
				{Name: "M second", Outcome: "y", Mediator: "M", Statistic: "t", Role: paper.SecondStage, N: 40, R2: at(0.5, 1), Terms: []paper.Term{term("D", p(0.2, 1), at(2.9, 1), "***"), term("M", p(0.3, 1), at(3, 1), "***")}}}},
			{Name: "table5", Columns: []paper.Column{
				{Name: "short 0-2", Outcome: "y", Statistic: "t", Role: paper.ExposureOf, Exposure: &paper.Bin{Low: 0, High: 2}, N: 35, Terms: []paper.Term{term("D", p(0.1, 1), at(1.1, 1), "")}},
				{Name: "long >2", Outcome: "y", Statistic: "t", Role: paper.ExposureOf, Exposure: &paper.Bin{Low: 3, High: -1}, N: 35, Terms: []paper.Term{term("D", p(0.2, 1), at(2.9, 1), "***")}}}},
			{Name: "table6", Columns: []paper.Column{
				{Name: "G low", Outcome: "z", Statistic: "t", Role: paper.GroupOf, Group: "G", N: 20, Terms: []paper.Term{term("D", p(0.1, 1), at(0.5, 1), "")}},
				{Name: "G high", Outcome: "z", Statistic: "t", Role: paper.GroupOf, Group: "G", N: 20, Terms: []paper.Term{term("D", p(0.2, 1), at(2.9, 1), "***")}}}},
		},
	}
	if d := cmp.Diff(want, b, cmpopts.IgnoreFields(paper.Column{}, "Guessed")); d != "" {
		t.Error(d)
	}
}

// Brackets are standard errors where the stars agree with that reading.
func TestStatisticFromStars(t *testing.T) {
	b, err := paper.Parse([]byte(`{"table1": {"(1)": {"x": [0.30, 0.10, "***"], "z": [0.05, 0.20, ""]}}}`), "f")
	if err != nil || b.Tables[0].Columns[0].Statistic != "se" {
		t.Errorf("%v, %+v", err, b)
	}
}

func TestParsePrinted(t *testing.T) {
	cases := map[string]paper.Printed{
		"0.530": {Value: 0.53, Decimals: 3}, "-0.064": {Value: -0.064, Decimals: 3}, "−1.5": {Value: -1.5, Decimals: 1}, "5 364": {Value: 5364}, "5,364": {Value: 5364},
		".05": {Value: 0.05, Decimals: 2}, "-.5": {Value: -0.5, Decimals: 1}, "1.2e-3": {Value: 0.0012, Decimals: 4}, "5E2": {Value: 500, Decimals: -2}, "12,345.60": {Value: 12345.6, Decimals: 2},
	}
	for s, want := range cases {
		if got, ok := paper.ParsePrinted(s); !ok || got != want {
			t.Errorf("%q: %v %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "x", "1,23", "0x10", "inf", "NaN", "1_000", "3.1.4"} {
		if got, ok := paper.ParsePrinted(s); ok {
			t.Errorf("%q is read as %v", s, got)
		}
	}
}

func TestRange(t *testing.T) {
	low, high := paper.Printed{Value: 0.297, Decimals: 3}.Range()
	if !(low < 0.2965 && low > 0.29649 && high > 0.2975 && high < 0.29751) {
		t.Error(low, high)
	}
	if low, high := (paper.Printed{Value: 500, Decimals: -2}).Range(); !(low < 450 && low > 449 && high > 550 && high < 551) {
		t.Error(low, high)
	}
}

// What is wrong with a file is said in one sentence with its line and, for a misspelt field, the nearest right one.
func TestErrors(t *testing.T) {
	long := func(column string) string {
		return "{\n\"tables\": [\n{\"name\": \"t\", \"columns\": [\n" + column + "]}]}"
	}
	cases := []struct{ content, want string }{
		{"", "line 1: the file ends too early"},
		{"{\"tables\": [\n{,", "line 2: invalid character"},
		{"[1]", "line 1: the file must be an object in braces, not a list"},
		{`{"tables": [{"name": "a"}]} x`, "line 1"},
		{`{"a": 1, "a": 2}`, `"a" stands twice`},
		{`{"tabels": []}`, `line 1: unknown field "tabels"; did you mean tables?`},
		{long(`{"name": "(1)", "statistic": "t", "termes": []}`), `line 4: unknown field "termes"; did you mean terms?`},
		{long(`{"name": "(1)", "statistic": "t", "n": "5364"}`), `line 4: n must be a whole number, not the text "5364"`},
		{long(`{"name": "(1)", "statistic": "t", "n": 53.64}`), `line 4: n must be a whole number, not 53.64`},
		{long(`{"name": "(1)", "statistic": "t", "terms": [{"term": "x", "estimat": 1}]}`), `unknown field "estimat"; did you mean estimate?`},
		{long(`{"name": "(1)", "statistic": "t", "terms": [{"term": "x"}]}`), `line 4: the field "estimate" is missing in terms`},
		{long(`{"name": "(1)", "statistic": "t", "terms": [{"term": "x", "estimate": "0.3***"}]}`), `estimate must be a number, not the text "0.3***"`},
		{long(`{"name": "(1)", "statistic": "t", "terms": {"x": 1}}`), `terms must be a list, not {…}`},
		{long(`{"name": "(1)", "terms": []}`), `is ""; it is t or se`},
		{long(`{"name": "(1)", "statistic": "t", "role": "lags"}`), `role of column (1) in table "t"`},
		{`{"stars": {"*": 10}, "tables": []}`, "stars * must be a level between 0 and 1, not 10"},
		{`{"table1": {"columns": ["n", "maen"], "rows": {"y": [1, 2]}}}`, `unknown field "maen"; did you mean mean?`},
		{`{"table1": {"columns": ["n", "mean"], "rows": {"y": [1]}}}`, "1 values stand for 2 columns in y"},
		{`{"table2": {"columns": ["(1)"], "n": [1.5], "terms": {}}}`, "n must be a whole number, not 1.5"},
		{`{"table2": {"columns": ["(1)", "(2)"], "terms": {"x": [[1, 2, "*"]]}}}`, "1 values stand for 2 columns in x"},
		{`{"table2": {"columns": ["(1)"], "terms": {"x": [[1]]}}}`, "x must be [estimate, statistic, stars], not a list"},
		{`{"table3": {"(1)": {"x": [1, 2, "*"], "m": 3}}}`, `unknown field "m"; did you mean n?`},
		{`{"sampel": {}, "table3": {"(1)": {"x": [1, 2, "*"]}}}`, `unknown field "sampel"; did you mean sample?`},
		{`{"sample": {"city": 3}, "table3": {"(1)": {"x": [1, 2, "*"]}}}`, `unknown field "city"`},
		{`{"sample": {"units": 3, "first": 2010, "last": 2000}, "tables": []}`, "from 2010 to 2000"},
	}
	for _, c := range cases {
		_, err := paper.Parse([]byte(c.content), "my.json")
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "my.json") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s\n got %v\nwant %s", c.content, err, c.want)
		}
	}
}

// The form to fill in is one that reads, and says nothing yet.
func TestTemplate(t *testing.T) {
	b, err := paper.Parse([]byte(paper.Template), "published.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Tables) != 6 || b.Tables[4].Columns[0].Exposure == nil || b.Tables[5].Columns[1].Group != "income" || b.Tables[3].Columns[1].Role != paper.SecondStage {
		t.Errorf("%+v", b)
	}
}

// Whatever the bytes, Parse returns a book or an error.
func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("../../../data/published.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"table1": {"columns": ["n"], "rows": {"y": [1]}}, "table2": {"M": {"first": {"D": [1, 2, null]}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = paper.Parse(data, "f") })
}

func ExampleParse() {
	b, err := paper.Parse([]byte(`{"table2": {"(1)": {"DID": [0.297, 7.931, "***"], "n": 5364}}}`), "mine.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	c := b.Tables[0].Columns[0]
	fmt.Println(c.Terms[0].Term, c.Terms[0].Estimate, c.Statistic, c.N)
	// Output: DID 0.297 t 5364
}

// What the short form says of columns beside their numbers: of the paper, of a table, of each column.
func TestShortFormSaysWhatColumnsAre(t *testing.T) {
	b, err := paper.Parse([]byte(`{"effects": ["city", "year"],
		"table2": {"columns": ["(1)", "(2)"], "effects": [[], ["city"]], "weights": [null, "population"], "errors": "cluster", "terms": {"D": [[0.1, 2.1, "**"], [0.2, 2.2, "**"]]}},
		"table3": {"clusters": 30, "(1)": {"D": [0.1, 2.1, "**"]}, "(2)": {"D": [0.1, 2.1, "**"], "clusters": 12, "model": "logit"}, "(3) winsorised": {"D": [0.1, 2.1, "**"]}}}`), "short.json")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, table := range b.Tables {
		for _, c := range table.Columns {
			got = append(got, fmt.Sprint(c.Effects, c.Weights, c.Errors, c.Clusters, c.Model))
		}
	}
	want := []string{"[]cluster0", "[city]populationcluster0", "[city year]30", "[city year]12logit", "[city year]30winsorised"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for text, want := range map[string]string{
		`{"table2": {"columns": ["(1)", "(2)"], "clusters": ["x", 3], "terms": {"D": [[0.1, 2.1, "**"], [0.2, 2.2, "**"]]}}}`: "clusters must be a whole number",
		`{"table2": {"columns": ["(1)", "(2)"], "clusters": [3], "terms": {"D": [[0.1, 2.1, "**"], [0.2, 2.2, "**"]]}}}`:      "1 values stand for 2 columns in clusters",
		`{"table3": {"(1)": {"D": [0.1, 2.1, "**"], "effects": 3}}}`:                                                          "effects must be a list",
		`{"table2": {"columns": ["(1)"], "efects": [["city"]], "terms": {"D": [[0.1, 2.1, "**"]]}}}`:                          "did you mean effects",
	} {
		if _, err := paper.Parse([]byte(text), "short.json"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
