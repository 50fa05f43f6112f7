package sqlsample

import (
	"context"

	"example.com/assay"
)

// spare returns the table with assay.Request ahead of each of its statements.
func spare(t Table) Table {
	if paged, ok := t.(Paged); ok {
		return sparedPages{spared{t}, paged}
	}
	return spared{t}
}

type spared struct{ table Table }

// MoreThan implements Table.
func (s spared) MoreThan(ctx context.Context, n int) (bool, error) {
	if err := assay.Request(ctx); err != nil {
		return false, err
	}
	return s.table.MoreThan(ctx, n)
}

// Bounds implements Table.
func (s spared) Bounds(ctx context.Context, prefix []any) (low, high any, err error) {
	if err := assay.Request(ctx); err != nil {
		return nil, nil, err
	}
	return s.table.Bounds(ctx, prefix)
}

// Seek implements Table.
func (s spared) Seek(ctx context.Context, at any) (any, error) {
	if err := assay.Request(ctx); err != nil {
		return nil, err
	}
	return s.table.Seek(ctx, at)
}

// Read implements Table.
func (s spared) Read(ctx context.Context, from []any, limit int, row func(key, values [][]byte) error) error {
	if err := assay.Request(ctx); err != nil {
		return err
	}
	return s.table.Read(ctx, from, limit, row)
}

type sparedPages struct {
	spared
	paged Paged
}

// Pages implements Paged.
func (s sparedPages) Pages(ctx context.Context, seed uint64, n int) ([][]string, error) {
	if err := assay.Request(ctx); err != nil {
		return nil, err
	}
	return s.paged.Pages(ctx, seed, n)
}

// ReadAt implements Paged.
func (s sparedPages) ReadAt(ctx context.Context, addresses []string, row func(key, values [][]byte) error) error {
	if err := assay.Request(ctx); err != nil {
		return err
	}
	return s.paged.ReadAt(ctx, addresses, row)
}
