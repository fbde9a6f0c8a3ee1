// Command alarms measures the audit on honest papers: how often each check calls a number inconsistent that didnb
// estimated and rounded itself, and, spoiling one number at a time, how often it finds the spoilt one.
//
//	go run ./didkit/audit/alarms            # 2,000 papers, some minutes
//	go run ./didkit/audit/alarms -papers 50
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/didkit/audit/honest"
)

func main() {
	first := flag.Uint64("first", 10001, "seed of the first paper; the checks were written looking at 1 to 2000")
	papers := flag.Int("papers", 2000, "how many")
	spoil := flag.Int("spoil", 20, "of how many each number is spoilt")
	flag.Parse()
	if err := run(*first, *papers, *spoil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(first uint64, papers, spoil int) error {
	rates, tables, err := honest.Alarms(first, papers)
	if err != nil {
		return err
	}
	fmt.Printf("Seeds %d to %d: %d papers, %d tables\n\n| check | findings | cannot tell | inconsistent | papers accused |\n|---|---:|---:|---:|---:|\n", first, first+uint64(papers)-1, papers, tables)
	for _, r := range rates {
		fmt.Printf("| %s | %d | %.2f %% | %.3f %% | %d |\n", r.Check, r.Findings, percent(r.Verdicts[audit.Undetermined], r.Findings), percent(r.Verdicts[audit.Inconsistent], r.Findings), r.Papers)
	}
	found, err := honest.Detection(first, spoil)
	if err != nil {
		return err
	}
	fmt.Printf("\n%d of these papers, each number changed by a tenth (ten units of its last digit at least), one at a time\n\n"+
		"| number | spoilt | found inconsistent | a question more | others accused |\n|---|---:|---:|---:|---:|\n", spoil)
	for _, kind := range slices.Sorted(maps.Keys(found)) {
		d := found[kind]
		fmt.Printf("| %s | %d | %.0f %% | %.0f %% | %d |\n", kind, d.Spoilt, percent(d.Found, d.Spoilt), percent(d.Asked, d.Spoilt), d.Others)
	}
	return nil
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
