package verifiers

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"example.com/assay"
	"example.com/assay/engine"
)

// Trie is a dictionary on content: Words, or the lines of File, which lies
// beside the definition, or the values of a column of a store, with Words beside
// them for the examples.
type Trie struct {
	Words  []string
	File   string
	Column assay.Column
}

var trieKind = kind{
	key:    "trie",
	on:     []string{onContent},
	refine: true,
	read:   readTrie,
}

func readTrie(p *parser, o *object) Method {
	v, at, _ := o.take("trie")
	if _, ok := v.(map[string]any); !ok {
		return Trie{Words: p.textsOf(at, v)}
	}
	f := p.object(at, v)
	defer f.close()
	if f.has("column") {
		return p.columnTrie(f)
	}
	m := Trie{File: f.need("file", "a text file beside the definition, one word or phrase a line")}
	if m.File == "" {
		return m
	}
	if !fs.ValidPath(m.File) {
		f.failKey("file", "%q is not a path below the definition's folder", m.File)
	} else if info, err := fs.Stat(p.dir, m.File); err != nil {
		f.failKey("file", "%v (put the dictionary beside the definition)", err)
	} else if !info.Mode().IsRegular() {
		f.failKey("file", "%q is not a file", m.File)
	}
	return m
}

// columnTrie reads {"column": {"store", "asset", "field"}, "words": […]}.
func (p *parser) columnTrie(f *object) Method {
	v, at, _ := f.take("column")
	c := p.object(at, v)
	defer c.close()
	m := Trie{Words: f.texts("words"), Column: assay.Column{
		Store: c.need("store", "the store's name in assay.yaml"),
		Asset: assay.AssetID(c.need("asset", "the id of the table, as findings name it")),
		Field: c.need("field", "the column's name"),
	}}
	if len(m.Words) == 0 {
		f.failKey("words", "is missing (give a few made-up words that the examples can use: the column's values are in no definition)")
	}
	return m
}

// Kind implements Method.
func (Trie) Kind() string { return "trie" }

func (m Trie) compile(c *compiler, n Node) (engine.Node, error) {
	words, name := m.Words, m.File
	switch {
	case m.Column != assay.Column{}:
		snapshot, version, err := c.words(m.Column)
		if err != nil {
			return engine.Node{}, fmt.Errorf("%s: %s: dictionary from %s: %w", c.def.File, n.at, m.Column, err)
		}
		words, name = slices.Concat(words, snapshot), fmt.Sprintf("%s, snapshot %d", m.Column, version)
	case m.File != "":
		var err error
		if words, err = readWords(c.def.dir, m.File); err != nil {
			return engine.Node{}, fmt.Errorf("%s: %s: read dictionary: %w", c.def.File, n.at, err)
		}
	}
	return c.contentLeaf(n, engine.ContentMethod{Kind: "trie", Name: name, Words: engine.NewDictionary(words)})
}

// readWords reads a dictionary file: one word or phrase a line; empty lines and
// those that begin with # do not count.
func readWords(dir fs.FS, name string) ([]string, error) {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	var words []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			words = append(words, line)
		}
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("%s holds no word", name)
	}
	return words, nil
}
