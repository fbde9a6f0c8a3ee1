// Command calibrate moves the numbers of a simulation's design until its panel gives the published statistics; see package
// calibration.
//
//	go run ./data/calibrate [-rounds 25] [-seed N] [-last N] [-out FILE] data/dual-pilot.json
//
// With -last it does so under every seed from -seed to -last and keeps the design whose panel is nearest to all of the
// paper's numbers, those included that no parameter is tied to.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/seed2d25c7c2/didnb/data/calibration"
)

func main() {
	rounds := flag.Int("rounds", 25, "at most so many moves")
	seed := flag.Int("seed", -1, "calibrate under this seed instead of the file's")
	last := flag.Int("last", -1, "try every seed from -seed to this one")
	out := flag.String("out", "", "write here instead of in place")
	flag.Parse()
	if flag.NArg() != 1 || *last >= 0 && *seed < 0 {
		fmt.Fprintln(os.Stderr, "calibrate needs one design file, and -last needs -seed")
		os.Exit(2)
	}
	if *out == "" {
		*out = flag.Arg(0)
	}
	if err := run(flag.Arg(0), *out, *rounds, *seed, *last); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file, out string, rounds, seed, last int) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if last >= 0 {
		if text, err = calibration.Search(text, seed, last, rounds, os.Stderr); err != nil {
			return err
		}
		return os.WriteFile(out, text, 0o644)
	}
	if seed >= 0 {
		if text, err = calibration.WithSeed(text, seed); err != nil {
			return err
		}
	}
	text, miss, err := calibration.Solve(text, calibration.Pairs(), rounds, os.Stderr)
	if err != nil {
		return err
	}
	far, parts, err := calibration.Distance(text)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "largest miss %.5f, distance %.3f, of which\n", miss, far)
	for _, p := range parts[:min(25, len(parts))] {
		fmt.Fprintf(os.Stderr, "  %.3f %s\n", p.Adds, p.What)
	}
	return os.WriteFile(out, text, 0o644)
}
