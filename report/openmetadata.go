package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"example.com/assay"
)

// The types below are what OpenMetadata's API takes: requests that make the
// classification and its tags, and for each table the labels of its columns. The
// labels have to be put in by column: OpenMetadata's patches number the columns,
// and only the server knows the numbers.

// openMetadataLine is one line: a request, or a table with labels.
type openMetadataLine struct {
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"`
	Body   any    `json:"body,omitempty"`

	Asset assay.AssetID `json:"asset,omitempty"`
	// ServiceType and HostPort are those of the service's connection, by which its
	// name is found; Table is the fully qualified name behind that name. Assets that
	// are no tables of a database service have their own name.
	ServiceType string               `json:"serviceType,omitempty"`
	HostPort    string               `json:"hostPort,omitempty"`
	Table       string               `json:"table,omitempty"`
	Tags        []openMetadataLabel  `json:"tags,omitempty"`
	Columns     []openMetadataColumn `json:"columns,omitempty"`
}

type openMetadataColumn struct {
	Name string              `json:"name"`
	Tags []openMetadataLabel `json:"tags"`
}

type openMetadataLabel struct {
	TagFQN    string `json:"tagFQN"`
	Source    string `json:"source"`
	LabelType string `json:"labelType"`
	State     string `json:"state"`
	Reason    string `json:"reason,omitempty"`
	AppliedAt string `json:"appliedAt,omitempty"`
}

// openMetadataClass is the classification that holds assay's tags.
const openMetadataClass = "Assay"

// writeOpenMetadata writes one JSON object a line.
func (r *Report) writeOpenMetadata(w io.Writer) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	assets := r.tagged()
	all := []openMetadataLine{}
	if len(assets) > 0 {
		all = append(all, openMetadataLine{Method: "PUT", Path: "/api/v1/classifications",
			Body: map[string]any{"name": openMetadataClass, "description": "What assay found in the data."}})
	}
	for _, t := range tagNames(assets) {
		all = append(all, openMetadataLine{Method: "PUT", Path: "/api/v1/tags",
			Body: map[string]any{"classification": openMetadataClass, "name": t.name, "displayName": t.title, "description": t.title + ". " + t.doc}})
	}
	for _, a := range assets {
		all = append(all, r.openMetadataTable(a))
	}
	for _, line := range all {
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (r *Report) openMetadataTable(a taggedAsset) openMetadataLine {
	line := openMetadataLine{Asset: a.id}
	line.ServiceType, line.HostPort, line.Table = openMetadataName(datasetOf(a.id))
	for _, f := range a.fields {
		var labels []openMetadataLabel
		for _, t := range f.tags {
			labels = append(labels, r.openMetadataLabel(t))
		}
		if f.path == "" {
			line.Tags = labels
		} else {
			line.Columns = append(line.Columns, openMetadataColumn{f.path, labels})
		}
	}
	return line
}

// openMetadataName returns the type and address of a dataset's service, and the name
// of its table there: database.schema.table. What has databases alone has its
// schemas in the database "default".
func openMetadataName(d dataset) (service, address, table string) {
	service = map[string]string{"mysql": "Mysql", "postgres": "Postgres", "hive": "Hive"}[d.platform]
	if service == "" {
		return "", "", d.name()
	}
	var parts []string
	if service != "Postgres" {
		parts = append(parts, "default")
	}
	for _, part := range d.parts {
		if strings.ContainsAny(part, `."`) {
			part = `"` + strings.ReplaceAll(part, `"`, `""`) + `"`
		}
		parts = append(parts, part)
	}
	return service, d.host, strings.Join(parts, ".")
}

// openMetadataLabel is a label that waits for a person's word.
func (r *Report) openMetadataLabel(t tag) openMetadataLabel {
	l := openMetadataLabel{TagFQN: openMetadataClass + "." + t.name, Source: "Classification", LabelType: "Automated", State: "Suggested"}
	if t.finding.ID != "" {
		l.Reason = fmt.Sprintf("%s, confidence %s, finding %s", t.finding.Verifier, confidence(t.finding.Confidence), t.finding.ID)
	}
	if !r.At.IsZero() {
		l.AppliedAt = r.At.UTC().Format(time.RFC3339)
	}
	return l
}
