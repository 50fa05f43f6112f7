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

// SetLabel implements assay.LabelStore.
func (s *Store) SetLabel(ctx context.Context, labels ...assay.Label) error {
	for i := range labels {
		if err := checkLabel(labels[i]); err != nil {
			return err
		}
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		for _, l := range labels {
			if err := s.setLabel(ctx, tx, l); err != nil {
				return fmt.Errorf("keep a label of %s: %w", l.Element, err)
			}
		}
		return nil
	})
}

func checkLabel(l assay.Label) error {
	if l.Element == "" || l.By == "" {
		return errors.New("a label needs an element and who said so")
	}
	switch l.Verdict {
	case assay.Present, assay.Absent, assay.Unsure:
	default:
		return fmt.Errorf("label of %s: %q is none of present, absent, unsure", l.Element, l.Verdict)
	}
	if l.Item == "" && (l.Asset == "" || l.Field == "") {
		return errors.New("a label needs an item, or an asset and a field")
	}
	return nil
}

func (s *Store) setLabel(ctx context.Context, tx *sql.Tx, l assay.Label) error {
	target := l.Item
	if target == "" {
		target = assay.FindingID(l.Asset, l.Field, l.Element)
	}
	if l.Time.IsZero() {
		l.Time = s.now()
	}
	_, err := tx.ExecContext(ctx, `REPLACE INTO labels (target, said_by, item, element, asset, field, verdict, model, route, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, target, text(l.By), l.Item, string(l.Element), text(l.Asset), text(l.Field),
		string(l.Verdict), l.Model, l.Route, millis(l.Time))
	return err
}

// RemoveLabel implements assay.LabelStore.
func (s *Store) RemoveLabel(ctx context.Context, item, by string) error {
	res, err := s.write.ExecContext(ctx, `DELETE FROM labels WHERE target = ? AND said_by = ?`, item, text(by))
	if err == nil {
		var n int64
		if n, err = res.RowsAffected(); err == nil && n == 0 {
			err = assay.ErrNotFound
		}
	}
	if err != nil {
		return fmt.Errorf("take back a label of item %s: %w", item, err)
	}
	return nil
}

// Labels implements assay.LabelStore.
func (s *Store) Labels(ctx context.Context, filter assay.LabelFilter) iter.Seq2[assay.Label, error] {
	query, args := `SELECT item, element, asset, field, verdict, said_by, model, route, at FROM labels WHERE 1 = 1`, []any(nil)
	for column, value := range map[string]string{"element": string(filter.Element), "item": filter.Item, "said_by": filter.By} {
		if value != "" {
			query, args = query+` AND `+column+` = ?`, append(args, value)
		}
	}
	if filter.Fields {
		query += ` AND item = ''`
	}
	return func(yield func(assay.Label, error) bool) {
		err := s.each(ctx, "labels", query+` ORDER BY element, item, asset, field, said_by`, args, func(rows *sql.Rows) (bool, error) {
			var l assay.Label
			var at int64
			err := rows.Scan(&l.Item, &l.Element, &l.Asset, &l.Field, &l.Verdict, &l.By, &l.Model, &l.Route, &at)
			l.Time = time.UnixMilli(at).UTC()
			return err == nil && yield(l, nil), err
		})
		if err != nil {
			yield(assay.Label{}, err)
		}
	}
}

// measureColumns are the columns of measures, in the order of measureFields.
const measureColumns = `element, version, hash, level, store, language, tp, fp, fn, tn,
	prec, prec_low, prec_high, prec_n, recall, recall_low, recall_high, recall_n,
	accuracy, accuracy_low, accuracy_high, accuracy_n, prevalence, prevalence_low, prevalence_high, prevalence_n, f1`

// measureFields are the places of a measure's columns.
func measureFields(m *assay.Measure) []any {
	fields := []any{&m.Element, &m.Version, &m.Hash, &m.Level, &m.Store, &m.Language, &m.TP, &m.FP, &m.FN, &m.TN}
	for _, e := range []*assay.Estimate{&m.Precision, &m.Recall, &m.Accuracy, &m.Prevalence} {
		fields = append(fields, &e.Value, &e.Low, &e.High, &e.N)
	}
	return append(fields, &m.F1)
}

// AddMeasures implements assay.MeasureStore.
func (s *Store) AddMeasures(ctx context.Context, measures ...assay.Measure) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for _, m := range measures {
			if m.Time.IsZero() {
				m.Time = s.now()
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO measures (`+measureColumns+`, at) VALUES
				(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				append(measureFields(&m), millis(m.Time))...)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep measures: %w", err)
	}
	return nil
}

// Measures implements assay.MeasureStore.
func (s *Store) Measures(ctx context.Context, element assay.Element) iter.Seq2[assay.Measure, error] {
	query, args := `SELECT `+measureColumns+`, at FROM measures`, []any(nil)
	if element != "" {
		query, args = query+` WHERE element = ?`, []any{string(element)}
	}
	return func(yield func(assay.Measure, error) bool) {
		err := s.each(ctx, "measures", query+` ORDER BY element, at DESC, seq DESC`, args, func(rows *sql.Rows) (bool, error) {
			var m assay.Measure
			var at int64
			err := rows.Scan(append(measureFields(&m), &at)...)
			m.Time = time.UnixMilli(at).UTC()
			return err == nil && yield(m, nil), err
		})
		if err != nil {
			yield(assay.Measure{}, err)
		}
	}
}
