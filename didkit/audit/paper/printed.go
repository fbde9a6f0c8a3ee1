package paper

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Printed is a number with the decimals that the paper printed, which say how exactly it is known.
type Printed struct {
	Value    float64
	Decimals int
}

// ParsePrinted reads a number as it stands in print: with a comma between thousands, blanks as in 5 364, any kind of
// minus sign. It reports whether s is one.
func ParsePrinted(s string) (Printed, bool) {
	s = strings.NewReplacer("−", "-", "–", "-", "－", "-", "‐", "-", "\u00a0", "", "\u202f", "", "\u2009", "", " ", "").Replace(strings.TrimSpace(s))
	if i := strings.Index(s, ","); i > 0 && thousands(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	switch {
	case strings.HasPrefix(s, "."):
		s = "0" + s
	case strings.HasPrefix(s, "-."):
		s = "-0" + s[1:]
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) || strings.ContainsAny(s, "xX_") {
		return Printed{}, false
	}
	return Printed{Value: x, Decimals: decimalsOf(s)}, true
}

// thousands tells whether the commas of s stand between groups of three digits.
func thousands(s string) bool {
	whole, _, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if i == 0 && (len(g) < 1 || len(g) > 3) || i > 0 && len(g) != 3 {
			return false
		}
	}
	return true
}

// decimalsOf counts the digits after the point, less the power of ten: 0.530 has three, 1.2e-3 four, 5e2 minus two.
func decimalsOf(s string) int {
	power := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		power, _ = strconv.Atoi(strings.TrimPrefix(s[i+1:], "+"))
		s = s[:i]
	}
	_, after, _ := strings.Cut(s, ".")
	return len(after) - power
}

// Known tells whether the paper printed the number at all.
func (p Printed) Known() bool { return !math.IsNaN(p.Value) }

// Range is what can have been printed as this number: half a unit of its last digit to either side, a half rounded
// either way.
func (p Printed) Range() (low, high float64) {
	half := 0.5 * math.Pow(10, -float64(p.Decimals))
	slack := half*1e-9 + 1e-15*math.Abs(p.Value)
	return p.Value - half - slack, p.Value + half + slack
}

// String is the number as it was printed.
func (p Printed) String() string {
	if !p.Known() {
		return "–"
	}
	return strconv.FormatFloat(p.Value, 'f', max(p.Decimals, 0), 64)
}

// UnmarshalJSON reads a number and counts its decimals: 0.530 has three.
func (p *Printed) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &p.Value); err != nil {
		return err
	}
	p.Decimals = decimalsOf(string(data))
	return nil
}

// MarshalJSON writes the number with its decimals, null for one that was not printed.
func (p Printed) MarshalJSON() ([]byte, error) {
	if !p.Known() {
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, "%.*f", max(p.Decimals, 0), p.Value), nil
}
