package engine

import (
	"hash/maphash"
	"strconv"
	"strings"
)

// looks is how many values of a field are looked at as a sequence.
const looks = 256

// sequence is what the first values of a field are like beside each other.
type sequence struct {
	looked int
	seen   map[uint64]struct{} // hashes of the values looked at
	steps  int                 // values that are the one before plus one
	last   int64
}

// sequenceSeed is of this process: the hashes stay in it.
var sequenceSeed = maphash.MakeSeed()

// look adds the values of a block, as long as the sequence is short.
func (s *sequence) look(b *Block) {
	for i := 0; i < b.Len() && s.looked < looks; i++ {
		if s.seen == nil {
			s.seen = make(map[uint64]struct{})
		}
		value := b.Value(i)
		s.looked++
		s.seen[maphash.Bytes(sequenceSeed, value)] = struct{}{}
		if len(value) > 18 {
			continue
		}
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			if s.looked > 1 && n == s.last+1 {
				s.steps++
			}
			s.last = n
		}
	}
}

// isNumberType reports whether a declared type is a number in SQL's words.
func isNumberType(declared string) bool {
	declared = strings.ToLower(declared)
	for _, name := range []string{"int", "serial", "decimal", "numeric", "number", "float", "double", "real", "money"} {
		if strings.Contains(declared, name) {
			return true
		}
	}
	return false
}
