// Package corpus makes labelled data about people who do not exist: single
// values, texts and tables, with what they hold, and innocent values that look
// like it. Verifiers are measured on it.
//
// It was written without sight of the verifiers, shares no strings and no code
// with them, and must stay so: check digits are computed here from the published
// algorithms, names and places come from its own lists. It knows kinds, not
// elements; whoever measures says which element a kind should be found as.
//
// The same seed gives the same data. A part of everything is held back: it is
// chosen by a hash of the locale, template or schema that a piece was made from,
// so that it can be measured but is never tuned on.
//
// It imports the standard library only.
package corpus

import (
	"hash/fnv"
	"math/rand/v2"
)

// Kind names what a piece of data is: email, iban, uuid.
type Kind string

// Value is a single value.
type Value struct {
	Kind   Kind   `json:"kind"`
	Locale string `json:"locale,omitempty"` // de-DE; empty where there is none
	Text   string `json:"text"`
	// Innocent says that there is nothing to find.
	Innocent bool `json:"innocent,omitempty"`
	// Bare says that nobody could know the value without its surroundings: bare
	// digits, or a national number of digits and blanks.
	Bare bool `json:"bare,omitempty"`
	Held bool `json:"held,omitempty"` // part of the data that is held back
}

// Span is where a text holds something, in bytes.
type Span struct {
	Kind  Kind `json:"kind"`
	Start int  `json:"start"`
	End   int  `json:"end"`
}

// Text is a text with all that it holds.
type Text struct {
	Language string `json:"language"` // ISO 639-1, or log, json, code
	Template string `json:"template"` // which of the language's
	Text     string `json:"text"`
	Spans    []Span `json:"spans"`
	Held     bool   `json:"held,omitempty"`
}

// Table is a table with its labelled columns.
type Table struct {
	Schema  string   `json:"schema"`
	Name    string   `json:"name"`
	Locale  string   `json:"locale"`
	Columns []Column `json:"columns"`
	Held    bool     `json:"held,omitempty"`
}

// Column is one column of a table.
type Column struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Comment string `json:"comment,omitempty"`
	Key     bool   `json:"key,omitempty"`
	// Kinds are what the column holds, all of it that can be found: one of a
	// column of plain values, several of a column of texts.
	Kinds  []Kind   `json:"kinds,omitempty"`
	Values []string `json:"values"`
}

// Corpus is the parsed lists; it is read only.
type Corpus struct {
	seed      uint64
	locales   []*Locale
	templates []template
	schemas   []schema
}

// New parses the lists. Everything made from the corpus follows from the seed.
func New(seed uint64) (*Corpus, error) {
	c := &Corpus{seed: seed}
	var err error
	if c.locales, err = parseLocales(localesText); err != nil {
		return nil, err
	}
	if c.templates, err = parseTemplates(textsText); err != nil {
		return nil, err
	}
	if c.schemas, err = parseSchemas(schemasText); err != nil {
		return nil, err
	}
	return c, nil
}

// Locales returns the names of all locales.
func (c *Corpus) Locales() []string {
	names := make([]string, len(c.locales))
	for i, l := range c.locales {
		names[i] = l.Name
	}
	return names
}

// maker returns the source of randomness of one piece. It depends on the seed
// and the piece's own name only, so that adding a piece changes no other.
func (c *Corpus) maker(l *Locale, name string) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(c.seed, hash(name))), locale: l}
}

// held tells whether what was made from the named thing is held back: a third.
func held(name string) bool { return hash("held "+name)%3 == 0 }

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	v := h.Sum64() // FNV's low bits are poor on short strings: mix them (splitmix64)
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}
