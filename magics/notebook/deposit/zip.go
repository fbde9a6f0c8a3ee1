package deposit

import (
	"archive/zip"
	"compress/flate"
	"io"
	"time"
)

// WriteZip writes the deposit as an archive whose bytes depend on nothing but its files: sorted names, no owner, one time
// for all (that of the format's beginning unless when says another), one degree of compression.
func (d *Deposit) WriteZip(w io.Writer, when time.Time) error {
	if when.IsZero() {
		when = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, f := range d.Files {
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: when}
		h.SetMode(0o644)
		part, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.Data); err != nil {
			return err
		}
	}
	return z.Close()
}
