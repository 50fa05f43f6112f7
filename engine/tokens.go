package engine

import (
	"cmp"
	"slices"
)

// tokens is the expressions that match only inside one long token and have no
// literal worth looking for: wallet addresses, tax codes, random keys. Tokens
// that long are rare, so that they are looked for instead.
type tokens struct {
	members []tokenFinder // those with the shortest matches first
	least   int           // bytes of the shortest match of any of them
}

// tokenFinder is a finder, and what a token must have for it.
type tokenFinder struct {
	finder int32 // in Set.finders
	least  int   // bytes
	run    bool  // so many letters and digits in a row
}

const (
	// runBytes are letters and digits, and the two letters that fold into ASCII.
	runBytes = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzſK"

	minToken     = 11   // bytes; shorter tokens are too common
	rareLiterals = 0.01 // of bytes; rarer literals are the better filter
)

// tokenBytes are the bytes of a token, tokenRun those of a run in it.
var (
	tokenRun   = MakeByteSet(runBytes)
	tokenBytes = MakeByteSet(runBytes + "+/=_-.:")
)

func newTokens(finders []*finder) tokens {
	t := tokens{least: unbounded}
	for i, f := range finders {
		if f.inFamily || f.tree == nil || f.whole || len(f.gates) > 0 || f.extent.minLen < minToken ||
			setFrequency(f.literals) < rareLiterals || !f.extent.alphabet.within(&tokenBytes) {
			continue
		}
		f.inToken = true
		t.members = append(t.members, tokenFinder{int32(i), f.extent.minLen, f.extent.alphabet.within(&tokenRun)})
		t.least = min(t.least, f.extent.minLen)
	}
	slices.SortStableFunc(t.members, func(a, b tokenFinder) int { return cmp.Compare(a.least, b.least) })
	return t
}

// within reports whether every byte of s is in o.
func (s *ByteSet) within(o *ByteSet) bool {
	return s[0]&^o[0]|s[1]&^o[1]|s[2]&^o[2]|s[3]&^o[3] == 0
}

// look adds candidates for the long tokens of a block.
func (t *tokens) look(f *FieldScan, b *Block, c *candidates) {
	if len(t.members) == 0 {
		return
	}
	data, value := b.data, int32(0)
	for end := t.least; end <= len(data); {
		// Going back from where a token of the least length would end finds the
		// byte that rules it out soonest.
		start := end
		for start > end-t.least && tokenBytes.Has(data[start-1]) {
			start--
		}
		if start > end-t.least {
			end = start + t.least
			continue
		}
		for end < len(data) && tokenBytes.Has(data[end]) {
			end++
		}
		for int(b.spans[value].end) < end {
			value++
		}
		t.token(f, b, c, value, start-int(b.spans[value].start), end-int(b.spans[value].start))
		end += t.least
	}
}

// token adds a candidate for every finder that may match in a token of a value.
func (t *tokens) token(f *FieldScan, b *Block, c *candidates, value int32, start, end int) {
	text := b.Value(int(value))
	run := longestRun(text[start:end])
	for _, m := range t.members {
		if m.least > end-start {
			return
		}
		if m.run && m.least > run || !f.active[m.finder] || c.seen[m.finder] == value+1 || !c.set.finders[m.finder].mayMatch(text, start, end) {
			continue
		}
		if !c.wholeValue(f, b, value, m.finder) {
			c.list = append(c.list, candidate{value: value, finder: m.finder, start: uint32(start), end: uint32(end)})
		}
	}
}

// longestRun returns the most letters and digits in a row in a token, in bytes.
func longestRun(token []byte) int {
	longest, start := 0, 0
	for i, c := range token {
		if !tokenRun.Has(c) {
			longest, start = max(longest, i-start), i+1
		}
	}
	return max(longest, len(token)-start)
}
