package report

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/assay"
	"example.com/assay/internal/testserver"
)

// strange is a report of names that mean something in URNs, paths and JSON.
func strange() *Report {
	r := shop()
	for _, id := range []assay.AssetID{"mysql://db:3306/shop/a,b(c)", "s3://bucket/d~e/f%25g", "hive://h:10000/lake/t"} {
		f := r.Findings[0]
		f.ID, f.Asset, f.Field = assay.FindingID(id, "pay/load.$.x", f.Element), id, "pay/load.$.x"
		r.Findings = append(r.Findings, f)
		f.ID, f.Field = assay.FindingID(id, "$", f.Element), assay.WholeText
		r.Findings = append(r.Findings, f)
	}
	return r
}

// DataHub's and OpenLineage's own libraries read what is written, and would
// write it the same.
func TestCatalogueLibraries(t *testing.T) {
	python := testserver.Catalogues(t)
	for _, format := range []string{"datahub", "openlineage"} {
		for name, r := range map[string]*Report{"strange": strange(), "empty": {}} {
			check := exec.CommandContext(t.Context(), python, "testdata/catalogues.py", format)
			check.Stdin = strings.NewReader(render(t, r, format, Style{}))
			if out, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s, %s: %v\n%s", format, name, err, out)
			}
		}
		check := exec.CommandContext(t.Context(), python, "testdata/catalogues.py", format)
		wrong := strings.NewReplacer("tag:assay.iban", "tug:assay.iban", `"source":"ASSAY"`, `"sauce":"ASSAY"`)
		check.Stdin = strings.NewReader(wrong.Replace(render(t, strange(), format, Style{})))
		if err := check.Run(); err == nil {
			t.Errorf("%s: what is wrong passes: the case shows nothing", format)
		}
	}
}

// Requests, types of services and labels are as OpenMetadata's schemas want them.
func TestOpenMetadataLabels(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(testserver.OpenMetadataSchemas(t), "Table.json#/$defs/TagLabel"))
	if err != nil {
		t.Fatal(err)
	}
	requests := map[string]*jsonschema.Schema{}
	for path, name := range map[string]string{"/api/v1/classifications": "CreateClassificationRequest", "/api/v1/tags": "CreateTagRequest"} {
		if requests[path], err = jsonschema.NewCompiler().Compile(filepath.Join(testserver.OpenMetadataSchemas(t), name+".json")); err != nil {
			t.Fatal(err)
		}
	}
	service, err := jsonschema.NewCompiler().Compile(filepath.Join(testserver.OpenMetadataSchemas(t), "DatabaseService.json#/$defs/DatabaseServiceType"))
	if err != nil {
		t.Fatal(err)
	}
	labels, bodies, tables := 0, 0, map[string]bool{}
	check := func(tags []any) {
		for _, tag := range tags {
			labels++
			if err := schema.Validate(tag); err != nil {
				t.Errorf("%v: %v", tag, err)
			}
		}
	}
	for line := range strings.Lines(render(t, strange(), "openmetadata", Style{})) {
		var table struct {
			Path               string
			Body               any
			ServiceType, Table string
			Tags               []any
			Columns            []struct{ Tags []any }
		}
		if err := json.Unmarshal([]byte(line), &table); err != nil {
			t.Fatal(err)
		}
		if table.Body != nil {
			bodies++
			if err := requests[table.Path].Validate(table.Body); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
		if table.ServiceType != "" {
			tables[table.Table] = true
			if err := service.Validate(table.ServiceType); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
		check(table.Tags)
		for _, c := range table.Columns {
			check(c.Tags)
		}
	}
	if labels < 8 || schema.Validate(map[string]any{"tagFQN": "a", "source": "b"}) == nil {
		t.Errorf("%d labels: the case shows nothing", labels)
	}
	if bodies < 4 || !tables["default.lake.t"] || !tables["default.shop.a,b(c)"] || requests["/api/v1/tags"].Validate(map[string]any{"nome": "x"}) == nil {
		t.Errorf("%d requests, tables %v: the case shows nothing", bodies, tables)
	}
}
