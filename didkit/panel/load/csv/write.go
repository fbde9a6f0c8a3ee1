package csv

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// Write writes a panel with a header, in UTF-8, lines ending in LF. Numbers have the fewest digits that give them back
// exactly, and a decimal comma where the delimiter is a semicolon, as in the countries that use it. A missing value is
// an empty field (NA where the whole row is missing, which would be a blank line). Labels have no place in the format.
// Reading what was written gives the same numbers; text that looks like numbers or like a missing value comes back as
// such.
func Write(w io.Writer, p *panel.Panel, delimiter rune) error {
	out := bufio.NewWriterSize(w, 1<<16)
	d := byte(delimiter)
	vars := p.Variables()
	var line []byte
	quotedLevels := make([][]string, len(vars))
	for c, v := range vars {
		if c > 0 {
			line = append(line, d)
		}
		line = append(line, quote(v.Name, d)...)
		for _, s := range v.Levels {
			quotedLevels[c] = append(quotedLevels[c], quote(s, d))
		}
	}
	for row := range p.Rows() {
		line = append(line, '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
		line = line[:0]
		empty := true
		for c, v := range vars {
			if c > 0 {
				line = append(line, d)
			}
			switch {
			case v.Kind == panel.Text:
				if code := v.Codes[row]; code >= 0 {
					line = append(line, quotedLevels[c][code]...)
					empty = false
				}
			case v.Values[row] == v.Values[row]:
				start := len(line)
				line = AppendNumber(line, v.Values[row])
				if delimiter == ';' {
					if i := bytes.IndexByte(line[start:], '.'); i >= 0 {
						line[start+i] = ','
					}
				}
				empty = false
			}
		}
		if empty {
			line = append([]byte("NA"), line...)
		}
	}
	line = append(line, '\n')
	if _, err := out.Write(line); err != nil {
		return err
	}
	return out.Flush()
}

// AppendNumber writes x with the fewest digits that give it back, as people write numbers: 2006, 0.25, 1e-07, Inf, and
// nothing for NaN.
func AppendNumber(b []byte, x float64) []byte {
	switch size := math.Abs(x); {
	case x != x:
		return b
	case math.IsInf(x, 1):
		return append(b, "Inf"...)
	case math.IsInf(x, -1):
		return append(b, "-Inf"...)
	case size == 0 || size >= 1e-5 && size < 1e15:
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'e', -1, 64)
}

// quote sets text in quotes where it would not come back as it is.
func quote(s string, delimiter byte) string {
	if s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s, "\"\r\n") && strings.IndexByte(s, delimiter) < 0 {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
