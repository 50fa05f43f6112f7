package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"example.com/assay"
)

// Claim implements assay.ClaimStore.
func (s *Store) Claim(ctx context.Context, name string) (c assay.Claim, err error) {
	err = s.each(ctx, "claim "+name, `SELECT holder, renewals FROM claims WHERE name = ?`, []any{name},
		func(rows *sql.Rows) (bool, error) { return true, rows.Scan(&c.Holder, &c.Renewals) })
	return c, err
}

// SwapClaim implements assay.ClaimStore. The row is made by whoever asks first,
// so that one UPDATE decides.
func (s *Store) SwapClaim(ctx context.Context, name string, seen, next assay.Claim) (swapped bool, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO claims (name, holder, renewals) VALUES (?, '', 0) `+
			s.dialect.Overwrite([]string{"name"}, []string{"name"}), name); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE claims SET holder = ?, renewals = ? WHERE name = ? AND holder = ? AND renewals = ?`,
			next.Holder, next.Renewals, name, seen.Holder, seen.Renewals)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		swapped = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("claim %s: %w", name, err)
	}
	return swapped, nil
}
