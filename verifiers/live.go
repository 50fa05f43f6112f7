package verifiers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"example.com/assay"
	"example.com/assay/engine"
)

// VersionReader is where Live reads from.
type VersionReader interface {
	assay.VerifierStore
	assay.VerifierLog
}

// Live is the verifiers of a store, as they are now: the active versions, and
// those in shadow. A version that is wrong is refused, and the newest one below it
// that is right, and not in shadow, stands in its place, so that all processes
// that read the same store run the same verifiers. It is safe for concurrent use.
type Live struct {
	store        VersionReader
	dictionaries Dictionaries
	opts         Options

	set     atomic.Pointer[stagedSet]
	mu      sync.Mutex              // below it: what one Refresh at a time works with
	seen    revision                // what set was made of
	words   map[assay.Column]loaded // as of seen.snapshots
	again   bool                    // some words could not be read, though they are there
	library map[string]Definition
	parsed  map[versionKey]parsedVersion
	refused []Refused
}

// revision tells whether there is news.
type revision struct{ versions, snapshots int64 }

// versionKey names a version of an element's definition.
type versionKey struct {
	element assay.Element
	version int
}

// parsedVersion is a version that was read before, or what is wrong with it.
type parsedVersion struct {
	def Definition
	err error
}

// Refused is a version that should run and does not.
type Refused struct {
	Element assay.Element
	Version int
	State   assay.State // what it should be
	Err     error       // with place, JSON path and reason
	Instead int         // the version that runs in its place; 0 for none
}

// NewLive returns the verifiers of a store, none until the first Refresh. The
// options say what definitions may refer to; Elements, Shadow and Words do not
// count. Without dictionaries, definitions that name a column are refused.
func NewLive(store VersionReader, dictionaries Dictionaries, opts Options) (*Live, error) {
	defs, err := Library()
	if err != nil {
		return nil, err
	}
	opts.Elements, opts.Shadow = nil, nil
	l := &Live{store: store, dictionaries: dictionaries, opts: opts, seen: revision{-1, -1}, library: make(map[string]Definition, len(defs)), parsed: map[versionKey]parsedVersion{}}
	for _, d := range defs {
		l.library[string(d.JSON)] = d
	}
	return l, nil
}

// Set returns the verifiers as of the last Refresh that succeeded; nil before.
// Versions that are being rolled out are in shadow in it.
func (l *Live) Set() *engine.Set {
	if set := l.set.Load(); set != nil {
		return set.base
	}
	return nil
}

// Shares returns the percentages of assets of the versions that are being rolled
// out, by element. Nobody may change them.
func (l *Live) Shares() map[assay.Element]int {
	if set := l.set.Load(); set != nil {
		return set.shares
	}
	return nil
}

// SetFor is Set for one asset: versions that are being rolled out count where the
// asset is in their share.
func (l *Live) SetFor(asset assay.AssetID) *engine.Set {
	if set := l.set.Load(); set != nil {
		return set.of(asset)
	}
	return nil
}

// Refused returns what should run and does not, by element.
func (l *Live) Refused() []Refused {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.refused)
}

// Refresh reads the store where there is news, and reports whether the set is
// another now. When the store cannot be read, the set stays as it was.
func (l *Live) Refresh(ctx context.Context) (changed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, err := l.revision(ctx) // before the versions: a change in between is seen the next time
	if err != nil || now == l.seen {
		return false, err
	}
	if now.snapshots != l.seen.snapshots {
		l.words = map[assay.Column]loaded{}
	}
	versions := map[assay.Element][]assay.VerifierVersion{}
	for v, err := range l.store.Verifiers(ctx) {
		if err != nil {
			return false, err
		}
		versions[v.Element] = append(versions[v.Element], v)
	}
	l.again = false
	set, shares, refused, err := l.choose(ctx, versions)
	if err != nil {
		return false, err
	}
	l.set.Store(newStagedSet(set, shares))
	if l.seen, l.refused = now, refused; l.again {
		l.seen.snapshots = -1
	}
	return true, nil
}

func (l *Live) revision(ctx context.Context) (now revision, err error) {
	if now.versions, err = l.store.VerifierRevision(ctx); err == nil && l.dictionaries != nil {
		now.snapshots, err = l.dictionaries.SnapshotRevision(ctx)
	}
	return now, err
}

// choose compiles the versions that should run, and takes the next older one of
// each that is refused until all that is left compiles. It returns the shares of
// those that are being rolled out, too.
func (l *Live) choose(ctx context.Context, versions map[assay.Element][]assay.VerifierVersion) (*engine.Set, map[assay.Element]int, []Refused, error) {
	elements := slices.Sorted(maps.Keys(versions))
	opts := l.opts
	opts.Words = func(column assay.Column) ([]string, int, error) {
		w, ok := l.words[column]
		if !ok {
			w = wordsOf(ctx, l.dictionaries, column)
			l.words[column] = w
			l.again = l.again || w.err != nil && !errors.Is(w.err, assay.ErrNotFound)
		}
		return w.words, w.version, w.err
	}
	blamed := map[versionKey]error{}
	for {
		c := choice{live: l, blamed: blamed, shares: map[assay.Element]int{}}
		for _, e := range elements {
			c.element(versions[e])
		}
		if ctx.Err() != nil { // not the definitions' fault
			return nil, nil, nil, ctx.Err()
		}
		opts.Shadow = c.shadow
		set, err := Compile(c.active, opts)
		if set == nil {
			return nil, nil, nil, err
		}
		if err == nil {
			return set, c.shares, c.refused, nil
		}
		if !blame(set, slices.Concat(c.active, c.shadow), opts, blamed) {
			return nil, nil, nil, fmt.Errorf("compile the verifiers: %w", err)
		}
	}
}

// choice is what runs of a store's versions.
type choice struct {
	live           *Live
	blamed         map[versionKey]error // versions that did not compile, and why
	active, shadow []Definition
	shares         map[assay.Element]int
	refused        []Refused
}

// element chooses among the versions of one element, which come in order.
func (c *choice) element(versions []assay.VerifierVersion) {
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].State == assay.StateActive {
			c.take(versions[:i+1], &c.active)
			break
		}
	}
	at := -1 // one version in shadow only: findings are compared by state
	for i, v := range versions {
		if v.State == assay.StateShadow && (at < 0 || versions[at].Share == 0) {
			at = i // the newest, but for one that is being rolled out
		}
	}
	if at >= 0 && c.take(versions[at:at+1], &c.shadow) && versions[at].Share > 0 {
		c.shares[versions[at].Element] = versions[at].Share
	}
}

// take adds the last version to a list, or the newest before it that is right,
// and reports whether there is one.
func (c *choice) take(versions []assay.VerifierVersion, to *[]Definition) bool {
	last := versions[len(versions)-1]
	var wrong error
	for i := len(versions) - 1; i >= 0; i-- {
		if i < len(versions)-1 && versions[i].State == assay.StateShadow {
			continue // it was never more than an experiment
		}
		def, err := c.live.parse(versions[i])
		if err == nil {
			err = c.blamed[versionKey{def.Element, def.Version}]
		}
		if err == nil {
			*to = append(*to, def)
			if wrong != nil {
				c.refused = append(c.refused, Refused{last.Element, last.Version, last.State, wrong, versions[i].Version})
			}
			return true
		}
		if wrong == nil {
			wrong = err
		}
	}
	c.refused = append(c.refused, Refused{last.Element, last.Version, last.State, wrong, 0})
	return false
}

// parse reads a version, once.
func (l *Live) parse(v assay.VerifierVersion) (Definition, error) {
	key := versionKey{v.Element, v.Version}
	if p, ok := l.parsed[key]; ok {
		return p.def, p.err
	}
	def, ok := l.library[string(v.Definition)] // was tested when it was built in
	var err error
	if !ok {
		def, err = ParseVersion(v)
	}
	def.Version = v.Version
	l.parsed[key] = parsedVersion{def, err}
	return def, err
}

// ParseVersion reads the definition of a version.
func ParseVersion(v assay.VerifierVersion) (Definition, error) {
	def, err := Parse(fmt.Sprintf("%s@%d", v.Element, v.Version), v.Definition)
	if err == nil && def.Element != v.Element {
		err = fmt.Errorf("%s: $.element: is %q, want %q", def.File, def.Element, v.Element)
	}
	if err != nil {
		return Definition{}, err
	}
	def.Version = v.Version
	return def, nil
}

// blame finds the definitions that did not become rules of the set, compiles
// each alone to learn why, and notes that. It reports whether there was one.
func blame(set *engine.Set, defs []Definition, opts Options, blamed map[versionKey]error) bool {
	running := make(map[string]bool, len(set.Rules()))
	for _, rule := range set.Rules() {
		running[rule.Verifier] = true
	}
	opts.Shadow = nil
	found := false
	for _, d := range defs {
		if d.Off || running[d.Name()] {
			continue
		}
		_, err := Compile([]Definition{d}, opts)
		if err == nil {
			err = errors.New("it compiles alone and not beside the others")
		}
		blamed[versionKey{d.Element, d.Version}] = err
		found = true
	}
	return found
}
