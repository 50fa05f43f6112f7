package hive

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/beltran/gohive/hive_metastore"

	"example.com/assay"
)

// describePage is how many tables one request describes.
const describePage = 100

// Assets lists the tables and views that the metastore knows; see assay.Source.
// It knows also those that the user may not read. Rows and Bytes are what was
// counted when statistics were last gathered, of tables without partitions.
func (s *Source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		n := 0
		err := s.list(ctx, func(a assay.Asset) bool { n++; return yield(a, nil) })
		switch {
		case errors.Is(err, errStop):
		case err != nil:
			yield(assay.Asset{}, s.fail("list", s.target(), err))
		case n == 0 && s.database != "":
			yield(assay.Asset{}, &assay.Error{Op: "list", Item: s.target(), Reason: assay.ReasonVanished,
				Err: errors.New("there is no such table, or the database has none"), Hint: "check the name"})
		}
	}
}

// errStop ends a listing that nobody wants to go on.
var errStop = errors.New("stop")

func (s *Source) list(ctx context.Context, add func(assay.Asset) bool) error {
	m, err := s.metastore(ctx)
	if err != nil {
		return err
	}
	defer m.Close()
	databases := []string{s.database}
	if s.database == "" {
		if databases, err = m.databases(ctx); err != nil {
			return err
		}
	}
	for _, database := range databases {
		names := []string{s.table}
		if s.table == "" {
			if names, err = m.tables(ctx, database); err != nil {
				return err
			}
		}
		for page := range slices.Chunk(names, describePage) {
			tables, err := m.describe(ctx, database, page)
			if err != nil {
				return err
			}
			for _, t := range tables {
				if err := ctx.Err(); err != nil {
					return err
				}
				if !add(s.asset(t)) {
					return errStop
				}
			}
		}
	}
	return nil
}

func (s *Source) asset(t *hive_metastore.Table) assay.Asset {
	a := assay.Asset{ID: s.id(t.DbName, t.TableName), Kind: assay.KindTable, Rows: -1, Bytes: -1}
	if t.OwnerType == hive_metastore.PrincipalType_USER {
		a.Owner = t.Owner
	}
	if isView(t) {
		a.Kind = assay.KindView
	} else if len(t.PartitionKeys) == 0 {
		a.Rows, a.Bytes = counted(t.Parameters["numRows"]), counted(t.Parameters["totalSize"])
	}
	if seconds := counted(t.Parameters["transient_lastDdlTime"]); seconds > 0 {
		a.Modified = time.Unix(seconds, 0).UTC()
	}
	if comment := t.Parameters["comment"]; comment != "" {
		a.Attributes = map[string]string{"comment": comment}
	}
	return a
}

func isView(t *hive_metastore.Table) bool { return t.TableType == "VIRTUAL_VIEW" }

// counted reads a number of the statistics; -1 if there is none. Hive writes 0
// where it has not counted.
func counted(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return -1
	}
	return n
}
