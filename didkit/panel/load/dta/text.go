package dta

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/charset"
)

// textDecoder turns the file's text into UTF-8, from the encoding asked for or the one that fits all of the text.
func (d *dataset) textDecoder(asked charset.Encoding) (decode func(string) string, used charset.Encoding, err error) {
	used = asked
	switch asked {
	case charset.Detect:
		used = charset.Guess(d.foreign())
	case charset.UTF16:
		return nil, "", fmt.Errorf("a Stata file holds no utf-16 text; say utf-8, gb18030 or latin1")
	default:
		if _, _, err := charset.Decode(d.foreign(), asked); err != nil {
			return nil, "", fmt.Errorf("the file's text is not %s", asked)
		}
	}
	return func(s string) string {
		if isASCII(s) {
			return s
		}
		text, _, err := charset.Decode([]byte(s), used)
		if err != nil {
			text, _, err = charset.Decode([]byte(uncut(s)), used)
		}
		if err != nil {
			return strings.ToValidUTF8(s, "\ufffd")
		}
		return string(text)
	}, used, nil
}

// foreign is all text of the file that is not ASCII, a line each.
func (d *dataset) foreign() []byte {
	var b []byte
	add := func(s string) {
		if !isASCII(s) {
			b = append(append(b, uncut(s)...), '\n')
		}
	}
	add(d.label)
	for i := range d.columns {
		c := &d.columns[i]
		add(c.name)
		add(c.label)
		for _, s := range c.texts.Levels() {
			add(s)
		}
		for _, s := range d.valueLabels[c.labelName] { // any order: what counts is which bytes there are
			add(s)
		}
	}
	return b
}

// uncut drops the beginning of a character at the end of s: Stata cuts text off at the width of a field, wherever that
// is. A lone last byte of text that is ASCII before it is left, since it may be Latin-1's é.
func uncut(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	for n := 1; n <= 3 && n < len(s); n++ {
		if t := s[:len(s)-n]; utf8.ValidString(t) && !isASCII(t) && utf8.RuneStart(s[len(s)-n]) {
			return t
		}
	}
	for i := 0; i < len(s); i++ {
		if s[i] < 0x80 {
			continue
		}
		if i == len(s)-1 {
			if t := s[:i]; !isASCII(t) {
				return t
			}
			return s
		}
		i++ // the second byte of a pair
	}
	return s
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
