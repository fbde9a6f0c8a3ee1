package calibration

import (
	"fmt"
	"io"
	"math"
	"strconv"
)

// Search calibrates the design under each seed and returns the one nearest to the paper.
func Search(text []byte, from, to, rounds int, log io.Writer) ([]byte, error) {
	var best []byte
	least := math.Inf(1)
	for seed := from; seed <= to; seed++ {
		start, err := WithSeed(text, seed)
		if err != nil {
			return nil, err
		}
		done, miss, err := Solve(start, Pairs(), rounds, io.Discard)
		if err != nil {
			fmt.Fprintf(log, "seed %d: %v\n", seed, err)
			continue
		}
		far, _, err := Distance(done)
		if err != nil {
			fmt.Fprintf(log, "seed %d: %v\n", seed, err)
			continue
		}
		fmt.Fprintf(log, "seed %d: largest miss %.3f, distance %.3f\n", seed, miss, far)
		if far < least {
			best, least = done, far
		}
	}
	if best == nil {
		return nil, fmt.Errorf("no seed from %d to %d can be calibrated", from, to)
	}
	return best, nil
}

// WithSeed puts another seed into the design.
func WithSeed(text []byte, seed int) ([]byte, error) {
	at, err := places(text)
	if err != nil {
		return nil, err
	}
	where, ok := at["seed"]
	if !ok {
		return nil, fmt.Errorf("the design has no seed")
	}
	out := append([]byte(nil), text[:where.start]...)
	out = strconv.AppendInt(out, int64(seed), 10)
	return append(out, text[where.end:]...), nil
}
