package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"example.com/assay"
)

// AddToken implements assay.TokenStore.
func (s *Store) AddToken(ctx context.Context, t assay.Token) error {
	if t.ID == "" || t.Hash == "" || !t.Role.Allows(t.Role) {
		return fmt.Errorf("add token %q: it needs an id, a hash and one of the roles %v", t.ID, assay.Roles())
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.dialect.lock(ctx, tx, "tokens"); err != nil {
			return err
		}
		taken := 0
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM api_tokens WHERE token_id = ?`, t.ID).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return fmt.Errorf("the id is taken: %w", assay.ErrConflict)
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO api_tokens (token_id, name, role, parent, hash, author, created, expires, revoked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
			t.ID, text(t.Name), string(t.Role), t.Parent, t.Hash, text(t.Author), millis(t.Created), millis(t.Expires))
		return err
	})
	if err != nil {
		return fmt.Errorf("add token %s: %w", t.ID, err)
	}
	return nil
}

const selectToken = `SELECT token_id, name, role, parent, hash, author, created, expires, revoked FROM api_tokens`

// Token implements assay.TokenStore.
func (s *Store) Token(ctx context.Context, id string) (token assay.Token, err error) {
	row := s.read.QueryRowContext(ctx, selectToken+` WHERE token_id = ?`, id)
	if token, err = scanToken(row.Scan); errors.Is(err, sql.ErrNoRows) {
		err = assay.ErrNotFound
	}
	if err != nil {
		return assay.Token{}, fmt.Errorf("token %q: %w", id, err)
	}
	return token, nil
}

// Tokens implements assay.TokenStore.
func (s *Store) Tokens(ctx context.Context) iter.Seq2[assay.Token, error] {
	return func(yield func(assay.Token, error) bool) {
		err := s.each(ctx, "tokens", selectToken+` WHERE parent = '' ORDER BY created DESC, token_id`, nil, func(rows *sql.Rows) (bool, error) {
			t, err := scanToken(rows.Scan)
			return err == nil && yield(t, nil), err
		})
		if err != nil {
			yield(assay.Token{}, err)
		}
	}
}

// RevokeToken implements assay.TokenStore. Sessions that have ended are removed.
func (s *Store) RevokeToken(ctx context.Context, id string) error {
	now := millis(s.now())
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		known := 0
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM api_tokens WHERE token_id = ?`, id).Scan(&known); err != nil {
			return err
		}
		if known == 0 {
			return assay.ErrNotFound
		}
		_, err := tx.ExecContext(ctx, `UPDATE api_tokens SET revoked = ? WHERE (token_id = ? OR parent = ?) AND revoked = 0`, now, id, id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM api_tokens WHERE parent <> '' AND (revoked <> 0 OR expires < ?)`, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke token %q: %w", id, err)
	}
	return nil
}

func scanToken(scan func(...any) error) (t assay.Token, err error) {
	var created, expires, revoked int64
	if err := scan(&t.ID, &t.Name, &t.Role, &t.Parent, &t.Hash, &t.Author, &created, &expires, &revoked); err != nil {
		return t, err
	}
	t.Created, t.Expires, t.Revoked = moment(created), moment(expires), moment(revoked)
	return t, nil
}

// moment is the reverse of millis.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
