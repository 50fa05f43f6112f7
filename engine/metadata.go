package engine

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// metadata is a compiled metadata method.
type metadata struct {
	*MetadataMethod
	ahead  func() *dfa           // says quickly that there is no match; nil of an expression that is too large
	regexp func() *regexp.Regexp // nil when Words decide
	words  *Dictionary
}

func newMetadata(m *MetadataMethod) (*metadata, error) {
	if m == nil || m.Regexp == "" && len(m.Words) == 0 {
		return nil, errors.New("a metadata node without a method")
	}
	switch m.On {
	case OnAsset, OnField, OnType, OnComment, OnKey, OnNeighbours:
	default:
		return nil, fmt.Errorf("unknown metadata target %q", m.On)
	}
	out := &metadata{MetadataMethod: m}
	if m.Regexp == "" {
		out.words = NewDictionary(m.Words)
		return out, nil
	}
	pattern := "(?i)" + m.Regexp
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Regexp, err)
	}
	out.ahead = sync.OnceValue(func() *dfa { return newAhead(tree) })
	out.regexp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
	return out, nil
}

// matches reports whether the method matches a name.
func (m *metadata) matches(name nameText) bool {
	if m.words != nil {
		return m.words.Has([]byte(name.words)) || m.words.in(name.words)
	}
	return m.matchesText(name.raw) || name.words != name.raw && m.matchesText(name.words)
}

func (m *metadata) matchesText(text string) bool {
	if ahead := m.ahead(); ahead != nil {
		if answer, _ := ahead.run([]byte(text), 0); answer == no {
			return false
		}
	}
	return m.regexp().MatchString(text)
}

// in reports whether an entry of the dictionary occurs in text.
func (d *Dictionary) in(text string) bool {
	found := false
	d.Find([]byte(text), func(int, int) bool {
		found = true
		return false
	})
	return found
}

// fieldText is all that metadata methods look at, as it stands and as words.
type fieldText struct {
	names map[Target][]nameText
}

type nameText struct{ raw, words string }

func newFieldText(info FieldInfo) *fieldText {
	t := &fieldText{names: map[Target][]nameText{}}
	add := func(on Target, names ...string) {
		for _, n := range names {
			if n != "" {
				t.names[on] = append(t.names[on], nameText{n, nameWords(n)})
			}
		}
	}
	add(OnField, info.Field.Path)
	add(OnType, info.Field.Type)
	add(OnComment, info.Field.Comment)
	if info.Field.Key {
		add(OnKey, "key")
	}
	add(OnNeighbours, info.Neighbours...)
	if info.Asset != nil {
		add(OnAsset, string(info.Asset.ID))
		for _, k := range sortedKeys(info.Asset.Attributes) {
			add(OnAsset, k+" "+info.Asset.Attributes[k])
		}
	}
	return t
}

// mentions reports whether the field's name or comment holds a word of a
// context, also one that the name writes without a gap.
func (t *fieldText) mentions(c *contextWords, context int32) bool {
	var buf entryBuffer
	holds := func(name string) bool {
		var w wordIterator
		found := false
		for text := []byte(name); !found && w.next(text); {
			c.words.each(text, w.start, w.spaceless, c.words.maxWords, &buf, func(entry []byte, _ int) {
				found = found || slices.Contains(c.owners[string(entry)], context)
			})
		}
		return found
	}
	return slices.ContainsFunc([]Target{OnField, OnComment}, func(on Target) bool {
		return slices.ContainsFunc(t.names[on], func(n nameText) bool {
			return holds(n.words) || holds(strings.ReplaceAll(n.words, " ", ""))
		})
	})
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
