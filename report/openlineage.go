package report

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"time"
)

// The types below are OpenLineage's dataset events with the facet of tags.

type openLineageEvent struct {
	EventTime string             `json:"eventTime"`
	Producer  string             `json:"producer"`
	SchemaURL string             `json:"schemaURL"`
	Dataset   openLineageDataset `json:"dataset"`
}

type openLineageDataset struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Facets    openLineageFacets `json:"facets"`
}

type openLineageFacets struct {
	Tags openLineageTagsFacet `json:"tags"`
}

type openLineageTagsFacet struct {
	Producer  string           `json:"_producer"`
	SchemaURL string           `json:"_schemaURL"`
	Tags      []openLineageTag `json:"tags"`
}

type openLineageTag struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Source string `json:"source"`
	Field  string `json:"field,omitempty"` // empty: the dataset as a whole
}

// What the events refer to: who made them, and by which schema.
const (
	openLineageProducer = "https://example.com/assay"
	openLineageSchema   = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent"
	openLineageTags     = "https://openlineage.io/spec/facets/1-0-0/TagsDatasetFacet.json#/$defs/TagsDatasetFacet"
)

// writeOpenLineage writes one event a line, one for each asset.
func (r *Report) writeOpenLineage(w io.Writer) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for _, a := range r.tagged() {
		d := datasetOf(a.id)
		tags := []openLineageTag{}
		for _, f := range a.fields {
			for _, t := range f.tags {
				tags = append(tags, openLineageTag{r.openLineageKey(t), t.name, "ASSAY", f.path})
			}
		}
		if err := lines.Encode(openLineageEvent{r.At.UTC().Format(time.RFC3339), openLineageProducer, openLineageSchema,
			openLineageDataset{d.namespace(), d.name(), openLineageFacets{openLineageTagsFacet{openLineageProducer, openLineageTags, tags}}}}); err != nil {
			return err
		}
	}
	return out.Flush()
}

// namespace names the server, as OpenLineage's naming conventions have it.
func (d dataset) namespace() string {
	if d.host == "" {
		return d.platform
	}
	return d.platform + "://" + d.host
}

// openLineageKey tells personal data, secrets and gaps apart.
func (r *Report) openLineageKey(t tag) string {
	switch {
	case t.finding.ID == "":
		return "assay_coverage"
	case strings.EqualFold(r.element(t.finding.Element).Class, "credential"):
		return "secret"
	}
	return "pii"
}
