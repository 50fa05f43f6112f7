package secrets_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/assay"
	"example.com/assay/secrets"
)

// The schema is that of OASIS (SARIF 2.1.0, errata 01), without blanks.
func TestSARIFIsValid(t *testing.T) {
	in, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	document, err := jsonschema.UnmarshalJSON(in)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a b.txt"), token()+"\nx "+token()+" # assay:allow reason=\"of a test\"\n")
	write(t, filepath.Join(dir, "bad\xff.txt"), token())
	r := folder(t, scannerOf(t, nil), dir)
	r.Gaps = append(r.Gaps, secrets.Gap{File: "c", Reason: assay.ReasonDenied, Detail: "no"})
	for name, result := range map[string]*secrets.Result{"full": r, "empty": {}} {
		var out bytes.Buffer
		if err := result.Write(&out, secrets.Output{Format: "sarif", Version: "1.2.3", Rules: rulesOfTest(t), All: true}); err != nil {
			t.Fatal(err)
		}
		written, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(written); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
