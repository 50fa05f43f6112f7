package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/assay/sources/sqlsample"
)

// isDenied reports whether the server says that the user has not the right.
func isDenied(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == "42501"
}

// withPages returns the table as one whose pages can be drawn, if they can.
func (t *table) withPages() sqlsample.Table {
	if t.pages == 0 || t.isView() {
		return t
	}
	return pagedTable{t}
}

// pagedTable implements sqlsample.Paged by TABLESAMPLE SYSTEM and by ctid, the
// place of a row. In one transaction a place keeps its row.
type pagedTable struct{ *table }

// maxSeed is the range of seeds that TABLESAMPLE, which takes a float8, tells
// from each other.
const maxSeed = 1 << 52

// Pages implements sqlsample.Paged. It reads the places of rows only, no values.
// An address is the number of a partition and the place in it.
func (t pagedTable) Pages(ctx context.Context, seed uint64, n int) ([][]string, error) {
	percent := min(100*float64(n)/float64(t.pages), 100)
	query := fmt.Sprintf("SELECT tableoid::text, ctid::text FROM %s TABLESAMPLE SYSTEM (%s) REPEATABLE (%d)",
		t.from(), strconv.FormatFloat(percent, 'f', -1, 64), seed%maxSeed)
	var pages [][]string
	last := ""
	err := t.x.each(ctx, query, nil, func(v [][]byte) error {
		part, place := string(v[0]), string(v[1])
		block, _, _ := strings.Cut(place, ",")
		if page := part + block; page != last {
			pages, last = append(pages, nil), page
		}
		pages[len(pages)-1] = append(pages[len(pages)-1], part+" "+place)
		return nil
	})
	return pages, t.fail(err)
}

// ReadAt implements sqlsample.Paged. All addresses are of one page.
func (t pagedTable) ReadAt(ctx context.Context, addresses []string, row func(key, values [][]byte) error) error {
	if len(addresses) == 0 {
		return nil
	}
	var places []string
	part := ""
	for _, a := range addresses {
		p, place, _ := strings.Cut(a, " ")
		part, places = p, append(places, `"`+place+`"`)
	}
	from, err := t.partition(ctx, part)
	if err != nil {
		return err
	}
	query := "SELECT " + strings.Join(append([]string{"ctid::text"}, t.columns...), ", ") + " FROM " + from + " WHERE ctid = ANY ($1::tid[])"
	return t.each(ctx, query, []string{"{" + strings.Join(places, ",") + "}"}, 1, row)
}

// partition returns the table to read the rows of a partition from: the partition
// itself, which needs to be readable, or else the server would look for the place
// in every partition.
func (t pagedTable) partition(ctx context.Context, oid string) (string, error) {
	if t.kind != "p" {
		return t.from(), nil
	}
	r, err := t.x.one(ctx, `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid`, oid)
	if err != nil || len(r) == 0 {
		return "", t.fail(err)
	}
	return "ONLY " + *r[0] + " AS t", nil
}
