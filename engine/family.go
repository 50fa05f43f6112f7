package engine

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// family is the expressions whose only literals are digits: national numbers,
// cards, dates. There are hundreds of them and each could start at any digit, so
// they are told apart by one automaton for all: it reads the surroundings of a
// digit once and says which of them match there.
//
// It is built like a dfa, but a state knows which expressions have just matched.
type family struct {
	*alphabet
	finders []int32        // in Set.finders, by member
	progs   []*syntax.Prog // by member
	offset  []uint32       // of a member's instructions among all
	longest int            // bytes; no match is longer
	mu      sync.Mutex     // guards states
	states  map[string]*familyState
	starts  [kindOther + 1]*familyState
	full    atomic.Bool // too many states: every member may match everywhere
}

// familyState is one state.
type familyState struct {
	insts []uint32
	last  kind
	fired []int32                       // members of which a match ends before the last character
	idle  bool                          // no match has begun
	next  []atomic.Pointer[familyState] // by class; the last one is the end of the text
}

const (
	maxMember      = 128     // bytes of a member's longest match
	maxFamilyLinks = 1 << 20 // 8 MiB of states
)

// newFamily takes the finders that it can tell; it is nil when there are few.
func newFamily(finders []*finder) *family {
	f := &family{states: map[string]*familyState{}}
	for i, finder := range finders {
		if !finder.isNumber() {
			continue
		}
		prog, err := syntax.Compile(finder.tree.Simplify())
		if err != nil {
			continue
		}
		finder.inFamily = true
		f.finders = append(f.finders, int32(i))
		f.offset = append(f.offset, f.size())
		f.progs = append(f.progs, prog)
		f.longest = max(f.longest, finder.extent.maxLen)
	}
	return f
}

// isNumber reports whether digits are the only literals of the expression.
func (f *finder) isNumber() bool {
	return f.tree != nil && !f.whole && f.extent.maxLen <= maxMember && f.longest == unbounded && !f.folds && len(f.literals) > 0 &&
		!slices.ContainsFunc(f.literals, func(l string) bool { return !strings.Contains(l, "0") })
}

// size returns how many instructions the members have together.
func (f *family) size() uint32 {
	if len(f.progs) == 0 {
		return 0
	}
	return f.offset[len(f.offset)-1] + uint32(len(f.progs[len(f.progs)-1].Inst))
}

// prepare makes what the automaton needs before its first use.
func (f *family) prepare() {
	f.alphabet = newAlphabet(f.progs...)
	for k := range f.starts {
		f.starts[k] = f.state(f.entries(nil), kind(k), nil, true)
	}
}

// entries appends the first instruction of every member.
func (f *family) entries(out []uint32) []uint32 {
	for i, prog := range f.progs {
		out = append(out, f.offset[i]+uint32(prog.Start))
	}
	return out
}

// look reads text from as far before at as a match can reach, until after at no
// match is under way any more. It calls matched for every member and place at
// which a match of it ends, and returns where it stopped.
func (f *family) look(text []byte, at int, matched func(member int32, end int)) int {
	i := max(0, at-f.longest)
	s := f.starts[kindBefore(text, i)]
	for i < len(text) {
		class, size := uint16(0), 1
		if c := text[i]; c < utf8.RuneSelf {
			class = f.ascii[c]
		} else {
			var r rune
			r, size = utf8.DecodeRune(text[i:])
			class = f.classOf(r)
		}
		if s = f.after(s, int(class)); s == nil {
			return f.all(text, at, matched)
		}
		for _, m := range s.fired {
			matched(m, i)
		}
		if i += size; s.idle && i > at {
			return i
		}
	}
	if s = f.after(s, len(f.example)); s == nil {
		return f.all(text, at, matched)
	}
	for _, m := range s.fired {
		matched(m, len(text))
	}
	return len(text)
}

// all says that every member may match around at.
func (f *family) all(text []byte, at int, matched func(member int32, end int)) int {
	for m := range f.finders {
		matched(int32(m), at+1)
	}
	return min(len(text), at+1)
}

func (f *family) after(s *familyState, class int) *familyState {
	next := s.next[class].Load()
	if next == nil && !f.full.Load() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if next = f.step(s, class); next == nil {
			f.full.Store(true)
		} else {
			s.next[class].Store(next)
		}
	}
	return next
}

func (f *family) step(s *familyState, class int) *familyState {
	atEnd := class == len(f.example)
	r, next := rune(-1), kindEdge
	if !atEnd {
		r = f.example[class]
		next = kindOf(r)
	}
	var fired []int32
	var insts []uint32
	for member, prog := range f.progs {
		closed := closure{prog: prog, cond: conditions(s.last, next), seen: map[uint32]bool{}}
		low, high := f.offset[member], f.offset[member]+uint32(len(prog.Inst))
		from, _ := slices.BinarySearch(s.insts, low)
		for ; from < len(s.insts) && s.insts[from] < high; from++ {
			closed.add(s.insts[from] - low)
		}
		if closed.match {
			fired = append(fired, int32(member))
		}
		for _, pc := range closed.runes {
			if inst := &prog.Inst[pc]; !atEnd && matchesRune(inst, r) {
				insts = append(insts, low+inst.Out)
			}
		}
	}
	idle := len(insts) == 0
	insts = f.entries(insts)
	slices.Sort(insts)
	return f.state(slices.Compact(insts), next, fired, idle)
}

// state returns the state with these parts; nil when there are too many.
func (f *family) state(insts []uint32, last kind, fired []int32, idle bool) *familyState {
	key := make([]byte, 0, 4*len(insts)+4*len(fired)+2)
	for _, pc := range insts {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	key = append(key, 0xFF, byte(last))
	for _, m := range fired {
		key = binary.LittleEndian.AppendUint32(key, uint32(m))
	}
	if s, ok := f.states[string(key)]; ok {
		return s
	}
	if len(f.states)*(len(f.example)+1) >= maxFamilyLinks {
		return nil
	}
	s := &familyState{insts: insts, last: last, fired: fired, idle: idle, next: make([]atomic.Pointer[familyState], len(f.example)+1)}
	f.states[string(key)] = s
	return s
}
