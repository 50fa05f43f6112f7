package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"example.com/assay"
)

// verifierLock serialises the changes of verifiers, which are few.
const verifierLock = "verifiers"

// Verifiers implements assay.VerifierStore.
func (s *Store) Verifiers(ctx context.Context) iter.Seq2[assay.VerifierVersion, error] {
	const query = `SELECT element, version, definition, hash, state, share, author, reason, created FROM verifiers ORDER BY element, version`
	return func(yield func(assay.VerifierVersion, error) bool) {
		err := s.each(ctx, "verifiers", query, nil, func(rows *sql.Rows) (bool, error) {
			var v assay.VerifierVersion
			var definition []byte
			var created int64
			err := rows.Scan(&v.Element, &v.Version, &definition, &v.Hash, &v.State, &v.Share, &v.Author, &v.Reason, &created)
			v.Definition, v.Created = definition, time.UnixMilli(created).UTC()
			return err == nil && yield(v, nil), err
		})
		if err != nil {
			yield(assay.VerifierVersion{}, err)
		}
	}
}

// AddVerifier implements assay.VerifierStore. A version without a time of
// creation gets the present one.
func (s *Store) AddVerifier(ctx context.Context, v assay.VerifierVersion) (assay.VerifierVersion, error) {
	if err := s.prepareVersion(&v); err != nil {
		return assay.VerifierVersion{}, err
	}
	stored := v
	err := s.inTx(ctx, func(tx *sql.Tx) (err error) {
		if stored, err = s.insertVersion(ctx, tx, v); err == nil && v.State == assay.StateActive {
			err = verifierEvent(ctx, tx, stored)
		}
		return err
	})
	if err != nil {
		return assay.VerifierVersion{}, fmt.Errorf("add verifier %s: %w", v.Element, err)
	}
	return stored, nil
}

func (s *Store) insertVersion(ctx context.Context, tx *sql.Tx, v assay.VerifierVersion) (assay.VerifierVersion, error) {
	if err := s.dialect.lock(ctx, tx, verifierLock); err != nil {
		return v, err
	}
	newest, taken := 0, false
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0), COALESCE(MAX(version = ?), 0) FROM verifiers WHERE element = ?`,
		v.Version, string(v.Element)).Scan(&newest, &taken); err != nil {
		return v, err
	}
	if v.Version == 0 {
		v.Version = newest + 1
	}
	if taken {
		return v, fmt.Errorf("version %d is taken: %w", v.Version, assay.ErrConflict)
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO verifiers (element, version, definition, hash, state, author, reason, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		string(v.Element), v.Version, string(v.Definition), v.Hash, string(assay.StateDisabled), v.Author, v.Reason, v.Created.UnixMilli()); err != nil {
		return v, err
	}
	return v, setState(ctx, tx, v)
}

func validate(v assay.VerifierVersion) error {
	switch {
	case v.Element == "":
		return errors.New("it has no element")
	case v.Share != 0:
		return errors.New("a new version has no share yet: stage it")
	case v.Version < 0:
		return fmt.Errorf("version %d is below 1", v.Version)
	case !json.Valid(v.Definition):
		return errors.New("its definition is not JSON")
	}
	return validState(v.State)
}

func validState(state assay.State) error {
	switch state {
	case assay.StateActive, assay.StateShadow, assay.StateDisabled:
		return nil
	}
	return fmt.Errorf("state %q is none of active, shadow, disabled", state)
}

// SetVerifierState implements assay.VerifierStore: ErrNotFound for a version
// that does not exist. As with AddVerifier, an active one disables the former.
func (s *Store) SetVerifierState(ctx context.Context, element assay.Element, version int, state assay.State, author, reason string) error {
	err := validState(state)
	if err == nil {
		err = s.inTx(ctx, func(tx *sql.Tx) error {
			if err := s.dialect.lock(ctx, tx, verifierLock); err != nil {
				return err
			}
			v := assay.VerifierVersion{Element: element, Version: version, State: state, Author: author, Reason: reason, Created: s.now()}
			if err := setState(ctx, tx, v); err != nil {
				return err
			}
			return verifierEvent(ctx, tx, v)
		})
	}
	if err != nil {
		return fmt.Errorf("set state of verifier %s@%d: %w", element, version, err)
	}
	return nil
}

// StageVerifier implements assay.VerifierStager.
func (s *Store) StageVerifier(ctx context.Context, element assay.Element, version, share int, author, reason string) error {
	if share < 1 || share > 99 {
		return fmt.Errorf("stage verifier %s@%d: a share of %d %% is not between 1 and 99", element, version, share)
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.dialect.lock(ctx, tx, verifierLock); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE verifiers SET share = 0 WHERE element = ?`, string(element)); err != nil {
			return err
		}
		v := assay.VerifierVersion{Element: element, Version: version, State: assay.StateShadow, Share: share,
			Author: author, Reason: reason, Created: s.now()}
		if err := setState(ctx, tx, v); err != nil {
			return err
		}
		return verifierEvent(ctx, tx, v)
	})
	if err != nil {
		return fmt.Errorf("stage verifier %s@%d: %w", element, version, err)
	}
	return nil
}

// setState gives the version its state, at its time of creation, and writes who
// did it and why. At most one version of an element is active: making one so
// disables the other.
func setState(ctx context.Context, tx *sql.Tx, v assay.VerifierVersion) error {
	if v.State == assay.StateActive {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO verifier_changes (element, version, state, author, reason, at)
			SELECT element, version, ?, ?, ?, ? FROM verifiers WHERE element = ? AND state = ? AND version <> ?`,
			string(assay.StateDisabled), v.Author, fmt.Sprintf("version %d became active", v.Version), v.Created.UnixMilli(),
			string(v.Element), string(assay.StateActive), v.Version); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE verifiers SET state = ?, share = 0 WHERE element = ? AND state = ? AND version <> ?`,
			string(assay.StateDisabled), string(v.Element), string(assay.StateActive), v.Version); err != nil {
			return err
		}
	}
	res, err := tx.ExecContext(ctx, `UPDATE verifiers SET state = ?, share = ? WHERE element = ? AND version = ?`, string(v.State), v.Share, string(v.Element), v.Version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, assay.ErrNotFound)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO verifier_changes (element, version, state, share, author, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(v.Element), v.Version, string(v.State), v.Share, v.Author, v.Reason, v.Created.UnixMilli())
	return err
}
