package zh

// maps are the sentences on maps and boundaries.
var maps = []entry{
	{"no effect can be estimated in the stack: no event time but -1 has treated rows beside clean ones", "堆叠样本中无法估计效应：除 -1 外没有哪个相对时间同时有处理组观测和干净的对照"},
	{"a column of %d values can't be lagged in a panel of %d rows", "%d 个值的列不能在 %d 行的面板中取滞后"},
	{"%d bytes are missing", "缺少 %d 个字节"},
	{"the file is cut off: %d rows announced, %d there,", "文件不完整：应有 %d 行，实有 %d 行"},
	{"an identifier of %d bytes", "有 %d 个字节的标识符"},
}
