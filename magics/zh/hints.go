package zh

// hints are what sentences end with, and phrases inside others.
var hints = []entry{
	{"; did you mean %s?", "；是否指 %s？"},
	{"; it is one of %s", "；可用的有 %s"},
	{"; it is %s", "；可取 %s"},
	{"; there are %s", "；可用的有 %s"},
	{"; known are %s", "；已知的有 %s"},
	{"; write %s", "；请写作 %s"},
	{"its form is %s", "格式为 %s"},
	{"; the session holds no %s yet", "；当前会话中还没有%s"},
	{"%s is", "可用 %s"},
	{"%s are", "可用 %s"},
	{" and in %d further units", "，以及另外 %d 个单位"},
	{" (and 1 further row repeats another pair)", "（另有 1 行重复其他组合）"},
	{" (and %d further rows repeat another pair)", "（另有 %d 行重复其他组合）"},
	{" (the first is %q)", "（第一列为 %q）"},
	{"the controls into the formula", "把控制变量写入公式"},
	{"| unit + time behind the formula", "公式后加 | 单位 + 时间"},
	{"a variable", "一个变量"},
	{"; the session holds no panel yet", "；当前会话中还没有面板"}, {"; the session holds no result yet", "；当前会话中还没有结果"}, {"; the session holds no parameter yet", "；当前会话中还没有参数"},
	{"1 name", "1 个名称"}, {"%s names", "%s 个名称"}, {"1 result", "1 个结果"}, {"%s results", "%s 个结果"},
}
