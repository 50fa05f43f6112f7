package report

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"example.com/assay"
)

// The formats of data catalogues say of a dataset and its columns what tags they
// bear. What was not fully examined bears a tag too, so that nobody takes a
// column without tags for clean.

// tag is an element that was found, or that something was not fully examined.
type tag struct {
	name       string // email_address, not_examined
	title, doc string
	finding    assay.Finding // zero where it is no element
}

// taggedField is a column with its tags; the empty path is the dataset as a whole.
type taggedField struct {
	path string
	tags []tag
}

// taggedAsset is one dataset with what was found in it.
type taggedAsset struct {
	id     assay.AssetID
	fields []taggedField // by path
}

// tagged returns the assets of which there is something to say, in order.
func (r *Report) tagged() []taggedAsset {
	byField := map[fieldKey][]tag{}
	add := func(asset assay.AssetID, field string, t tag) {
		key := fieldKey{asset, column(field)}
		if !slices.ContainsFunc(byField[key], func(other tag) bool { return other.name == t.name }) {
			byField[key] = append(byField[key], t)
		}
	}
	for _, f := range r.shown() {
		e := r.element(f.Element)
		add(f.Asset, f.Field, tag{string(f.Element), cmp.Or(e.Title, string(f.Element)), e.Doc, f})
	}
	for _, c := range r.gaps() {
		add(c.Asset, c.Field, tag{name: string(c.Status), title: strings.ReplaceAll(string(c.Status), "_", " "),
			doc: "assay could not examine all of it: it may hold more than its other tags say."})
	}
	var out []taggedAsset
	for _, key := range sortedKeys(byField) {
		if len(out) == 0 || out[len(out)-1].id != key.asset {
			out = append(out, taggedAsset{id: key.asset})
		}
		last := &out[len(out)-1]
		last.fields = append(last.fields, taggedField{key.name, byField[key]})
	}
	return out
}

func sortedKeys(m map[fieldKey][]tag) []fieldKey {
	keys := make([]fieldKey, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b fieldKey) int {
		return cmp.Or(cmp.Compare(a.asset, b.asset), cmp.Compare(a.name, b.name))
	})
	return keys
}

// tagNames returns every tag of the assets once, by name.
func tagNames(assets []taggedAsset) []tag {
	var all []tag
	for _, a := range assets {
		for _, f := range a.fields {
			all = append(all, f.tags...)
		}
	}
	slices.SortFunc(all, func(a, b tag) int { return cmp.Compare(a.name, b.name) })
	return slices.CompactFunc(all, func(a, b tag) bool { return a.name == b.name })
}

// column is what a catalogue knows of a field: the column, without the path
// inside it; empty for a dataset without columns.
func column(field string) string {
	name, _, _ := strings.Cut(field, ".$")
	if name == assay.WholeText || strings.HasPrefix(name, assay.WholeText+".") || strings.HasPrefix(name, assay.WholeText+"[") {
		return ""
	}
	return name
}

// element returns what the report knows of an element.
func (r *Report) element(id assay.Element) Element {
	for _, e := range r.Elements {
		if e.ID == id {
			return e
		}
	}
	return Element{ID: id}
}

// dataset is an asset as catalogues name it.
type dataset struct {
	platform string   // mysql, s3, file
	host     string   // server or bucket; may be empty
	parts    []string // of the path
}

func datasetOf(id assay.AssetID) dataset {
	u, err := url.Parse(string(id))
	if err != nil || u.Scheme == "" {
		return dataset{"file", "", []string{string(id)}}
	}
	path := cmp.Or(u.Path, u.Opaque)
	return dataset{u.Scheme, u.Host, strings.Split(strings.Trim(path, "/"), "/")}
}

// isObject reports whether the asset is named by a path and not by database and
// table.
func (d dataset) isObject() bool {
	return slices.Contains([]string{"file", "s3", "sqlite"}, d.platform)
}

// name is the asset's name on its server.
func (d dataset) name() string {
	if d.isObject() {
		return strings.Join(d.parts, "/")
	}
	return strings.Join(d.parts, ".")
}
