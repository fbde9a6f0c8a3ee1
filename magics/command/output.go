// Package command holds the magics, one file each: its arguments, its help, its run function.
package command

import "github.com/seed2d25c7c2/didnb/didkit/report/table"

// Output is what one magic shows. Kernel, eval and notebook runner all render from it, so that their outputs agree.
type Output struct {
	Magic   string // did, panel …
	Line    int    // in the cell or script, from 1
	As      string // the name the result is kept under, "" if none
	Kind    string // of Result: panel, describe, fit, eventstudy … (magics.md); "" if the magic has no result
	Result  any    // marshals to the JSON of magics.md
	Seconds float64

	Text   string   // text/plain, always filled
	HTML   string   // text/html fragment, "" if none
	Figure *Picture // nil if none

	Tables []*table.Table // that HTML and Text were written from, so that they can be written as files too
}

// Picture is a rendered figure.
type Picture struct {
	SVG   []byte
	PNG   []byte
	Title string // one line for file names and plain text
	Alt   string // the figure in words, for those who don't see it: its title and description

	Inline bool     // shown in the page itself, where a point tells its numbers, rather than as an image
	Below  []string // lines under the picture in HTML, which has no text beside it: what was written, what has no font
}
