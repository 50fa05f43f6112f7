package taskcreator

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"example.com/assay"
)

// forget is how long an asset that is no longer listed stays in memory.
const forget = 90 * 24 * time.Hour

// page is how many assets are judged, and kept, at a time.
const page = 2000

// list lists every store and keeps the plan. Only when all have been listed, or
// recorded as not examined, is it known which tasks come first.
func (c *Creator) list(ctx context.Context, cycle *assay.Cycle, sum *Summary) error {
	planner := &planner{Creator: c, cycle: *cycle, keep: c.Memory.Keep}
	err := planner.all(ctx)
	sum.Stores, sum.Assets, sum.NotExamined = planner.stores, planner.assets, planner.gaps
	if err != nil {
		return err
	}
	if _, err := c.Memory.DropUnlisted(ctx, cycle.Begun.Add(-forget)); err != nil {
		return err
	}
	cycle.Listed = c.Now().UTC()
	return c.Memory.KeepCycle(ctx, *cycle)
}

// planner lists stores and hands the judged assets to keep, page by page. One
// with a tally leaves no other trace.
type planner struct {
	*Creator
	cycle assay.Cycle
	keep  func(ctx context.Context, assets ...assay.Planned) error // called by several goroutines
	dry   *tally

	mu                   sync.Mutex // of the following, and of the results
	stores, assets, gaps int
}

// all lists all stores, some at the same time. An error is one of the catalogue,
// the memory or the results; a store that fails is recorded.
func (p *planner) all(ctx context.Context) error {
	group, listing := errgroup.WithContext(ctx)
	group.SetLimit(p.Listers)
	for store, err := range p.Catalogue.Stores(listing) {
		if err != nil && store.Name == "" {
			return errors.Join(fmt.Errorf("list stores: %w", err), group.Wait())
		}
		if listing.Err() != nil {
			break
		}
		p.count(&p.stores, 1)
		group.Go(func() error {
			if err != nil {
				return p.gap(listing, store.Name, storeAsset(store), err)
			}
			return p.store(listing, store)
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// store lists one store. One that cannot be listed to its end is recorded as not
// examined, and those of its assets that are known go on being scanned.
func (p *planner) store(ctx context.Context, store assay.DataStore) error {
	name, ok := p.Known(store)
	if !ok {
		return p.gap(ctx, store.Name, storeAsset(store), &assay.Error{Op: "list", Item: store.Name, Reason: assay.ReasonUnsupported,
			Err: errors.New("the catalogue names a store that the configuration does not know"), Hint: "add it under stores in assay.yaml"})
	}
	last, err := p.Memory.ListedStore(ctx, name)
	if err != nil {
		return err
	}
	next := assay.ListedStore{Store: store, Listed: p.cycle.Begun}
	next.Store.Name = name
	var failed error
	if next.Version, failed, err = p.listing(ctx, name, store, last); err != nil {
		return err
	}
	if failed == nil {
		if p.dry != nil {
			return nil
		}
		return p.Memory.KeepListedStore(ctx, next)
	}
	if err := p.gap(ctx, name, storeAsset(store), failed); err != nil {
		return err
	}
	_, failed, err = p.judge(ctx, next.Store, p.remembered(ctx, name, last.Listed), true)
	return errors.Join(failed, err)
}

// listing reads the list of a store, which scanners know by a name, within the
// time for it. It returns the version to remember, why the list did not come to
// its end, and an error that ends all.
func (p *planner) listing(ctx context.Context, name string, store assay.DataStore, last assay.ListedStore) (version string, failed, err error) {
	limited, cancel := context.WithTimeout(ctx, p.ListTimeout)
	defer cancel()
	have := last.Version
	if last.Listed.IsZero() {
		have = ""
	}
	listing, failed := p.Catalogue.List(limited, store, have)
	store.Name = name
	if failed != nil {
		return "", failed, ctx.Err()
	}
	if listing.Unchanged {
		_, failed, err = p.judge(ctx, store, p.remembered(ctx, name, last.Listed), false)
		return have, nil, errors.Join(failed, err)
	}
	gaps, failed, err := p.judge(ctx, store, listing.Assets, false)
	if failed == nil {
		failed = limited.Err() // a source may just stop
	}
	if gaps > 0 {
		return "", failed, err // ask for the whole list again
	}
	return listing.Version, failed, err
}

// remembered yields the assets of a store's last complete listing, and those that
// were listed since.
func (p *planner) remembered(ctx context.Context, store string, since time.Time) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for known, err := range p.Memory.Assets(ctx, store, since) {
			if !yield(known.Asset, err) || err != nil {
				return
			}
		}
	}
}

// judge judges what a list yields, and keeps it. It returns how many assets were
// recorded as not examined, what ended the list, and an error that ends all.
// Stale assets are not listed now, but have been; they are left out where this
// cycle has listed them.
func (p *planner) judge(ctx context.Context, store assay.DataStore, list iter.Seq2[assay.Asset, error], stale bool) (gaps int, failed, err error) {
	assets := make([]assay.Asset, 0, page)
	for asset, err := range list {
		if err != nil && asset.ID == "" {
			failed = err
			break
		}
		if err == nil {
			err = proper(&asset)
		}
		if err != nil {
			gaps++
			if err := p.gap(ctx, store.Name, asset, err); err != nil {
				return gaps, nil, err
			}
			continue
		}
		if asset.Owner == "" {
			asset.Owner = store.Owner
		}
		if assets = append(assets, asset); len(assets) == page {
			if err := p.page(ctx, store.Name, assets, stale); err != nil {
				return gaps, nil, err
			}
			assets = assets[:0]
		}
	}
	return gaps, failed, errors.Join(p.page(ctx, store.Name, assets, stale), ctx.Err())
}

// page judges some assets and keeps their plans.
func (p *planner) page(ctx context.Context, store string, assets []assay.Asset, stale bool) error {
	if len(assets) == 0 {
		return nil
	}
	ids := make([]assay.AssetID, len(assets))
	for i, a := range assets {
		ids[i] = a.ID
	}
	known, err := p.Memory.Known(ctx, ids...)
	if err != nil {
		return err
	}
	plans := make([]assay.Planned, 0, len(assets))
	for i, a := range assets {
		if stale && known[i].Listed.Equal(p.cycle.Begun) {
			continue
		}
		plan := p.Rules.judge(p.cycle.Begun, store, a, known[i])
		if stale {
			plan.Listed = known[i].Listed
		}
		plans = append(plans, plan)
	}
	p.count(&p.assets, len(plans))
	if p.dry == nil {
		p.Metrics.listed(store, len(plans))
	}
	return p.keep(ctx, plans...)
}

// gap records that an asset is not examined.
func (p *planner) gap(ctx context.Context, store string, asset assay.Asset, cause error) error {
	p.count(&p.gaps, 1)
	if p.dry != nil {
		p.dry.gap(store, asset.ID, cause)
		return nil
	}
	p.Metrics.unlisted(store, assay.Explain(cause))
	p.Log.Warn("not listed, and so not examined", "store", store, "asset", asset.ID, "err", cause)
	return recordGap(ctx, p.Results, store, p.cycle.Name, p.Now(), asset, cause)
}

func (p *planner) count(counter *int, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*counter += n
}
