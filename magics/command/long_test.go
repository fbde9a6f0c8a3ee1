package command_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// wide is a session on a panel of 90 units, 80 periods and 130 variables, a third of which lack a value.
func wide(t *testing.T) *session.Session {
	t.Helper()
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("unit,time,D,y")
	for v := range 126 {
		fmt.Fprintf(&b, ",v%d", v+1)
	}
	b.WriteByte('\n')
	for u := range 90 {
		for k := range 80 {
			d := 0
			if u%3 != 0 && k >= 40 {
				d = 1
			}
			fmt.Fprintf(&b, "u%d,%d,%d,%.3f", u+1, 1940+k, d, r.NormFloat64()+float64(d))
			for v := range 126 {
				if u == 4 && k == 2 && v%3 == 0 || u == 5 && k == 3 && v < 100 {
					b.WriteByte(',')
					continue
				}
				fmt.Fprintf(&b, ",%.3f", r.NormFloat64())
			}
			b.WriteByte('\n')
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "wide.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := session.New(dir)
	s.NoFigures = true
	return s
}

// Long and wide tables are cut where they are shown, text and HTML alike, with a note that counts what is left out and
// says how to see it; full=true shows everything, and JSON is whole either way.
func TestLongTablesAreCut(t *testing.T) {
	s := wide(t)
	load := "%panel load wide.csv unit=unit time=time"
	if _, err := runIn(t, s, load+"\n%describe v1 v2 as=d0"); err != nil {
		t.Fatal(diagnosticText(err))
	}
	for i := range 70 {
		if _, err := runIn(t, s, fmt.Sprintf("%%describe v1 as=x%d", i)); err != nil {
			t.Fatal(diagnosticText(err))
		}
	}
	cases := []struct{ line, note, last, middle string }{
		{load, "71 of 130 rows are not shown here; full=true shows all.", "v126", "v70"},
		{"%panel head n=1000", "941 of 1,000 rows", "u13", "u9"},
		{"%panel missing", "49 of 108 rows are not shown here; full=true shows all.", "v100", "v70"},
		{"%describe as=all", "69 of 128 rows are not shown here; full=true shows all.", "v126", "v70"},
		{"%table all", "69 of 128 rows are not shown here; full=true shows all, out=FILE writes all.", "v126", "v70"},
		{"%trend y", "21 of 80 rows are not shown here; full=true shows all.", "2019", "1990"},
		{"%reg y ~ i(unit) + v1 as=dummies", "32 of 91 rows are not shown here; full=true shows all.", "(Intercept)", "unit::u60"},
		{"%table dummies", "rows are not shown here; full=true shows all, out=FILE writes all.", "Observations", "u60"},
		{"%eventstudy y ~ 1 treat=D window=-40:39", "rows are not shown here; full=true shows all.", "39", ""},
		{"%did y ~ 1 treat=D method=cs", "rows are not shown here; full=true shows all.", "", ""},
		{"%session", "rows are not shown here; full=true shows all.", "dummies", "x50"},
	}
	for _, c := range cases {
		t.Run(c.line, func(t *testing.T) {
			cut := lastOf(t, s, c.line)
			whole := lastOf(t, s, c.line+" full=true")
			for form, pair := range map[string][2]string{"text": {cut.Text, whole.Text}, "HTML": {cut.HTML, whole.HTML}} {
				short, long := strings.Join(strings.Fields(pair[0]), " "), strings.Join(strings.Fields(pair[1]), " ")
				if !strings.Contains(short, c.note) || !strings.Contains(short, c.last) || c.middle != "" && strings.Contains(short, c.middle) {
					t.Errorf("%s: %.300s", form, pair[0])
				}
				if strings.Contains(long, "not shown") || !strings.Contains(long, c.middle) || len(long) <= len(short) {
					t.Errorf("%s with full=true: %.300s", form, pair[1])
				}
			}
			for i := range cut.Tables {
				if len(cut.Tables[i].Body) != len(whole.Tables[i].Body) || len(cut.Tables[i].Columns) != len(whole.Tables[i].Columns) {
					t.Error("the table for files is cut too")
				}
			}
			a, err := json.Marshal(resultOf(t, cut))
			b, _ := json.Marshal(resultOf(t, whole))
			if err != nil || c.line != "%session" && string(a) != string(b) { // which tells the lines, full=true among them
				t.Errorf("JSON differs: %.300s\n%.300s", a, b)
			}
		})
	}
}

func lastOf(t *testing.T, s *session.Session, line string) command.Output {
	t.Helper()
	out, err := runIn(t, s, line)
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	return out[len(out)-1]
}

// resultOf is an output's result as JSON tells it.
func resultOf(t *testing.T, o command.Output) any {
	t.Helper()
	line, err := command.JSON(o)
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Result any }
	if err := json.Unmarshal(line, &got); err != nil || got.Result == nil {
		t.Fatalf("%s: %v", line, err)
	}
	return got.Result
}
