package engine

import (
	"math/bits"
	"sync"
)

// nameCache remembers which metadata methods match a name: the same few names of
// columns come again and again, also as each other's neighbours, and to try all
// methods on one takes longer than to judge a short text. It is safe for
// concurrent use.
type nameCache struct {
	mu sync.RWMutex
	of map[nameKey][]uint64 // a bit for each of Set.metas
}

type nameKey struct {
	on  Target
	raw string
}

// maxNames bounds the memory of a cache; a full one begins anew.
const maxNames = 4096

// get returns what is known of a name, or nil.
func (c *nameCache) get(key nameKey) []uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.of[key]
}

func (c *nameCache) put(key nameKey, matching []uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil || len(c.of) >= maxNames {
		c.of = make(map[nameKey][]uint64)
	}
	c.of[key] = matching
}

// matching returns a bit for each metadata method that matches a name. The names
// of assets are not remembered, since each comes once.
func (s *Set) matching(on Target, name nameText) []uint64 {
	key := nameKey{on, name.raw}
	if known := s.names.get(key); known != nil {
		return known
	}
	out := make([]uint64, len(s.metas)/64+1)
	for i, m := range s.metas {
		if m.On == on && m.matches(name) {
			out[i/64] |= 1 << (i % 64)
		}
	}
	if on != OnAsset {
		s.names.put(key, out)
	}
	return out
}

// holding returns for each metadata method whether it matches what is known of a
// field.
func (s *Set) holding(text *fieldText) []bool {
	holds := make([]bool, len(s.metas))
	for on, names := range text.names {
		for _, name := range names {
			for at, word := range s.matching(on, name) {
				for ; word != 0; word &= word - 1 {
					holds[at*64+bits.TrailingZeros64(word)] = true
				}
			}
		}
	}
	return holds
}
