package xlsx

import (
	"math"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"github.com/xuri/nfp"
)

// dateStyles finds the cell styles whose number format shows a date or a time.
func dateStyles(f *excelize.File) []bool {
	if f.Styles == nil || f.Styles.CellXfs == nil {
		return nil
	}
	custom := map[int]string{}
	if f.Styles.NumFmts != nil {
		for _, n := range f.Styles.NumFmts.NumFmt {
			if n != nil {
				custom[n.NumFmtID] = n.FormatCode
			}
		}
	}
	var out []bool
	for _, xf := range f.Styles.CellXfs.Xf {
		id := 0
		if xf.NumFmtID != nil {
			id = *xf.NumFmtID
		}
		code, ok := custom[id]
		out = append(out, ok && dateFormat(code) || !ok && builtinDate(id))
	}
	return out
}

// builtinDate knows the numbers of the formats that need no code; 27 to 36 and 50 to 58 are the East Asian ones.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// dateFormat tells whether a format's section for positive numbers shows a date or a time, as yyyy"年"m"月" does.
func dateFormat(code string) bool {
	parser := nfp.NumberFormatParser()
	sections := parser.Parse(code)
	if len(sections) == 0 {
		return false
	}
	for _, item := range sections[0].Items {
		if item.TType == nfp.TokenTypeDateTimes || item.TType == nfp.TokenTypeElapsedDateTimes {
			return true
		}
	}
	return false
}

// isoDate writes a date's serial number, days since the end of 1899 (or the beginning of 1904) with the time as a
// fraction, as ISO 8601 has it; "" for a number that is no date. The day 60 that the 1900 system counts, 29 February
// 1900, did not exist (excelize's own conversion, 2.11.0, is a day early before it).
func isoDate(serial float64, era1904 bool) string {
	if serial != serial || serial < 0 || serial >= 2958466 { // the end of 9999
		return ""
	}
	day, fraction := math.Modf(serial)
	clock := time.Duration(math.Round(fraction*86400)) * time.Second
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case era1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day < 1: // a time of day
		return start.Add(clock).Format(time.TimeOnly)
	case day < 60:
		start = start.AddDate(0, 0, 1)
	}
	return strings.TrimSuffix(start.AddDate(0, 0, int(day)).Add(clock).Format(time.DateTime), " 00:00:00")
}
