package scanner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/assay"
	"example.com/assay/engine"
)

// Settler completes the judgements that wait for deferred methods, such as
// model endpoints.
type Settler interface {
	// Settle asks for all that is pending in out and completes it. It returns
	// the names of the methods that gave no answer: those values stay unjudged
	// by them. The error is that of ctx.
	Settle(ctx context.Context, field *engine.FieldScan, b *engine.Block, out *engine.Result) (down []string, err error)
}

// Options are what a scan uses besides its source and its verifiers. All of it
// is optional.
type Options struct {
	// Settler completes deferred methods; without one their values are reported
	// as not judged.
	Settler Settler
	// Observer is offered judged values, see observe.go. When it fails, the
	// scan does.
	Observer assay.Observer
	// Sealer seals a few matches of each finding, to be kept; without one none
	// is kept. When it fails, the scan does.
	Sealer assay.Sealer
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// maxFields bounds the memory of one scan: documents whose keys are data (a map
// by user id) have a new path in every one. Further fields are not examined,
// and reported so.
const maxFields = 2000

// Scan carries out one task: it samples the asset, judges every value by the
// set, and folds the hits. The result says of every field how far it was
// examined, also when the error is not nil: then what was read up to there is
// in it, no field counts as scanned, and assay.Decide says what to do with the
// task.
func Scan(ctx context.Context, source assay.Source, task assay.Task, set *engine.Set, opts Options) (assay.Result, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	result := assay.Result{Task: task, Started: opts.Now()}
	s := &scan{Options: opts, task: &task, set: set, fields: map[string]*field{}}
	reading, err := s.sample(ctx, source)
	result.Findings = s.findings(reading)
	matches, sealErr := s.sealMatches(ctx, result.Findings)
	result.Matches = matches
	if err == nil {
		err = sealErr
	}
	result.Coverage = s.coverage(reading, err)
	result.Bytes = reading.Bytes
	result.Finished = opts.Now()
	return result, err
}

// scan is one task at work. It is used by one goroutine.
type scan struct {
	Options
	task *assay.Task
	set  *engine.Set

	fields   map[string]*field
	order    []*field // as they were first seen
	last     *field   // the field of the last value: columns often come in runs
	dropped  map[string]bool
	buffered int           // bytes in the blocks of all fields
	out      engine.Result // of the block being judged
}

// field is a field of the asset on its way through the engine.
type field struct {
	assay.Field
	block engine.Block
	data  []assay.Datum // what the block's values are; kept for the observer and the sealer only
	scan  *engine.FieldScan
	draw  *draw // what the observer gets; nil without one

	neighbours []string // paths of the other fields

	matches map[int][]match // by rule; for the sealer

	judged int // values that the engine has judged
	binary int // values that are not text
	spent  bool
	down   []string // deferred methods that gave no answer
}

func (s *scan) sample(ctx context.Context, source assay.Source) (reading assay.Reading, err error) {
	if err := s.knownElements(); err != nil {
		return assay.Reading{}, err
	}
	ctx, done := step(ctx, "sample")
	defer func() { done(err) }()
	reading, err = source.Sample(ctx, s.task.Asset, s.task.Plan, func(d assay.Datum) error { return s.add(ctx, d) })
	if judgeErr := s.judge(ctx); err == nil {
		err = judgeErr
	}
	if observeErr := s.observeRest(ctx); err == nil {
		err = observeErr
	}
	return reading, err
}

// knownElements refuses a plan for elements that no verifier in use finds: an
// asset must not pass for clean because nobody looked.
func (s *scan) knownElements() error {
	for _, e := range s.task.Plan.Elements {
		if !slices.ContainsFunc(s.set.Rules(), func(r engine.Rule) bool { return r.Element == e && !r.Shadow }) {
			return &assay.Error{Op: "scan", Item: string(s.task.Asset.ID), Reason: assay.ReasonUnsupported,
				Err: fmt.Errorf("no verifier is active for element %q", e), Hint: "activate one, or leave the element out of the plan"}
		}
	}
	return nil
}

// add takes one value. Values wait in their fields' blocks until these together
// hold as much as a block may: the engine is fast on many values at a time, and
// all fields of a record store are known before the first is judged.
func (s *scan) add(ctx context.Context, d assay.Datum) error {
	f := s.field(d.Field)
	if f == nil {
		return nil
	}
	if !d.IsText() {
		f.binary++
		return nil
	}
	if s.buffered > 0 && s.buffered+len(d.Value) > engine.MaxBlock {
		if err := s.judge(ctx); err != nil {
			return err
		}
	}
	f.block.Append(d.Value, d.Lead, d.Trail) // takes it: all blocks together are not full
	s.buffered += len(d.Value) + 1
	if s.Observer != nil || s.Sealer != nil {
		d.Value, d.Place.Row = nil, slices.Clone(d.Place.Row)
		f.data = append(f.data, d)
	}
	return nil
}

// field returns the state of a field, or nil for one too many.
func (s *scan) field(of *assay.Field) *field {
	if s.last != nil && s.last.Path == of.Path {
		return s.last
	}
	f := s.fields[of.Path]
	if f == nil && len(s.order) == maxFields {
		if s.dropped == nil {
			s.dropped = map[string]bool{}
		}
		if len(s.dropped) < maxFields {
			s.dropped[of.Path] = true
		}
		return nil
	}
	if f == nil {
		f = &field{Field: *of}
		s.fields[of.Path] = f
		s.order = append(s.order, f)
	}
	s.last = f
	return f
}

// judge puts the waiting values of all fields through the engine.
func (s *scan) judge(ctx context.Context) (err error) {
	ctx, done := step(ctx, "scan")
	defer func() { done(err) }()
	s.buffered = 0
	for i, f := range s.order {
		if f.block.Len() == 0 {
			continue
		}
		if f.scan == nil {
			s.begin(f, i)
		}
		if err := s.judgeBlock(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// begin makes the engine's part of a field; at is its place in the order.
func (s *scan) begin(f *field, at int) {
	f.neighbours = s.neighbours(at)
	f.scan = s.set.Field(engine.FieldInfo{Asset: &s.task.Asset, Field: f.Field, Neighbours: f.neighbours})
	if s.Observer != nil {
		f.draw = newDraw(s.task.Asset.ID, f.Path, len(s.set.Rules()))
	}
}

// maxNeighbours is how many fields around a field count as its neighbours.
const maxNeighbours = 200

// neighbours returns the paths of the other fields, the nearest ones in the
// store's order where there are very many.
func (s *scan) neighbours(at int) []string {
	first := max(0, min(at-maxNeighbours/2, len(s.order)-maxNeighbours-1))
	var out []string
	for i := first; i < len(s.order) && len(out) < maxNeighbours; i++ {
		if i != at {
			out = append(out, s.order[i].Path)
		}
	}
	return out
}

// judgeBlock scans, settles, observes and folds one field's block, and empties
// it.
func (s *scan) judgeBlock(ctx context.Context, f *field) error {
	if err := f.scan.Scan(ctx, &f.block, &s.out); err != nil {
		return err
	}
	f.spent = f.spent || s.out.Spent
	down, err := s.settle(ctx, f)
	if err != nil {
		return err
	}
	if err := s.observe(ctx, f, down); err != nil {
		return err
	}
	s.collect(f)
	f.scan.Add(&f.block, &s.out)
	f.judged += f.block.Len()
	f.block.Reset()
	f.data = f.data[:0]
	return nil
}

// settle has the deferred methods asked, and returns the rules that some value
// of the block could not be judged by.
func (s *scan) settle(ctx context.Context, f *field) (unjudged map[int]bool, err error) {
	if len(s.out.Pending) == 0 {
		return nil, nil
	}
	waiting := slices.Clone(s.out.Pending)
	var down []string
	if s.Settler != nil {
		if down, err = s.Settler.Settle(ctx, f.scan, &f.block, &s.out); err != nil {
			return nil, err
		}
	}
	for _, p := range s.out.Pending { // nobody answers for these
		down = append(down, p.Method.Name)
	}
	slices.Sort(down)
	down = slices.Compact(down)
	unjudged = map[int]bool{}
	for _, name := range down {
		f.scan.Unsettled(name, &s.out)
		if !slices.Contains(f.down, name) {
			f.down = append(f.down, name)
		}
		for _, p := range waiting {
			if p.Method.Name == name {
				unjudged[p.Rule] = true
			}
		}
	}
	return unjudged, nil
}

// findings returns the verdicts on all fields, in their order. Fields of which
// nothing could be read are judged by their metadata.
func (s *scan) findings(reading assay.Reading) []assay.Finding {
	for i := range reading.Fields {
		s.field(&reading.Fields[i].Field)
	}
	wanted := s.task.Plan.Elements
	var out []assay.Finding
	for i, f := range s.order {
		if f.scan == nil {
			s.begin(f, i)
		}
		for _, found := range f.scan.Findings() {
			if len(wanted) == 0 || slices.Contains(wanted, found.Element) {
				out = append(out, found)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b assay.Finding) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(b.Confidence, a.Confidence))
	})
	return out
}
