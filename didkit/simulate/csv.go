package simulate

import (
	"bufio"
	"io"
	"strconv"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// WriteCSV writes a panel's columns as comma-separated UTF-8 with a header and \n line ends: numbers as the shortest text
// that reads back as the same double, a missing value as nothing. It takes what Panel makes, numbers under plain names;
// a text column or a name that needs quotes is an error.
func WriteCSV(w io.Writer, p *panel.Panel) error {
	out := bufio.NewWriter(w)
	var columns [][]float64
	for k, v := range p.Variables() {
		x, err := p.Numbers(v.Name)
		if err != nil {
			return err
		}
		for _, c := range v.Name {
			if c == ',' || c == '"' || c == '\n' || c == '\r' {
				return bad("columns", "the name %q needs quotes in a file", v.Name)
			}
		}
		if k > 0 {
			out.WriteByte(',')
		}
		out.WriteString(v.Name)
		columns = append(columns, x)
	}
	out.WriteByte('\n')
	var text []byte
	for r := range p.Rows() {
		text = text[:0]
		for k, x := range columns {
			if k > 0 {
				text = append(text, ',')
			}
			if v := x[r]; v == v {
				text = strconv.AppendFloat(text, v, 'f', -1, 64)
			}
		}
		text = append(text, '\n')
		out.Write(text)
	}
	return out.Flush()
}
