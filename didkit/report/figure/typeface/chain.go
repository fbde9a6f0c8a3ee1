package typeface

import (
	"slices"
	"sync"
	"unicode"

	"gonum.org/v1/plot/vg"
)

// Chain is fonts in the order in which they are asked for a character: the reader's own (DIDNB_FONT) if there is one,
// Liberation Sans, the embedded Chinese font, and only then what the computer has.
type Chain struct {
	faces  []*Face
	system func() []*Face // read when a character is in none of faces

	mu      sync.Mutex
	missing []rune
}

// New makes the chain. The environment variable DIDNB_FONT may name a font file (.ttf, .otf, .ttc) that comes before
// all others; a file that cannot be read as a font is an *Unreadable.
func New() (*Chain, error) {
	own, err := fromEnvironment()
	if err != nil {
		return nil, err
	}
	c := Embedded()
	if own != nil {
		c.faces = append([]*Face{own}, c.faces...)
	}
	c.system = sync.OnceValue(systemFaces)
	return c, nil
}

// Embedded is the chain of the two fonts that the program carries, the same on every computer.
func Embedded() *Chain {
	e := embedded()
	return &Chain{faces: e[:], system: func() []*Face { return nil }}
}

// Run is a piece of a label in one font.
type Run struct {
	Text    string
	Face    *Face
	Missing bool // no font has the characters; Face draws its box for them
}

// Primary is the font that sets the height of lines.
func (c *Chain) Primary() *Face { return c.faces[0] }

// Runs cuts a label into pieces of one font each. Quotation marks, dashes and dots that Latin and Chinese share take the
// Chinese form beside a Chinese character.
func (c *Chain) Runs(s string) []Run {
	var runs []Run
	runes := []rune(s)
	for i, r := range runes {
		face, missing := c.face(r, besideChinese(runes, i))
		if n := len(runs); n > 0 && runs[n-1].Face == face && runs[n-1].Missing == missing {
			runs[n-1].Text += string(r)
			continue
		}
		runs = append(runs, Run{string(r), face, missing})
	}
	return runs
}

// face finds the font for a character.
func (c *Chain) face(r rune, wide bool) (f *Face, missing bool) {
	if wide && sharedPunctuation(r) {
		for _, f := range c.faces {
			if !f.Latin && f.Has(r) {
				return f, false
			}
		}
	}
	for _, f := range c.faces {
		if f.Has(r) {
			return f, false
		}
	}
	for _, f := range c.system() {
		if f.Has(r) {
			return f, false
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.missing, r) {
		c.missing = append(c.missing, r)
	}
	return c.faces[0], true
}

func sharedPunctuation(r rune) bool {
	switch r {
	case '‘', '’', '“', '”', '…', '—', '·':
		return true
	}
	return false
}

// besideChinese looks past punctuation of the same kind, so that “双试点” opens and closes alike.
func besideChinese(runes []rune, i int) bool {
	for _, step := range []int{-1, 1} {
		for j := i + step; j >= 0 && j < len(runes); j += step {
			if sharedPunctuation(runes[j]) {
				continue
			}
			if unicode.Is(unicode.Han, runes[j]) || runes[j] >= 0x3000 && runes[j] < 0x3040 || runes[j] >= 0xFF00 && runes[j] < 0xFFF0 {
				return true
			}
			break
		}
	}
	return false
}

// Width is the width of a label set at a size.
func (c *Chain) Width(s string, size vg.Length) vg.Length {
	var w vg.Length
	for _, r := range c.Runs(s) {
		w += r.Width(size)
	}
	return w
}

// Width is the width of the piece set at a size.
func (r Run) Width(size vg.Length) vg.Length {
	if r.Missing {
		return vg.Length(len([]rune(r.Text))) * size
	}
	return r.Face.Width(r.Text, size)
}

// Outline is the piece's shape with its origin at pt; for a missing character an empty square box.
func (r Run) Outline(size vg.Length, pt vg.Point) vg.Path {
	if !r.Missing {
		return r.Face.Outline(r.Text, size, pt)
	}
	var path vg.Path
	for range []rune(r.Text) {
		box(&path, pt.X+0.10*size, pt.Y-0.05*size, 0.8*size, false)
		box(&path, pt.X+0.14*size, pt.Y-0.01*size, 0.72*size, true)
		pt.X += size
	}
	return path
}

// box adds a square; the inner one turns the other way round, so that the fill leaves it out.
func box(path *vg.Path, x, y, side vg.Length, reverse bool) {
	corners := []vg.Point{{X: x, Y: y}, {X: x + side, Y: y}, {X: x + side, Y: y + side}, {X: x, Y: y + side}}
	if reverse {
		slices.Reverse(corners)
	}
	path.Move(corners[0])
	for _, p := range corners[1:] {
		path.Line(p)
	}
	path.Close()
}

// Missing are the characters asked for so far that no font has, in the order they came up.
func (c *Chain) Missing() []rune {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.missing)
}
