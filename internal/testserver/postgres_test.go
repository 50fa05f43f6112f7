package testserver

import "testing"

func TestPostgres(t *testing.T) {
	d := Postgres(t)
	db, other := d.Open(t), Postgres(t)
	if _, err := db.Exec(t.Context(), "CREATE TABLE t (id int); INSERT INTO t VALUES (7)"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := d.Open(t).QueryRow(t.Context(), "SELECT id FROM t").Scan(&n); err != nil || n != 7 {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := other.Open(t).Exec(t.Context(), "SELECT * FROM t"); err == nil {
		t.Error("another test's database has the table")
	}
}
