package secrets

import (
	"bytes"
	"hash/maphash"
)

// lineSet finds the lines of a version that the former one does not have, by
// hashes of each line together with the line before it: where lines came
// together that were apart, these are new.
type lineSet struct {
	seed maphash.Seed
	seen map[uint64]struct{}
}

func newLineSet() lineSet {
	return lineSet{seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}
}

// fresh returns the parts of text, in their order, that hold the lines which
// former does not have, with what is around them.
func (s *lineSet) fresh(former, text []byte) []span {
	from, to := differs(former, text)
	// The lines at both ends of what differs, and one more before, so that
	// each has its former neighbour.
	start := lineStart(text, lineStart(text, from)-1)
	end := lineEnd(text, lineEnd(text, to)+1)
	clear(s.seen)
	s.each(former[start:len(former)-(len(text)-end)], func(_, _ int, key uint64) {
		s.seen[key] = struct{}{}
	})
	var parts []span
	s.each(text[start:end], func(first, last int, key uint64) {
		if _, old := s.seen[key]; old {
			return
		}
		// Of a long line only what differs.
		first = max(start+first, from-1)
		last = max(first, min(start+last, to+1))
		part := span{max(0, first-aroundBefore), min(len(text), last+aroundAfter)}
		if n := len(parts); n > 0 && part.start <= parts[n-1].end {
			parts[n-1].end = max(parts[n-1].end, part.end)
			return
		}
		parts = append(parts, part)
	})
	return parts
}

// each calls visit for each line, with the hash of it and the line before.
func (s *lineSet) each(text []byte, visit func(start, end int, key uint64)) {
	before := uint64(0)
	for start := 0; start < len(text); {
		end := lineEnd(text, start)
		hash := maphash.Bytes(s.seed, bytes.TrimSuffix(text[start:end], newline))
		visit(start, end, hash^before)
		before, start = hash<<1|hash>>63, end
	}
}

// lineStart returns where the line of a place begins.
func lineStart(text []byte, at int) int {
	return bytes.LastIndexByte(text[:max(0, at)], '\n') + 1
}

// lineEnd returns where the line of a place ends, with its newline.
func lineEnd(text []byte, at int) int {
	if at >= len(text) {
		return len(text)
	}
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// differs returns the part of text that is neither its common beginning with
// former nor its common end.
func differs(former, text []byte) (from, to int) {
	n := min(len(former), len(text))
	from = commonPrefix(former[:n], text[:n])
	return from, len(text) - commonSuffix(former[len(former)-n+from:], text[len(text)-n+from:])
}

// block is how many bytes are compared at once: many times quicker than one by
// one.
const block = 256

func commonPrefix(a, b []byte) int {
	i := 0
	for i+block <= len(a) && bytes.Equal(a[i:i+block], b[i:i+block]) {
		i += block
	}
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i
}

func commonSuffix(a, b []byte) int {
	n := 0
	for n+block <= len(a) && bytes.Equal(a[len(a)-n-block:len(a)-n], b[len(b)-n-block:len(b)-n]) {
		n += block
	}
	for n < len(a) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
