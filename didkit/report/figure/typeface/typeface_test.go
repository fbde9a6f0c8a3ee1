package typeface_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"gonum.org/v1/plot/vg"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
)

func ExampleChain_Runs() {
	for _, r := range typeface.Embedded().Runs("DIA 数字产业集聚度 ≥ 1") {
		fmt.Printf("%s %q\n", r.Face.Family, r.Text)
	}
	// Output:
	// Liberation Sans "DIA "
	// didnb Sans SC "数字产业集聚度"
	// Liberation Sans " ≥ 1"
}

// TestGB2312 asks for every character of the standard, so that no common label shows an empty box on any computer.
func TestGB2312(t *testing.T) {
	c := typeface.Embedded()
	n := 0
	for row := 16; row <= 87; row++ {
		for cell := 1; cell <= 94; cell++ {
			b, err := simplifiedchinese.GBK.NewDecoder().Bytes([]byte{byte(0xA0 + row), byte(0xA0 + cell)})
			if err != nil || strings.ContainsRune(string(b), '\uFFFD') || len([]rune(string(b))) != 1 {
				continue
			}
			r := []rune(string(b))[0]
			if r >= 0xE000 && r < 0xF900 { // GBK fills the gaps with private use
				continue
			}
			n++
			runs := c.Runs(string(r))
			if runs[0].Missing {
				t.Errorf("no glyph for %c (U+%04X)", r, r)
				continue
			}
			if len(runs[0].Outline(10, vg.Point{})) == 0 {
				t.Errorf("the glyph of %c has no outline", r)
			}
		}
	}
	if n != 6763 {
		t.Errorf("GB 2312 has 6763 characters, got %d", n)
	}
}

func TestPunctuationTakesTheScriptBeside(t *testing.T) {
	c := typeface.Embedded()
	for _, test := range []struct {
		in   string
		want []string
	}{
		{"the “dual” pilot", []string{"Liberation Sans"}},
		{"“双试点”政策", []string{"didnb Sans SC"}},
		{"“DID”", []string{"Liberation Sans"}},
		{"（控制变量）", []string{"didnb Sans SC"}},
		{"−6 ≤ k ≤ 8, α β γ δ μ σ ² × ± é", []string{"Liberation Sans"}},
	} {
		var got []string
		for _, r := range c.Runs(test.in) {
			got = append(got, r.Face.Family)
			if r.Missing {
				t.Errorf("%s: no glyph for %q", test.in, r.Text)
			}
		}
		if strings.Join(got, "|") != strings.Join(test.want, "|") {
			t.Errorf("%s: fonts %v, want %v", test.in, got, test.want)
		}
	}
}

func TestWidths(t *testing.T) {
	c := typeface.Embedded()
	if w := c.Width("数字产业", 10); w < 39.9 || w > 40.1 {
		t.Errorf("four Chinese characters at 10 pt are %g pt wide, want 40", w)
	}
	// Liberation Sans has Arial's widths: a digit is 1139/2048 em.
	if w := c.Width("0", 2048); w < 1138.9 || w > 1139.1 {
		t.Errorf("a zero is %g units wide, want 1139", w)
	}
	if a, b := c.Width("AV", 100), c.Width("A", 100)+c.Width("V", 100); a >= b {
		t.Errorf("AV is not kerned: %g against %g", a, b)
	}
}

// TestOutlinesStandOnTheBaseline: letters reach from the baseline upwards, Chinese characters a little below it.
func TestOutlinesStandOnTheBaseline(t *testing.T) {
	c := typeface.Embedded()
	for _, test := range []struct {
		in                       string
		bottom, top, left, right vg.Length // at 10 pt, from (100, 50); Arial's cap height is 0.716 em
	}{
		{"A", 50, 57.16, 100, 106.7}, {"AA", 50, 57.16, 100, 113.4}, {"国", 49.2, 58, 100, 110}, {"p", 47.9, 55.4, 100, 105.6},
	} {
		lo, hi := vg.Point{X: 1e9, Y: 1e9}, vg.Point{X: -1e9, Y: -1e9}
		for _, p := range c.Runs(test.in)[0].Outline(10, vg.Point{X: 100, Y: 50}) {
			if p.Type == vg.CloseComp {
				continue
			}
			lo.X, lo.Y, hi.X, hi.Y = min(lo.X, p.Pos.X), min(lo.Y, p.Pos.Y), max(hi.X, p.Pos.X), max(hi.Y, p.Pos.Y)
		}
		if near := func(a, b vg.Length) bool { return a > b-0.5 && a < b+0.5 }; !near(lo.Y, test.bottom) || !near(hi.Y, test.top) || lo.X < test.left-0.1 || hi.X > test.right+0.1 {
			t.Errorf("%s spans %.1f to %.1f, want %.1f to %.1f; from %.1f to %.1f, want within %.1f to %.1f", test.in, lo.Y, hi.Y, test.bottom, test.top, lo.X, hi.X, test.left, test.right)
		}
	}
}

func TestMissing(t *testing.T) {
	c := typeface.Embedded()
	runs := c.Runs("a\U000F0000b")
	if len(runs) != 3 || !runs[1].Missing {
		t.Fatalf("runs %v", runs)
	}
	if len(runs[1].Outline(10, vg.Point{})) == 0 {
		t.Error("nothing is drawn for a missing character")
	}
	if got := string(c.Missing()); got != "\U000F0000" {
		t.Errorf("missing %q", got)
	}
}

func TestFontFromEnvironment(t *testing.T) {
	t.Setenv(typeface.Variable, filepath.Join("font", "didnb-sans-sc.otf"))
	c, err := typeface.New()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Primary().Family; got != "didnb Sans SC" {
		t.Errorf("the font named by %s comes first; got %s", typeface.Variable, got)
	}
	none := filepath.Join(t.TempDir(), "none.ttf")
	t.Setenv(typeface.Variable, none)
	_, err = typeface.New()
	var u *typeface.Unreadable
	if !errors.As(err, &u) || err.Error() != "DIDNB_FONT names "+none+", and there is no such file" {
		t.Errorf("got %v", err)
	}
	text := filepath.Join(t.TempDir(), "text.ttf")
	os.WriteFile(text, []byte("no font"), 0o600)
	t.Setenv(typeface.Variable, text)
	if _, err = typeface.New(); !errors.As(err, &u) {
		t.Errorf("a text file as font: %v", err)
	}
}

// TestSystemFont runs where a computer has a large Chinese font: characters beyond GB 2312 come from it.
func TestSystemFont(t *testing.T) {
	t.Setenv(typeface.Variable, "")
	c, err := typeface.New()
	if err != nil {
		t.Fatal(err)
	}
	runs := c.Runs("\u9F96") // 龖 is in Unicode's first block and not in GB 2312
	if runs[0].Missing {
		t.Skip("this computer has no Chinese font")
	}
	if len(runs[0].Outline(10, vg.Point{})) == 0 {
		t.Errorf("%s has no outline for it", runs[0].Face.Family)
	}
}

// TestUnalignedCollection packs the embedded font twice into a collection with tables at odd offsets, as WenQuanYi's is.
func TestUnalignedCollection(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("font", "didnb-sans-sc.otf"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "odd.ttc")
	if err := os.WriteFile(path, oddCollection(data), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(typeface.Variable, path)
	c, err := typeface.New()
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Primary().Family; got != "didnb Sans SC" {
		t.Errorf("family %q", got)
	}
	if w := c.Width("数字", 10); w < 19.9 || w > 20.1 {
		t.Errorf("two characters are %g wide, want 20", w)
	}
}

// oddCollection is a collection of one font whose tables begin a byte too late.
func oddCollection(font []byte) []byte {
	const header = 16 // "ttcf", version, number, one offset
	count := int(binary.BigEndian.Uint16(font[4:]))
	out := append([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01"), 0, 0, 0, header)
	directory := append([]byte(nil), font[:12+16*count]...)
	shift := uint32(header + 1)
	for i := range count {
		at := directory[12+16*i+8:]
		binary.BigEndian.PutUint32(at, binary.BigEndian.Uint32(at)+shift)
	}
	out = append(out, directory...)
	out = append(out, 0)
	return append(out, font[12+16*count:]...)
}

// FuzzFontFile gives the reader of font files damaged ones: an error or a font, and no panic even when it is used.
func FuzzFontFile(f *testing.F) {
	data, err := os.ReadFile(filepath.Join("font", "didnb-sans-sc.otf"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:4096])
	f.Add(oddCollection(data)[:4096])
	f.Add([]byte("ttcf\x00\x01\x00\x00\xff\xff\xff\xff"))
	f.Add([]byte{0, 1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(t.TempDir(), "font")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv(typeface.Variable, path)
		c, err := typeface.New()
		if err != nil {
			return
		}
		for _, r := range c.Runs("aA数") {
			r.Width(10)
			r.Outline(10, vg.Point{})
		}
	})
}

func FuzzRuns(f *testing.F) {
	for _, s := range []string{"", "DIA", "数字产业", "a\u0301", "\xff", "“双”…—", "🙂", "\u202e"} {
		f.Add(s)
	}
	c := typeface.Embedded()
	f.Fuzz(func(t *testing.T, s string) {
		got := ""
		for _, r := range c.Runs(s) {
			got += r.Text
			if w := r.Width(10); w < 0 {
				t.Errorf("width %g of %q", w, r.Text)
			}
			r.Outline(10, vg.Point{})
		}
		if got != strings.ToValidUTF8(string([]rune(s)), "\uFFFD") {
			t.Errorf("runs of %q give back %q", s, got)
		}
	})
}
