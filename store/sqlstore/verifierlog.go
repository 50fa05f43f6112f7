package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"time"

	"example.com/assay"
)

var (
	_ assay.VerifierLog      = (*Store)(nil)
	_ assay.VerifierImporter = (*Store)(nil)
	_ assay.VerifierStager   = (*Store)(nil)
)

// VerifierChanges implements assay.VerifierLog.
func (s *Store) VerifierChanges(ctx context.Context, element assay.Element) iter.Seq2[assay.VerifierChange, error] {
	const query = `SELECT element, version, state, share, author, reason, at FROM verifier_changes WHERE element = ? ORDER BY seq`
	return func(yield func(assay.VerifierChange, error) bool) {
		err := s.each(ctx, "changes of verifier "+string(element), query, []any{string(element)}, func(rows *sql.Rows) (bool, error) {
			var c assay.VerifierChange
			var at int64
			err := rows.Scan(&c.Element, &c.Version, &c.State, &c.Share, &c.Author, &c.Reason, &at)
			c.At = time.UnixMilli(at).UTC()
			return err == nil && yield(c, nil), err
		})
		if err != nil {
			yield(assay.VerifierChange{}, err)
		}
	}
}

// VerifierRevision implements assay.VerifierLog.
func (s *Store) VerifierRevision(ctx context.Context) (revision int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM verifier_changes`).Scan(&revision)
	if err != nil {
		return 0, fmt.Errorf("read the revision of the verifiers: %w", err)
	}
	return revision, nil
}

// AddVerifiers implements assay.VerifierImporter.
func (s *Store) AddVerifiers(ctx context.Context, versions ...assay.VerifierVersion) error {
	versions = slices.Clone(versions)
	for i := range versions {
		if err := s.prepareVersion(&versions[i]); err != nil {
			return err
		}
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for _, v := range versions {
			if _, err := s.insertVersion(ctx, tx, v); err != nil {
				return fmt.Errorf("%s: %w", v.Element, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add verifiers: %w", err)
	}
	return nil
}

// prepareVersion checks a version and completes it.
func (s *Store) prepareVersion(v *assay.VerifierVersion) error {
	if err := validate(*v); err != nil {
		return fmt.Errorf("add verifier %s: %w", v.Element, err)
	}
	if v.Created.IsZero() {
		v.Created = s.now()
	}
	v.Created = v.Created.UTC().Truncate(time.Millisecond)
	return nil
}
