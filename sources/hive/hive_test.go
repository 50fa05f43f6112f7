package hive_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beltran/gohive"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/hive"
	"example.com/assay/sources/sourcetest"
)

// database is a database of a test's own, and the administrator's session.
type database struct {
	testserver.HiveServer
	name string
	conn *gohive.Connection
}

var databases atomic.Int64

func newDatabase(t *testing.T) database {
	t.Helper()
	d := database{HiveServer: testserver.Hive(t), name: fmt.Sprintf("test_%d", databases.Add(1))}
	host, port, err := net.SplitHostPort(d.Address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	o := gohive.NewConnectConfiguration()
	o.Username, o.Password, o.PollIntervalInMillis = d.Admin, d.Admin+"-password", 20
	if d.conn, err = gohive.Connect(host, n, "CUSTOM", o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.conn.Close() })
	d.do(t, "SET ROLE ADMIN")
	d.do(t, "CREATE DATABASE "+d.name)
	t.Cleanup(func() { d.do(t, "DROP DATABASE "+d.name+" CASCADE") })
	return d
}

// do runs a statement, in which DB stands for the database.
func (d database) do(t *testing.T, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute) // t.Context is over in a cleanup
	defer cancel()
	c := d.conn.Cursor()
	defer c.Close()
	if c.Exec(ctx, strings.ReplaceAll(statement, "DB.", d.name+".")); c.Err != nil {
		t.Fatalf("%s: %v", statement, c.Err)
	}
}

// grant lets the scanner read a table or view, by the statement that
// docs/sources/hive.md says is enough.
func (d database) grant(t *testing.T, table string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/sources/hive.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```sql\n")
	statement, _, closed := strings.Cut(rest, ";\n```")
	if !found || !closed || !strings.Contains(statement, "shop.users") {
		t.Fatal("docs/sources/hive.md has no grant on shop.users")
	}
	d.do(t, strings.NewReplacer("shop.users", "DB."+table, "USER assay", "USER "+scanner).Replace(statement))
}

// folder makes a folder for the files of a table.
func (d database) folder(t *testing.T, parts ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{d.Files, d.name}, parts...)...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// write writes a file of a table of text, whose columns end with a tab.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tabbed is how tables of text are stored in the tests.
const tabbed = ` ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' STORED AS TEXTFILE LOCATION 'file:`

// The user of the source, and his password on the test server.
const (
	scanner  = "plantedscanner"
	password = scanner + "-password"
)

// uri names something on the server, as the scanner.
func (d database) uri(path string) string {
	return "hive://" + scanner + ":" + password + "@" + d.Address + "/" + path + "?metastore=" + d.Metastore
}

func (d database) id(table string) assay.AssetID {
	return assay.AssetID("hive://" + d.Address + "/" + d.name + "/" + table)
}

func open(t *testing.T, uri string) *hive.Source {
	t.Helper()
	s, err := hive.Open(t.Context(), uri, hive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sample samples a table and returns the values by field.
func sample(t *testing.T, s assay.Source, id assay.AssetID, plan assay.Plan) (map[string][]string, assay.Reading, error) {
	t.Helper()
	values := map[string][]string{}
	r, err := s.Sample(t.Context(), assay.Asset{ID: id}, plan, func(d assay.Datum) error {
		values[d.Field.Path] = append(values[d.Field.Path], string(d.Value))
		return nil
	})
	return values, r, err
}

func TestConformance(t *testing.T) {
	d := newDatabase(t)
	sourcetest.Run(t, sourcetest.Options{
		Open: func(t *testing.T) assay.Source {
			s, err := hive.Open(t.Context(), d.uri(d.name), hive.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		Put: func(t *testing.T, name string, records []sourcetest.Record) assay.AssetID {
			var b strings.Builder
			for _, r := range records {
				note := r.Note
				if note == "" {
					note = `\N`
				}
				fmt.Fprintf(&b, "%d\t%s\t%s\n", r.ID, r.Name, note)
			}
			dir := d.folder(t, name)
			write(t, dir, "rows", b.String())
			d.do(t, "CREATE EXTERNAL TABLE DB."+name+" (id INT, name STRING, note STRING)"+tabbed+dir+"'")
			d.grant(t, name)
			return d.id(name)
		},
		Remove: func(t *testing.T, id assay.AssetID) { d.do(t, "DROP TABLE DB."+filepath.Base(string(id))) },
		Deny: func(t *testing.T, id assay.AssetID) {
			d.do(t, "REVOKE SELECT ON TABLE DB."+filepath.Base(string(id))+" FROM USER "+scanner)
		},
		Secrets: []string{scanner, password},
		Prefix:  true,
	})
}
