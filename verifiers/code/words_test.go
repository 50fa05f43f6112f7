package code

import (
	"maps"
	"slices"
	"testing"

	"example.com/assay/engine"
)

// Texts are folded before they are looked up: an entry that is not can never match.
func TestListsAreFolded(t *testing.T) {
	lists := map[string][]string{
		"strongTriggers": strongTriggers, "weakTriggers": weakTriggers, "surnameEndings": surnameEndings, "streetEndings": streetEndings,
	}
	for name, set := range map[string]map[string]bool{
		"titles": titles, "stoppedTitles": stoppedTitles, "particles": particles, "surnamePrefixes": surnamePrefixes, "joins": joins,
		"moreFirstNames": moreFirstNames, "moreLastNames": moreLastNames, "notAfter": notAfter, "streetWords": streetWords, "notName": notName,
		"genders": genders, "maritalStates": maritalStates, "bloodGroups": bloodGroups, "firmForms": firmForms,
		"streetPrefixes": streetPrefixes, "streetSuffixes": streetSuffixes, "streetParticles": streetParticles, "unitWords": unitWords,
	} {
		lists[name] = slices.Collect(maps.Keys(set))
	}
	for name, list := range lists {
		for _, word := range list {
			if folded := engine.Fold([]byte(word)); folded != word {
				t.Errorf("%s: write %q as %q", name, word, folded)
			}
		}
	}
}
