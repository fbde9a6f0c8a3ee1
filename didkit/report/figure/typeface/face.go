// Package typeface finds for every character of a figure a font that has it: Liberation Sans for Latin letters, an
// embedded font for Chinese, the computer's own fonts for the rest. No figure shows an empty box for a character of
// GB 2312, whatever the computer has installed.
package typeface

import (
	_ "embed"
	"fmt"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/vg"
)

// chinese is a subset of Noto Sans CJK SC, 6,763 characters and their punctuation; font/subset.py makes it and
// font/OFL.txt is its licence.
//
//go:embed font/didnb-sans-sc.otf
var chinese []byte

// Chinese is the embedded font for Chinese as an OpenType file, for documents that carry their fonts. Not to be changed.
func Chinese() []byte { return chinese }

// Face is one font.
type Face struct {
	Family string // its name, for messages and for CSS
	Latin  bool   // it is Liberation Sans, whose widths Arial and Helvetica share: SVG may leave its letters to the viewer
	Font   *sfnt.Font

	units fixed.Int26_6 // of the em square
}

func newFace(f *sfnt.Font) *Face {
	name, err := f.Name(nil, sfnt.NameIDFamily)
	if err != nil {
		name = "unnamed font"
	}
	return &Face{Family: name, Font: f, units: fixed.Int26_6(f.UnitsPerEm())}
}

// embedded are the two fonts that every copy of the program carries; parsing reads tables of offsets only, once.
var embedded = sync.OnceValue(func() [2]*Face {
	var out [2]*Face
	for i, data := range [][]byte{liberationsansregular.TTF, chinese} {
		f, err := sfnt.Parse(data)
		if err != nil {
			panic(fmt.Errorf("embedded font %d: %w", i, err)) // a test opens both
		}
		out[i] = newFace(f)
	}
	out[0].Latin = true
	return out
})

// Has tells whether the font has a glyph for r.
func (f *Face) Has(r rune) bool {
	i, err := f.Font.GlyphIndex(nil, r)
	return err == nil && i != 0
}

// Width is the width of s set at a size, kerned; characters the font lacks count as its box for them.
func (f *Face) Width(s string, size vg.Length) vg.Length {
	var total vg.Length
	f.each(s, size, func(_ sfnt.GlyphIndex, x, advance vg.Length) { total = x + advance })
	return total
}

// each calls do with every glyph of s, its place from the start and its advance.
func (f *Face) each(s string, size vg.Length, do func(g sfnt.GlyphIndex, x, advance vg.Length)) {
	var buf sfnt.Buffer
	scale := size / vg.Length(f.units)
	x, before := vg.Length(0), sfnt.GlyphIndex(0)
	for i, r := range s {
		g, err := f.Font.GlyphIndex(&buf, r)
		if err != nil {
			continue
		}
		if i > 0 {
			if k, err := f.Font.Kern(&buf, before, g, f.units, font.HintingNone); err == nil {
				x += vg.Length(k) * scale
			}
		}
		advance, err := f.Font.GlyphAdvance(&buf, g, f.units, font.HintingNone)
		if err != nil {
			continue
		}
		do(g, x, vg.Length(advance)*scale)
		x += vg.Length(advance) * scale
		before = g
	}
}

// Outline is the shape of s set at a size with its origin at pt.
func (f *Face) Outline(s string, size vg.Length, pt vg.Point) vg.Path {
	var path vg.Path
	var buf sfnt.Buffer
	scale := size / vg.Length(f.units)
	f.each(s, size, func(g sfnt.GlyphIndex, x, _ vg.Length) {
		segments, err := f.Font.LoadGlyph(&buf, g, f.units, nil)
		if err != nil {
			return
		}
		at := func(p fixed.Point26_6) vg.Point { // fonts count down from the baseline
			return vg.Point{X: pt.X + x + vg.Length(p.X)*scale, Y: pt.Y - vg.Length(p.Y)*scale}
		}
		open := false
		for _, s := range segments {
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				if open {
					path.Close()
				}
				path.Move(at(s.Args[0]))
				open = true
			case sfnt.SegmentOpLineTo:
				path.Line(at(s.Args[0]))
			case sfnt.SegmentOpQuadTo:
				path.QuadTo(at(s.Args[0]), at(s.Args[1]))
			case sfnt.SegmentOpCubeTo:
				path.CubeTo(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
			}
		}
		if open {
			path.Close()
		}
	})
	return path
}
