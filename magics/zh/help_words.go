package zh

// helpWords are the words around the help's texts, the kinds of values, and what the functions of %gen do.
var helpWords = []entry{
	{"magic", "命令"}, {"held to other programs", "与其他程序核对"}, {"cases and gaps", "案例与差距"}, {"method", "方法"}, {"what it does", "用途"}, {"key", "键"}, {"takes", "取值"}, {"default", "默认"}, {"what it is", "说明"}, {"example", "示例"},
	{"text", "文本"}, {"formula", "公式"}, {"expression", "表达式"}, {"variable", "变量"}, {"variables", "变量（可多个）"}, {"new name", "新名称"}, {"panel", "面板"}, {"result", "结果"},
	{"file to read", "读入的文件"}, {"file to write", "写出的文件"}, {"whole number", "整数"}, {"number", "数字"}, {"true or false", "true 或 false"}, {"choice", "选项"}, {"choices", "选项（可多个）"}, {"window", "窗口"}, {"vcov", "协方差"},
	{"natural logarithm; missing where x ≤ 0", "自然对数；x ≤ 0 时缺失"}, {"decimal logarithm; missing where x ≤ 0", "常用对数；x ≤ 0 时缺失"}, {"log(1 + x); missing where x ≤ -1", "log(1 + x)；x ≤ -1 时缺失"},
	{"e to the power x", "e 的 x 次幂"}, {"square root; missing where x < 0", "平方根；x < 0 时缺失"}, {"absolute value", "绝对值"}, {"largest whole number not above x", "不大于 x 的最大整数"}, {"smallest whole number not below x", "不小于 x 的最小整数"},
	{"nearest whole number, halves to even", "最接近的整数，半数取偶"}, {"x itself: arithmetic inside a formula", "x 本身：用于公式中的算术"},
	{"x of k periods earlier in the same unit; missing across a gap", "同一单位 k 期之前的 x；跨间断时缺失"}, {"short for lag", "lag 的简写"}, {"x of k periods later in the same unit; missing across a gap", "同一单位 k 期之后的 x；跨间断时缺失"},
	{"short for lead", "lead 的简写"}, {"x less x of k periods earlier", "x 减去 k 期之前的 x"}, {"short for diff", "diff 的简写"},
	{"mean over the groups of by=", "by= 各组的均值"}, {"sum over the groups of by=", "by= 各组之和"}, {"standard deviation (n - 1) over the groups of by=", "by= 各组的标准差（n - 1）"},
	{"number of values that are not missing, over the groups of by=", "by= 各组非缺失值的个数"}, {"smallest over the groups of by=; of two arguments, the smaller in each row", "by= 各组的最小值；两个参数时为每行较小者"},
	{"largest over the groups of by=; of two arguments, the larger in each row", "by= 各组的最大值；两个参数时为每行较大者"}, {"median over the groups of by=", "by= 各组的中位数"},
	{"first value that is not missing, by time in a panel, over the groups of by=", "by= 各组第一个非缺失值，面板按时间"}, {"x with both tails set to the quantiles p and 1 - p of each group of by=", "两端缩尾至 by= 各组的 p 与 1 - p 分位数的 x"},
	{"(x - mean) / sd over the groups of by=", "按 by= 各组的 (x - 均值) / 标准差"}, {"gaps inside a unit filled linearly in time; beyond the ends only with ends=1 (nearest value)", "单位内部的间断按时间线性插补；ends=1 时两端之外取最近的值"},
	{"1 where interpolate of the same arguments fills a value, else 0", "interpolate 以相同参数填补处为 1，否则为 0"}, {"location quotient: (part/whole) over (Σ part/Σ whole) of the same period", "区位熵：(part/whole) 与同期 (Σ part/Σ whole) 之比"},
	{"1 from the adoption period on, else 0; an empty, 0 or infinite adoption means never", "处理时期起为 1，否则为 0；空、0 或无穷表示从未"}, {"periods since adoption, negative before; missing where never treated", "处理以来的期数，之前为负；从未受处理为缺失"},
	{"first period in which the unit's treat is 1; missing where never", "单位的 treat 首次为 1 的时期；从未则缺失"}, {"a where cond is true, b where it is 0, missing where it is missing", "cond 为真取 a，为 0 取 b，缺失则缺失"},
	{"1 where x is missing, else 0", "x 缺失为 1，否则为 0"}, {"1 where x equals one of the values", "x 等于其中一个值时为 1"},
}
