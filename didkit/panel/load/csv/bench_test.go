package csv_test

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
)

// million writes a panel of a hundred thousand units and ten years, with twelve columns: unit, year, a treatment, a
// share of missing cells in one column, the others numbers of the given decimals (-1: as many as float64 has).
func million(decimals int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b []byte
	b = append(b, "unit,year,did,x1,x2,x3,x4,x5,x6,x7,x8,y\n"...)
	for i := range 100_000 {
		for t := range 10 {
			b = strconv.AppendInt(b, int64(i+1), 10)
			b = append(b, ',')
			b = strconv.AppendInt(b, int64(2010+t), 10)
			b = append(b, ",0"...)
			for k := range 9 {
				b = append(b, ',')
				x := rng.NormFloat64()
				if k == 3 && x > 1.5 {
					continue
				}
				b = strconv.AppendFloat(b, x, 'f', decimals, 64)
			}
			b = append(b, '\n')
		}
	}
	return b
}

// BenchmarkRead reads a million rows of twelve columns from memory.
func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name     string
		decimals int
	}{{"six decimals", 6}, {"full precision", -1}} {
		b.Run(c.name, func(b *testing.B) {
			data := million(c.decimals)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				r, err := csv.Read(data, csv.Options{})
				if err != nil || r.Panel.Rows() != 1_000_000 {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkReadText reads a million rows with a column of names and one of dates beside the numbers.
func BenchmarkReadText(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("city,date,y\n")
	for i := range 1_000_000 {
		text.WriteString("Prefecture " + strconv.Itoa(i/100) + ",2010-01-" + strconv.Itoa(10+i%20) + "," + strconv.Itoa(i%977) + "\n")
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := csv.Read(text.Bytes(), csv.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
