// Package zh says in Chinese what the magics and the library say of a user's line in English: the sentences of
// errors. An entry is the English format beside the Chinese one; a sentence is matched against the formats, so that the
// library need not know of languages. A sentence without an entry stays English, and a test lists those there are.
package zh

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// entry is a format of fmt in English and the same in Chinese, whose verbs take the English ones' values in order, or by
// number as %[2]s.
type entry struct{ en, zh string }

// compiled is an entry ready to match.
type compiled struct {
	form    *regexp.Regexp
	literal int // bytes of the format that are no verb: the more, the more specific
	zh      string
}

// verb is a verb of fmt, %% among them.
var verb = regexp.MustCompile(`%(?:%|(?:\[(\d+)\])?[-+#0]*(?:\d+)?(?:\.\d+)?[a-zA-Z])`)

var catalogue = sync.OnceValue(func() []compiled {
	var out []compiled
	for _, list := range [][]entry{lines, syntax, session, models, panels, files, documents, published, hints, program} {
		for _, e := range list {
			out = append(out, compile(e))
		}
	}
	slices.SortStableFunc(out, func(a, b compiled) int { return b.literal - a.literal })
	return out
})

func compile(e entry) compiled {
	var form strings.Builder
	form.WriteString("(?s)^")
	literal, last, behind := 0, 0, false // behind: the format goes on right behind a value
	for _, m := range verb.FindAllStringIndex(e.en, -1) {
		form.WriteString(regexp.QuoteMeta(e.en[last:m[0]]))
		literal += m[0] - last
		if e.en[m[0]:m[1]] == "%%" {
			form.WriteString("%")
			literal++
		} else {
			if m[0] == last && behind { // a hint behind a word
				form.WriteString(`((?:[;,（ ].*)?)`)
			} else {
				form.WriteString(value(e.en[m[1]-1]))
			}
		}
		last, behind = m[1], e.en[m[0]:m[1]] != "%%"
	}
	form.WriteString(regexp.QuoteMeta(e.en[last:]) + "$")
	return compiled{regexp.MustCompile(form.String()), literal + len(e.en) - last, e.zh}
}

// value is what a verb of fmt prints.
func value(verb byte) string {
	switch verb {
	case 'q':
		return `("(?:[^"\\]|\\.)*"|'[^']*')`
	case 'd':
		return `(-?\d+)`
	}
	return "(.*?)"
}

// Sentence is an error's sentence in Chinese, or as it is where no entry fits.
func Sentence(s string) string { return say(s, 0) }

// deep is how far a sentence may hold others.
const deep = 4

func say(s string, depth int) string {
	if s == "" || depth > deep {
		return s
	}
	if body, hint, ok := cutHint(s); ok && body != "" {
		return say(body, depth+1) + hint
	}
	for _, list := range []struct{ en, zh string }{{"; it is ", "；可取 "}, {"; there are ", "；可用的有 "}, {"; it is one of ", "；可用的有 "}} {
		if words, ok := strings.CutPrefix(s, list.en); ok && !strings.HasPrefix(words, "one of ") {
			return list.zh + or(words)
		}
	}
	for _, c := range catalogue() {
		if m := c.form.FindStringSubmatch(s); m != nil {
			return c.fill(m[1:], depth)
		}
	}
	if before, after, ok := strings.Cut(s, ": "); ok { // what was being done, and what went wrong
		if zh := say(after, depth+1); zh != after {
			return before + "：" + zh
		}
	}
	return s
}

// cutHint takes the nearest right thing off a sentence's end.
func cutHint(s string) (body, hint string, ok bool) {
	body, names, ok := strings.Cut(s, "; did you mean ")
	if !ok || !strings.HasSuffix(names, "?") {
		return s, "", false
	}
	return body, "；是否指 " + or(strings.TrimSuffix(names, "?")) + "？", true
}

// or is a list of words whose last comes behind or.
func or(words string) string { return strings.ReplaceAll(words, " or ", " 或 ") }

// fill puts the values into the Chinese format, each said in Chinese where it is a sentence itself.
func (c *compiled) fill(values []string, depth int) string {
	next := 0
	return verb.ReplaceAllStringFunc(c.zh, func(v string) string {
		if v == "%%" {
			return "%"
		}
		at := next
		if m := verb.FindStringSubmatch(v); m[1] != "" {
			n, _ := strconv.Atoi(m[1])
			at = n - 1
		} else {
			next++
		}
		if at >= len(values) {
			return ""
		}
		if !strings.Contains(strings.TrimSpace(values[at]), " ") { // a name or a number
			return values[at]
		}
		return say(values[at], depth+1)
	})
}

// helpTexts are the entries of help by their English text, and those with values ready to match.
var helpTexts = sync.OnceValues(func() (map[string]string, []compiled) {
	texts, forms := map[string]string{}, []compiled(nil)
	for _, e := range slices.Concat(helps, helpWords, usage) {
		c := compile(e)
		if c.form.NumSubexp() > 0 {
			forms = append(forms, c)
			continue
		}
		texts[strings.ReplaceAll(e.en, "%%", "%")] = strings.ReplaceAll(e.zh, "%%", "%")
	}
	return texts, forms
})

// Help is a text of %didhelp in Chinese: a paragraph, what a key is for, a default; or as it is where there is no entry.
func Help(s string) string {
	texts, forms := helpTexts()
	if zh, ok := texts[s]; ok {
		return zh
	}
	for _, c := range forms {
		if m := c.form.FindStringSubmatch(s); m != nil {
			return c.fill(m[1:], deep)
		}
	}
	return s
}

// Known tells whether a format of an English sentence has an entry.
func Known(format string) bool {
	for _, list := range [][]entry{lines, syntax, session, models, panels, files, documents, published, hints, program} {
		if slices.ContainsFunc(list, func(e entry) bool { return e.en == format }) {
			return true
		}
	}
	return false
}
