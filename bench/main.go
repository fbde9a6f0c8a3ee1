// Command bench times regressions here and, with pyfixest.py beside it, in pyfixest on the same data; run.sh does it all.
//
//	go run ./bench data DIR                        writes the data and the list of designs
//	go run ./bench time DIR [ONLY [REPS]]          times the designs whose ID matches ONLY; JSON to standard output
//	go run ./bench coded DIR ONLY                  reads the data of the designs and codes their effects, and no more: for memory
//	go run ./bench list                            lists the designs' IDs
//	go run ./bench table DIR                       a Markdown table of medians and ratios, of DIR/*.didkit.json and DIR/*.pyfixest.json
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "data":
		return writeData(args[1])
	case len(args) >= 2 && len(args) <= 4 && args[0] == "time":
		only, reps := "", 5
		if len(args) > 2 {
			only = args[2]
		}
		if len(args) > 3 {
			n, err := strconv.Atoi(args[3])
			if err != nil || n < 0 {
				return fmt.Errorf("%q is no number of runs", args[3])
			}
			reps = n
		}
		return measure(args[1], only, reps, os.Stdout)
	case len(args) == 3 && args[0] == "coded":
		return code(args[1], args[2])
	case len(args) == 1 && args[0] == "list":
		for _, d := range designs() {
			fmt.Println(d.ID)
		}
		return nil
	case len(args) == 2 && args[0] == "table":
		return writeTable(os.Stdout, args[1])
	}
	return fmt.Errorf("say data DIR, list, coded DIR ONLY, time DIR [ONLY [REPS]] or table DIR")
}
