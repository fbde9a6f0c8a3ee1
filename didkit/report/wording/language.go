// Package wording holds what tables and figures have to say in words, in English and Chinese: labels of terms, the
// sentence on standard errors, the mark of simulated data.
package wording

// Language is that of labels and notes. The zero value means English.
type Language string

const (
	English Language = "en"
	Chinese Language = "zh"
)

// Pick returns the text in the language.
func (l Language) Pick(en, zh string) string {
	if l == Chinese {
		return zh
	}
	return en
}

// Tag is the language's BCP 47 tag, as HTML's lang attribute takes it.
func (l Language) Tag() string { return l.Pick("en", "zh-CN") }

// Simulated is the mark that every table and figure of simulated data bears.
func (l Language) Simulated() string { return l.Pick("simulated data", "模拟数据") }

// Join puts words in a row: "a, b and c", "a、b 和 c".
func (l Language) Join(words ...string) string {
	sep, last := l.Pick(", ", "、"), l.Pick(" and ", "和")
	out := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			out += last
		default:
			out += sep
		}
		out += w
	}
	return out
}

// Sentences puts sentences one after another: with a blank in English, without one in Chinese.
func (l Language) Sentences(sentences ...string) string {
	out := ""
	for _, s := range sentences {
		if s == "" {
			continue
		}
		if out != "" {
			out += l.Pick(" ", "")
		}
		out += s
	}
	return out
}
