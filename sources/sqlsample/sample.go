package sqlsample

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"example.com/assay"
)

// sampler is one call of Sample.
type sampler struct {
	asset  assay.AssetID
	table  Table
	shape  Shape
	plan   assay.Plan
	rng    *rand.Rand
	out    *collector
	seen   map[string]bool // rows by their keys, where one can come twice
	design assay.Design
}

// Sample reads at most plan's amount of the table; see assay.Source, whose law
// on yield, Reading and error it keeps. The package comment says how it samples.
func Sample(ctx context.Context, asset assay.AssetID, t Table, shape Shape, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	plan = withDefaults(plan)
	ctx, cancel := context.WithTimeout(ctx, plan.Timeout)
	defer cancel()
	s := &sampler{
		asset: asset, table: spare(t), shape: shape, plan: plan,
		rng: rand.New(rand.NewPCG(plan.Seed, 0)),
		out: newCollector(shape.Columns, plan.Bytes, yield),
	}
	err := s.run(ctx)
	if errors.Is(err, errBudget) {
		err = nil // the plan's limit, not a failure
	}
	err = explain(ctx, asset, err)
	s.out.stopped(err)
	s.design.Unit, s.design.Units = "rows", s.out.rows
	return assay.Reading{
		Fields:          s.out.readings(),
		Design:          s.design,
		Bytes:           s.out.bytes,
		NotReproducible: shape.View && s.design.Method == assay.DesignPrefix,
	}, err
}

// explain makes the end of ctx visible in the error, whatever a driver made of
// it, and leaves alone what has a reason or came from yield.
func explain(ctx context.Context, asset assay.AssetID, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.As(err, new(*yieldError)):
		return errors.Unwrap(err)
	case ctx.Err() != nil:
		hint := ""
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			hint = "allow a longer timeout, or sample fewer rows"
		}
		return &assay.Error{Op: "sample", Item: string(asset), Reason: assay.Explain(ctx.Err()), Hint: hint, Err: ctx.Err()}
	}
	return err
}

func (s *sampler) run(ctx context.Context) error {
	s.design = assay.Design{Method: assay.DesignPrefix, Population: "the first rows in the order of the store"}
	if s.shape.View {
		return s.prefix(ctx)
	}
	more, err := s.table.MoreThan(ctx, s.plan.Rows)
	switch {
	case err != nil:
		return err
	case !more:
		s.out.probability = 1
		return s.prefix(ctx)
	case len(s.shape.Key) == 0:
		return s.byPage(ctx)
	}
	return s.byKey(ctx)
}

// prefix reads the first rows. When they were all there are, it was a census.
func (s *sampler) prefix(ctx context.Context) error {
	more := false
	err := s.read(ctx, nil, s.plan.Rows+1, func(key, values [][]byte) error {
		if more = s.out.rows == int64(s.plan.Rows); more {
			return nil
		}
		return s.out.row(key, values)
	})
	if err == nil && !more {
		s.design = assay.Design{Method: assay.DesignCensus, Population: "all rows"}
	}
	return err
}

// byKey reads runs of rows from random positions of the key.
func (s *sampler) byKey(ctx context.Context) error {
	low, high, err := s.table.Bounds(ctx, nil)
	if err != nil {
		return err
	}
	l, ok := newLine(low, high, s.alphabet())
	if !ok {
		return s.byPage(ctx) // the key holds values that no position can be drawn from
	}
	if s.plan.Starts > 1 {
		if l, err = s.prepare(ctx, l, low, high); err != nil {
			return err
		}
		s.setProbability(l, low)
	}
	s.design = assay.Design{Method: assay.DesignClusters, Population: s.population(low, high, l)}
	s.seen = map[string]bool{}
	left := s.plan.Rows
	for i := range s.plan.Starts {
		n := (left + s.plan.Starts - i - 1) / (s.plan.Starts - i)
		left -= n
		got, err := s.start(ctx, l, n)
		if got > 0 {
			s.design.Starts++ // the bound needs no more than the first row
		}
		if err != nil {
			return err
		}
	}
	return s.some()
}

// some returns an error if no row came of a table that has rows.
func (s *sampler) some() error {
	if s.out.rows > 0 {
		return nil
	}
	return &assay.Error{Op: "sample", Item: string(s.asset), Reason: assay.ReasonNoSample,
		Err: errors.New("no row came back although the table has rows"), Hint: "was it emptied during the scan? scan it again"}
}

func (s *sampler) alphabet() alphabet {
	return alphabet{fold: s.shape.Fold, bytewise: s.shape.Bytewise}
}

// prepare finds out which positions of the key are used: of text, which
// characters occur where, and for all keys, large holes.
func (s *sampler) prepare(ctx context.Context, l *line, low, high any) (*line, error) {
	seek := func(at any) (any, error) { return s.table.Seek(ctx, at) }
	if isTextKey(low) {
		text := s.alphabet()
		for range probeRound {
			v, err := seek(l.at(l.draw(s.rng)))
			if err != nil {
				return nil, err
			}
			switch v := v.(type) {
			case string:
				text.seen = append(text.seen, v)
			case []byte:
				text.seen = append(text.seen, string(v))
			}
		}
		l, _ = newLine(low, high, text)
	}
	return l, l.explore(s.rng, seek)
}

func isTextKey(v any) bool {
	switch v.(type) {
	case string, []byte:
		return true
	}
	return false
}

// setProbability sets the probability of every row to be sampled, which is known
// only where each position of the key is a row of its own.
func (s *sampler) setProbability(l *line, low any) {
	switch low.(type) {
	case int64, uint64:
	default:
		return
	}
	if l.gaps || len(s.shape.Key) > 1 {
		return
	}
	run := float64(s.plan.Rows) / float64(s.plan.Starts)
	miss := max(0, 1-run/(float64(l.last-l.first)+1))
	s.out.probability = 1 - math.Pow(miss, float64(s.plan.Starts))
}

// start reads n rows from one random position on, and goes on at the first row
// of the table after the last. It returns how many there were.
func (s *sampler) start(ctx context.Context, l *line, n int) (int, error) {
	from, err := s.position(ctx, l)
	if err != nil {
		return 0, err
	}
	got, err := s.runOf(ctx, from, n)
	if err != nil || got == n || from == nil {
		return got, err
	}
	more, err := s.runOf(ctx, nil, n-got)
	return got + more, err
}

// runOf reads a run of at most n rows and returns how many there were, those
// that an earlier run met included.
func (s *sampler) runOf(ctx context.Context, from []any, n int) (got int, err error) {
	err = s.read(ctx, from, n, func(key, values [][]byte) error {
		got++
		id := identity(key)
		if s.seen[id] {
			return nil
		}
		s.seen[id] = true
		return s.out.row(key, values)
	})
	return got, err
}

// position draws a position of the key: of its first column on the line, of each
// further one between the bounds it has where the columns before are what was
// found. nil means the beginning.
func (s *sampler) position(ctx context.Context, l *line) ([]any, error) {
	at := l.at(l.draw(s.rng))
	if len(s.shape.Key) == 1 {
		return []any{at}, nil
	}
	found, err := s.table.Seek(ctx, at)
	if found == nil {
		return nil, err
	}
	from := []any{found}
	for len(from) < len(s.shape.Key) {
		low, high, err := s.table.Bounds(ctx, from)
		if err != nil {
			return nil, err
		}
		next, ok := newLine(low, high, s.alphabet())
		if !ok {
			break
		}
		from = append(from, next.at(next.draw(s.rng)))
	}
	return from, nil
}

// population names what the bound is about. Values of the key are content, and
// are shown only if the database made them up.
func (s *sampler) population(low, high any, l *line) string {
	key := s.shape.Key[0]
	if len(s.shape.Key) > 1 {
		return fmt.Sprintf("the range of the primary key, every value of %s weighing the same", key)
	}
	out := "the range of primary key " + key
	if s.shape.ShowRange {
		out += fmt.Sprintf(", %v to %v", low, high)
	}
	if l.holes != nil {
		out += ", large holes left out"
	}
	return out
}

// read is Table.Read with a regular look at ctx, which a driver with rows in
// its buffer may not do.
func (s *sampler) read(ctx context.Context, from []any, limit int, row func(key, values [][]byte) error) error {
	return s.table.Read(ctx, from, limit, func(key, values [][]byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return row(key, values)
	})
}
