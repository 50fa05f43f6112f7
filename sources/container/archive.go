package container

import (
	"context"
	"fmt"

	"example.com/assay"
	"example.com/assay/sources/format"
)

// maxFiles is how many files of an archive are read.
const maxFiles = 20

// archive is a reading of the parts of one content: files of an archive, sheets
// of a workbook, texts of a document. A part that cannot be read is a field that
// was not examined, and the others are read.
type archive struct {
	sampler        // of a part
	whole   string // what all parts are, for the design: all files of the archive
	fields  []assay.FieldReading
	units   int64
	census  bool
	names   map[string]int // how often a name occurred, since fields need one of their own
}

// parts begins the reading of parts, each of which is depth archives deeper.
func (s *sampler) parts(whole string, plan assay.Plan, depth int) *archive {
	a := &archive{sampler: *s, whole: whole, census: true, names: map[string]int{}}
	a.plan, a.depth = plan, s.depth+depth
	return a
}

// share returns the plan for each of n parts.
func share(plan assay.Plan, n int) assay.Plan {
	n = max(n, 1)
	plan.Bytes = max(plan.Bytes/int64(n), 1)
	if plan.Rows > 0 {
		plan.Rows = max(plan.Rows/n, 1)
	}
	if plan.Starts > 0 {
		plan.Starts = max(plan.Starts/n, 1)
	}
	return plan
}

// unique returns the name of a part as no other part has it.
func (a *archive) unique(name string) string {
	a.names[name]++
	if n := a.names[name]; n > 1 {
		return fmt.Sprintf("%s#%d", name, n)
	}
	return name
}

// part reads one part; its error ends the reading. Stored is how many bytes the
// part has where it is, 0 if that is not known.
func (a *archive) part(name string, in format.Input, stored int64) error {
	name = a.unique(name)
	names := map[*assay.Field]*assay.Field{}
	var yieldErr error
	s := a.sampler
	s.size = stored
	s.yield = func(d assay.Datum) error {
		if names[d.Field] == nil {
			named := inPart(name, *d.Field)
			names[d.Field] = &named
		}
		d.Field = names[d.Field]
		if d.Place.File != "" {
			d.Place.File = name + "/" + d.Place.File
		} else {
			d.Place.File = name
		}
		yieldErr = a.yield(d)
		return yieldErr
	}
	r, err := s.any(in)
	a.units += r.Design.Units
	a.census = a.census && r.Design.Method == assay.DesignCensus && err == nil
	for _, field := range r.Fields {
		field.Field = inPart(name, field.Field)
		a.fields = append(a.fields, field)
	}
	switch {
	case yieldErr != nil:
		return yieldErr
	case a.ctx.Err() != nil:
		return context.Cause(a.ctx)
	case err != nil && (len(r.Fields) == 0 || !isDamage(err)):
		a.fail(name, err)
	}
	if err != nil && !isDamage(err) {
		return err
	}
	return nil
}

// inPart returns a field as it is named outside of its part.
func inPart(name string, field assay.Field) assay.Field {
	field.Path = name + ":" + field.Path
	return field
}

// failed notes a part of which nothing was read.
func (a *archive) failed(name string, err error) { a.fail(a.unique(name), err) }

func (a *archive) fail(name string, err error) {
	a.census = false
	a.fields = append(a.fields, assay.FieldReading{Field: assay.Field{Path: name}, Status: assay.StatusNotExamined,
		Reason: assay.Explain(err), Detail: err.Error()})
}

// left notes that further parts were not read.
func (a *archive) left(reason assay.Reason, detail string) {
	a.census = false
	a.fields = append(a.fields, assay.FieldReading{Field: assay.Field{Path: "*"}, Status: assay.StatusNotExamined, Reason: reason, Detail: detail})
}

// reading is what was read.
func (a *archive) reading() assay.Reading {
	d := assay.Design{Method: assay.DesignPrefix, Unit: "records", Population: "parts of " + a.whole, Units: a.units}
	if a.census {
		d.Method, d.Population = assay.DesignCensus, "all records of "+a.whole
	}
	if len(a.fields) == 0 {
		none := assay.FieldReading{Field: assay.Field{Path: assay.WholeText}, Status: assay.StatusScanned}
		if err := a.ctx.Err(); err != nil || !a.census {
			none.Status, none.Reason = assay.StatusNotExamined, assay.Explain(err)
		}
		a.fields = []assay.FieldReading{none}
	}
	return assay.Reading{Fields: a.fields, Design: d}
}
