package engine

// tokens is the expressions that match only inside one long token and have no
// literal worth looking for: wallet addresses, tax codes, random keys. Tokens
// that long are rare, so that they are looked for instead.
type tokens struct {
	finders []int32 // in Set.finders
	least   int     // bytes of the shortest match of any of them
}

// tokenBytes are the bytes of a token.
var tokenBytes = MakeByteSet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/=_-.:")

const (
	minToken     = 12   // bytes; shorter tokens are too common
	rareLiterals = 0.01 // of bytes; rarer literals are the better filter
)

func newTokens(finders []*finder) tokens {
	t := tokens{least: unbounded}
	for i, f := range finders {
		if f.inFamily || f.tree == nil || f.whole || len(f.gates) > 0 || f.extent.minLen < minToken ||
			setFrequency(f.literals) < rareLiterals || !f.extent.alphabet.within(&tokenBytes) {
			continue
		}
		f.inToken = true
		t.finders = append(t.finders, int32(i))
		t.least = min(t.least, f.extent.minLen)
	}
	return t
}

// within reports whether every byte of s is in o.
func (s *ByteSet) within(o *ByteSet) bool {
	return s[0]&^o[0]|s[1]&^o[1]|s[2]&^o[2]|s[3]&^o[3] == 0
}

// look adds candidates for the long tokens of a block.
func (t *tokens) look(f *FieldScan, b *Block, c *candidates) {
	if len(t.finders) == 0 {
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
	for _, i := range t.finders {
		if !f.active[i] || c.seen[i] == value+1 || !c.set.finders[i].mayMatch(text, start, end) {
			continue
		}
		if !c.wholeValue(f, b, value, i) {
			c.list = append(c.list, candidate{value: value, finder: i, start: uint32(start), end: uint32(end)})
		}
	}
}
