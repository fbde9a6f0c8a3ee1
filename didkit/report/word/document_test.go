package word_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/report/word"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"pgregory.net/rapid"
)

// Whatever text stands in it, every part of a document is well-formed XML and the text is in it, without the characters
// that XML does not have.
func TestPartsAreWellFormed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text")
		d := word.New(text, wording.Chinese)
		d.Paragraph(word.Title, word.Run{Text: text, Italic: true}, word.Run{Text: "*", Raised: true})
		d.Table(word.Table{Widths: []int{1000, 2000}, Description: text, Head: []word.Row{{Cells: []word.Cell{{Span: 2, Rule: true, Runs: []word.Run{{Text: text}}}}}},
			Body: []word.Row{{Rule: true, Cells: []word.Cell{{}, {Align: word.Decimal, At: 700, Runs: []word.Run{{Text: "1.5"}}}}}}})
		d.Picture([]byte("PNG"), 20, 10, text, text)
		var b bytes.Buffer
		if err := d.Write(&b); err != nil {
			rt.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			rt.Fatal(err)
		}
		for _, f := range z.File {
			if strings.HasSuffix(f.Name, ".png") {
				continue
			}
			r, err := f.Open()
			if err != nil {
				rt.Fatal(err)
			}
			tokens := xml.NewDecoder(r)
			for err == nil {
				_, err = tokens.Token()
			}
			if !errors.Is(err, io.EOF) {
				rt.Fatalf("%s with %q: %v", f.Name, text, err)
			}
		}
	})
}
