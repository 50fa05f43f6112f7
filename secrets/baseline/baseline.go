package baseline

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"example.com/assay"
)

// Name is the file name of assay's own baseline, in the repository's top folder.
const Name = ".assay-secrets.baseline"

// Entry is a known place.
type Entry struct {
	File    string        `json:"file"`
	Element assay.Element `json:"element"`
	ID      string        `json:"id"`
}

// Baseline is what was known when it was written.
type Baseline struct {
	// Salts are those of its ids. There is one, but for baselines that were
	// begun on two branches and merged.
	Salts   []Salt
	Entries []Entry
	known   map[string]bool
}

// head is the first line of the file, and a line for each further salt.
type head struct {
	Baseline int  `json:"assay_baseline"`
	Salt     Salt `json:"salt"`
}

const version = 1

// maxLine bounds a line of the files read here.
const maxLine = 1 << 20

// New returns an empty baseline with a salt of its own.
func New() *Baseline { return &Baseline{Salts: []Salt{NewSalt()}} }

// Salt returns the salt of new ids.
func (b *Baseline) Salt() Salt {
	if b == nil || len(b.Salts) == 0 {
		return ""
	}
	return b.Salts[0]
}

// Has reports whether a place is known.
func (b *Baseline) Has(id string) bool {
	if b == nil {
		return false
	}
	if b.known == nil {
		b.index()
	}
	return b.known[id]
}

func (b *Baseline) index() {
	b.known = make(map[string]bool, len(b.Entries))
	for _, e := range b.Entries {
		b.known[e.ID] = true
	}
}

// Paths returns the files in which an element is known, sorted.
func (b *Baseline) Paths(element assay.Element) []string {
	if b == nil {
		return nil
	}
	var paths []string
	for _, e := range b.Entries {
		if e.Element == element {
			paths = append(paths, e.File)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// Read reads a baseline. Lines may be in any order.
func Read(in io.Reader) (*Baseline, error) {
	b := &Baseline{}
	err := eachLine(in, func(n int, line []byte) error {
		if bytes.Contains(line, []byte(`"assay_baseline"`)) {
			var h head
			if err := strict(line, &h); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
			if h.Baseline != version || h.Salt == "" {
				return fmt.Errorf("line %d: version %d, want %d, with a salt (use a newer assay)", n, h.Baseline, version)
			}
			b.Salts = append(b.Salts, h.Salt)
			return nil
		}
		var e Entry
		if err := strict(line, &e); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if e.ID == "" || e.Element == "" {
			return fmt.Errorf("line %d: an entry without id or element", n)
		}
		b.Entries = append(b.Entries, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read baseline: %w", err)
	}
	if len(b.Salts) == 0 {
		return nil, errors.New("read baseline: no salt in it (write it anew: assay secrets baseline)")
	}
	b.sort()
	b.index()
	return b, nil
}

// Write writes the baseline: sorted, one place a line, so that equal baselines
// are equal files and changes of different places do not touch each other.
func (b *Baseline) Write(w io.Writer) error {
	b.sort()
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, s := range b.Salts {
		if err := enc.Encode(head{version, s}); err != nil {
			return err
		}
	}
	for _, e := range b.Entries {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (b *Baseline) sort() {
	slices.Sort(b.Salts)
	b.Salts = slices.Compact(b.Salts)
	slices.SortFunc(b.Entries, compareEntries)
	b.Entries = slices.Compact(b.Entries)
}

func compareEntries(x, y Entry) int {
	return cmp.Or(strings.Compare(x.File, y.File), strings.Compare(string(x.Element), string(y.Element)), strings.Compare(x.ID, y.ID))
}

// Merge is what a merge driver does: an entry that one side added is there, one
// that one side removed is gone. There are no conflicts.
func Merge(base, ours, theirs *Baseline) *Baseline {
	return &Baseline{
		Salts:   merge(base.Salts, ours.Salts, theirs.Salts),
		Entries: merge(base.Entries, ours.Entries, theirs.Entries),
	}
}

func merge[T comparable](base, ours, theirs []T) []T {
	in := func(list []T) map[T]bool {
		m := make(map[T]bool, len(list))
		for _, v := range list {
			m[v] = true
		}
		return m
	}
	inBase, inOurs, inTheirs := in(base), in(ours), in(theirs)
	var out []T
	for _, v := range ours {
		if inTheirs[v] || !inBase[v] {
			out = append(out, v)
		}
	}
	for _, v := range theirs {
		if !inOurs[v] && !inBase[v] {
			out = append(out, v)
		}
	}
	return out
}

// eachLine hands over the lines that are not empty, with their numbers.
func eachLine(in io.Reader, f func(n int, line []byte) error) error {
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxLine)
	for n := 1; s.Scan(); n++ {
		if line := bytes.TrimSpace(s.Bytes()); len(line) > 0 {
			if err := f(n, line); err != nil {
				return err
			}
		}
	}
	return s.Err()
}

// strict decodes a line of JSON that may have no unknown members. A message of
// the decoder holds no value, but a mangled line may hold anything.
func strict(line []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return errors.New("not an entry (a merge conflict left in the file?)")
	}
	return nil
}
