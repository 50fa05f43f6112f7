package postgres

import (
	"os"
	"strings"
	"testing"
)

// documented returns the grants of docs/sources/postgres.md for a database and a
// user.
func documented(t *testing.T, database, user string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/sources/postgres.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```sql grants\n")
	block, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("docs/sources/postgres.md has no block of grants")
	}
	return strings.NewReplacer("assay_reader", user, "shop", database).Replace(block)
}
