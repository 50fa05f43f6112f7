package hive

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/beltran/gohive/hive_metastore"

	"example.com/assay"
)

// metastore is a connection to the metastore.
type metastore struct {
	*wire
	client *hive_metastore.ThriftHiveMetastoreClient
}

func (s *Source) metastore(ctx context.Context) (*metastore, error) {
	w, err := s.dial(ctx, s.options.Metastore, s.options.MetastoreAuth, nil)
	if err != nil {
		return nil, err
	}
	return &metastore{w, hive_metastore.NewThriftHiveMetastoreClient(w.protocol())}, nil
}

// What a client can read, said so that the metastore does not hide tables that
// need it; reading itself is HiveServer2's.
var (
	readable   = &hive_metastore.ClientCapabilities{Values: []hive_metastore.ClientCapability{hive_metastore.ClientCapability_INSERT_ONLY_TABLES}}
	processing = []string{"EXTREAD", "HIVEBUCKET2", "HIVEFULLACIDREAD", "HIVEMANAGEDINSERTREAD", "HIVECACHEINVALIDATE", "HIVEONLYMQTREAD", "HIVESQL", "HIVEMQT"}
	program    = "assay"
)

// databases returns the names of all databases, sorted.
func (m *metastore) databases(ctx context.Context) (names []string, err error) {
	err = m.call(ctx, func(ctx context.Context) (err error) {
		names, err = m.client.GetAllDatabases(ctx)
		return err
	})
	slices.Sort(names)
	return names, err
}

// tables returns the names of all tables and views of a database, sorted.
func (m *metastore) tables(ctx context.Context, database string) (names []string, err error) {
	err = m.call(ctx, func(ctx context.Context) (err error) {
		names, err = m.client.GetAllTables(ctx, database)
		return err
	})
	slices.Sort(names)
	return names, err
}

// describe returns the definitions of tables, of those that are there, sorted by
// name.
func (m *metastore) describe(ctx context.Context, database string, names []string) (tables []*hive_metastore.Table, err error) {
	err = m.call(ctx, func(ctx context.Context) error {
		answer, err := m.client.GetTableObjectsByNameReq(ctx, &hive_metastore.GetTablesRequest{
			DbName: database, TblNames: names, Capabilities: readable, ProcessorCapabilities: processing, ProcessorIdentifier: &program})
		if err == nil {
			tables = answer.Tables
		}
		return err
	})
	slices.SortFunc(tables, func(a, b *hive_metastore.Table) int { return strings.Compare(a.TableName, b.TableName) })
	return tables, err
}

// table returns the definition of a table.
func (m *metastore) table(ctx context.Context, database, name string) (*hive_metastore.Table, error) {
	tables, err := m.describe(ctx, database, []string{name})
	if err == nil && len(tables) == 0 {
		err = &assay.Error{Reason: assay.ReasonVanished, Err: errors.New("the metastore does not know it")}
	}
	if err != nil {
		return nil, err
	}
	return tables[0], nil
}

// partitions returns the names of a table's partitions.
func (m *metastore) partitions(ctx context.Context, database, table string) (names []string, err error) {
	err = m.call(ctx, func(ctx context.Context) (err error) {
		names, err = m.client.GetPartitionNames(ctx, database, table, -1)
		return err
	})
	return names, err
}
