package absorb

import (
	"sync"

	"gonum.org/v1/gonum/floats"
)

// inTurn adds up the sums that parts of some work come to, in the parts' order, while the work goes on. A worker that is
// done with a part waits until the parts before it are added and leaves its sums for the next part; so no more are held
// than there are workers, and one, whatever the number of parts.
type inTurn[S interface {
	add(S)
	zero()
}] struct {
	fresh func() S
	mu    sync.Mutex
	moved sync.Cond // part has changed
	part  int       // the next to be added
	total S
	spare []S
}

func newInTurn[S interface {
	add(S)
	zero()
}](fresh func() S) *inTurn[S] {
	t := &inTurn[S]{fresh: fresh}
	t.moved.L = &t.mu
	return t
}

// borrow lends sums of zero.
func (t *inTurn[S]) borrow() S {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last := len(t.spare) - 1; last >= 0 {
		s := t.spare[last]
		t.spare = t.spare[:last]
		return s
	}
	return t.fresh()
}

// give adds a part's sums to the total when its turn has come. Parts must be begun in their order, as parallel does.
func (t *inTurn[S]) give(part int, s S) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.part != part {
		t.moved.Wait()
	}
	if part == 0 {
		t.total = s
	} else {
		t.total.add(s)
		s.zero()
		t.spare = append(t.spare, s)
	}
	t.part++
	t.moved.Broadcast()
}

// netSums are what a part of the rows comes to in a pass over columns net of the first effect.
type netSums struct {
	moments       *table
	gram          *gramSum
	sums, squares []float64 // Σ w v and Σ w v² of the columns as they come
}

func (s *sweep) newNetSums() *netSums {
	n := s.layout.cols
	return &netSums{newTable(s.layout, s.dims), newGramSum(n), make([]float64, n), make([]float64, n)}
}

func (s *netSums) add(t *netSums) {
	s.moments.add(t.moments)
	floats.Add(s.gram.sums, t.gram.sums)
	floats.Add(s.sums, t.sums)
	floats.Add(s.squares, t.squares)
}

func (s *netSums) zero() {
	for _, d := range s.moments.data {
		clear(d)
	}
	clear(s.gram.sums)
	clear(s.sums)
	clear(s.squares)
}
