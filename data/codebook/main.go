// Command codebook writes the part of data/README.md that sets the simulated panel's numbers beside the published ones.
// It runs in data/, as go generate does; a test says when the file is behind the data.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/seed2d25c7c2/didnb/data/replica"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
)

func main() {
	if err := run("dual-pilot.csv", "README.md"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(data, readme string) error {
	old, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	text, err := renew(data, old)
	if err != nil {
		return err
	}
	return os.WriteFile(readme, text, 0o644)
}

// The generated part stands between these lines.
const (
	begin = "<!-- from here to the end mark: go generate ./data -->\n"
	end   = "<!-- end mark -->\n"
)

// renew puts the generated part, made anew from the data, into the file.
func renew(data string, old []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(old, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed {
		return nil, fmt.Errorf("the file has no %q … %q", begin, end)
	}
	p, err := load(data)
	if err != nil {
		return nil, err
	}
	part, err := render(p)
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{before, []byte(begin), part, []byte(end), after}, nil), nil
}

func load(data string) (*panel.Panel, error) {
	r, err := csv.File(data, csv.Options{})
	if err != nil {
		return nil, err
	}
	return r.Panel.Indexed("city", "year")
}

func render(p *panel.Panel) ([]byte, error) {
	lines, err := replica.Compare(p)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	summary(&b, lines)
	moments(&b, lines)
	regressions(&b, lines)
	if err := figures(&b, p); err != nil {
		return nil, err
	}
	if err := differences(&b, p, lines); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
