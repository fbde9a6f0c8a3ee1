package command_test

import (
	"strings"
	"testing"
)

// In Chinese the counted notices are Chinese too; this fails when the library's wording moves away from the table.
func TestNoticesInChinese(t *testing.T) {
	out, _ := mustRun(t, towns+"%lang zh\n%gen z = 2 * x\n%did y ~ x + z treat=D if=\"year < 2017\"")
	text := out[len(out)-1].Text
	for _, want := range []string{"双重差分（双向固定效应）", "8 行不满足 if=，已剔除。", "1 行有缺失值，已剔除。", "因共线性剔除：z。",
		"公式未含固定效应，已加入 town 与 year 固定效应。", "8 个单位中 4 个受处理", "town 仅有 8 个聚类"} {
		if !strings.Contains(strings.ReplaceAll(text, "\n", ""), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, english := range []string{"dropped", "left out", "were added"} {
		if strings.Contains(text, english) {
			t.Errorf("%q stays English in\n%s", english, text)
		}
	}
}

// One treated row of one cohort is said as one, in either language.
func TestOneTreatedRowIsSaidAsOne(t *testing.T) {
	line := "%did y ~ 1 treat=D if=\"year <= 2012\"\n"
	out, _ := mustRun(t, towns+line+"%lang zh\n"+line)
	for i, want := range map[int]string{1: "D: 1 treated row in 1 of 8 units, 1 cohort.", len(out) - 1: "8 个单位中 1 个受处理，共 1 行、1 个批次"} {
		if text := strings.Join(strings.Fields(out[i].Text), ""); !strings.Contains(text, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
