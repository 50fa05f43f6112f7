package engine

import (
	"strings"
	"sync"
)

// concern is what of a Set a field concerns, as far as its metadata tell. Nobody
// may change it once it is made: fields share it.
type concern struct {
	live       []bool  // per content method: its rule can hold by it
	active     []bool  // per finder: a live method needs it
	bare       []bool  // per finder: what it finds counts without a context nearby
	contextual bool    // … only because the field's name gives a context
	standing   []int   // rules that may hold for a value without any content hit
	always     []int32 // active finders without a literal: they look at every value
}

// concerns remembers those of the fields that came last: a task on a small asset
// takes less time than to find out what its fields concern. It is safe for
// concurrent use.
type concerns struct {
	mu sync.Mutex
	by map[string]*concern
}

// maxConcerns bounds the memory of concerns, some kilobytes each; when they are
// full they begin anew.
const maxConcerns = 256

// of returns the concern of a field whose metadata methods are known.
func (c *concerns) of(f *FieldScan) *concern {
	key := f.concernKey()
	c.mu.Lock()
	known := c.by[key]
	c.mu.Unlock()
	if known != nil {
		return known
	}
	made := f.newConcern()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil || len(c.by) >= maxConcerns {
		c.by = map[string]*concern{}
	}
	c.by[key] = made
	return made
}

// concernKey is all that a concern follows from: which metadata methods match,
// and the names that may hold words of a context.
func (f *FieldScan) concernKey() string {
	var key strings.Builder
	for _, holds := range f.meta {
		if holds {
			key.WriteByte('1')
		} else {
			key.WriteByte('0')
		}
	}
	return key.String() + f.info.Field.Path + "\x00" + f.info.Field.Comment
}

// newConcern finds out what the field concerns.
func (f *FieldScan) newConcern() *concern {
	s := f.set
	f.concern = &concern{live: make([]bool, len(s.methods)), active: make([]bool, len(s.finders)), bare: make([]bool, len(s.finders))}
	for r := range s.trees {
		if !f.canHold(&s.trees[r]) {
			continue
		}
		f.activate(&s.trees[r])
		f.eval.reset(nil, 0)
		if truth, _ := f.eval.judge(&s.trees[r]); truth != no {
			f.standing = append(f.standing, r)
		}
	}
	for i, finder := range s.finders {
		if f.active[i] && len(finder.literals) == 0 && finder.words == nil && !finder.inToken {
			f.always = append(f.always, int32(i))
		}
	}
	return f.concern
}

// activate marks the methods, and their finders, on which it depends whether the
// tree holds: those of a branch that the field's metadata rules out stay idle.
func (f *FieldScan) activate(n *node) {
	if !f.canHold(n) {
		return
	}
	if n.op == Content {
		m := f.set.methods[n.leaf]
		f.live[n.leaf], f.active[m.finder] = true, true
		if !m.ContextOnly || f.hasContext(m) {
			f.bare[m.finder] = true
			f.contextual = f.contextual || m.ContextOnly
		}
	}
	for i := range n.nodes {
		f.activate(&n.nodes[i])
	}
}

// hasContext reports whether the field's name gives the method a context.
func (f *FieldScan) hasContext(m *method) bool {
	for i := range m.Context {
		if m.Context[i].Fields && f.eval.inField(m.contexts[i]) {
			return true
		}
	}
	return false
}
