package panel

import "math/bits"

// bitset is a set of small integers that knows how many of its members are smaller than one: a bit and half a bit for
// each integer, where a table of ranks takes 32.
type bitset struct {
	words  []uint64
	before []int32 // members in the words before each, once count was called
}

func newBitset(n int) *bitset { return &bitset{words: make([]uint64, (n+63)/64)} }

func (b *bitset) set(i int) { b.words[i>>6] |= 1 << (i & 63) }

// count is the number of members; rank answers for the set as it is now.
func (b *bitset) count() int {
	b.before = make([]int32, len(b.words))
	n := 0
	for w, word := range b.words {
		b.before[w] = int32(n)
		n += bits.OnesCount64(word)
	}
	return n
}

// rank is the number of members smaller than i.
func (b *bitset) rank(i int) int32 {
	return b.before[i>>6] + int32(bits.OnesCount64(b.words[i>>6]&(1<<(i&63)-1)))
}

// each hands over the members in rising order.
func (b *bitset) each(do func(i int)) {
	for w, word := range b.words {
		for ; word != 0; word &= word - 1 {
			do(w<<6 + bits.TrailingZeros64(word))
		}
	}
}
