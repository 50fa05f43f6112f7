package engine

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Dictionary is a set of words and phrases, compared after folding. It is
// immutable and safe for concurrent use.
//
// It is one flat piece of memory, so that it can be saved as it is and mapped
// from a file: a header, a filter of the hashes of the entries' first words, a
// hash table of offsets, and the folded entries, each behind its length. A word
// of text that starts no entry is nearly always told by the filter alone.
type Dictionary struct {
	blob     []byte
	filter   []byte // bit set; a power of two of bytes
	slots    []byte // open addressing: little-endian uint32, offset in text + 1
	text     []byte // entries: one byte of length, the bytes
	entries  int
	maxWords int // words of the longest phrase
	maxRunes int // runes of the longest word in a script without blanks; 0 if none is
}

const (
	dictionaryMagic  = "assaydic1"
	dictionaryHeader = 32
	maxEntry         = 255 // bytes of a folded entry
)

// NewDictionary returns the dictionary of the words and phrases given. Blanks
// inside a phrase match any run of blanks, a hyphen or a line break. Entries of
// more than 255 bytes are left out.
func NewDictionary(words []string) *Dictionary {
	entries := make([]string, 0, len(words))
	size := 0
	for _, w := range words {
		if folded := phrase(Fold([]byte(w))); folded != "" && len(folded) <= maxEntry {
			entries = append(entries, folded)
		}
	}
	slices.Sort(entries)
	entries = slices.Compact(entries)
	for _, e := range entries {
		size += 1 + len(e)
	}
	capacity := 1 << bits.Len(uint(max(4, len(entries)*3/2)))
	d := &Dictionary{blob: make([]byte, dictionaryHeader+capacity+4*capacity+size)}
	d.writeHeader(entries, capacity)
	d.view()
	at := 0
	for _, e := range entries {
		d.text[at] = byte(len(e))
		copy(d.text[at+1:], e)
		d.insert(e, at)
		at += 1 + len(e)
	}
	return d
}

// phrase puts single blanks between the words of a folded entry.
func phrase(folded string) string {
	return strings.Join(strings.FieldsFunc(folded, isPhraseGap), " ")
}

func (d *Dictionary) writeHeader(entries []string, capacity int) {
	maxWords, maxRunes := 0, 0
	for _, e := range entries {
		maxWords = max(maxWords, strings.Count(e, " ")+1)
		if r, _ := utf8.DecodeRuneInString(e); isSpaceless(r) {
			maxRunes = max(maxRunes, utf8.RuneCountInString(e))
		}
	}
	copy(d.blob, dictionaryMagic)
	for i, n := range []int{capacity, len(entries), maxWords, maxRunes} {
		binary.LittleEndian.PutUint32(d.blob[16+4*i:], uint32(n))
	}
}

// view sets the parts from the blob.
func (d *Dictionary) view() {
	number := func(i int) int { return int(binary.LittleEndian.Uint32(d.blob[16+4*i:])) }
	capacity := number(0)
	d.entries, d.maxWords, d.maxRunes = number(1), number(2), number(3)
	rest := d.blob[dictionaryHeader:]
	d.filter, d.slots, d.text = rest[:capacity], rest[capacity:5*capacity], rest[5*capacity:]
}

func (d *Dictionary) insert(entry string, at int) {
	bit := d.filterBit(hashOf(hashStart, firstWord(entry)))
	d.filter[bit>>3] |= 1 << (bit & 7)
	mask := uint64(len(d.slots)/4 - 1)
	for i := hashOf(hashStart, entry) >> 7 & mask; ; i = (i + 1) & mask {
		if binary.LittleEndian.Uint32(d.slots[4*i:]) == 0 {
			binary.LittleEndian.PutUint32(d.slots[4*i:], uint32(at+1))
			return
		}
	}
}

// firstWord returns what a text that holds the entry has as a word at its start.
func firstWord(entry string) string {
	if r, size := utf8.DecodeRuneInString(entry); isSpaceless(r) {
		return entry[:size] // a text may go on without a blank
	}
	first, _, _ := strings.Cut(entry, " ")
	return first
}

// MarshalBinary returns the dictionary as it lies in memory. The caller must not
// change it.
func (d *Dictionary) MarshalBinary() ([]byte, error) { return d.blob, nil }

// OpenDictionary returns the dictionary that MarshalBinary gave; it uses blob as
// it is, which may be a mapped file. The error says that blob is no such thing.
func OpenDictionary(blob []byte) (*Dictionary, error) {
	bad := errors.New("not a dictionary of this version: build it again")
	if len(blob) < dictionaryHeader || string(blob[:len(dictionaryMagic)]) != dictionaryMagic {
		return nil, bad
	}
	capacity := int(binary.LittleEndian.Uint32(blob[16:]))
	if bits.OnesCount(uint(capacity)) != 1 || len(blob) < dictionaryHeader+5*capacity {
		return nil, bad
	}
	d := &Dictionary{blob: blob}
	d.view()
	if d.entries >= capacity {
		return nil, bad
	}
	return d, nil
}

const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

// hashOf continues the FNV-1a hash h over s.
func hashOf[T string | []byte](h uint64, s T) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return h
}

func (d *Dictionary) filterBit(h uint64) uint64 {
	return (h ^ h>>29) & uint64(8*len(d.filter)-1)
}

// starts reports whether an entry may start with the word whose hash is h.
func (d *Dictionary) starts(h uint64) bool {
	bit := d.filterBit(h)
	return d.filter[bit>>3]&(1<<(bit&7)) != 0
}

// has reports whether the folded entry with hash h is in the dictionary.
func (d *Dictionary) has(entry []byte, h uint64) bool {
	mask := uint64(len(d.slots)/4 - 1)
	for i := h >> 7 & mask; ; i = (i + 1) & mask {
		at := binary.LittleEndian.Uint32(d.slots[4*i:])
		if at == 0 {
			return false
		}
		if e := d.entryAt(int(at - 1)); string(e) == string(entry) {
			return true
		}
	}
}

func (d *Dictionary) entryAt(at int) []byte {
	if at >= len(d.text) { // a damaged file
		return nil
	}
	return d.text[at+1 : min(len(d.text), at+1+int(d.text[at]))]
}

// sorted returns the entries in order.
func (d *Dictionary) sorted() []string {
	var out []string
	for at := 0; at < len(d.text); at += 1 + int(d.text[at]) {
		out = append(out, string(d.entryAt(at)))
	}
	return out
}

// Len returns the number of different words and phrases.
func (d *Dictionary) Len() int { return d.entries }

// Has reports whether text as a whole, folded, is in the dictionary.
func (d *Dictionary) Has(text []byte) bool {
	folded := []byte(phrase(Fold(text)))
	return d.entries > 0 && d.has(folded, hashOf(hashStart, folded))
}
