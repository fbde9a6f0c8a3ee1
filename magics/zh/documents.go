package zh

// documents are the sentences on tables, figures and reports.
var documents = []entry{
	{"a report's file name needs an ending: %s", "报告的文件名需要扩展名：%s"},
	{"no report is written as .%s%s", "报告不能写成 .%s%s"},
	{"a table's file name needs an ending: %s", "表的文件名需要扩展名：%s"},
	{"no table is written as .%s%s", "表不能写成 .%s%s"},
	{"a table needs at least one regression", "表中至少要有一个回归"},
	{"%d column heads stand for %d regressions", "%d 个列标题对应 %d 个回归"},
	{"no regression of the table has a term %q%s", "表中没有任何回归含有 %q%s"},
	{"the summary has no variable %q%s", "描述性统计中没有变量 %q%s"},
	{"there is no regression to draw", "没有可画的回归"},
	{"%d names stand for %d regressions", "%d 个名称对应 %d 个回归"},
	{"the regressions have no coefficient to draw", "回归中没有可画的系数"},
	{"no regression has a term %q%s", "没有任何回归含有 %q%s"},
	{"there is no event study to draw", "没有可画的事件研究"},
	{"the event study has no estimate to draw", "事件研究没有可画的估计值"},
	{"the trend has no mean to draw", "趋势没有可画的均值"},
	{"it holds no font", "其中没有字体"},
	{"its table %s lies outside the file", "其表 %s 超出文件范围"},
	{"%s names %s, and there is no such file", "%s 指定的 %s 不存在"},
	{"%s names %s, which cannot be read as a .ttf, .otf or .ttc font: %v", "%s 指定的 %s 不能作为 .ttf、.otf 或 .ttc 字体读取：%v"},
}
