package engine

import "slices"

// candidates are the methods that may match, per value of a block, as the
// prefilter found them.
type candidates struct {
	set     *Set
	pairs   []candidate
	offsets []int32 // per value: where its pairs begin; one more at the end
	methods []int32 // the pairs' methods, in order
	seen    []int32 // per method: 1 + the last value that has it
}

type candidate struct {
	value, method int32
}

func newCandidates(s *Set) candidates {
	return candidates{set: s, seen: make([]int32, len(s.methods))}
}

// collect runs the prefilter over the block.
func (c *candidates) collect(f *FieldScan, b *Block) {
	c.pairs = c.pairs[:0]
	clear(c.seen)
	value := int32(0)
	c.set.automaton.scan(b.data, func(literal int32, end int) {
		for int(b.spans[value].end) < end {
			value++
		}
		for _, m := range c.set.byLiteral[literal] {
			if f.active[m] && c.seen[m] != value+1 {
				c.seen[m] = value + 1
				c.pairs = append(c.pairs, candidate{value, m})
			}
		}
	})
	c.index(f, len(b.spans))
}

// index lays the methods out by value, those without a literal behind.
func (c *candidates) index(f *FieldScan, values int) {
	c.offsets, c.methods = c.offsets[:0], c.methods[:0]
	i := 0
	for v := range values {
		c.offsets = append(c.offsets, int32(len(c.methods)))
		for ; i < len(c.pairs) && int(c.pairs[i].value) == v; i++ {
			c.methods = append(c.methods, c.pairs[i].method)
		}
		c.methods = append(c.methods, f.always...)
		slices.Sort(c.methods[c.offsets[v]:])
	}
	c.offsets = append(c.offsets, int32(len(c.methods)))
}

// of returns the methods that may match in a value, in ascending order.
func (c *candidates) of(value int) []int32 {
	return c.methods[c.offsets[value]:c.offsets[value+1]]
}
