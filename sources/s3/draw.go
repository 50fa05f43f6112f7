package s3

import (
	"cmp"
	"container/heap"
	"encoding/binary"
	"hash/fnv"
	"math"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// draw draws keys from a listing of any length in bounded memory. Every key gets
// a random number from the seed and the key itself, and those with the smallest
// numbers are drawn: a simple random sample without replacement, which neither
// depends on the order of the listing nor changes more than the bucket does.
//
// A plain sample would pass over what is rare. So keys are put into strata, by
// the folder and the type of file that their names tell, and of every stratum
// the smallest number is kept beside the sample; drawn gives these places first.
// Both are bounded: beyond maxStrata, keys count for the sample only.
type draw struct {
	options Options
	seen    int
	sample  keyHeap // the smallest numbers of all keys
	strata  map[string]key
}

// maxStrata bounds the memory for strata.
const maxStrata = 2000

// key is an object as the listing tells of it.
type key struct {
	name     string
	size     int64
	modified time.Time
	class    string // storage class
	number   uint64
}

func newDraw(o Options) *draw {
	return &draw{options: o, strata: map[string]key{}}
}

// add offers a key.
func (d *draw) add(k key) {
	d.seen++
	k.number = number(d.options.Seed, k.name)
	name := stratum(k.name)
	if best, ok := d.strata[name]; ok && k.number < best.number || !ok && len(d.strata) < maxStrata {
		d.strata[name] = k
	}
	if len(d.sample) < d.options.MaxKeys {
		heap.Push(&d.sample, k)
	} else if len(d.sample) > 0 && k.number < d.sample[0].number {
		d.sample[0] = k
		heap.Fix(&d.sample, 0)
	}
}

// drawn returns the keys that were drawn, by name.
func (d *draw) drawn() []key {
	n := int(math.Ceil(float64(d.seen) * d.options.Percent / 100))
	n = min(max(n, d.options.MinKeys), d.options.MaxKeys)
	var first []key
	for _, k := range d.strata {
		first = append(first, k)
	}
	byNumber := func(a, b key) int { return cmp.Compare(a.number, b.number) }
	slices.SortFunc(first, byNumber)
	rest := slices.SortedFunc(slices.Values(d.sample), byNumber)
	out, taken := []key(nil), map[string]bool{}
	for _, k := range slices.Concat(first, rest) {
		if len(out) < n && !taken[k.name] {
			taken[k.name] = true
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b key) int { return strings.Compare(a.name, b.name) })
	return out
}

// number returns a key's random number: FNV-1a of seed and key, mixed so that
// keys which differ at their ends only get unrelated ones (the finalizer of
// MurmurHash3).
func number(seed uint64, name string) uint64 {
	h := fnv.New64a()
	h.Write(binary.BigEndian.AppendUint64(nil, seed))
	h.Write([]byte(name))
	n := h.Sum64()
	n = (n ^ n>>33) * 0xff51afd7ed558ccd
	n = (n ^ n>>33) * 0xc4ceb9fe1a85ec53
	return n ^ n>>33
}

// maxFolders is how many folders of a key tell its stratum.
const maxFolders = 4

// stratum names the sort of object that a key seems to be of: its folders, with
// every run of digits and every long word of hexadecimal digits made alike, since
// they tell one day or one customer from another, and the ending of its name.
func stratum(name string) string {
	dir, file := path.Split(name)
	folders := strings.Split(dir, "/")
	folders = folders[:min(len(folders), maxFolders)]
	var b strings.Builder
	for _, f := range folders {
		b.WriteString(pattern(f))
		b.WriteByte('/')
	}
	ending := strings.ToLower(path.Ext(file))
	if ending == ".gz" || ending == ".zst" || ending == ".zip" {
		ending = strings.ToLower(path.Ext(strings.TrimSuffix(file, path.Ext(file)))) + ending
	}
	return b.String() + pattern(ending)
}

// maxWord is the length from which a word with digits is taken for an id.
const maxWord = 12

// pattern returns a name with what looks like a number or an id replaced.
func pattern(s string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		digits := strings.IndexFunc(word, unicode.IsDigit) >= 0
		switch {
		case digits && len(word) >= maxWord:
			b.WriteByte('*')
		case digits:
			b.WriteString(strings.TrimFunc(word, unicode.IsDigit) + "0")
		default:
			b.WriteString(word)
		}
		b.WriteByte('-')
	}
	return b.String()
}

// keyHeap has the key with the largest number at its top.
type keyHeap []key

func (h keyHeap) Len() int           { return len(h) }
func (h keyHeap) Less(i, j int) bool { return h[i].number > h[j].number }
func (h keyHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *keyHeap) Push(x any)        { *h = append(*h, x.(key)) }
func (h *keyHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
