package elasticsearch

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/elastic/go-elasticsearch/v8/esapi"
)

// The fields that are looked for where the options name none, the first that
// exists first: those of the Elastic Common Schema
// (https://www.elastic.co/docs/reference/ecs), and names that are common.
var (
	serviceFields = []string{"service.name", "service.name.keyword", "service", "service.keyword", "service_name", "app", "app.keyword", "application", "application.keyword"}
	timeFields    = []string{"@timestamp", "timestamp", "time", "date"}
	pointFields   = [][]string{
		{"log.origin.file.name", "log.origin.file.line"},
		{"log.origin.file.name.keyword", "log.origin.file.line"},
		{"logging_point"}, {"logging_point.keyword"}, {"log_point"}, {"log_point.keyword"},
		{"caller"}, {"caller.keyword"}, {"file_line"}, {"file_line.keyword"}, {"source_location"}, {"source_location.keyword"},
		{"log.logger"}, {"log.logger.keyword"}, {"logger_name"}, {"logger_name.keyword"}, {"logger"}, {"logger.keyword"},
	}
	messageFields = []string{"message", "msg", "log", "body", "event.original"}
)

// schema is what the mappings of some indices say of their fields.
type schema struct {
	types        map[string]string // by field: keyword, or keyword|text where indices differ
	aggregatable map[string]bool   // everywhere
	service      string            // empty if there is none
	time         string
	points       []string
}

// fieldCaps is an answer about fields, by field and type.
type fieldCaps struct {
	Fields map[string]map[string]struct {
		Aggregatable bool `json:"aggregatable"`
	} `json:"fields"`
}

// schema asks for the fields of indices.
func (s *Source) schema(ctx context.Context, m *meter, indices []string) (schema, error) {
	var caps fieldCaps
	err := s.call(ctx, m, esapi.FieldCapsRequest{
		Index: indices, Fields: []string{"*"}, ExpandWildcards: expand, AllowNoIndices: esapi.BoolPtr(true),
		FilterPath: []string{"fields.*.*.aggregatable"},
	}, &caps)
	if err != nil {
		return schema{}, err
	}
	out := schema{types: map[string]string{}, aggregatable: map[string]bool{}}
	for name, byType := range caps.Fields {
		if strings.HasPrefix(name, "_") {
			continue // metadata of Elasticsearch
		}
		out.types[name] = strings.Join(slices.Sorted(maps.Keys(byType)), "|")
		out.aggregatable[name] = true
		for _, c := range byType {
			out.aggregatable[name] = out.aggregatable[name] && c.Aggregatable
		}
	}
	out.choose(s.options)
	return out, nil
}

// expand is what wildcards in names of indices stand for.
const expand = "open"

// choose finds the fields that tell service, time and logging point.
func (c *schema) choose(o Options) {
	c.service = c.first(o.ServiceField, serviceFields, c.groups)
	c.time = c.first(o.TimeField, timeFields, func(f string) bool { return c.types[f] == "date" || c.types[f] == "date_nanos" })
	sets := pointFields
	if len(o.PointFields) > 0 {
		sets = [][]string{o.PointFields}
	}
	for _, set := range sets {
		if !slices.ContainsFunc(set, func(f string) bool { return !c.groups(f) }) {
			c.points = set
			return
		}
	}
}

// first returns the first of the candidates that is good; given is the only one
// if it is not empty.
func (c *schema) first(given string, candidates []string, good func(string) bool) string {
	if given != "" {
		candidates = []string{given}
	}
	if i := slices.IndexFunc(candidates, good); i >= 0 {
		return candidates[i]
	}
	return ""
}

// groups reports whether lines can be grouped by a field.
func (c *schema) groups(field string) bool { return c.aggregatable[field] && c.types[field] != "date" }

// leaves returns the fields that values can stand in, sorted: neither objects,
// nor aliases and further indexings of other fields.
func (c *schema) leaves() []string {
	var out []string
	for name, kind := range c.types {
		parent := name[:max(strings.LastIndexByte(name, '.'), 0)]
		inField := c.types[parent] != "" && !isObject(c.types[parent])
		if !isObject(kind) && kind != "alias" && !inField {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// isObject reports whether a type is one of fields that have fields below them.
func isObject(kind string) bool {
	return kind == "object" || kind == "nested" || kind == "passthrough" || kind == "nested|object"
}

// resolved is an answer about names of indices.
type resolved struct {
	Indices []struct {
		Name       string   `json:"name"`
		Attributes []string `json:"attributes"`
		DataStream string   `json:"data_stream"`
	} `json:"indices"`
	DataStreams []struct {
		Name    string   `json:"name"`
		Backing []string `json:"backing_indices"`
	} `json:"data_streams"`
}

// stems asks which indices there are, and returns the stem of each: the data
// stream that it belongs to, or its name less the date or number at its end.
func (s *Source) stems(ctx context.Context, m *meter, patterns []string) (map[string]string, error) {
	var found resolved
	err := s.call(ctx, m, esapi.IndicesResolveIndexRequest{Name: patterns, ExpandWildcards: expand,
		FilterPath: []string{"indices.name", "indices.data_stream", "data_streams.name", "data_streams.backing_indices"}}, &found)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, i := range found.Indices {
		if i.DataStream == "" && !strings.HasPrefix(i.Name, ".") {
			out[i.Name] = stemOf(i.Name)
		}
	}
	for _, d := range found.DataStreams {
		for _, name := range d.Backing {
			out[name] = d.Name
		}
	}
	return out, nil
}

// dateEnd is a date or a number at the end of an index's name.
var dateEnd = regexp.MustCompile(`([-_.]+(\d{4}([-_.]?\d{2}){1,3}|\d{4}[-_.]w\d{2}|\d{3,}))+$`)

// stemOf returns the name of an index less a date or a number at its end:
// logs-shop for logs-shop-2026.03.01 and logs-shop-000012.
func stemOf(index string) string {
	if stem := dateEnd.ReplaceAllString(index, ""); stem != "" {
		return stem
	}
	return index
}
