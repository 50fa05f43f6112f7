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

// Audit implements assay.AuditLog.
func (s *Store) Audit(ctx context.Context, entry assay.AuditEntry) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error { return s.audit(ctx, tx, entry) })
	if err != nil {
		return fmt.Errorf("audit %s of %s: %w", entry.Action, entry.Object, err)
	}
	return nil
}

// audit adds an entry in the transaction of what it tells.
func (s *Store) audit(ctx context.Context, tx *sql.Tx, e assay.AuditEntry) error {
	if e.Actor == "" || e.Action == "" {
		return errors.New("an audit entry needs an actor and an action")
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO audit (at, actor, role, action, object, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		millis(e.At), text(e.Actor), string(e.Role), e.Action, text(e.Object), text(e.Reason), text(e.Detail))
	return err
}

// AuditEntries implements assay.AuditLog.
func (s *Store) AuditEntries(ctx context.Context, object string) iter.Seq2[assay.AuditEntry, error] {
	query := `SELECT at, actor, role, action, object, reason, detail FROM audit`
	var args []any
	if object != "" {
		query, args = query+` WHERE object = ?`, []any{object}
	}
	return func(yield func(assay.AuditEntry, error) bool) {
		err := s.each(ctx, "the audit log", query+` ORDER BY seq DESC`, args, func(rows *sql.Rows) (bool, error) {
			var e assay.AuditEntry
			var at int64
			err := rows.Scan(&at, &e.Actor, &e.Role, &e.Action, &e.Object, &e.Reason, &e.Detail)
			e.At = time.UnixMilli(at).UTC()
			return err == nil && yield(e, nil), err
		})
		if err != nil {
			yield(assay.AuditEntry{}, err)
		}
	}
}

// SetTriage implements assay.TriageStore.
func (s *Store) SetTriage(ctx context.Context, who assay.Actor, t assay.Triage) error {
	if err := s.setTriage(ctx, who, t); err != nil {
		return fmt.Errorf("judge finding %s: %w", t.Finding, err)
	}
	return nil
}

func (s *Store) setTriage(ctx context.Context, who assay.Actor, t assay.Triage) error {
	switch t.Status {
	case assay.TriageOpen, assay.TriageAck, assay.TriageFalsePositive:
	default:
		return fmt.Errorf("status %q is none of open, ack, false_positive", t.Status)
	}
	if !who.Role.Allows(assay.RoleOperator) {
		return fmt.Errorf("%w: it takes the role %s (%s has %q)", assay.ErrForbidden, assay.RoleOperator, who.Name, who.Role)
	}
	if t.At.IsZero() {
		t.At = s.now()
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM asset_elements WHERE finding_id = ?`, t.Finding).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return assay.ErrNotFound
		}
		if _, err := tx.ExecContext(ctx, `REPLACE INTO triage (finding_id, status, author, reason, at) VALUES (?, ?, ?, ?, ?)`,
			t.Finding, string(t.Status), text(who.Name), text(t.Reason), millis(t.At)); err != nil {
			return err
		}
		return s.audit(ctx, tx, assay.AuditEntry{At: t.At, Actor: who.Name, Role: who.Role, Action: assay.ActionTriage,
			Object: t.Finding, Reason: t.Reason, Detail: string(t.Status)})
	})
}

// Triages implements assay.TriageStore.
func (s *Store) Triages(ctx context.Context, finding string) iter.Seq2[assay.Triage, error] {
	query := `SELECT finding_id, status, author, reason, at FROM triage`
	var args []any
	if finding != "" {
		query, args = query+` WHERE finding_id = ?`, []any{finding}
	}
	return func(yield func(assay.Triage, error) bool) {
		err := s.each(ctx, "judgements", query+` ORDER BY finding_id`, args, func(rows *sql.Rows) (bool, error) {
			var t assay.Triage
			var at int64
			err := rows.Scan(&t.Finding, &t.Status, &t.Author, &t.Reason, &at)
			t.At = time.UnixMilli(at).UTC()
			return err == nil && yield(t, nil), err
		})
		if err != nil {
			yield(assay.Triage{}, err)
		}
	}
}
