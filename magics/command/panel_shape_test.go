package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

// A wide table with a renamed city and another file become one panel, and each step says what it did.
func TestPanelFromRawFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"gdp.csv":      "城市,2009年,2010年\n武汉市,\"4,560\",5515\n襄樊市,1201,-\n襄阳市,-,1538\n",
		"employed.csv": "地区,年份,employed\n武汉,2009,3\n襄阳,2009,4\n襄阳,2010,5\n宜昌,2010,6\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := session.New(dir)
	const script = `%panel load gdp.csv as=gdp
%panel long values=gdp unit=城市
%panel recode 城市 strip=市
%panel recode 城市 from=襄樊 to=襄阳
%panel load employed.csv as=emp
%panel rename 地区 to=城市 data=emp
%panel rename 年份 to=year data=emp
%panel merge emp how=outer as=all`
	out, err := runIn(t, s, script)
	if err != nil {
		t.Fatal(diagnosticText(err))
	}
	for i, want := range []string{"", "3 rows of the wide table have become 6", "6 rows of 城市 changed", "2 of them joined the row of the same 城市 and year",
		"", "地区 is now 城市", "年份 is now year", "3 rows matched, 1 only in gdp, 1 only in emp"} {
		if !strings.Contains(out[i].Text, want) {
			t.Errorf("line %d says\n%s\nwant %q", i+1, out[i].Text, want)
		}
	}
	if last := out[len(out)-1].Text; !strings.Contains(last, "城市 only in emp: 宜昌") || !strings.Contains(last, "3 units × 2 periods, 5 rows") {
		t.Error(last)
	}
	for line, want := range map[string]string{
		"%panel long data=emp":                    "%panel long needs a name for what the columns hold: values=gdp",
		"%panel long values=x data=emp":           `no column's name holds a year of four digits, as in 2009 or 2009年 (the first is "城市")`,
		"%panel recode 城市 data=emp":               "%panel recode needs from= and to=, or strip= with an ending to take away",
		"%panel recode 城市 from=x data=emp":        "%panel recode from=x lacks to=, the text to put in its place",
		"%panel recode 城市 from=x to=y data=emp":   `no row of 城市 reads "x"`,
		"%panel recode 城市 from=宜昌 to=襄阳 data=all": "two rows become 襄阳 2010, and employed is 5 in one and 6 in the other",
		"%panel recode":                           "%panel recode needs a variable's name",
		"%panel rename employed data=emp":         "%panel rename needs the new name: to=city",
		"%panel rename employed to=year data=emp": `the panel has a variable "year" already`,
		"%panel merge gdp data=gdp":               "gdp would be merged with itself; data= names the panel that gets the variables",
		"%panel merge emp gdp":                    `%panel merge takes one panel, and "gdp" stands behind it; data= names the panel that gets the variables`,
		"%panel merge gdp data=emp":               "gdp lacks the unit of the panel; name by on= the variables that both have, or rename one by %panel rename",
		"%panel merge emp data=all":               `both panels have a variable "employed" that is no key of the merge; rename it in one of them`,
		"%panel merge emp on=town data=gdp":       "no variable \"town\" in gdp",
		"%panel head from=x":                      "%panel head takes no from=",
	} {
		if _, err := runIn(t, s, line); err == nil || !strings.Contains(diagnosticText(err), want) {
			t.Errorf("%s\ngot  %v\nwant %s", line, err, want)
		}
	}
}
