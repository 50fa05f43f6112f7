package engine

import (
	"fmt"
	"sync"
	"testing"
)

// TestNameCache: what is remembered of a name is what is found of it, also after
// more names than are remembered, and from many goroutines.
func TestNameCache(t *testing.T) {
	var rules []Rule
	for i := range 70 { // more than one word of bits
		rules = append(rules, Rule{Element: "e", Verifier: fmt.Sprintf("e@%d", i), Root: Node{Op: Metadata,
			Metadata: &MetadataMethod{On: OnField, Regexp: fmt.Sprintf("^column_%d$", i)}}})
	}
	set, err := Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range maxNames + 100 {
				text := newFieldText(FieldInfo{})
				text.names[OnField] = []nameText{{raw: fmt.Sprintf("column_%d", n%(maxNames+7)), words: "column"}}
				for i, holds := range set.holding(text) {
					if holds != (i == n%(maxNames+7)) {
						t.Errorf("column_%d: method %d holds: %v", n, i, holds)
						return
					}
				}
			}
		})
	}
	all.Wait()
	if n := len(set.names.of); n == 0 || n > maxNames {
		t.Errorf("%d names are remembered, want at most %d", n, maxNames)
	}
}
