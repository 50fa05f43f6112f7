package engine

import "example.com/assay"

// Block is many values of one field with their boundaries, laid end to end so
// that one pass scans them all. The zero Block is empty and ready; Reset keeps
// its memory for the next use.
type Block struct {
	data  []byte
	spans []blockSpan
}

// blockSpan is where one value lies in the block's data.
type blockSpan struct {
	start, end  uint32
	lead, trail uint32
}

// blockGap separates values in the block's data. It is no part of UTF-8 text,
// of a word, or of any literal.
const blockGap = 0xFF

// MaxBlock is the most bytes that Append takes into one block, the first value
// excepted, which may be larger.
const MaxBlock = 1 << 20

// Reset empties the block.
func (b *Block) Reset() { b.data, b.spans = b.data[:0], b.spans[:0] }

// Append copies a value into the block. It reports false, and leaves the block
// as it was, when the block is full: scan and Reset it first. Of a piece of a
// longer value, lead and trail are the bytes at its ends that are only context
// (see assay.Datum).
func (b *Block) Append(value []byte, lead, trail int) bool {
	if len(b.spans) > 0 && len(b.data)+len(value) > MaxBlock {
		return false
	}
	start := len(b.data)
	b.data = append(b.data, value...)
	b.spans = append(b.spans, blockSpan{uint32(start), uint32(len(b.data)), uint32(lead), uint32(trail)})
	b.data = append(b.data, blockGap)
	return true
}

// Len returns the number of values.
func (b *Block) Len() int { return len(b.spans) }

// Value returns the i-th value. It is valid until the next Append or Reset.
func (b *Block) Value(i int) []byte {
	s := b.spans[i]
	return b.data[s.start:s.end:s.end]
}

// FieldInfo is what is known about a field besides its values.
type FieldInfo struct {
	Asset      *assay.Asset // may be nil
	Field      assay.Field
	Neighbours []string // paths of the asset's other fields
}

// Hit is one match in one value of a block, by one rule.
type Hit struct {
	assay.Match
	Value int // index in the block
	Rule  int // index in Set.Rules

	method  int32 // index in Set.methods; -1 when the value as a whole was judged, or by a model
	context int8  // 1 + index of the Context that gave the score; 0 for none
}

// Pending is a value on which a rule's judgement waits for a deferred method.
type Pending struct {
	Value  int
	Rule   int
	Method *DeferredMethod
}

// Result is what Scan found in a block. It is reused from block to block.
type Result struct {
	Hits    []Hit     // by value, then start
	Pending []Pending // by value
	// Spent says that the work budget ended before the block did: what Hits
	// holds is true, but not all that is there.
	Spent bool
}

// Answer is what a deferred method said of a value: a span with a label, or the
// whole value where Start and End are 0.
type Answer struct {
	Value      int
	Label      string
	Start, End int
	Score      float64
}
