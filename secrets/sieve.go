package secrets

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.com/assay"
	"example.com/assay/engine"
)

// sieveText is the sieve of the library: a line for each literal, quoted, and the
// elements that need it. Written by `go test ./secrets -run TestSieve -update`.
//
//go:embed sieve.txt
var sieveText string

// sieve tells which elements of the library texts may hold. To load and compile
// them all takes many times longer than to judge what a commit brings; of most
// texts a dozen will do. It is for one goroutine.
type sieve struct {
	literals []sieveLiteral
	heads    [1 << headBits]uint16 // by headOf: 1 + the first of the literals that begin so
	short    []uint16              // literals of less than headLen bytes
	always   []string              // elements without a literal
	folded   []byte                // of the last text
}

type sieveLiteral struct {
	text     string
	elements []string
	next     uint16 // 1 + the next literal with the same head
	seen     bool   // in one of the texts so far
}

// Literals are found by a hash of their first bytes.
const (
	headLen  = 3
	headBits = 13
)

func headOf(a, b, c byte) uint32 {
	return (uint32(a)<<16 | uint32(b)<<8 | uint32(c)) * 0x9E3779B1 >> (32 - headBits)
}

// newSieve reads a sieve. Literals are in the form of engine.FoldByte.
func newSieve(text string) (*sieve, error) {
	s := &sieve{literals: make([]sieveLiteral, 0, strings.Count(text, "\n"))}
	for line := range strings.Lines(text) {
		quoted, elements, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		literal, err := strconv.Unquote(quoted)
		switch {
		case !ok || err != nil || len(s.literals) == 1<<16-1:
			return nil, fmt.Errorf("sieve of the library: line %d is damaged", len(s.literals)+1)
		case literal == "":
			s.always = strings.Fields(elements)
			continue
		}
		s.add(sieveLiteral{text: literal, elements: strings.Fields(elements)})
	}
	return s, nil
}

func (s *sieve) add(l sieveLiteral) {
	n := uint16(len(s.literals))
	if len(l.text) < headLen {
		s.short = append(s.short, n)
	} else {
		head := &s.heads[headOf(l.text[0], l.text[1], l.text[2])]
		l.next, *head = *head, n+1
	}
	s.literals = append(s.literals, l)
}

// folds is engine.FoldByte of every byte.
var folds = func() (table [256]byte) {
	for b := range table {
		table[b] = engine.FoldByte(byte(b))
	}
	return table
}()

// look notes the literals of a text.
func (s *sieve) look(text []byte) {
	s.folded = slices.Grow(s.folded[:0], len(text))[:len(text)]
	folded := s.folded
	for i, b := range text {
		folded[i] = folds[b]
	}
	for i := headLen; i <= len(folded); i++ {
		for n := s.heads[headOf(folded[i-3], folded[i-2], folded[i-1])]; n > 0; {
			l := &s.literals[n-1]
			n = l.next
			if start := i - headLen; !l.seen && len(folded)-start >= len(l.text) {
				l.seen = string(folded[start:start+len(l.text)]) == l.text
			}
		}
	}
	for _, n := range s.short {
		l := &s.literals[n]
		l.seen = l.seen || bytes.Contains(folded, []byte(l.text))
	}
}

// lookDecoded notes the literals of a text, as it stands and decoded, in the
// pieces in which it will be judged.
func (s *sieve) lookDecoded(text []byte) {
	for from := 0; from == 0 || from < len(text); from += pieceSize {
		s.lookInPiece(text[from:min(len(text), from+pieceLead+pieceSize+pieceTrail)])
	}
}

func (s *sieve) lookInPiece(text []byte) {
	s.look(text)
	budget := maxDecoded
	level := expand(text, nil, &budget)
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		budget = maxDecoded
		var next []decoded
		for i := range level {
			s.look(level[i].text)
			next = append(next, expand(level[i].text, &level[i], &budget)...)
		}
		level = next
	}
}

// found returns the elements that the texts may hold, sorted.
func (s *sieve) found() []assay.Element {
	var names []string
	names = append(names, s.always...)
	for _, l := range s.literals {
		if l.seen {
			names = append(names, l.elements...)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	elements := make([]assay.Element, len(names))
	for i, name := range names {
		elements[i] = assay.Element(name)
	}
	return elements
}

// sievedWrongly reports whether a text would be decoded or unfolded before it is
// judged, so that what it comes to cannot be told beforehand.
func sievedWrongly(text []byte) bool { return isUTF16(text) || isArchive(text) }

// writeSieve writes the sieve of rules. A rule that must see every text stands
// behind the empty literal.
func writeSieve(w io.Writer, set *engine.Set) error {
	scan := set.Field(fieldOf(""))
	elements := map[string][]string{}
	for i, rule := range set.Rules() {
		literals, ok := scan.Needs(i)
		if !ok {
			literals = []string{""}
		}
		for _, l := range literals {
			elements[l] = append(elements[l], string(rule.Element))
		}
	}
	out := bufio.NewWriter(w)
	for _, l := range slices.Sorted(maps.Keys(elements)) {
		slices.Sort(elements[l])
		fmt.Fprintf(out, "%q\t%s\n", l, strings.Join(slices.Compact(elements[l]), " "))
	}
	return out.Flush()
}
