package main

import (
	"os"
	"testing"
)

// The page must say what the library is.
func TestElementsPage(t *testing.T) {
	want, err := currentPage("../../quality/measured.json")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/elements.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/elements.md is stale: go run ./internal/qualityrun -page docs/elements.md")
	}
}
