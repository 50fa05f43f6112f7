package mysql

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/seal"
)

// sealedResult is a result with a match of a planted value.
func sealedResult(t *testing.T, sealer assay.Sealer, asset assay.AssetID, planted string) assay.Result {
	t.Helper()
	r := result(asset, 1)
	f := r.Findings[0]
	m, err := assay.SealMatch(t.Context(), sealer, assay.SealedMatch{Finding: f.ID, Asset: f.Asset, Field: f.Field, Element: f.Element, Verifier: f.Verifier, Hash: f.Hash, Score: 1},
		assay.Matched{Content: assay.Value(planted), Place: assay.Place{Row: assay.Value(planted + " row")}})
	if err != nil {
		t.Fatal(err)
	}
	r.Matches = []assay.SealedMatch{m}
	return r
}

// TestSealedInTheDatabase: who has a dump of the database has none of the
// content, and a row's content does not open in another row.
func TestSealedInTheDatabase(t *testing.T) {
	key, err := seal.CreateFile(filepath.Join(t.TempDir(), "key.json"))
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	server := testserver.MariaDB(t)
	s := openStore(t, server.DSN())
	ids := map[string]string{} // finding → what was planted
	for i := range 20 {
		asset, planted := assay.AssetID(fmt.Sprint("file:/", i)), fmt.Sprintf("planted-%d@nobody.invalid", i)
		r := sealedResult(t, sealer, asset, planted)
		if err := s.Commit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		ids[r.Findings[0].ID] = planted
	}
	text := dump(t, server)
	if !bytes.Contains(text, []byte("file:/19")) {
		t.Fatal("the dump is not that of the store")
	}
	for _, word := range []string{"planted-", "nobody.invalid"} {
		if bytes.Contains(text, []byte(word)) || bytes.Contains(text, fmt.Appendf(nil, "%x", word)) || bytes.Contains(text, fmt.Appendf(nil, "%X", word)) {
			t.Errorf("%q can be read in a dump of the database", word)
		}
	}
	who := assay.Actor{Name: "ada", Role: assay.RoleLabeller}
	for id, planted := range ids {
		if got, err := assay.Reveal(t.Context(), s, sealer, who, id, "test"); err != nil || len(got) != 1 || string([]byte(got[0].Content)) != planted {
			t.Fatalf("revealed %d matches of %s, %v", len(got), id, err)
		}
	}
	db := server.Open(t)
	if _, err := db.ExecContext(t.Context(), `UPDATE matches a JOIN matches b ON a.asset = 'file:/1' AND b.asset = 'file:/2' SET a.sealed = b.sealed`); err != nil {
		t.Fatal(err)
	}
	swapped := assay.FindingID("file:/1", result("file:/1", 1).Findings[0].Field, result("file:/1", 1).Findings[0].Element)
	if got, err := assay.Reveal(t.Context(), s, sealer, who, swapped, "test"); err == nil || strings.Contains(err.Error(), "planted") {
		t.Errorf("a swapped row opened: %d matches, %v", len(got), err)
	}
}

// dump is what a backup of the database holds.
func dump(t *testing.T, server testserver.Database) []byte {
	t.Helper()
	program, err := exec.LookPath("mariadb-dump")
	if err != nil {
		program = "mysqldump"
	}
	host, port, _ := strings.Cut(server.Addr, ":")
	out, err := exec.CommandContext(t.Context(), program, "--no-defaults", "--protocol=tcp", "--host="+host, "--port="+port,
		"--user="+server.User, "--password="+server.Password, "--hex-blob", server.Name).Output()
	if err != nil {
		t.Fatalf("dump the database: %v", err)
	}
	return out
}
