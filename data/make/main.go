// Command make draws data/dual-pilot.csv from its design, data/dual-pilot.json. It runs in data/, as go generate does.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/csv"
	"github.com/seed2d25c7c2/didnb/didkit/simulate"
)

func main() {
	if err := run("dual-pilot.json", "dual-pilot.csv"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(design, file string) error {
	text, err := draw(design)
	if err != nil {
		return fmt.Errorf("%s: %w", design, err)
	}
	return os.WriteFile(file, text, 0o644)
}

// draw is the file that a design makes.
func draw(design string) ([]byte, error) {
	r, err := os.Open(design)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	d, err := simulate.Read(r)
	if err != nil {
		return nil, err
	}
	p, err := simulate.Panel(d)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = csv.Write(&b, p, ',')
	return b.Bytes(), err
}
