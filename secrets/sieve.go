package secrets

import (
	"bufio"
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

// sieve tells which elements of the library a text may hold. To load and compile
// them all takes many times longer than to judge what a commit brings; of most
// texts a dozen will do.
type sieve struct {
	literals []sieveLiteral
	heads    [1 << 16]uint16 // by a literal's first two bytes: 1 + the first of the literals that begin so
	short    []uint16        // literals of one byte
	always   []string        // elements without a literal
}

type sieveLiteral struct {
	text     string
	elements []string
	next     uint16 // 1 + the next literal with the same beginning
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
	if len(l.text) == 1 {
		s.short = append(s.short, n)
	} else {
		head := &s.heads[uint16(l.text[0])<<8|uint16(l.text[1])]
		l.next, *head = *head, n+1
	}
	s.literals = append(s.literals, l)
}

// look adds the elements that a text may hold.
func (s *sieve) look(text []byte, found map[assay.Element]bool) {
	folded := make([]byte, len(text))
	for i, b := range text {
		folded[i] = engine.FoldByte(b)
	}
	seen := make([]bool, len(s.literals))
	for i := 1; i < len(folded); i++ {
		for n := s.heads[uint16(folded[i-1])<<8|uint16(folded[i])]; n > 0; n = s.literals[n-1].next {
			if l := s.literals[n-1].text; !seen[n-1] && len(folded)-i+1 >= len(l) && string(folded[i-1:i-1+len(l)]) == l {
				seen[n-1] = true
			}
		}
	}
	for _, e := range s.always {
		found[assay.Element(e)] = true
	}
	for _, n := range s.short {
		seen[n] = slices.Contains(folded, s.literals[n].text[0])
	}
	for n, is := range seen {
		if is {
			for _, e := range s.literals[n].elements {
				found[assay.Element(e)] = true
			}
		}
	}
}

// lookDecoded adds the elements that a text may hold, as it stands or decoded.
func (s *sieve) lookDecoded(text []byte, found map[assay.Element]bool) {
	s.look(text, found)
	budget := maxDecoded
	level := expand(text, nil, &budget)
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		budget = maxDecoded
		var next []decoded
		for i := range level {
			s.look(level[i].text, found)
			next = append(next, expand(level[i].text, &level[i], &budget)...)
		}
		level = next
	}
}

// sievedWrongly reports whether a text would be cut, decoded or unfolded before it
// is judged, so that what it comes to cannot be told beforehand.
func sievedWrongly(text []byte) bool {
	return len(text) > pieceSize || isUTF16(text) || isArchive(text)
}

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
