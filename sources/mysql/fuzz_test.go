package mysql

import (
	"strings"
	"testing"

	"example.com/assay"
)

// FuzzURI checks that a URI is read or refused, that a refusal does not repeat
// the password, and that the id of a table leads back to it.
func FuzzURI(f *testing.F) {
	const password = "pl4nted"
	f.Add("mysql://u:", "@h:3306/db/t")
	f.Add("mysql://", "@[::1]/d%2Fb?tls=")
	f.Add("mysql://h/?", "=1")
	f.Fuzz(func(t *testing.T, before, after string) {
		s := &Source{}
		cfg, err := s.parse(before + password + "%40" + after)
		if err != nil {
			if i := strings.Index(before, ":"); strings.HasPrefix(after, "@") && i >= 0 && strings.Contains(err.Error(), password) {
				t.Errorf("the error tells the password: %v", err)
			}
			return
		}
		if cfg.Addr == "" || cfg.Addr != s.address {
			t.Errorf("address %q of %+v", cfg.Addr, s)
		}
		if s.database == "" || s.table == "" {
			return
		}
		d, table, err := s.names(s.id(s.database, s.table))
		if err != nil || d != s.database || table != s.table {
			t.Errorf("id %s leads to %q and %q: %v", s.id(s.database, s.table), d, table, err)
		}
		if _, _, err := s.names(assay.AssetID(before + after)); err == nil && !strings.HasPrefix(before+after, s.server()+"/") {
			t.Errorf("%q was taken for a table of %s", before+after, s.server())
		}
	})
}
