// Command calibrate moves the numbers of a simulation's design until the panel it draws gives the published statistics,
// as many statistics as parameters (indirect inference with the published numbers as auxiliary statistics; Gouriéroux,
// Monfort & Renault 1993). Estimators and published numbers are fixed; only the process that makes the data moves.
//
//	go run ./data/calibrate [-rounds 12] [-seed N] data/dual-pilot.json
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
)

func main() {
	rounds := flag.Int("rounds", 12, "at most so many moves")
	seed := flag.Int("seed", -1, "calibrate under this seed instead of the file's")
	out := flag.String("out", "", "write here instead of in place")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "calibrate needs one design file")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *out, *rounds, *seed); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file, out string, rounds, seed int) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if seed >= 0 {
		at, err := places(text)
		if err != nil {
			return err
		}
		where := at["seed"]
		text = append(append(append([]byte(nil), text[:where.start]...), strconv.Itoa(seed)...), text[where.end:]...)
	}
	text, miss, err := solve(text, pairs(), rounds, os.Stderr)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "largest miss %.5f\n", miss)
	if out == "" {
		out = file
	}
	return os.WriteFile(out, text, 0o644)
}
