package sqlstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"example.com/assay"
)

// known is what the store says of an asset: the active findings that are there,
// and the coverage of each field. The events of a commit are the difference
// between before and after, so that a task that is committed twice makes them
// once.
type known struct {
	findings map[string]assay.Finding
	coverage map[string]assay.Coverage
}

// known reads what the transaction sees.
func (c *commit) known(ctx context.Context) (known, error) {
	k := known{map[string]assay.Finding{}, map[string]assay.Coverage{}}
	found, err := c.query(ctx, `SELECT finding_id, field, element, confidence, verifier, owner FROM asset_elements
		WHERE asset_key = ? AND state = ? AND gone_task = ''`, c.key, string(assay.StateActive))
	if err != nil {
		return k, err
	}
	defer found.Close()
	for found.Next() {
		var f assay.Finding
		if err := found.Scan(&f.ID, &f.Field, &f.Element, &f.Confidence, &f.Verifier, &f.Owner); err != nil {
			return k, err
		}
		k.findings[f.ID] = f
	}
	if err := found.Err(); err != nil {
		return k, err
	}
	covered, err := c.query(ctx, `SELECT coverage_id, field, status, reason FROM coverage WHERE asset_key = ?`, c.key)
	if err != nil {
		return k, err
	}
	defer covered.Close()
	for covered.Next() {
		var id string
		var cov assay.Coverage
		if err := covered.Scan(&id, &cov.Field, &cov.Status, &cov.Reason); err != nil {
			return k, err
		}
		k.coverage[id] = cov
	}
	return k, covered.Err()
}

// remember notes what is known before anything of the result is written.
func (c *commit) remember(ctx context.Context) (err error) {
	c.before, err = c.known(ctx)
	return err
}

// events puts what changed into the outbox.
func (c *commit) events(ctx context.Context) error {
	after, err := c.known(ctx)
	if err != nil {
		return err
	}
	events := append(c.elementEvents(after), c.coverageEvents(after)...)
	slices.SortFunc(events, func(a, b assay.Event) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Element, b.Element))
	})
	rows := make([][]any, 0, len(events))
	for _, e := range events {
		body, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("event: %w", err)
		}
		rows = append(rows, []any{e.ID, string(e.Kind), c.at, string(body), "[]", 0, c.now, 0, ""})
	}
	const head = `INSERT INTO outbox (event_id, kind, at, body, taken, attempts, due, done, error) VALUES `
	if err := c.insert(ctx, head, "", rows); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	return nil
}

// elementEvents tells which elements appeared and which are gone.
func (c *commit) elementEvents(after known) (out []assay.Event) {
	add := func(kind assay.EventKind, f assay.Finding) {
		e := c.event(kind, f.Field)
		e.Finding, e.Element, e.Confidence, e.Verifier = f.ID, f.Element, f.Confidence, f.Verifier
		e.Owner = cmp.Or(f.Owner, e.Owner)
		out = append(out, e)
	}
	for id, f := range after.findings {
		if _, ok := c.before.findings[id]; !ok {
			add(assay.EventAppeared, f)
		}
	}
	for id, f := range c.before.findings {
		if _, ok := after.findings[id]; !ok {
			add(assay.EventGone, f)
		}
	}
	return out
}

// worse orders the states from good to bad; what was never examined has 0.
var worse = map[assay.Status]int{assay.StatusScanned: 1, assay.StatusPartial: 2, assay.StatusNotExamined: 3}

// coverageEvents tells of what is examined less than before. A field that is not
// named any more is no loss, and an asset that fails as a whole loses something
// only if it was examined before.
func (c *commit) coverageEvents(after known) (out []assay.Event) {
	for id, now := range after.coverage {
		was, ok := c.before.coverage[id]
		if !ok && now.Field == "" && c.before.examined() {
			was, ok = assay.Coverage{Status: assay.StatusScanned}, true
		}
		if !ok || worse[now.Status] <= worse[was.Status] {
			continue
		}
		e := c.event(assay.EventLost, now.Field)
		e.Was, e.Status, e.Reason = was.Status, now.Status, now.Reason
		out = append(out, e)
	}
	return out
}

// examined reports whether anything of the asset was read.
func (k known) examined() bool {
	for _, c := range k.coverage {
		if c.Status != assay.StatusNotExamined {
			return true
		}
	}
	return false
}

// event is an event of this commit.
func (c *commit) event(kind assay.EventKind, field string) assay.Event {
	return assay.Event{ID: eventID(), Kind: kind, At: time.UnixMilli(c.at).UTC(),
		Asset: assay.AssetID(text(c.Task.Asset.ID)), Store: text(c.Task.Store), Owner: text(c.Task.Asset.Owner), Task: c.Task.ID, Field: field}
}

func eventID() string {
	var id [16]byte
	rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// verifierEvent puts a version's new state into the outbox, in the transaction
// that sets it.
func verifierEvent(ctx context.Context, tx *sql.Tx, v assay.VerifierVersion) error {
	id := eventID()
	body, err := json.Marshal(assay.Event{
		ID: id, Kind: assay.EventVerifier, At: v.Created.UTC(), Element: v.Element, Verifier: fmt.Sprintf("%s@%d", v.Element, v.Version),
		State: v.State, Share: v.Share, Author: text(v.Author), Why: text(v.Reason),
	})
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO outbox (event_id, kind, at, body, taken, attempts, due, done, error) VALUES (?, ?, ?, ?, '[]', 0, ?, 0, '')`,
		id, string(assay.EventVerifier), v.Created.UnixMilli(), string(body), v.Created.UnixMilli())
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	return nil
}
