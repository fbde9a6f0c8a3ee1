package document_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/report/document"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

func ExampleFor() {
	_, err := document.For(".doc")
	fmt.Println(err)
	_, err = document.For("")
	fmt.Println(err)
	// Output:
	// no report is written as .doc; did you mean docx?
	// a report's file name needs an ending: docx, html, md, tex, xlsx
}

func grid(number, title string) document.Exhibit {
	return document.Exhibit{Table: table.Grid([]string{"a", "b"}, [][]any{{"x < y & z", 1.5}}, table.GridOptions{Number: number, Title: title})}
}

func drawing(number, name string) document.Exhibit {
	return document.Exhibit{Number: number, Figure: &figure.Figure{Name: name, Description: "A line & a point.",
		Layers: []figure.Layer{figure.Lines{X: []float64{1, 2}, Y: []float64{1, 3}}}}}
}

// Given numbers are kept and not given again; tables and figures are counted apart, the appendix with its letter.
func TestNumbers(t *testing.T) {
	first := grid("", "first")
	d := document.New("", wording.English, []document.Exhibit{first, drawing("", "one"), grid("1", "given"), grid("", "next"), drawing("7", "seven"), drawing("", "two")},
		[]document.Exhibit{grid("", "behind"), drawing("", "behind")})
	var got []string
	for _, e := range append(d.Main, d.Appendix...) {
		if e.Table != nil {
			got = append(got, e.Table.Caption())
		} else {
			got = append(got, e.Caption(wording.English))
		}
	}
	want := "Table 2. first|Figure 1. one|Table 1. given|Table 3. next|Figure 7. seven|Figure 2. two|Table A1. behind|Figure A1. behind"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	if first.Table.Number != "" {
		t.Error("the table given was changed")
	}
}

// Every format writes every document the same way twice, whatever stands in names.
func TestFormats(t *testing.T) {
	for _, l := range []wording.Language{wording.English, wording.Chinese} {
		d := document.New("A & B <i>", l, []document.Exhibit{grid("", "数字 & <b>"), drawing("", "图 <c> & \"d\"")}, []document.Exhibit{grid("", "e_f%")})
		for _, ending := range document.Endings() {
			format, err := document.For(ending)
			if err != nil {
				t.Fatal(err)
			}
			var a, b bytes.Buffer
			files, err := format(&a, d, "stem")
			if err != nil {
				t.Fatalf("%s: %v", ending, err)
			}
			if _, err := format(&b, d, "stem"); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s: other bytes the second time (%v)", ending, err)
			}
			if wants := map[string]int{"md": 1, "tex": 1}[ending]; len(files) != wants {
				t.Errorf("%s writes %d further files, want %d", ending, len(files), wants)
			}
			for _, f := range files {
				if !strings.HasPrefix(f.Name, "stem-figure-1.") || len(f.Data) < 100 {
					t.Errorf("%s: file %s of %d bytes", ending, f.Name, len(f.Data))
				}
			}
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	_, err := document.For("pdf")
	var unknown *document.UnknownFormat
	if !errors.As(err, &unknown) || unknown.Ending != "pdf" {
		t.Errorf("got %v", err)
	}
}
