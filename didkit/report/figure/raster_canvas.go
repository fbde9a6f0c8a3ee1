package figure

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image/png"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// resolution is that of PNG files, twice the 96 dots per inch of a screen.
const resolution = 192

func newRasterCanvas(w, h vg.Length, dpi int) *vgimg.Canvas {
	return vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(dpi))
}

// encodePNG writes the picture with its physical size, so that a word processor shows it as large as the SVG.
func encodePNG(c *vgimg.Canvas, dpi int) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, c.Image()); err != nil {
		return nil, err
	}
	data := b.Bytes()
	const header = 8 + 25 // signature and IHDR, which must come first
	perMetre := uint32(math.Round(float64(dpi) / 0.0254))
	chunk := binary.BigEndian.AppendUint32(nil, 9)
	chunk = append(chunk, "pHYs"...)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = append(chunk, 1) // per metre
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	out := append([]byte(nil), data[:header]...)
	return append(append(out, chunk...), data[header:]...), nil
}
