package cell

import (
	"bytes"
	"math"
	"unicode"
	"unicode/utf8"
)

// marks are the texts with a meaning of their own. Missing in every column is what programs write for it; dashes and
// dots of printed tables, programs' words for nothing, a worksheet's errors and C's ways to print NaN mean missing among
// numbers only. Stata's .a to .z belong to the latter as well.
var marks = markTable()

type mark struct {
	kind  Kind
	value float64
}

func markTable() map[string]mark {
	m := map[string]mark{}
	add := func(k Kind, x float64, words ...string) {
		for _, w := range words {
			m[w] = mark{k, x}
		}
	}
	nan, inf := math.NaN(), math.Inf(1)
	add(Missing, nan, "", ".", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "Null", "<NA>")
	add(Dash, nan, "-", "--", "---", "–", "—", "——", "－", "−", "..", "...", "…", "……", "n.a.", "N.A.", "na", "None", "none", "nil",
		"-nan", "-NaN", "nan(ind)", "-nan(ind)", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
		"#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!")
	for c := 'a'; c <= 'z'; c++ {
		add(Dash, nan, "."+string(c))
	}
	add(Truth, 1, "TRUE", "True", "true")
	add(Truth, 0, "FALSE", "False", "false")
	add(Inf, inf, "Inf", "inf", "INF", "+Inf", "+inf", "Infinity", "infinity", "∞")
	add(Inf, -inf, "-Inf", "-inf", "-INF", "-Infinity", "-infinity", "-∞")
	return m
}

// longestMark is the length in bytes of the longest of the marks.
const longestMark = 12

// Parse tells what a cell holds; blanks around it do not count. decimal is '.' or ','; the other of the two separates
// thousands. What is no number gives NaN: Missing, Dash, Code, Long and Word.
func Parse(b []byte, decimal byte) (float64, Kind) {
	b = Trim(b)
	if len(b) == 0 {
		return math.NaN(), Missing
	}
	x, n, k := Prefix(b, decimal)
	if n == len(b) {
		if k != Number {
			x = math.NaN()
		}
		return x, k
	}
	if len(b) <= longestMark {
		if m, ok := marks[string(b)]; ok {
			return m.value, m.kind
		}
	}
	if n > 0 {
		if x, ok := grouped(b, decimal); ok {
			return x, Grouped
		}
	}
	return math.NaN(), Word
}

// Trim cuts blanks from both ends: spaces, tabs and the like, also the no-break and the ideographic space.
func Trim(b []byte) []byte {
	if len(b) > 0 && plain(b[0]) && plain(b[len(b)-1]) {
		return b
	}
	return bytes.TrimFunc(b, unicode.IsSpace)
}

// plain tells that c neither is a blank nor belongs to a blank of several bytes.
func plain(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

// grouped reads a number whose whole part stands in groups of three digits: 1,234.5, or 1.234,5 where decimal is ','.
// A first group that begins with 0 is none: 0,123 is more likely a fraction.
func grouped(b []byte, decimal byte) (float64, bool) {
	mark := byte(',')
	if decimal == ',' {
		mark = '.'
	}
	i := 0
	if b[0] == '-' || b[0] == '+' {
		i++
	}
	first := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	if size := i - first; size == 0 || size > 3 || b[first] == '0' {
		return 0, false
	}
	joined := append(make([]byte, 0, len(b)), b[:i]...)
	groups := 0
	for i+3 < len(b) && b[i] == mark && b[i+1]-'0' <= 9 && b[i+2]-'0' <= 9 && b[i+3]-'0' <= 9 {
		joined = append(joined, b[i+1:i+4]...)
		i += 4
		groups++
	}
	if groups == 0 || i < len(b) && b[i]-'0' <= 9 {
		return 0, false
	}
	joined = append(joined, b[i:]...)
	x, n, k := Prefix(joined, decimal)
	return x, n == len(joined) && k == Number
}

// DecimalSign tells which decimal sign a number shows: '.' for 1.5 and 1,234.5, ',' for 1,5 and 1.234,5, and 0 where
// the cell is no number or could be read both ways, as 1,234 can.
func DecimalSign(b []byte) byte {
	b = Trim(b)
	if !bytes.ContainsAny(b, ".,") {
		return 0
	}
	_, byPoint := Parse(b, '.')
	_, byComma := Parse(b, ',')
	point, comma := byPoint == Number || byPoint == Grouped, byComma == Number || byComma == Grouped
	switch {
	case point && !comma:
		return '.'
	case comma && !point:
		return ','
	}
	return 0
}
