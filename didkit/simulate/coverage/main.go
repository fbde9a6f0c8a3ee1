// Coverage draws panels whose truth is known and tells of every estimator how far from its own target it lies and how
// often its 95 % interval holds it.
//
//	go run ./didkit/simulate/coverage                 print the tables (minutes)
//	go run ./didkit/simulate/coverage -write          put them into didkit/did/README.md as well; with -methods or
//	                                                  -designs the other rows stay there as they are
//	go run ./didkit/simulate/coverage -draws 50 -methods twfe,cs -designs constant
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	o := options{}
	flag.IntVar(&o.draws, "draws", 1000, "panels drawn of each design")
	flag.IntVar(&o.slow, "slow", 100, "of these, for estimators whose errors are drawn")
	flag.Uint64Var(&o.seed, "seed", 1, "of the panels")
	methods := flag.String("methods", "", "estimators, joined by commas; empty: all")
	designed := flag.String("designs", "", "designs, joined by commas; empty: all")
	write := flag.Bool("write", false, "write the tables into "+readme+" between its markers")
	flag.Parse()
	var err error
	if o.estimators, err = pick(*methods, estimators, func(e estimator) string { return e.name }); err == nil {
		o.designs, err = pick(*designed, designs, func(d scenario) string { return d.name })
	}
	if err == nil {
		err = run(o, *write)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(o options, write bool) error {
	if o.draws < 2 || o.slow < 2 {
		return fmt.Errorf("-draws is %d and -slow %d; a standard deviation takes two at least", o.draws, o.slow)
	}
	all := study(o, func(d string) { fmt.Fprintln(os.Stderr, d, "done") })
	if !write {
		fmt.Print(markdown(o, all, ""))
		return nil
	}
	former := ""
	if len(o.estimators) < len(estimators) || len(o.designs) < len(designs) { // the others keep their rows
		var err error
		if former, err = written(readme); err != nil {
			return err
		}
	}
	text := markdown(o, all, former)
	fmt.Print(text)
	return insert(readme, text)
}

// pick finds the named ones of a table; all of them where nothing is named.
func pick[T any](names string, all []T, name func(T) string) ([]T, error) {
	if names == "" {
		return all, nil
	}
	var out []T
	var known []string
	for _, x := range all {
		known = append(known, name(x))
	}
	for _, n := range strings.Split(names, ",") {
		i := slices.Index(known, strings.TrimSpace(n))
		if i < 0 {
			return nil, fmt.Errorf("nothing is named %q; there are %s", n, strings.Join(known, ", "))
		}
		out = append(out, all[i])
	}
	return out, nil
}
