package charset_test

import (
	"errors"
	"fmt"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/charset"
)

func ExampleDecode() {
	text, enc, err := charset.Decode([]byte("\xb3\xc7\xca\xd0,\xc4\xea\xb7\xdd"), charset.Detect)
	fmt.Println(string(text), enc, err)
	// Output: 城市,年份 gb18030 <nil>
}

func ExampleParse() {
	_, err := charset.Parse("gbl")
	fmt.Println(err)
	// Output: no encoding "gbl"; did you mean gbk?
}

func ExampleGuess() {
	fmt.Println(charset.Guess([]byte("S\xe3o Paulo")), charset.Guess([]byte("\xb1\xb1\xbe\xa9")), charset.Guess([]byte("北京")))
	// Output: latin1 gb18030 utf-8
}

func encode(t *testing.T, s string, enc interface {
	Bytes([]byte) ([]byte, error)
}) []byte {
	t.Helper()
	b, err := enc.Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecode(t *testing.T) {
	gb := simplifiedchinese.GB18030.NewEncoder()
	latin := charmap.Windows1252.NewEncoder()
	little := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	big := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()
	chinese := "城市,年份\n呼和浩特,2006\n"
	cases := []struct {
		name string
		data []byte
		ask  charset.Encoding
		want string
		enc  charset.Encoding
	}{
		{"ascii", []byte("a,b\n"), "", "a,b\n", charset.UTF8},
		{"empty", nil, "", "", charset.UTF8},
		{"utf-8", []byte(chinese), "", chinese, charset.UTF8},
		{"utf-8 with a mark", []byte("\ufeff" + chinese), "", chinese, charset.UTF8},
		{"utf-8 with a mark, asked for", []byte("\ufeff" + chinese), charset.UTF8, chinese, charset.UTF8},
		{"gb18030", encode(t, chinese, gb), "", chinese, charset.GB18030},
		{"gb18030, rare characters among common ones", encode(t, "朱镕基,喆\n", gb), "", "朱镕基,喆\n", charset.GB18030},
		{"gb18030, four bytes", encode(t, "𠮷野,2006\n", gb), "", "𠮷野,2006\n", charset.GB18030},
		{"gb18030 asked for", encode(t, "镕\n", gb), charset.GB18030, "镕\n", charset.GB18030},
		{"latin1 asked for", encode(t, "São Paulo,€\n", latin), charset.Latin1, "São Paulo,€\n", charset.Latin1},
		{"utf-16, little end first", encode(t, chinese+"𠮷", little), "", chinese + "𠮷", charset.UTF16},
		{"utf-16, big end first", encode(t, chinese, big), "", chinese, charset.UTF16},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, enc, err := charset.Decode(c.data, c.ask)
			if err != nil || string(got) != c.want || enc != c.enc {
				t.Errorf("got %q, %s, %v; want %q, %s", got, enc, err, c.want, c.enc)
			}
		})
	}
}

func TestUndecodable(t *testing.T) {
	gb := encode(t, "name\n北京\n", simplifiedchinese.GB18030.NewEncoder())
	cases := []struct {
		name string
		data []byte
		ask  charset.Encoding
		want string
	}{
		{"latin1 not said", []byte("name\nS\xe3o Paulo\nMun\xedcipio\n"), "",
			"line 2 holds bytes that are neither UTF-8 nor GB18030 text; if the file is Western European, say encoding=latin1"},
		{"nothing at all", []byte("a\nb\n\xff\xff\n"), "",
			"line 3 holds bytes that are neither UTF-8 nor GB18030 text; if the file is Western European, say encoding=latin1"},
		{"gb18030 called utf-8", gb, charset.UTF8, "line 2 is not utf-8 text; the file looks like gb18030"},
		{"utf-8 called gb18030", []byte("name\nok\n北京\n"), charset.GB18030, "line 3 is not gb18030 text; the file looks like utf-8"},
		{"neither", []byte("name\n\xff\n"), charset.UTF8, "line 2 is not utf-8 text"},
		{"half a utf-16 unit", []byte("\xff\xfea\x00\n\x00b"), "", "line 2 is not utf-16 text"},
		{"half a surrogate pair", []byte("\xff\xfe\x00\xd8"), "", "line 1 is not utf-16 text"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text, _, err := charset.Decode(c.data, c.ask)
			var u *charset.Undecodable
			if !errors.As(err, &u) || err.Error() != c.want {
				t.Errorf("got  %v (%q)\nwant %s", err, text, c.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for name, want := range map[string]charset.Encoding{"": "", "UTF8": charset.UTF8, "GBK": charset.GB18030, "Latin1": charset.Latin1} {
		if got, err := charset.Parse(name); err != nil || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := charset.Parse("ebcdic"); err == nil || err.Error() != `no encoding "ebcdic"; known are utf-8, utf-16, gb18030 and latin1` {
		t.Errorf("got %v", err)
	}
}

// Whatever the bytes, what Decode returns is valid UTF-8, and text that is UTF-8 already comes back as it is.
func TestDecodeGivesUTF8(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.Byte()).Draw(t, "data")
		ask := rapid.SampledFrom([]charset.Encoding{"", charset.UTF8, charset.UTF16, charset.GB18030, charset.Latin1}).Draw(t, "encoding")
		text, _, err := charset.Decode(data, ask)
		if err == nil && !utf8.Valid(text) {
			t.Fatalf("%q as %q: %q is not UTF-8", data, ask, text)
		}
		s := rapid.String().Draw(t, "text")
		if got, enc, err := charset.Decode([]byte("x"+s), ""); err != nil || enc != charset.UTF8 || string(got) != "x"+s {
			t.Fatalf("%q came back as %q (%s, %v)", s, got, enc, err)
		}
	})
}
