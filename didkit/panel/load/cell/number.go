// Package cell tells what stands in one cell of a table of text: a number, a missing value, a truth value, a code, a
// word; and what a column of such cells is. The readers of delimited text and of workbooks share it, so that the same
// cells mean the same in both.
package cell

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

// Kind is what a cell holds.
type Kind uint8

const (
	Number  Kind = iota // 12, -0.5, 1.5e3
	Grouped             // a number with thousands separators: 1,234.5
	Inf                 // Inf, -inf, Infinity: a number, but one that no estimation takes
	Truth               // TRUE or FALSE: 1 or 0
	Missing             // nothing, NA, NaN, NULL, a single dot …: missing in every column
	Dash                // -, --, n.a., #REF! …: missing in a column whose other cells are numbers, else text
	Code                // digits with a leading zero, whose zeros a number would lose: 0571
	Long                // a whole number of more digits than float64 keeps
	Word                // anything else
	kinds
)

// pow10 holds the powers of ten that float64 has exactly.
var pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// tens holds the powers of ten that uint64 has.
var tens = [...]uint64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// Prefix reads the plain number that b begins with: digits, the decimal sign ('.' or ','), an exponent. It returns the
// number, correctly rounded as strconv's is, how many bytes it takes (0 where b begins with no number), and Number,
// or else Code, Long or, too large for float64, Word, with no meaning in x.
func Prefix(b []byte, decimal byte) (x float64, n int, k Kind) {
	i := 0
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative = b[0] == '-'
		i++
	}
	// Up to 19 digits fit a uint64; the point among them is remembered as a power of ten.
	start, mantissa := i, uint64(0)
	for i < len(b) {
		d := b[i] - '0'
		if d > 9 {
			break
		}
		mantissa = mantissa*10 + uint64(d)
		i++
	}
	digits := i - start
	leadingZero := digits > 1 && b[start] == '0'
	exponent, whole := 0, true
	if i < len(b) && b[i] == decimal {
		i++
		point := i
		for i+8 <= len(b) {
			eight, ok := eightDigits(binary.LittleEndian.Uint64(b[i:]))
			if !ok {
				break
			}
			mantissa = mantissa*1e8 + eight
			i += 8
		}
		for i < len(b) {
			d := b[i] - '0'
			if d > 9 {
				break
			}
			mantissa = mantissa*10 + uint64(d)
			i++
		}
		exponent, whole = point-i, false
		digits += i - point
	}
	if digits == 0 {
		return 0, 0, Word
	}
	if i+1 < len(b) && b[i]|0x20 == 'e' {
		if e, size := exponentOf(b[i+1:]); size > 0 {
			exponent, whole = exponent+e, false
			i += 1 + size
		}
	}
	if leadingZero {
		return 0, i, Code
	}
	switch {
	case digits > 19:
		return long(b[:i], decimal, whole)
	case exponent == 0:
		x = float64(mantissa)
		if whole && mantissa > 1<<53 && uint64(x) != mantissa {
			return x, i, Long
		}
	case mantissa <= 1<<53 && exponent < 0 && exponent >= -22:
		x = float64(mantissa) / pow10[-exponent] // both exact, so one rounding (Clinger 1990)
	case mantissa <= 1<<53 && exponent > 0 && exponent <= 22:
		x = float64(mantissa) * pow10[exponent]
	case exponent < 0 && exponent >= -19:
		x = quotient(mantissa, tens[-exponent])
	default:
		return long(b[:i], decimal, whole)
	}
	if negative {
		x = -x
	}
	return x, i, Number
}

// eightDigits reads eight digits at once, the first in the lowest byte: pairs, then fours, then the eight are joined
// within the word. Fractions are long, so this is worth its while there.
func eightDigits(v uint64) (x uint64, ok bool) {
	const zeros, high = 0x3030303030303030, 0xf0f0f0f0f0f0f0f0
	// A digit's upper half is 3, and stays so when 6 is added.
	if v&high != zeros || (v+0x0606060606060606)&high != zeros {
		return 0, false
	}
	v -= zeros
	v = v*10 + v>>8
	const mask = 0x000000ff000000ff
	return (v&mask*(100+1000000<<32) + v>>16&mask*(1+10000<<32)) >> 32, true
}

// exponentOf reads the signed digits after an e; size 0 means there are none.
func exponentOf(b []byte) (e, size int) {
	i, negative := 0, false
	if b[0] == '-' || b[0] == '+' {
		negative = b[0] == '-'
		i++
	}
	first := i
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		if e < 1e6 { // far beyond every float64 already
			e = e*10 + int(b[i]-'0')
		}
	}
	if i == first {
		return 0, 0
	}
	if negative {
		e = -e
	}
	return e, i
}

// quotient is m/d correctly rounded, for m > 0: 64 bits of the quotient and whether anything is left beyond them decide
// the rounding to 53 exactly.
func quotient(m, d uint64) float64 {
	lm, ld := bits.LeadingZeros64(m), bits.LeadingZeros64(d)
	m <<= lm
	d <<= ld
	hi, lo, shift := m, uint64(0), 0
	if m >= d {
		hi, lo, shift = m>>1, m<<63, 1
	}
	q, rest := bits.Div64(hi, lo, d) // in [2^63, 2^64)
	below := q & 0x7ff
	q >>= 11
	if below > 0x400 || below == 0x400 && (rest != 0 || q&1 == 1) {
		q++
	}
	power := ld - lm - 53 + shift
	return float64(q) * math.Float64frombits(uint64(power+1023)<<52)
}

// long reads a number that the fast ways do not reach.
func long(b []byte, decimal byte, whole bool) (x float64, n int, k Kind) {
	text := make([]byte, len(b))
	copy(text, b)
	for i, c := range text {
		if c == decimal {
			text[i] = '.'
		}
	}
	x, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, len(b), Word
	}
	if whole {
		if text[0] == '+' {
			text = text[1:]
		}
		if strconv.FormatFloat(x, 'f', 0, 64) != string(text) {
			return x, len(b), Long
		}
	}
	return x, len(b), Number
}
