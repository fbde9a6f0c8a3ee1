// Command staggered times estimators of staggered adoption; run.sh runs other programs beside it on the same data.
//
//	go run ./bench/staggered data DIR [MPDTA]     writes the data; mpdta of its shape, or that file
//	go run ./bench/staggered list                 lists the designs
//	go run ./bench/staggered time DIR DESIGN REPS JSON to standard output; REPS 0 reads the data only
//	go run ./bench/staggered table DIR            a Markdown table of DIR/*.json
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/did"
)

// design is one estimator on one data set.
type design struct {
	method did.Method
	data   string
	what   string
}

func (d design) id() string { return string(d.method) + "_" + d.data }

func designs() []design {
	var all []design
	for _, data := range []struct{ name, what string }{{"mpdta", "mpdta's shape, 500 × 5"}, {"paper", "the paper's panel, 298 × 18"}, {"million", "100,000 × 10"}} {
		for _, m := range []struct {
			method did.Method
			what   string
		}{{did.CallawaySantAnna, "cs, 999 draws"}, {did.Imputation, "imputation"}, {did.SunAbraham, "sunab"}, {did.TwoStage, "did2s"}} {
			if data.name != "mpdta" || m.method == did.CallawaySantAnna {
				all = append(all, design{m.method, data.name, m.what + ", " + data.what})
			}
		}
	}
	return append(all, design{did.SyntheticDID, "castle", "sdid, 500 placebo draws, castle, 50 × 11, five cohorts"},
		design{did.SyntheticDID, "castle2006", "sdid, 500 placebo draws, castle's 2006 cohort, 42 × 11"},
		design{did.Switching, "switching", "dcdh, 5 effects, 2 placebos, 100,000 × 10"})
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "staggered:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 2 && args[0] == "data":
		return writeData(args[1], strings.Join(args[2:], ""))
	case len(args) == 1 && args[0] == "list":
		for _, d := range designs() {
			fmt.Println(d.id())
		}
		return nil
	case len(args) == 4 && args[0] == "time":
		reps, err := strconv.Atoi(args[3])
		if err != nil {
			return err
		}
		for _, d := range designs() {
			if d.id() == args[2] {
				return measure(args[1], d, reps, os.Stdout)
			}
		}
		return fmt.Errorf("no design %s", args[2])
	case len(args) == 2 && args[0] == "table":
		return writeTable(os.Stdout, args[1])
	}
	return fmt.Errorf("say data DIR [MPDTA], list, time DIR DESIGN REPS or table DIR")
}
