package report

import (
	"cmp"
	"slices"
	"strings"

	"example.com/assay"
)

// DifferenceKind says how a declaration and what was detected differ.
type DifferenceKind string

// The kinds of difference.
const (
	Undeclared DifferenceKind = "undeclared"   // detected, and nobody said so
	NotFound   DifferenceKind = "not_found"    // declared, fully examined, and not detected
	Unverified DifferenceKind = "not_examined" // declared, and not examined far enough to tell
)

// Difference is one element of one field on which declaration and detection
// disagree.
type Difference struct {
	Asset   assay.AssetID  `json:"asset"`
	Field   string         `json:"field"` // empty: the asset as a whole
	Element assay.Element  `json:"element"`
	Kind    DifferenceKind `json:"kind"`
	// Of what was detected.
	Finding    string  `json:"finding,omitempty"`
	Confidence float64 `json:"confidence,omitempty"`
}

// Classified is one asset with what was declared and what was detected.
type Classified struct {
	Asset    assay.Asset // with Declared
	Findings []assay.Finding
	Coverage []assay.Coverage // with the comments on columns
}

// Declare adds what the comments on columns declare: a comment declares every
// known element whose id stands in it as a word ("contact; email_address").
func (c *Classified) Declare(known map[assay.Element]bool) {
	declared := map[string][]assay.Element{}
	for path, elements := range c.Asset.Declared {
		declared[path] = slices.Clone(elements)
	}
	for _, cov := range c.Coverage {
		for _, word := range strings.FieldsFunc(strings.ToLower(cov.Comment), notInID) {
			if known[assay.Element(word)] {
				declared[cov.Field] = append(declared[cov.Field], assay.Element(word))
			}
		}
	}
	c.Asset.Declared = declared
}

func notInID(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// Differences returns where declaration and detection disagree, by field,
// element and kind.
func (c *Classified) Differences() []Difference {
	var out []Difference
	for _, f := range c.Findings {
		if !slices.Contains(c.Asset.DeclaredOf(f.Field), f.Element) {
			out = append(out, Difference{c.Asset.ID, f.Field, f.Element, Undeclared, f.ID, f.Confidence})
		}
	}
	for path, elements := range c.Asset.Declared {
		slices.Sort(elements)
		for _, element := range slices.Compact(elements) {
			if kind, differs := c.judge(path, element); differs {
				out = append(out, Difference{Asset: c.Asset.ID, Field: path, Element: element, Kind: kind})
			}
		}
	}
	slices.SortFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Element, b.Element), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

// judge looks for a declared element in the fields that the path stands for.
func (c *Classified) judge(path string, element assay.Element) (kind DifferenceKind, differs bool) {
	for _, f := range c.Findings {
		if f.Element == element && below(f.Field, path) {
			return "", false
		}
	}
	fields := 0
	for _, cov := range c.Coverage {
		if cov.Field != "" && !below(cov.Field, path) {
			continue
		}
		if cov.Status != assay.StatusScanned {
			return Unverified, true
		}
		if cov.Field != "" {
			fields++
		}
	}
	if fields == 0 {
		return Unverified, true // there is no such field: what was declared may be elsewhere
	}
	return NotFound, true
}

// below reports whether a field is the one of the path, or inside its column;
// every field is below the empty path.
func below(field, path string) bool {
	return path == "" || field == path || strings.HasPrefix(field, path+".$")
}
