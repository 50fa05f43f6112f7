package format

import (
	"context"
	"fmt"
	"slices"

	"example.com/assay"
)

// stopError is yield's error on its way up.
type stopError struct{ error }

// field is a field of the asset with its counts.
type field struct {
	assay.Field
	sampled, empty int
	binary         int    // values that are no text
	cut            string // why not all of its values were yielded, if they were not
}

// recorder hands values to yield and keeps count of them by field.
type recorder struct {
	ctx   context.Context
	yield func(assay.Datum) error
	root  *node
	rest  *node
	order []*field
	nodes int
	units int64 // records read

	whole    bool // every value of the asset is yielded, with probability 1
	reason   assay.Reason
	detail   string
	broken   int64  // records that could not be read
	emitted  int    // for a regular look at ctx
	repaired []byte // memory of toUTF8
}

func newRecorder(ctx context.Context, yield func(assay.Datum) error) *recorder {
	r := &recorder{ctx: ctx, yield: yield}
	r.root = &node{rec: r, path: assay.WholeText}
	r.rest = &node{rec: r, path: restPath}
	return r
}

// partial notes that not all of the asset was examined; the first reason stays.
func (r *recorder) partial(reason assay.Reason, detail string) {
	if r.reason == "" {
		r.reason, r.detail = reason, detail
	}
}

// isCut reports whether values of a field were passed over.
func (r *recorder) isCut() bool {
	return slices.ContainsFunc(r.order, func(f *field) bool { return f.cut != "" })
}

// empty counts an empty value.
func (r *recorder) empty(n *node) { n.field().empty++ }

// emit yields a value of the field at n.
func (r *recorder) emit(n *node, value []byte, place assay.Place, lead, trail int) error {
	if r.emitted++; r.emitted%64 == 0 && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	f := n.field()
	if len(value) == 0 {
		f.empty++
		return nil
	}
	value, lead, trail = r.toUTF8(value, lead, trail)
	d := assay.Datum{Field: &f.Field, Value: value, Place: place, Lead: lead, Trail: trail}
	if r.whole {
		d.Probability = 1
	}
	f.sampled++
	if err := r.yield(d); err != nil {
		return stopError{err}
	}
	return nil
}

// readings tells how far each field was examined.
func (r *recorder) readings() []assay.FieldReading {
	if r.broken > 0 {
		r.partial(assay.ReasonUnreadable, fmt.Sprintf("%d of %d records could not be read", r.broken, r.broken+r.units))
	}
	out := make([]assay.FieldReading, 0, len(r.order))
	for _, f := range r.order {
		fr := assay.FieldReading{Field: f.Field, Sampled: f.sampled, Empty: f.empty, Status: assay.StatusScanned}
		switch {
		case r.reason != "":
			fr.Status, fr.Reason, fr.Detail = assay.StatusPartial, r.reason, r.detail
			if f.sampled+f.empty == 0 || f.sampled == 0 && f.binary > 0 {
				fr.Status = assay.StatusNotExamined
			}
		case f.binary > 0:
			fr.Status, fr.Reason, fr.Detail = assay.StatusPartial, assay.ReasonBinary, fmt.Sprintf("%d values are binary", f.binary)
			if f.sampled == 0 {
				fr.Status = assay.StatusNotExamined
			}
		case f.cut != "":
			fr.Status, fr.Reason, fr.Detail = assay.StatusPartial, assay.ReasonBudget, f.cut
		case f.Path == restPath:
			fr.Status, fr.Reason = assay.StatusPartial, assay.ReasonBudget
			fr.Detail = fmt.Sprintf("more than %d distinct fields: the others were judged together", maxFields)
		}
		out = append(out, fr)
	}
	return out
}
