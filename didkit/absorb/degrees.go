package absorb

// degrees is a queue of vertices by degree: lists of equal degree, where degrees beyond the number of vertices, which
// multiple edges can reach, share the last list.
type degrees struct {
	degree     []int32
	next, prev []int32 // in the vertex's list, -1 at its ends; prev is -2 for a vertex that is not queued
	head       []int32 // of each list, -1 if empty
	lowest     int     // no list before this one has a vertex
}

func newDegrees(n int) *degrees {
	return &degrees{degree: make([]int32, n), next: make([]int32, n), prev: make([]int32, n), head: make([]int32, n+1)}
}

// fill queues all vertices by the degrees they have now.
func (q *degrees) fill() {
	for i := range q.head {
		q.head[i] = -1
	}
	for v := len(q.degree) - 1; v >= 0; v-- {
		q.insert(int32(v))
	}
}

func (q *degrees) list(v int32) int { return min(int(q.degree[v]), len(q.head)-1) }

func (q *degrees) insert(v int32) {
	l := q.list(v)
	q.next[v], q.prev[v] = q.head[l], -1
	if q.head[l] >= 0 {
		q.prev[q.head[l]] = v
	}
	q.head[l] = v
	q.lowest = min(q.lowest, l)
}

func (q *degrees) remove(v int32) {
	if q.prev[v] >= 0 {
		q.next[q.prev[v]] = q.next[v]
	} else {
		q.head[q.list(v)] = q.next[v]
	}
	if q.next[v] >= 0 {
		q.prev[q.next[v]] = q.prev[v]
	}
	q.prev[v] = -2
}

// pop takes a vertex of the lowest degree.
func (q *degrees) pop() int32 {
	for q.head[q.lowest] < 0 {
		q.lowest++
	}
	v := q.head[q.lowest]
	q.remove(v)
	return v
}

func (q *degrees) raise(v int32) { q.change(v, 1) }

func (q *degrees) lower(v int32) { q.change(v, -1) }

func (q *degrees) change(v, by int32) {
	if q.prev[v] == -2 {
		return
	}
	q.remove(v)
	q.degree[v] += by
	q.insert(v)
}
