// Package columns keeps a benchmark's data where every program that it times can read them: a file of little-endian
// doubles a column, FOLDER/NAME.f64.
package columns

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
)

// Write writes a column.
func Write(folder, name string, x []float64) error {
	f, err := os.Create(filepath.Join(folder, name+".f64"))
	if err != nil {
		return err
	}
	return errors.Join(binary.Write(f, binary.LittleEndian, x), f.Close())
}

// Read reads a column straight into a slice of its size, so that the memory measured is the data's.
func Read(folder, name string) ([]float64, error) {
	f, err := os.Open(filepath.Join(folder, name+".f64"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	x := make([]float64, info.Size()/8)
	buf := make([]byte, 1<<16)
	for i := 0; i < len(x); {
		k, err := io.ReadFull(f, buf[:min(len(buf), 8*(len(x)-i))])
		if err != nil {
			return nil, err
		}
		for b := 0; b < k; b += 8 {
			x[i] = math.Float64frombits(binary.LittleEndian.Uint64(buf[b:]))
			i++
		}
	}
	return x, nil
}
