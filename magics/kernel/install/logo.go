package install

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

// The logo: two groups' paths, parallel up to the policy and apart behind it.
const logoSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img"><title>didnb</title>` +
	`<rect width="64" height="64" rx="10" fill="#f7f7f5"/>` +
	`<path d="M32 8V56" stroke="#9a9a94" stroke-width="2"/>` +
	`<path d="M8 52 32 44 56 36" fill="none" stroke="#6b6b66" stroke-width="5"/>` +
	`<path d="M8 40 32 32 56 10" fill="none" stroke="#b3261e" stroke-width="5"/></svg>` + "\n"

type stroke struct {
	x0, y0, x1, y1, width float64
	c                     color.RGBA
}

// logoPNG is the logo of so many pixels, drawn as in logoSVG.
func logoPNG(size int) []byte {
	grey, dark, red := color.RGBA{0x9a, 0x9a, 0x94, 0xff}, color.RGBA{0x6b, 0x6b, 0x66, 0xff}, color.RGBA{0xb3, 0x26, 0x1e, 0xff}
	strokes := []stroke{{32, 8, 32, 56, 2, grey}, {8, 52, 32, 44, 5, dark}, {32, 44, 56, 36, 5, dark}, {8, 40, 32, 32, 5, red}, {32, 32, 56, 10, 5, red}}
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	scale := 64 / float64(size)
	for py := range size {
		for px := range size {
			x, y := (float64(px)+0.5)*scale, (float64(py)+0.5)*scale
			c := color.RGBA{0xf7, 0xf7, 0xf5, 0xff}
			for _, s := range strokes {
				// Coverage falls from 1 to 0 within a pixel around the stroke's edge.
				cover := (s.width/2-s.distance(x, y))/scale + 0.5
				c = mix(c, s.c, math.Max(0, math.Min(1, cover)))
			}
			img.SetRGBA(px, py, c)
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // into memory it can't fail
	return b.Bytes()
}

// distance is that of a point to the stroke's middle line.
func (s stroke) distance(x, y float64) float64 {
	dx, dy := s.x1-s.x0, s.y1-s.y0
	t := math.Max(0, math.Min(1, ((x-s.x0)*dx+(y-s.y0)*dy)/(dx*dx+dy*dy)))
	return math.Hypot(x-s.x0-t*dx, y-s.y0-t*dy)
}

func mix(a, b color.RGBA, share float64) color.RGBA {
	at := func(p, q uint8) uint8 { return uint8(math.Round(float64(p) + (float64(q)-float64(p))*share)) }
	return color.RGBA{at(a.R, b.R), at(a.G, b.G), at(a.B, b.B), 0xff}
}
