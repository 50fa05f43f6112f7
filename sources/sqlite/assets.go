package sqlite

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/assay"
)

// listTables lists what can be read. Shadow tables are left out: they hold what
// is read through their virtual table.
const listTables = `SELECT name, type FROM pragma_table_list
	WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`

// Assets lists the tables and views; see assay.Source. Their sizes are not
// known: SQLite does not keep them.
func (s *Source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		assets, err := s.list(ctx)
		for _, a := range assets {
			if ctx.Err() != nil {
				err = s.fail("list", ctx.Err())
				break
			}
			if !yield(a, nil) {
				return
			}
		}
		if err != nil {
			yield(assay.Asset{}, err)
		}
	}
}

func (s *Source) list(ctx context.Context) ([]assay.Asset, error) {
	if err := ctx.Err(); err != nil {
		return nil, s.fail("list", err)
	}
	db, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, listTables)
	if err != nil {
		return nil, s.fail("list", err)
	}
	defer rows.Close()
	modified := s.modified()
	var assets []assay.Asset
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, s.fail("list", err)
		}
		a := assay.Asset{ID: s.id(name), Kind: assay.KindTable, Rows: -1, Bytes: -1, Modified: modified}
		if kind == "view" {
			a.Kind = assay.KindView
		}
		assets = append(assets, a)
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail("list", err)
	}
	return assets, nil
}

// modified returns when the file was last changed.
func (s *Source) modified() time.Time {
	var latest time.Time
	for _, name := range []string{s.path, s.path + "-wal"} {
		if info, err := os.Stat(name); err == nil && info.ModTime().After(latest) {
			latest = info.ModTime()
		}
	}
	return latest
}

// id returns the id of a table: sqlite:/srv/shop.db/users.
func (s *Source) id(table string) assay.AssetID {
	path := filepath.ToSlash(s.path)
	u := url.URL{Scheme: Scheme, OmitHost: true, Path: path + "/" + table,
		RawPath: (&url.URL{Path: path}).EscapedPath() + "/" + url.PathEscape(table)}
	return assay.AssetID(u.String())
}

// table returns the table that an id names.
func (s *Source) table(id assay.AssetID) (string, error) {
	raw, ok := strings.CutPrefix(string(id), strings.TrimSuffix(string(s.id("")), "/")+"/")
	name, err := url.PathUnescape(raw)
	if !ok || err != nil || name == "" {
		return "", &assay.Error{Op: "sample", Item: string(id), Reason: assay.ReasonVanished, Err: errors.New("not a table of " + s.path)}
	}
	return name, nil
}
