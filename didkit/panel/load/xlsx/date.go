package xlsx

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
)

// readStyles finds the cell styles whose number format shows a date or a time.
func (b *book) readStyles(part string) error {
	custom := map[int]string{}
	inCells := false
	return b.each(part, func(t xml.Token) (bool, error) {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "numFmt":
				if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
					custom[id] = attr(e, "formatCode")
				}
			case "cellXfs":
				inCells = true
			case "xf":
				if inCells {
					id, _ := strconv.Atoi(attr(e, "numFmtId"))
					code, ok := custom[id]
					b.isDate = append(b.isDate, ok && dateFormat(code) || !ok && builtinDate(id))
				}
			}
		case xml.EndElement:
			if e.Name.Local == "cellXfs" {
				inCells = false
			}
		}
		return true, nil
	})
}

// builtinDate knows the numbers of the formats that need no code; 27 to 36 and 50 to 58 are the East Asian ones.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// dateFormat looks for a letter of a date or a time outside of quotes, brackets and escapes, as in yyyy"年"m"月".
func dateFormat(code string) bool {
	code, _, _ = strings.Cut(code, ";") // the format of positive numbers
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '\\', '_', '*': // the next character stands for itself
			i++
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			if inside := strings.ToLower(code[i+1 : i+end]); inside != "" && strings.Trim(inside, "hms") == "" {
				return true // [h]:mm counts hours beyond a day
			}
			i += end
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			return true
		case 'G', 'g': // General
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				return false
			}
		}
	}
	return false
}

// isoDate writes a date's serial number, days since the end of 1899 (or the beginning of 1904) with the time as a
// fraction, as ISO 8601 has it; "" for a number that is no date. The day 60 that the 1900 system counts, 29 February
// 1900, did not exist.
func (b *book) isoDate(serial float64) string {
	if serial != serial || serial < 0 || serial >= 2958466 { // the end of 9999
		return ""
	}
	day, fraction := math.Modf(serial)
	seconds := math.Round(fraction * 86400)
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case b.era1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day < 1: // a time of day
		return start.Add(time.Duration(seconds) * time.Second).Format("15:04:05")
	case day < 60:
		start = start.AddDate(0, 0, 1)
	}
	t := start.AddDate(0, 0, int(day)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}
