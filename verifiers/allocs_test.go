package verifiers_test

import (
	"context"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

// TestNoAllocationWithoutMatch scans values in which nothing is, with the whole
// library: once the automata know the shapes of the text, that takes no memory.
func TestNoAllocationWithoutMatch(t *testing.T) {
	defs, err := verifiers.Library()
	if err != nil {
		t.Fatal(err)
	}
	set, err := verifiers.Compile(defs, verifiers.Options{Checks: phone.Checks()})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"shipped to depot",
		strings.Repeat("the queue of the worker is empty again, and nothing is to be done. ", 2000),
		strings.Repeat("level=info worker=7 retries=0 took 12 ms, queue=default\n", 2000),
	} {
		f, block := set.Field(engine.FieldInfo{Field: assay.Field{Path: "state_text"}}), &engine.Block{}
		var out engine.Result
		scan := func() {
			block.Reset()
			block.Append([]byte(text), 0, 0)
			if err := f.Scan(context.Background(), block, &out); err != nil {
				t.Fatal(err)
			}
		}
		scan()
		if len(out.Hits) > 0 {
			t.Fatalf("%.40q has hits: choose another text", text)
		}
		if n := testing.AllocsPerRun(10, scan); n > 1 { // the copy of text
			t.Errorf("%.40q: %v allocations a scan", text, n-1)
		}
	}
}
