package sqlstore_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"

	"example.com/assay/store/sqlite"
	"example.com/assay/store/sqlstore"
)

// Every table with sealed content follows a change of the key: what is left out
// could not be opened once the old key is retired.
func TestAllThatIsSealedIsResealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'sealed' ORDER BY m.name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		want = append(want, name)
	}
	got := sqlstore.SealedTables()
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("Reseal visits %q, and %q hold sealed content", got, want)
	}
}
