package quality

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay"
	"example.com/assay/verifiers"
)

// Store is what measuring asks of the store.
type Store interface {
	assay.VerifierStore
	assay.VerifierLog
	assay.VerifierStager
	assay.FindingReader
	assay.ItemStore
	assay.LabelStore
	assay.MeasureStore
}

// Bench measures the verifiers of a store on its labelled values, lets those into
// use that pass, and takes those back that fail. It implements assay.Gatekeeper,
// and is safe for concurrent use.
type Bench struct {
	Store  Store
	Sealer assay.Sealer // opens the labelled values
	// Options say what definitions may refer to.
	Options verifiers.Options
	// Settler asks the models that definitions name; nil where there are none.
	Settler verifiers.Settler
	// Bar returns what a version of an element must reach.
	Bar func(assay.Element) assay.Bar
}

var _ assay.Gatekeeper = (*Bench)(nil)

// Versions returns an element's versions, oldest first; of all elements when it
// is empty.
func (b *Bench) Versions(ctx context.Context, element assay.Element) ([]assay.VerifierVersion, error) {
	var versions []assay.VerifierVersion
	for v, err := range b.Store.Verifiers(ctx) {
		if err != nil {
			return nil, err
		}
		if element == "" || v.Element == element {
			versions = append(versions, v)
		}
	}
	return versions, nil
}

// version returns one version of an element, and that in use; nil where none is.
func (b *Bench) version(ctx context.Context, element assay.Element, number int) (v assay.VerifierVersion, used *assay.VerifierVersion, err error) {
	versions, err := b.Versions(ctx, element)
	if err != nil {
		return v, nil, err
	}
	at := slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.Version == number })
	if at < 0 {
		return v, nil, fmt.Errorf("verifier %s@%d: %w", element, number, assay.ErrNotFound)
	}
	if active := slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.State == assay.StateActive }); active >= 0 {
		used = &versions[active]
	}
	return versions[at], used, nil
}

// Judge returns the judge of a version.
func (b *Bench) Judge(v assay.VerifierVersion) (*Judge, error) {
	def, err := verifiers.ParseVersion(v)
	if err != nil {
		return nil, err
	}
	return NewJudge(def, b.Options, b.Settler, b.Sealer)
}

// labelled are the values of an element, and what is said of them.
type labelled struct {
	items []assay.Item
	truth Truth
	// labels are all of the element, those on fields too.
	labels []assay.Label
}

func (b *Bench) labelled(ctx context.Context, element assay.Element) (l labelled, err error) {
	for label, err := range b.Store.Labels(ctx, assay.LabelFilter{Element: element}) {
		if err != nil {
			return l, err
		}
		l.labels = append(l.labels, label)
	}
	l.truth = TruthOf(l.labels)
	for item, err := range b.Store.Items(ctx, assay.ItemFilter{Element: element}) {
		if err != nil {
			return l, err
		}
		l.items = append(l.items, item)
	}
	return l, nil
}

// Score lets a version look at all labelled values of its element.
func (b *Bench) Score(ctx context.Context, v assay.VerifierVersion) (*Judge, []ScoredItem, error) {
	l, err := b.labelled(ctx, v.Element)
	if err != nil {
		return nil, nil, err
	}
	return b.score(ctx, v, l)
}

func (b *Bench) score(ctx context.Context, v assay.VerifierVersion, l labelled) (*Judge, []ScoredItem, error) {
	judge, err := b.Judge(v)
	if err != nil {
		return nil, nil, err
	}
	scored, err := ScoreItems(ctx, judge, l.items, l.truth)
	return judge, scored, err
}

// Judged implements assay.Gatekeeper.
func (b *Bench) Judged(ctx context.Context, element assay.Element, version int, level assay.Level) ([]assay.LabelledItem, error) {
	v, _, err := b.version(ctx, element, version)
	if err != nil {
		return nil, err
	}
	if level == assay.LevelColumn {
		return b.judgedFields(ctx, element)
	}
	_, scored, err := b.Score(ctx, v)
	counted := map[string]bool{}
	for _, s := range basis(scored) {
		counted[s.Item.ID] = true
	}
	out := make([]assay.LabelledItem, len(scored))
	for i, s := range scored {
		out[i] = assay.LabelledItem{Item: s.Item, Score: s.Score, Outcome: assay.OutcomeOf(s.flagged(), s.Present), Counted: counted[s.Item.ID]}
	}
	return out, err
}

// judgedFields returns the labelled columns of an element.
func (b *Bench) judgedFields(ctx context.Context, element assay.Element) ([]assay.LabelledItem, error) {
	found, err := b.found(ctx)
	if err != nil {
		return nil, err
	}
	var out []assay.LabelledItem
	for l, err := range b.Store.Labels(ctx, assay.LabelFilter{Element: element, Fields: true}) {
		if err != nil {
			return nil, err
		}
		if l.Model || l.Verdict == assay.Unsure {
			continue
		}
		store, _, _ := strings.Cut(string(l.Asset), ":")
		f, flagged := found[assay.FindingID(l.Asset, l.Field, element)]
		out = append(out, assay.LabelledItem{Item: assay.Item{Element: element, Asset: l.Asset, Field: l.Field, Store: store},
			Score: f.Confidence, Outcome: assay.OutcomeOf(flagged, l.Verdict == assay.Present), Counted: true})
	}
	return out, nil
}

// Decide implements assay.Gatekeeper.
func (b *Bench) Decide(ctx context.Context, element assay.Element, version int) (assay.Admission, error) {
	return b.DecideWith(ctx, element, version, b.Bar(element))
}

// DecideWith is Decide with another bar than the element's.
func (b *Bench) DecideWith(ctx context.Context, element assay.Element, version int, bar assay.Bar) (assay.Admission, error) {
	v, used, err := b.version(ctx, element, version)
	if err != nil {
		return assay.Admission{}, err
	}
	l, err := b.labelled(ctx, element)
	if err != nil {
		return assay.Admission{}, err
	}
	judge, fresh, err := b.score(ctx, v, l)
	if err != nil {
		return assay.Admission{}, err
	}
	if used == nil || used.Version == version {
		return Gate(element, bar, judge, fresh, nil, nil), nil
	}
	before, old, err := b.score(ctx, *used, l)
	if err != nil {
		return assay.Admission{}, err
	}
	return Gate(element, bar, judge, fresh, before, old), nil
}

// RollOut implements assay.Gatekeeper.
func (b *Bench) RollOut(ctx context.Context, element assay.Element, version, percent int, author, reason string) (assay.Admission, error) {
	v, _, err := b.version(ctx, element, version)
	if err != nil {
		return assay.Admission{}, err
	}
	if v.State == assay.StateActive {
		return assay.Admission{}, fmt.Errorf("verifier %s@%d is in use already: %w", element, version, assay.ErrConflict)
	}
	d, err := b.Decide(ctx, element, version)
	if err != nil || !d.Pass {
		return d, err
	}
	return d, b.Put(ctx, element, version, percent, author, reason)
}

// Put puts a version into use for a percentage of the assets, without the gate.
func (b *Bench) Put(ctx context.Context, element assay.Element, version, percent int, author, reason string) error {
	if percent == 100 {
		return b.Store.SetVerifierState(ctx, element, version, assay.StateActive, author, reason)
	}
	return b.Store.StageVerifier(ctx, element, version, percent, author, reason)
}

// Measure measures every version that runs, of one element or of all, and keeps
// the figures that are not those of the latest measure. Versions without a label
// are left out; the error joins one for each version that cannot be measured.
func (b *Bench) Measure(ctx context.Context, element assay.Element) ([]assay.Measure, error) {
	versions, err := b.Versions(ctx, element)
	if err != nil {
		return nil, err
	}
	found, err := b.found(ctx)
	if err != nil {
		return nil, err
	}
	measures := []assay.Measure{}
	var errs []error
	var of labelled
	var last assay.Element
	for _, v := range versions {
		if v.State == assay.StateDisabled {
			continue
		}
		if v.Element != last {
			if of, err = b.labelled(ctx, v.Element); err != nil {
				return nil, err
			}
			last = v.Element
		}
		more, err := b.measure(ctx, v, of, found)
		if err != nil {
			errs = append(errs, fmt.Errorf("measure %s@%d: %w", v.Element, v.Version, err))
		}
		measures = append(measures, more...)
	}
	return measures, errors.Join(append(errs, b.keep(ctx, element, measures))...)
}

// keep adds the measures that say something new to the history.
func (b *Bench) keep(ctx context.Context, element assay.Element, measures []assay.Measure) error {
	latest := map[measured]assay.Measure{}
	for m, err := range b.Store.Measures(ctx, element) { // the newest first
		if err != nil {
			return err
		}
		if _, ok := latest[measuredOf(m)]; !ok {
			m.Time = time.Time{}
			latest[measuredOf(m)] = m
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(measures), func(m assay.Measure) bool { return latest[measuredOf(m)] == m })
	return b.Store.AddMeasures(ctx, fresh...)
}

// measured is what a measure is of.
type measured struct {
	element         assay.Element
	version         int
	hash            string
	level           assay.Level
	store, language string
}

func measuredOf(m assay.Measure) measured {
	return measured{m.Element, m.Version, m.Hash, m.Level, m.Store, m.Language}
}

func (b *Bench) measure(ctx context.Context, v assay.VerifierVersion, of labelled, found map[string]assay.Finding) ([]assay.Measure, error) {
	if len(of.labels) == 0 {
		return nil, nil
	}
	judge, scored, err := b.score(ctx, v, of)
	if err != nil {
		return nil, err
	}
	var measures []assay.Measure
	if len(scored) > 0 {
		measures = MeasureItems(v.Element, judge, scored)
	}
	if m, ok := MeasureFields(v.Element, of.labels, found); ok && v.State == assay.StateActive {
		m.Hash, m.Version = judge.Hash, v.Version
		measures = append(measures, m)
	}
	return measures, nil
}

// found returns the active findings that are still there, by id.
func (b *Bench) found(ctx context.Context) (map[string]assay.Finding, error) {
	byID := map[string]assay.Finding{}
	for f, err := range b.Store.Findings(ctx, assay.FindingFilter{State: assay.StateActive}) {
		if err != nil {
			return nil, err
		}
		byID[f.ID] = f
	}
	return byID, nil
}
