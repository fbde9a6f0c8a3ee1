package command_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// Errors are said in the session's language, with the place and the nearest right word as in English.
func TestErrorsInChinese(t *testing.T) {
	words := regexp.MustCompile(`[a-z]{3,} [a-z]{3,} [a-z]{3,}`)
	for _, c := range []struct{ line, want string }{
		{"%did Y ~ x treat=D", `panel 中没有变量 "Y"；是否指 y？`},
		{"%did y ~ x tret=D", `%did 没有键 "tret"；是否指 treat？`},
		{"%did y ~ x treat=x", "处理变量 x 在第"},
		{"%tabel m1", "没有命令 %tabel；是否指 %label 或 %table？"},
		{"%table m1", `没有结果 "m1"`},
		{"%gen z = lgo(x)", `没有函数 "lgo"；是否指 log？`},
		{"%panel load town.csv", `没有文件 "town.csv"；是否指 towns.csv？`},
		{"%describe \"y", "没有闭合"},
		{"describe y", "命令以 % 开头；是否指 %describe？"},
		{"%hetero", "%hetero 需要一个模型，如 %hetero m1；%did 可得到模型"},
		{"%report out=r.docx", "还没有可汇总的内容"},
	} {
		_, _, err := runScript(t, "%lang zh\n"+towns+c.line)
		var d *lang.Diagnostic
		if !errors.As(err, &d) || !strings.Contains(d.Summary, c.want) || words.MatchString(d.Summary) {
			t.Errorf("%s: %v, want %s", c.line, err, c.want)
			continue
		}
		if d.Where.Line != 3 || d.Source == "" {
			t.Errorf("%s: at %+v of %q", c.line, d.Where, d.Source)
		}
	}
}
