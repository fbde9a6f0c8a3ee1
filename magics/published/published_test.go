package published_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/published"
)

func ExamplePaper() {
	book, err := published.Paper()
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := book.Table("table2")
	if err != nil {
		fmt.Println(err)
		return
	}
	c := table.Columns[1]
	fmt.Println(c.Name, c.Terms[0].Term, c.Terms[0].Estimate.Value, c.Terms[0].Statistic.Value, c.N)
	// Output: (2) DID 0.297 7.931 5364
}

func ExampleBook_Table() {
	book, _ := published.Paper()
	_, err := book.Table("tabel2")
	fmt.Println(err)
	// Output: no published table "tabel2"; did you mean table2?
}

// What a number was rounded to is read from its decimals, trailing zeros included.
func TestPrintedDecimals(t *testing.T) {
	for text, want := range map[string]int{"0.530": 3, "5364": 0, "-1.750": 3, "99.290": 3} {
		var p published.Printed
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatal(err)
		}
		if p.Decimals != want {
			t.Errorf("%s: %d decimals, want %d", text, p.Decimals, want)
		}
		if back, _ := json.Marshal(p); string(back) != text {
			t.Errorf("%s is written as %s", text, back)
		}
	}
}

func TestReadRefusesBadFiles(t *testing.T) {
	cases := []struct{ content, want string }{
		{"{\n\"tables\": [\n{,", "line 3: invalid character"},
		{`{"tables": [{"name": "a"}]}`, `table "a" of`},
		{`{"tables": [{"title": "a"}]}`, "table 1 of"},
		{`{"tables": [{"name": "a", "columns": [{"name": "(1)", "statistic": "z"}]}]}`, `is "z"; it is t or se`},
		{`{"tables": [{"name": "a", "summary": [{}]}, {"name": "a", "summary": [{}]}]}`, `are named "a"`},
		{`{"tabels": []}`, `unknown field "tabels"`},
	}
	for _, c := range cases {
		path := filepath.Join(t.TempDir(), "my.json")
		if err := os.WriteFile(path, []byte(c.content), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := published.Read(path)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.content, err, c.want)
		}
	}
	if _, err := published.Read(filepath.Join(t.TempDir(), "none.json")); !os.IsNotExist(err) {
		t.Errorf("a missing file gives %v", err)
	}
}
