package zh

// maps are the sentences on maps and boundaries.
var maps = []entry{
	{"%s has no value in the periods shown", "%s 在所示时期没有取值"},
	{"it holds no polygon", "其中没有多边形"},
	{"it is no GeoJSON (%s)", "不是 GeoJSON（%s）"},
	{"it is no GeoJSON feature collection with a feature", "不是含要素的 GeoJSON 要素集合"},
	{"its features have no property %q%s", "其要素没有属性 %q%s"},
	{"none of its properties is a usual name of units; say key=", "其属性中没有常见的单位名称；请用 key= 指明"},
	{"the coordinates of feature %d (%s) are no degrees: %g, %g; export the file in longitude and latitude (EPSG:4326)", "要素 %d（%s）的坐标不是经纬度：%g, %g；请以经纬度（EPSG:4326）导出文件"},
	{"the coordinates of feature %d (%s) can't be read", "要素 %d（%s）的坐标无法读取"},
	{"a place needs both a longitude and a latitude; say lon= and lat=", "位置需要经度和纬度；请用 lon= 和 lat= 指明"},
	{"key= names a property of the boundaries; say bounds=FILE too", "key= 是边界的属性；请同时给出 bounds=FILE"},
	{"no period %q%s", "没有时期 %q%s"},
	{"none of the %d units has a place (%s …); lon= and lat= name variables with coordinates, bounds= a file of boundaries, city= a variable with names of Chinese cities", "%d 个单位都没有位置（%s …）；lon= 和 lat= 指明坐标变量，bounds= 指明边界文件，city= 指明含中国城市名称的变量"},
	{"none of the %d units is named in %s (%s …); city= and key= say what names them", "%d 个单位在 %s 中都没有名称（%s …）；请用 city= 和 key= 指明"},
	{"the coordinates of %s are no degrees: %g, %g", "%s 的坐标不是经纬度：%g, %g"},
	{"no effect can be estimated in the stack: no event time but -1 has treated rows beside clean ones", "堆叠样本中无法估计效应：除 -1 外没有哪个相对时间同时有处理组观测和干净的对照"},
	{"a column of %d values can't be lagged in a panel of %d rows", "%d 个值的列不能在 %d 行的面板中取滞后"},
	{"%d bytes are missing", "缺少 %d 个字节"},
	{"the file is cut off: %d rows announced, %d there,", "文件不完整：应有 %d 行，实有 %d 行"},
	{"an identifier of %d bytes", "有 %d 个字节的标识符"},
}
