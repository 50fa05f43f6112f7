package quality

import (
	"context"
	"encoding/binary"
	"math"
	"path"
	"slices"

	"example.com/assay"
)

// Shares says how much of what scans judge is kept to be labelled, by stratum,
// from 0 to 1.
type Shares struct {
	Flagged, Near, Hint, Rest float64
}

// DefaultShares keep few of the many flagged values, and more of those among
// which misses are likely.
var DefaultShares = Shares{Flagged: 0.02, Near: 0.5, Hint: 0.2, Rest: 0.1}

func (s Shares) of(stratum string) float64 {
	switch stratum {
	case assay.StratumFlagged:
		return s.Flagged
	case assay.StratumNear:
		return s.Near
	case assay.StratumHint:
		return s.Hint
	}
	return s.Rest
}

// KnownColumn is a column of which somebody says what it holds.
type KnownColumn struct {
	Asset   string        // the asset's id; * stands for anything but a slash
	Field   string        // the field's path, likewise
	Element assay.Element // empty for a column of free text
	Holds   bool          // every value is the element; otherwise none holds it
}

func (k KnownColumn) matches(asset assay.AssetID, field string) bool {
	return glob(k.Asset, string(asset)) && glob(k.Field, field)
}

func glob(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

// Collector keeps a share of what scanners judge as items to be labelled. It is
// an assay.Observer, safe for concurrent use.
//
// Which values are kept follows from their keyed hashes, so that each is kept
// independently of all others with the probability of its stratum, and the same
// value once (Poisson sampling with permanent random numbers: Ohlsson 1995, in
// Business Survey Methods, ch. 9). Items are therefore different values, not
// occurrences, and so are the measures on them.
type Collector struct {
	Items  assay.ItemStore
	Labels assay.LabelStore
	Maker  *Maker
	Shares Shares
	Known  []KnownColumn
}

var _ assay.Observer = (*Collector)(nil)

// Observe implements assay.Observer.
func (c *Collector) Observe(ctx context.Context, judged []assay.Judged) error {
	var items []assay.Item
	var labels []assay.Label
	for _, j := range judged {
		item, label, ok, err := c.item(ctx, j)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		items = append(items, item)
		if label != nil {
			labels = append(labels, *label)
		}
	}
	if len(items) == 0 {
		return nil
	}
	if _, err := c.Items.AddItems(ctx, items...); err != nil {
		return err
	}
	return c.Labels.SetLabel(ctx, labels...)
}

// item returns a judged value as an item, with the label that a known column
// gives it, if its turn comes.
func (c *Collector) item(ctx context.Context, j assay.Judged) (assay.Item, *assay.Label, bool, error) {
	stratum := j.Stratum
	share := c.Shares.of(stratum)
	if c.turn(j) >= share {
		return assay.Item{}, nil, false, nil
	}
	item := assay.Item{
		Element: j.Match.Element, Asset: j.Asset, Field: j.Field, Origin: assay.OriginResult, Stratum: stratum,
		Hash: j.Hash, Flagged: j.Flagged, Score: j.Match.Score, Probability: j.Probability * share, Language: Language(j.Datum.Value),
	}
	label := c.known(&item, j)
	item, err := c.Maker.Make(ctx, item, assay.ItemContent{
		Value: j.Datum.Value, Type: j.Type, Comment: j.Comment, Start: j.Match.Start, End: j.Match.End,
		Neighbours: j.Neighbours,
	})
	if err != nil {
		return item, nil, false, err
	}
	if label != nil {
		label.Item = item.ID
	}
	return item, label, true, nil
}

// known marks an item of a column that somebody told of, and returns its label.
func (c *Collector) known(item *assay.Item, j assay.Judged) *assay.Label {
	label := assay.Label{
		Element: item.Element, Asset: item.Asset, Field: item.Field, Verdict: assay.Present, By: ByDeclaration, Route: RouteDeclared,
	}
	if slices.Contains(j.Declared, item.Element) {
		item.Origin = assay.OriginColumn
		return &label
	}
	for _, k := range c.Known {
		switch {
		case !k.matches(item.Asset, item.Field):
		case k.Element == "":
			item.Origin = assay.OriginFreeForm
			return nil
		case k.Element == item.Element:
			if item.Origin = assay.OriginColumn; !k.Holds {
				label.Verdict = assay.Absent
			}
			return &label
		}
	}
	return nil
}

// turn is a number from 0 to 1 that is always the same for a value and an
// element, and that nobody without the key can foresee.
func (c *Collector) turn(j assay.Judged) float64 {
	h := c.Maker.hash("turn of "+string(j.Match.Element), j.Datum.Value)
	return float64(binary.BigEndian.Uint64(h)) / math.MaxUint64
}
