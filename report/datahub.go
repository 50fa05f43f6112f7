package report

import (
	"encoding/json"
	"io"
	"strings"
)

// The types below are DataHub's metadata change proposals as its file source
// reads them. Tags are added by patches: an upsert would replace the tags and
// descriptions that people have written.

type datahubProposal struct {
	EntityType string        `json:"entityType"`
	EntityURN  string        `json:"entityUrn"`
	ChangeType string        `json:"changeType"`
	AspectName string        `json:"aspectName"`
	Aspect     datahubAspect `json:"aspect"`
}

// datahubAspect holds a JSON text, or JSON itself.
type datahubAspect struct {
	Value       string         `json:"value,omitempty"`
	ContentType string         `json:"contentType,omitempty"`
	JSON        map[string]any `json:"json,omitempty"`
}

type datahubPatch struct {
	Op    string     `json:"op"`
	Path  string     `json:"path"`
	Value datahubTag `json:"value"`
}

// datahubKeyedPatch says by what the entries of an array are known.
type datahubKeyedPatch struct {
	Keys  map[string][]string `json:"arrayPrimaryKeys"`
	Patch []datahubPatch      `json:"patch"`
}

// datahubKeys are those of a dataset's tags: who says so, which is nobody in
// particular, and the tag.
var datahubKeys = map[string][]string{"tags": {"attribution\u241fsource", "tag"}}

type datahubTag struct {
	Tag string `json:"tag"`
}

// writeDataHub writes the tags themselves, then which columns bear them.
func (r *Report) writeDataHub(w io.Writer) error {
	assets := r.tagged()
	proposals := []datahubProposal{}
	for _, t := range tagNames(assets) {
		proposals = append(proposals, datahubProposal{"tag", datahubTagURN(t), "UPSERT", "tagProperties",
			datahubAspect{JSON: map[string]any{"name": "assay: " + t.title, "description": t.doc}}})
	}
	for _, a := range assets {
		made, err := datahubAsset(a)
		if err != nil {
			return err
		}
		proposals = append(proposals, made...)
	}
	return writeIndented(w, proposals)
}

// datahubAsset patches the tags of one dataset, and those of its columns.
func datahubAsset(a taggedAsset) ([]datahubProposal, error) {
	var whole, columns []datahubPatch
	for _, f := range a.fields {
		for _, t := range f.tags {
			urn := datahubTagURN(t)
			if f.path == "" {
				whole = append(whole, datahubPatch{"add", "/tags//" + jsonPointer(urn), datahubTag{urn}}) // the first key is empty: see datahubKeys
				continue
			}
			columns = append(columns, datahubPatch{"add",
				"/editableSchemaFieldInfo/" + jsonPointer(f.path) + "/globalTags/tags/" + jsonPointer(urn), datahubTag{urn}})
		}
	}
	var out []datahubProposal
	add := func(aspect string, patch any) error {
		text, err := json.Marshal(patch)
		out = append(out, datahubProposal{"dataset", datahubURN(a), "PATCH", aspect, datahubAspect{Value: string(text), ContentType: "application/json-patch+json"}})
		return err
	}
	if len(whole) > 0 {
		if err := add("globalTags", datahubKeyedPatch{datahubKeys, whole}); err != nil {
			return nil, err
		}
	}
	if len(columns) > 0 {
		if err := add("editableSchemaMetadata", columns); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func datahubTagURN(t tag) string { return "urn:li:tag:assay." + t.name }

// datahubURN names a dataset as DataHub's own ingestion does without a platform
// instance.
func datahubURN(a taggedAsset) string {
	d := datasetOf(a.id)
	name := d.name()
	if d.platform == "s3" {
		name = d.host + "/" + name
	}
	return "urn:li:dataset:(urn:li:dataPlatform:" + d.platform + "," + urnEscaper.Replace(name) + ",PROD)"
}

// urnEscaper encodes what has a meaning in a URN.
var urnEscaper = strings.NewReplacer("%", "%25", ",", "%2C", "(", "%28", ")", "%29")

// jsonPointer encodes one part of a path (RFC 6901).
func jsonPointer(part string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(part)
}
