package taskcreator

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"example.com/assay"
)

// Prices are what using stores and the queue costs, in US dollars.
type Prices struct {
	QueueMillion  float64 // a million requests to the queue
	ObjectMillion float64 // a million reads of an object store
	Gigabyte      float64 // 10⁹ bytes read from a store
}

// Load is what tasks take.
type Load struct {
	Tasks int64 `json:"tasks"`
	Rows  int64 `json:"rows"`  // rows, records and lines to be sampled, at the most
	Bytes int64 `json:"bytes"` // to be read from the stores, estimated
	// Requests are statements or requests to the stores; QueueRequests those to
	// the queue, each task being sent, received and finished.
	Requests      int64   `json:"requests"`
	QueueRequests int64   `json:"queue_requests"`
	Cost          float64 `json:"cost_usd"`
}

func (l *Load) add(o Load) {
	l.Tasks += o.Tasks
	l.Rows += o.Rows
	l.Bytes += o.Bytes
	l.Requests += o.Requests
	l.Cost += o.Cost
	l.QueueRequests = (l.Tasks*queueRequests + queueBatch - 1) / queueBatch
}

// Row is the load of one store's assets in one turn.
type Row struct {
	Store string `json:"store"`
	Turn  string `json:"turn"`
	Load
}

// Preview is what a cycle that began now would do.
type Preview struct {
	Rows   []Row `json:"rows"` // by store, and the turns in their order
	Total  Load  `json:"total"`
	Stores int   `json:"stores"`
	Assets int   `json:"assets"`  // listed
	NotDue int   `json:"not_due"` // of them
	// Gaps are what could not be listed, by store: it would not be examined.
	Gaps []Gap `json:"not_examined"`
}

// Gap is what of a store could not be listed.
type Gap struct {
	Store string `json:"store"`
	Asset string `json:"asset"`
	Error string `json:"error"`
}

// mostGaps is how many gaps a preview names.
const mostGaps = 100

// Preview makes a plan as a cycle would, sends nothing and keeps nothing.
func (c *Creator) Preview(ctx context.Context, prices Prices) (Preview, error) {
	begun := c.Now().UTC()
	tally := tally{plan: c.Plan, prices: prices, loads: map[rowKey]Load{}}
	p := &planner{Creator: c, cycle: assay.Cycle{Name: "preview", Begun: begun}, keep: tally.count, dry: &tally}
	if err := p.all(ctx); err != nil {
		return Preview{}, err
	}
	out := tally.preview()
	out.Stores, out.Assets = p.stores, p.assets
	return out, nil
}

// tally sums up what a dry planner keeps.
type tally struct {
	plan   assay.Plan
	prices Prices

	mu     sync.Mutex
	loads  map[rowKey]Load
	notDue int
	gaps   []Gap
}

type rowKey struct {
	store string
	turn  assay.Turn
}

func (t *tally) count(_ context.Context, plans ...assay.Planned) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range plans {
		if p.Turn == assay.TurnNone {
			t.notDue++
			continue
		}
		key := rowKey{p.Store, p.Turn}
		load := t.loads[key]
		load.add(estimate(p.Asset, t.plan, t.prices))
		t.loads[key] = load
	}
	return nil
}

func (t *tally) gap(store string, asset assay.AssetID, cause error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.gaps) < mostGaps {
		t.gaps = append(t.gaps, Gap{store, string(asset), cause.Error()})
	}
}

func (t *tally) preview() Preview {
	out := Preview{Rows: []Row{}, NotDue: t.notDue, Gaps: append([]Gap{}, t.gaps...)}
	keys := make([]rowKey, 0, len(t.loads))
	for key := range t.loads {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b rowKey) int {
		return cmp.Or(strings.Compare(a.store, b.store), cmp.Compare(a.turn, b.turn))
	})
	for _, key := range keys {
		out.Rows = append(out.Rows, Row{key.store, key.turn.String(), t.loads[key]})
		out.Total.add(t.loads[key])
	}
	slices.SortFunc(out.Gaps, func(a, b Gap) int {
		return cmp.Or(strings.Compare(a.Store, b.Store), strings.Compare(a.Asset, b.Asset))
	})
	return out
}
