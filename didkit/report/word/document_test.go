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
		d.Picture([]byte("PNG"), []byte("<svg/>"), 20, 10, text, text)
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

// partOf is a part of a document as text.
func partOf(t *testing.T, d *word.Document, name string) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Latin letters are not marked as Chinese, which would let a word processor break words and numbers anywhere.
func TestLatinLettersAreNotChinese(t *testing.T) {
	if styles := partOf(t, word.New("表", wording.Chinese), "word/styles.xml"); !strings.Contains(styles, `<w:lang w:val="en-US" w:eastAsia="zh-CN"/>`) {
		t.Errorf("%s", styles)
	}
}

// A picture in points and in curves names both; one in points only has no other.
func TestPictureInCurves(t *testing.T) {
	d := word.New("", wording.English)
	d.Picture([]byte("PNG"), nil, 2, 1, "a", "a")
	d.Picture([]byte("PNG"), []byte("<svg/>"), 2, 1, "b", "b")
	if text := partOf(t, d, "word/document.xml"); strings.Count(text, "svgBlip ") != 1 || !strings.Contains(text, `r:embed="rIdVector2"`) || !strings.Contains(text, `r:embed="rIdImage2"`) {
		t.Errorf("%s", text)
	}
	if rels := partOf(t, d, "word/_rels/document.xml.rels"); !strings.Contains(rels, `Id="rIdVector2"`) || !strings.Contains(rels, `Target="media/image2.svg"`) || strings.Contains(rels, "image1.svg") {
		t.Errorf("%s", rels)
	}
	if svg := partOf(t, d, "word/media/image2.svg"); svg != "<svg/>" {
		t.Errorf("%s", svg)
	}
}
