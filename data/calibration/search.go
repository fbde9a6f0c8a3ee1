package calibration

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"
)

// finalists is how many seeds of a search are calibrated in full.
const finalists = 5

// Search looks for the seed, from first to last, whose panel is nearest to the paper. Every seed gets a few moves with the
// Jacobian measured once under the first, since parameters act much the same under all; those that come nearest are then
// calibrated in full, and the nearest of them is the answer.
func Search(text []byte, first, last, rounds int, log io.Writer) ([]byte, error) {
	type candidate struct {
		seed int
		text []byte
		far  float64
	}
	var all []candidate
	var jacobian *mat.Dense
	for seed := first; seed <= last; seed++ {
		start, err := WithSeed(text, seed)
		if err != nil {
			return nil, err
		}
		s := &solver{system: Pairs(), quick: true}
		if jacobian == nil {
			misses, _, err := s.misses(start)
			if err != nil {
				return nil, err
			}
			if err := s.measure(start, misses); err != nil {
				return nil, err
			}
			jacobian = s.jacobian
		}
		s.jacobian = mat.DenseCopyOf(jacobian)
		done, _, err := s.solve(start, 8, io.Discard)
		if err != nil {
			fmt.Fprintf(log, "seed %d: %v\n", seed, err)
			continue
		}
		far, _, err := Distance(done)
		if err != nil {
			fmt.Fprintf(log, "seed %d: %v\n", seed, err)
			continue
		}
		fmt.Fprintf(log, "seed %d: distance %.3f\n", seed, far)
		all = append(all, candidate{seed, done, far})
	}
	nearest := func(a, b candidate) int { return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(a.seed, b.seed)) }
	slices.SortFunc(all, nearest)
	var best []candidate
	for _, c := range all[:min(finalists, len(all))] {
		done, miss, err := Solve(c.text, Pairs(), rounds, io.Discard)
		if err != nil {
			return nil, err
		}
		far, _, err := Distance(done)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(log, "seed %d in full: largest miss %.3f, distance %.3f\n", c.seed, miss, far)
		best = append(best, candidate{c.seed, done, far})
	}
	if best == nil {
		return nil, fmt.Errorf("no seed from %d to %d can be calibrated", first, last)
	}
	return slices.MinFunc(best, nearest).text, nil
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
