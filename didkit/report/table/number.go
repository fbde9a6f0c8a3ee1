package table

import (
	"math"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// notation is how one file format writes numbers.
type notation struct {
	minus     string
	thousands string
	missing   string                               // for NaN
	infinity  string                               // without its sign
	power     func(digits, exponent string) string // 1.235, 10 → 1.235e+10
}

// plainNotation is ASCII, for text that other programs read again.
func plainNotation(l wording.Language) notation {
	return notation{minus: "-", thousands: l.Pick(",", " "), missing: "--", infinity: "Inf",
		power: func(d, e string) string { return d + "e" + e }}
}

// typeset is Unicode's true minus and its narrow unbreakable blank.
func typeset(l wording.Language) notation {
	return notation{minus: "\u2212", thousands: l.Pick(",", "\u202f"), missing: "\u2014", infinity: "\u221e",
		power: func(d, e string) string { return d + "\u00d710" + superscript(e) }}
}

// large is where a number is written with a power of ten: beyond it the digits outgrow any column.
const large = 1e12

// split writes x with digits after the point, cut in two before the point. A zero has no sign, whatever x rounds from.
func (n notation) split(x float64, digits int) (lead, tail string) {
	switch {
	case math.IsNaN(x):
		return n.missing, ""
	case math.IsInf(x, 1):
		return n.infinity, ""
	case math.IsInf(x, -1):
		return n.minus + n.infinity, ""
	}
	digits = min(max(digits, 0), 15)
	sign := ""
	if x < 0 {
		sign = n.minus
	}
	if math.Abs(x) >= large {
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'e', digits, 64), "e")
		whole, fraction, _ := strings.Cut(mantissa, ".")
		if fraction != "" {
			fraction = "." + fraction
		}
		return sign + whole, n.power(fraction, strings.TrimLeft(exponent, "+0"))
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', digits, 64)
	if strings.Trim(s, "0.") == "" {
		sign = ""
	}
	whole, fraction, found := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + n.thousands + whole[i:]
	}
	if found {
		fraction = "." + fraction
	}
	return sign + whole, fraction
}

func superscript(digits string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[r-'0']
		}
		return r
	}, digits)
}

// aligned is a number cut where it stands in its column: lead to the left of the point, tail from it on.
type aligned struct {
	lead, tail string
	stars      int
}

func (n notation) number(x *Number) aligned {
	lead, tail := n.split(x.Value, x.Digits)
	return aligned{lead, tail, min(max(x.Stars, 0), 3)}
}

// bracket writes (7.401), or [0.203, 0.349] cut behind the comma, so that an interval is centred under its number.
func (n notation) bracket(b *Bracket) aligned {
	lead, tail := n.split(b.Value, b.Digits)
	if b.High == nil {
		return aligned{lead: "(" + lead, tail: tail + ")"}
	}
	high, fraction := n.split(*b.High, b.Digits)
	return aligned{lead: "[" + lead + tail + ",", tail: " " + high + fraction + "]"}
}

// missing tells whether there is nothing to put in brackets.
func (b *Bracket) missing() bool {
	return b == nil || math.IsNaN(b.Value) && (b.High == nil || math.IsNaN(*b.High))
}
