// Package charset turns the bytes of a text file into UTF-8: it knows UTF-8, UTF-16 with a byte order mark, GB18030
// (and with it GBK and GB2312) and Windows-1252 (and with it Latin-1), and tells the first three apart when not told.
package charset

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// Encoding is how text was written as bytes.
type Encoding string

const (
	Detect  Encoding = "" // by the bytes themselves
	UTF8    Encoding = "utf-8"
	UTF16   Encoding = "utf-16"
	GB18030 Encoding = "gb18030" // and its subsets GBK and GB2312
	Latin1  Encoding = "latin1"  // Windows-1252, which has Latin-1's letters
)

var names = map[string]Encoding{
	"": Detect, "utf-8": UTF8, "utf8": UTF8, "utf-16": UTF16, "utf16": UTF16,
	"gb18030": GB18030, "gbk": GB18030, "gb2312": GB18030, "cp936": GB18030,
	"latin1": Latin1, "latin-1": Latin1, "iso-8859-1": Latin1, "windows-1252": Latin1, "cp1252": Latin1,
}

// Parse knows an encoding by its usual names, in any case; "" means Detect.
func Parse(name string) (Encoding, error) {
	if e, ok := names[strings.ToLower(name)]; ok {
		return e, nil
	}
	offer := []string{"utf-8", "utf-16", "gb18030", "gbk", "latin1"}
	if s := suggest.Phrase(name, offer); s != "" {
		return "", fmt.Errorf("no encoding %q%s", name, s)
	}
	return "", fmt.Errorf("no encoding %q; known are utf-8, utf-16, gb18030 and latin1", name)
}

// Undecodable is the error for bytes that are not text in the encoding asked for, or in none that Detect knows.
type Undecodable struct {
	Encoding Encoding // as asked for
	Line     int      // of the first byte that does not fit, from 1
	Instead  Encoding // what the bytes may be, "" if nothing is likely
}

func (e *Undecodable) Error() string {
	switch {
	case e.Encoding == Detect:
		return fmt.Sprintf("line %d holds bytes that are neither UTF-8 nor GB18030 text; if the file is Western European, say encoding=latin1", e.Line)
	case e.Instead != "":
		return fmt.Sprintf("line %d is not %s text; the file looks like %s", e.Line, e.Encoding, e.Instead)
	}
	return fmt.Sprintf("line %d is not %s text", e.Line, e.Encoding)
}

// Decode returns the text as UTF-8 without a byte order mark, and the encoding it was in. UTF-8 text is returned in
// place. With Detect, a byte order mark decides; else text that is UTF-8 is that, and other text is GB18030 where all
// of it decodes and most of it is the characters in common use. The error is an *Undecodable.
func Decode(data []byte, e Encoding) ([]byte, Encoding, error) {
	if mark := []byte("\ufeff"); bytes.HasPrefix(data, mark) && (e == Detect || e == UTF8) {
		data, e = data[len(mark):], UTF8
	}
	if e == UTF16 || e == Detect && byteOrder(data) != nil {
		return decodeUTF16(data, e)
	}
	switch e {
	case Detect:
		if utf8.Valid(data) {
			return data, UTF8, nil
		}
		if likelyGB18030(data) {
			if text, at := decodeGB18030(data); at < 0 {
				return text, GB18030, nil
			}
		}
		return nil, e, &Undecodable{Encoding: e, Line: lineAt(data, invalidUTF8(data))}
	case UTF8:
		if at := invalidUTF8(data); at >= 0 {
			u := &Undecodable{Encoding: e, Line: lineAt(data, at)}
			if likelyGB18030(data) {
				u.Instead = GB18030
			}
			return nil, e, u
		}
		return data, e, nil
	case GB18030:
		if at := longUTF8(data); at >= 0 {
			return nil, e, &Undecodable{Encoding: e, Line: lineAt(data, at), Instead: UTF8}
		}
		text, at := decodeGB18030(data)
		if at >= 0 {
			return nil, e, &Undecodable{Encoding: e, Line: lineAt(data, at)}
		}
		return text, e, nil
	}
	text, _ := charmap.Windows1252.NewDecoder().Bytes(data) // every byte is a character of Windows-1252
	return text, Latin1, nil
}

// Guess tells the encoding of old text that says nothing of it, never failing: UTF-8, else GB18030 where Detect would
// take it for that, else Latin-1.
func Guess(data []byte) Encoding {
	if utf8.Valid(data) {
		return UTF8
	}
	if likelyGB18030(data) {
		if _, at := decodeGB18030(data); at < 0 {
			return GB18030
		}
	}
	return Latin1
}

// longUTF8 is the place of the first character of three or four bytes in text that is UTF-8 throughout, else -1.
// Chinese text in UTF-8 often decodes as GB18030 without a fault, into other characters; the reverse, GB18030 text that
// happens to be UTF-8 with characters so long, does not occur.
func longUTF8(data []byte) int {
	if !utf8.Valid(data) {
		return -1
	}
	return bytes.IndexFunc(data, func(r rune) bool { return r >= 0x800 })
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

func lineAt(data []byte, at int) int { return 1 + bytes.Count(data[:max(at, 0)], []byte{'\n'}) }

// likelyGB18030 walks the multi-byte characters and asks whether most are of GB2312's table, whose two bytes are both
// above 0xA0, or of four bytes. Latin-1 text may decode as GB18030 too, but its accented letters stand among ASCII
// letters and make pairs outside that table.
func likelyGB18030(data []byte) bool {
	common, rare := 0, 0
	for i := 0; i < len(data); {
		c := data[i]
		if c < 0x80 {
			i++
			continue
		}
		if c == 0x80 || c == 0xff || i+1 >= len(data) {
			return false
		}
		switch d := data[i+1]; {
		case c >= 0xa1 && c <= 0xf7 && d >= 0xa1 && d <= 0xfe:
			common++
			i += 2
		case d >= 0x40 && d != 0x7f && d != 0xff:
			rare++
			i += 2
		case d >= '0' && d <= '9' && i+3 < len(data):
			common++
			i += 4
		default:
			return false
		}
	}
	return common >= rare && common > 0
}

// decodeGB18030 returns the text, or the place of the first byte that is no character.
func decodeGB18030(data []byte) (text []byte, at int) {
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	// The decoder writes U+FFFD where bytes fit no character, which no sound file contains.
	if bad := bytes.Index(text, []byte("\ufffd")); err != nil || bad >= 0 {
		line := bytes.Count(text[:max(bad, 0)], []byte{'\n'})
		at := 0
		for ; line > 0; line-- { // the same line in data: no byte of a GB18030 character is a line feed
			at += bytes.IndexByte(data[at:], '\n') + 1
		}
		return nil, at
	}
	return text, -1
}

func byteOrder(data []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return binary.BigEndian
	}
	return nil
}

// decodeUTF16 takes the byte order from the mark, little-endian without one, as Windows writes.
func decodeUTF16(data []byte, asked Encoding) ([]byte, Encoding, error) {
	order := byteOrder(data)
	if order != nil {
		data = data[2:]
	} else {
		order = binary.LittleEndian
	}
	line := 1
	text := make([]byte, 0, len(data))
	for i := 0; i < len(data); i += 2 {
		if i+1 >= len(data) {
			return nil, asked, &Undecodable{Encoding: UTF16, Line: line}
		}
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			if i+3 >= len(data) {
				return nil, asked, &Undecodable{Encoding: UTF16, Line: line}
			}
			r = utf16.DecodeRune(r, rune(order.Uint16(data[i+2:])))
			if r == utf8.RuneError {
				return nil, asked, &Undecodable{Encoding: UTF16, Line: line}
			}
			i += 2
		}
		if r == '\n' {
			line++
		}
		text = utf8.AppendRune(text, r)
	}
	return text, UTF16, nil
}
