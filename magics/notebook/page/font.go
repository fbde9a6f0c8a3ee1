package page

import (
	"encoding/base64"
	"html/template"
	"regexp"

	"github.com/seed2d25c7c2/didnb/didkit/report/figure/typeface"
)

var han = regexp.MustCompile(`[\x{2e80}-\x{9fff}\x{f900}-\x{faff}\x{ff00}-\x{ffef}]`)

// chineseFont is the style rule by which a page carries its Chinese font, for readers whose computer has none: 2 MB, so
// only pages with Chinese text have it. The style names it first, for the characters of its range alone: further down
// Chromium draws the first Chinese words of each style in boxes and does not come back to them.
func chineseFont(texts ...string) template.CSS {
	for _, text := range texts {
		if han.MatchString(text) {
			return template.CSS("@font-face { font-family: \"didnb Chinese\"; unicode-range: U+2E80-9FFF, U+F900-FAFF, U+FF00-FFEF; src: url(data:font/otf;base64," +
				base64.StdEncoding.EncodeToString(typeface.Chinese()) + ") format(\"opentype\"); }\n")
		}
	}
	return ""
}
