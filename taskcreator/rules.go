package taskcreator

import (
	"cmp"
	"time"

	"example.com/assay"
)

// Rules say how often an asset is scanned. A zero member means its default.
type Rules struct {
	Changed  time.Duration // an asset that changed, at the most; 24 hours
	Positive time.Duration // one in which something was found before; 7 days
	Gap      time.Duration // one that the last scan could not examine; 24 hours
	Clean    time.Duration // one that has not changed and is clean; 30 days
	// Resend is how long a task may stay without a result before another one is
	// sent for its asset; 3 days.
	Resend time.Duration
	// All makes every asset due, unless a task for it is under way.
	All bool
}

func (r Rules) withDefaults() Rules {
	const day = 24 * time.Hour
	r.Changed, r.Positive = cmp.Or(r.Changed, day), cmp.Or(r.Positive, 7*day)
	r.Gap, r.Clean = cmp.Or(r.Gap, day), cmp.Or(r.Clean, 30*day)
	r.Resend = cmp.Or(r.Resend, 3*day)
	return r
}

// similar is how far sizes may be apart, as a share, of an asset that is taken
// for unchanged: many stores only estimate them.
const similar = 0.1

// judge decides whether an asset that is listed in the cycle begun at now is due,
// and in which turn.
func (r Rules) judge(now time.Time, store string, asset assay.Asset, known assay.Remembered) assay.Planned {
	p := assay.Planned{Store: store, Asset: asset, Listed: now, Sent: known.Sent}
	p.Changed = changed(now, &p.Asset, known)
	p.Turn, p.Due = r.turn(now, p.Changed, known)
	underWay := p.Sent.After(known.Scanned) && now.Before(p.Sent.Add(r.Resend))
	if underWay || p.Due.After(now) && !r.All {
		p.Turn = assay.TurnNone
	} else {
		p.Cycle = now
	}
	return p
}

// changed returns when the asset's content last changed, as far as can be told.
// The store's word counts; without it, a size that is no longer similar. A
// similar one is written as it was, so that slow growth is noticed too.
func changed(now time.Time, asset *assay.Asset, known assay.Remembered) time.Time {
	switch {
	case !asset.Modified.IsZero():
		return asset.Modified
	case known.Listed.IsZero():
		return time.Time{}
	case alike(asset.Rows, known.Asset.Rows) && alike(asset.Bytes, known.Asset.Bytes):
		asset.Rows, asset.Bytes = reference(asset.Rows, known.Asset.Rows), reference(asset.Bytes, known.Asset.Bytes)
		return known.Changed
	}
	return now
}

// alike compares two sizes, of which -1 is unknown.
func alike(a, b int64) bool {
	return a < 0 || b < 0 || float64(max(a, b)-min(a, b)) <= similar*float64(max(a, b))
}

// reference is the size that later ones are compared with.
func reference(now, known int64) int64 {
	if known < 0 {
		return now
	}
	return known
}

// turn returns in which turn an asset is scanned next, and when that is due.
func (r Rules) turn(now, changed time.Time, known assay.Remembered) (assay.Turn, time.Time) {
	switch {
	case known.Scanned.IsZero() && known.Turn == assay.TurnNever && !known.Due.IsZero():
		return assay.TurnNever, known.Due // since it was first listed
	case known.Scanned.IsZero():
		return assay.TurnNever, now
	case changed.After(known.Scanned):
		return assay.TurnChanged, later(changed, known.Scanned.Add(r.Changed))
	case known.Positive && known.Gap:
		return assay.TurnPositive, known.Scanned.Add(min(r.Positive, r.Gap))
	case known.Positive:
		return assay.TurnPositive, known.Scanned.Add(r.Positive)
	case known.Gap:
		return assay.TurnGap, known.Scanned.Add(r.Gap)
	}
	return assay.TurnClean, known.Scanned.Add(r.Clean)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
