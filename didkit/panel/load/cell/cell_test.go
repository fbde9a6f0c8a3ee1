package cell_test

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/cell"
)

func ExampleParse() {
	for _, s := range []string{"12.5", "1,234.5", "NA", "-", "0571", "TRUE", "n.a.?"} {
		x, k := cell.Parse([]byte(s), '.')
		fmt.Println(s, x, k == cell.Number || k == cell.Grouped || k == cell.Truth)
	}
	// Output:
	// 12.5 12.5 true
	// 1,234.5 1234.5 true
	// NA NaN false
	// - NaN false
	// 0571 NaN false
	// TRUE 1 true
	// n.a.? NaN false
}

func ExampleTally_Notices() {
	var t cell.Tally
	t.Add(cell.Word, 16, []byte("n.a.?"))
	row := func(r int) string { return fmt.Sprintf("row %d", r+1) }
	fmt.Println(t.Notices("PGDP", 5364, row)[0])
	// Output: column PGDP: row 17 holds "n.a.?", so the column is read as text
}

func ExampleVariable() {
	var t cell.Texts
	t.Add([]byte("Wuhan"))
	t.Add([]byte("Anqing"))
	t.AddMissing()
	v := cell.Variable("city", &t)
	fmt.Println(v.Codes, v.Levels)
	// Output: [1 0 -1] [Anqing Wuhan]
}

func ExampleDecimalSign() {
	fmt.Printf("%q %q %q\n", cell.DecimalSign([]byte("0.5")), cell.DecimalSign([]byte("1.234,5")), cell.DecimalSign([]byte("1,234")))
	// Output: '.' ',' '\x00'
}

func TestParse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	cases := []struct {
		in      string
		decimal byte
		x       float64
		k       cell.Kind
	}{
		{"0", '.', 0, cell.Number},
		{"12", '.', 12, cell.Number},
		{"+12", '.', 12, cell.Number},
		{"-12.50", '.', -12.5, cell.Number},
		{" 12\t", '.', 12, cell.Number},
		{"\u00a012\u3000", '.', 12, cell.Number},
		{".5", '.', 0.5, cell.Number},
		{"-.5", '.', -0.5, cell.Number},
		{"5.", '.', 5, cell.Number},
		{"1e5", '.', 1e5, cell.Number},
		{"1.5E-07", '.', 1.5e-7, cell.Number},
		{"1e+22", '.', 1e22, cell.Number},
		{"1e23", '.', 1e23, cell.Number},
		{"4.9e-324", '.', 4.9e-324, cell.Number},
		{"1.7976931348623157e308", '.', math.MaxFloat64, cell.Number},
		{"1e-400", '.', 0, cell.Number},
		{"0.1234567890123456789012345", '.', 0.1234567890123456789012345, cell.Number},
		{"9007199254740993.0", '.', 9007199254740992, cell.Number}, // a tie, to even
		{"1,5", ',', 1.5, cell.Number},
		{"-0,25e1", ',', -2.5, cell.Number},
		{"9007199254740992", '.', 1 << 53, cell.Number},
		{"100000000000000000000", '.', 1e20, cell.Number}, // float64 has it exactly
		{"9007199254740994", '.', 1<<53 + 2, cell.Number}, // and this
		{"0.99999999999999999999", '.', 1, cell.Number},   // more digits than a uint64 has
		{"99999999999999999999.5", '.', 1e20, cell.Number},
		{"9.9999999999999999999", '.', 10, cell.Number},
		{"9007199254740995.0", '.', 9007199254740996, cell.Number}, // a tie, to even
		{"0e-25", '.', 0, cell.Number},
		{"0e25", '.', 0, cell.Number},

		{"1,234", '.', 1234, cell.Grouped},
		{"-12,345,678.90", '.', -12345678.9, cell.Grouped},
		{"1.234.567,5", ',', 1234567.5, cell.Grouped},
		{"1,23", '.', nan, cell.Word},
		{"1234,567", '.', nan, cell.Word},
		{"0,123", '.', nan, cell.Word},
		{"1,2345", '.', nan, cell.Word},
		{"1,234,", '.', nan, cell.Word},

		{"", '.', nan, cell.Missing},
		{"  ", '.', nan, cell.Missing},
		{".", '.', nan, cell.Missing},
		{"NA", '.', nan, cell.Missing},
		{" NA ", '.', nan, cell.Missing},
		{"NaN", '.', nan, cell.Missing},
		{"#N/A", '.', nan, cell.Missing},
		{"NULL", '.', nan, cell.Missing},
		{"-", '.', nan, cell.Dash},
		{"——", '.', nan, cell.Dash},
		{".a", '.', nan, cell.Dash},
		{".z", '.', nan, cell.Dash},
		{"#DIV/0!", '.', nan, cell.Dash},
		{"1.#QNAN", '.', nan, cell.Dash},

		{"TRUE", '.', 1, cell.Truth},
		{"false", '.', 0, cell.Truth},
		{"Inf", '.', inf, cell.Inf},
		{"-inf", '.', -inf, cell.Inf},

		{"0571", '.', nan, cell.Code},
		{"-01", '.', nan, cell.Code},
		{"00", '.', nan, cell.Code},
		{"9007199254740993", '.', nan, cell.Long},
		{"-9007199254740993", '.', nan, cell.Long},
		{"123456789012345678901234", '.', nan, cell.Long},

		{"n.a.?", '.', nan, cell.Word},
		{"12a", '.', nan, cell.Word},
		{"1e", '.', nan, cell.Word},
		{"1e+", '.', nan, cell.Word},
		{"1e400", '.', nan, cell.Word},
		{"0x1p4", '.', nan, cell.Word},
		{"1_000", '.', nan, cell.Word},
		{"1.2.3", '.', nan, cell.Word},
		{"2006-01-31", '.', nan, cell.Word},
		{"--5", '.', nan, cell.Word},
		{"+", '.', nan, cell.Word},
		{"北京", '.', nan, cell.Word},
	}
	for _, c := range cases {
		x, k := cell.Parse([]byte(c.in), c.decimal)
		if k != c.k || x != c.x && (x == x || c.x == c.x) {
			t.Errorf("Parse(%q, %q) = %v, kind %d; want %v, kind %d", c.in, c.decimal, x, k, c.x, c.k)
		}
	}
}

// Every way Prefix takes to a number rounds as strconv does.
func TestPrefixRoundsAsStrconv(t *testing.T) {
	digits := rapid.StringMatching(`[0-9]{0,18}`)
	rapid.Check(t, func(t *rapid.T) {
		var s string
		switch rapid.IntRange(0, 3).Draw(t, "form") {
		case 0:
			s = strconv.FormatFloat(rapid.Float64().Filter(func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }).Draw(t, "x"), 'e', -1, 64)
		case 1:
			s = strconv.FormatFloat(rapid.Float64Range(-1e6, 1e6).Draw(t, "x"), 'f', -1, 64)
		case 2: // halfway between two neighbours, and just beside
			x := math.Abs(rapid.Float64Range(1e-3, 1e15).Draw(t, "x"))
			half := new(big.Float).SetPrec(200).Add(big.NewFloat(x), big.NewFloat(math.Nextafter(x, math.Inf(1))))
			half.Quo(half, big.NewFloat(2))
			s = half.Text('f', rapid.IntRange(3, 19).Draw(t, "places"))
		case 3:
			s = rapid.StringMatching(`[1-9]`).Draw(t, "lead") + digits.Draw(t, "whole") + "." + digits.Draw(t, "fraction") +
				"e" + strconv.Itoa(rapid.IntRange(-40, 40).Draw(t, "exponent"))
		}
		want, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Skip()
		}
		got, n, k := cell.Prefix([]byte(s+","), '.')
		if n != len(s) || k != cell.Number && k != cell.Long {
			t.Fatalf("%s: took %d bytes, kind %d", s, n, k)
		}
		if k == cell.Number && math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s: got %v (%x), want %v (%x)", s, got, math.Float64bits(got), want, math.Float64bits(want))
		}
		commaed, m, _ := cell.Prefix([]byte(strings.Replace(s, ".", ",", 1)), ',')
		if m != len(s) || k == cell.Number && commaed != got {
			t.Fatalf("%s with a comma: got %v, want %v", s, commaed, got)
		}
	})
}

func TestTally(t *testing.T) {
	row := func(r int) string { return fmt.Sprintf("row %d", r+1) }
	cases := []struct {
		name  string
		cells string
		text  bool
		want  []string
	}{
		{"numbers", "1 2 3 NA", false, nil},
		{"nothing but missing", "NA . NaN", false, nil},
		{"truth values", "TRUE FALSE NA", false, nil},
		{"truth among numbers", "1 TRUE 0", true, []string{`column x: row 2 holds "TRUE" among numbers, so the column is read as text`}},
		{"dashes among numbers", "1 - 2 -", false, []string{`column x: row 2 holds "-" (and 1 further such cell), read as missing`}},
		{"thousands", "1 1,234 2", false, []string{`column x: row 2 holds "1,234", read with thousands separators`}},
		{"infinite", "1 Inf 2 -Inf Inf", false, []string{`column x: row 2 holds "Inf" (and 2 further such cells), read as infinite; no estimation takes it`}},
		{"one slip among numbers", "1 2 3 4 5 6 l7 8", true, []string{`column x: row 7 holds "l7", so the column is read as text`}},
		{"two slips", "1 2 3 4 O5 6 l7 8", true, []string{`column x: row 5 holds "O5" (and 1 further word), so the column is read as text`}},
		{"words", "Anqing Wuhan 3 NA", true, nil},
		{"codes", "0571 010 1", true, []string{`column x: row 1 holds "0571", a code with leading zeros, so the column is read as text`}},
		{"long numbers", "1 12345678901234567 2", true, []string{`column x: row 2 holds "12345678901234567", more digits than a number keeps, so the column is read as text`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cells := strings.Fields(c.cells)
			for cut := range len(cells) + 1 { // a column read in two parts is the column read in one
				var parts [2]cell.Tally
				for i, s := range cells {
					part, from := 0, 0
					if i >= cut {
						part, from = 1, cut
					}
					if _, k := cell.Parse([]byte(s), '.'); k != cell.Number {
						parts[part].Add(k, i-from, []byte(s))
					}
				}
				parts[0].Join(&parts[1], cut)
				if got := parts[0].IsText(len(cells)); got != c.text {
					t.Errorf("text: got %v, want %v", got, c.text)
				}
				if diff := cmp.Diff(c.want, parts[0].Notices("x", len(cells), row)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// A column collected in parts is the column collected at once: rows in order, levels sorted and each used.
func TestTextsInParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOf(rapid.SampledFrom([]string{"", "a", "b", "北京", "乌鲁木齐", "aa", "c"})).Draw(t, "cells")
		cuts := rapid.SliceOfN(rapid.IntRange(0, len(cells)), 0, 3).Draw(t, "cuts")
		parts := []*cell.Texts{{}}
		for i, s := range cells {
			for _, c := range cuts {
				if c == i {
					parts = append(parts, &cell.Texts{})
				}
			}
			if s == "" {
				parts[len(parts)-1].AddMissing()
			} else {
				parts[len(parts)-1].Add([]byte(s))
			}
		}
		v := cell.Variable("x", parts...)
		if len(v.Codes) != len(cells) {
			t.Fatalf("%d rows, want %d", len(v.Codes), len(cells))
		}
		used := map[int32]bool{}
		for i, s := range cells {
			if c := v.Codes[i]; s == "" && c != -1 || s != "" && (c < 0 || v.Levels[c] != s) {
				t.Fatalf("row %d: code %d of %v, want %q", i, c, v.Levels, s)
			}
			used[v.Codes[i]] = true
		}
		for i := range v.Levels {
			if !used[int32(i)] || i > 0 && v.Levels[i-1] >= v.Levels[i] {
				t.Fatalf("levels %q are not sorted or not used", v.Levels)
			}
		}
	})
}

func BenchmarkPrefix(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"whole", "2006,"}, {"six digits", "-3.14159,"}, {"17 digits", "0.12345678901234567,"}, {"exponent", "1.2345e-05,"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			data := []byte(c.text + "0.5,1,2,3\n") // a number stands amid a file
			for b.Loop() {
				cell.Prefix(data, '.')
			}
		})
	}
}
