package quality

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/assay"
	"example.com/assay/verifiers"
)

// Author is who takes a version back by itself.
const Author = "assay quality"

// regressLevel is the p-value below which a version that went live counts as
// worse. It is stricter than the gate's, since it is asked again and again.
const regressLevel = 0.01

// TakenBack is a version that was rolled back.
type TakenBack struct {
	Element  assay.Element
	Version  int
	Instead  int // the version that is in use now
	Why      string
	WasShare int // percentage of the assets for which it was in use
}

// TakeBack rolls the newest version of an element back where it has turned out to
// be worse than the one before, on real values that were labelled since it went
// live: those on which the gate let it through have been used for that once. It
// looks at a version that is being rolled out, and at the one in use.
func (b *Bench) TakeBack(ctx context.Context, element assay.Element) ([]TakenBack, error) {
	versions, err := b.Versions(ctx, element)
	if err != nil {
		return nil, err
	}
	used, err := verifiers.InUse(ctx, b.Store, element)
	if err != nil {
		return nil, err
	}
	active := slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.State == assay.StateActive })
	if active < 0 {
		return nil, nil
	}
	var out []TakenBack
	if at := slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.Share > 0 }); at >= 0 {
		since, err := b.stagedSince(ctx, versions[at])
		if err != nil {
			return nil, err
		}
		if out, err = b.takeBack(ctx, out, versions[at], versions[active], since); err != nil {
			return out, err
		}
	}
	if len(used) < 2 || used[0].Version != versions[active].Version {
		return out, nil
	}
	former := slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.Version == used[1].Version })
	return b.takeBack(ctx, out, versions[active], versions[former], used[0].At)
}

// stagedSince is when the roll-out of a version began.
func (b *Bench) stagedSince(ctx context.Context, v assay.VerifierVersion) (since time.Time, err error) {
	share := 0
	for c, err := range b.Store.VerifierChanges(ctx, v.Element) {
		if err != nil {
			return since, err
		}
		if c.Version == v.Version {
			if share == 0 {
				since = c.At
			}
			share = c.Share
		}
	}
	return since, nil
}

// takeBack makes former count again in place of a version that is worse.
func (b *Bench) takeBack(ctx context.Context, out []TakenBack, v, former assay.VerifierVersion, since time.Time) ([]TakenBack, error) {
	l, err := b.labelled(ctx, v.Element)
	if err != nil {
		return out, err
	}
	fresh := map[string]bool{}
	for _, label := range l.labels {
		fresh[label.Item] = fresh[label.Item] || label.Time.After(since)
	}
	l.items = slices.DeleteFunc(l.items, func(i assay.Item) bool { return !fresh[i.ID] || i.Origin == assay.OriginGenerated })
	if len(l.items) == 0 {
		return out, nil
	}
	judge, mine, err := b.score(ctx, v, l)
	if err != nil {
		return out, err
	}
	before, theirs, err := b.score(ctx, former, l)
	if err != nil {
		return out, err
	}
	why := regression(Compare(v.Element, before, theirs, judge, mine), b.Bar(v.Element))
	if why == "" {
		return out, nil
	}
	taken := TakenBack{v.Element, v.Version, former.Version, why, v.Share}
	if v.Share > 0 {
		err = b.Store.SetVerifierState(ctx, v.Element, v.Version, assay.StateDisabled, Author, why)
	} else {
		taken.WasShare = 100
		err = b.Store.SetVerifierState(ctx, v.Element, former.Version, assay.StateActive, Author, why)
	}
	if err != nil {
		return out, err
	}
	return append(out, taken), nil
}

// regression says why a version that is live is to be taken back, or "".
func regression(d assay.Admission, bar assay.Bar) string {
	if d.Worse < regressLevel {
		return fmt.Sprintf("version %d is worse than version %d on values labelled since: wrong on %d on which that is right, right on %d on which that is wrong (p = %.2g)",
			d.Version, d.Against.Version, d.Paired.OnlyOld, d.Paired.OnlyNew, d.Worse)
	}
	for _, c := range []struct {
		what      string
		now, then assay.Estimate
		bar       float64
	}{{"precision", d.Measure.Precision, d.Against.Precision, bar.Precision}, {"recall", d.Measure.Recall, d.Against.Recall, bar.Recall}} {
		if c.now.N > 0 && c.now.High < c.bar && c.then.Value > c.now.Value {
			return fmt.Sprintf("%s of version %d is at most %.3f on values labelled since, %.3f is asked for and version %d has %.3f",
				c.what, d.Version, c.now.High, c.bar, d.Against.Version, c.then.Value)
		}
	}
	return ""
}
