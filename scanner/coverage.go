package scanner

import (
	"fmt"
	"strings"

	"example.com/assay"
)

// coverage says of every field how far it was examined: what the source says of
// its reading, and what became of the values that were read. The worse of both
// counts. Where the task failed, or the asset has no fields, the empty path
// speaks for the asset as a whole.
func (s *scan) coverage(reading assay.Reading, failure error) []assay.Coverage {
	var out []assay.Coverage
	reported := make(map[string]bool, len(reading.Fields))
	for _, r := range reading.Fields {
		reported[r.Field.Path] = true
		out = append(out, s.fieldCoverage(r, reading.Design, failure))
	}
	for _, f := range s.order {
		if !reported[f.Path] {
			out = append(out, s.fieldCoverage(assay.FieldReading{
				Field: f.Field, Sampled: f.judged + f.binary, Status: assay.StatusPartial,
				Reason: assay.ReasonUnreadable, Detail: "the source did not say how much of it was read",
			}, reading.Design, failure))
		}
	}
	if failure != nil || len(out) == 0 || len(s.dropped) > 0 {
		out = append(out, s.assetCoverage(reading, failure))
	}
	return out
}

// verdict is how far something was examined, and why not further.
type verdict struct {
	status assay.Status
	reason assay.Reason
	detail string
}

// rank orders the states from good to bad.
var rank = map[assay.Status]int{assay.StatusScanned: 0, assay.StatusPartial: 1, assay.StatusNotExamined: 2}

// fieldCoverage merges the source's word with the engine's.
func (s *scan) fieldCoverage(r assay.FieldReading, design assay.Design, failure error) assay.Coverage {
	v := verdict{r.Status, r.Reason, r.Detail}
	if own := s.judgement(r, design, failure); rank[own.status] > rank[v.status] {
		v = own
	}
	return assay.Coverage{
		Asset: s.task.Asset.ID, Field: r.Field.Path, Status: v.status, Reason: v.reason, Detail: v.detail,
		Sampled: r.Sampled, Empty: r.Empty, Design: design, Comment: r.Field.Comment,
	}
}

// judgement is the engine's word on a field, whatever the source says.
func (s *scan) judgement(r assay.FieldReading, design assay.Design, failure error) verdict {
	f := s.fields[r.Field.Path]
	switch {
	case f == nil:
		return verdict{assay.StatusNotExamined, assay.ReasonBudget, fmt.Sprintf("the asset has more than %d fields", maxFields)}
	case failure != nil:
		return s.failed(f.judged, failure)
	case f.binary > 0:
		v := verdict{assay.StatusPartial, assay.ReasonBinary, fmt.Sprintf("%d of %d values are not text", f.binary, f.binary+f.judged)}
		if f.judged == 0 {
			v.status = assay.StatusNotExamined
		}
		return v
	case f.spent:
		return verdict{assay.StatusPartial, assay.ReasonBudget, "the work budget ended before its values did"}
	case len(f.down) > 0:
		return verdict{assay.StatusPartial, assay.ReasonEndpoint, "no answer from " + strings.Join(f.down, ", ")}
	case r.Status == assay.StatusScanned && f.judged == 0 && (r.Sampled > 0 || r.Empty == 0 && !s.known(design)):
		return verdict{assay.StatusNotExamined, assay.ReasonNoSample, "nothing was read from it"}
	}
	return verdict{status: assay.StatusScanned}
}

// known reports whether it is sure that there was nothing to read: all of it
// was read, or the store says that it is empty.
func (s *scan) known(design assay.Design) bool {
	asset := s.task.Asset
	empty := asset.Rows == 0 || asset.Bytes == 0 && asset.Rows < 0
	return design.Units == 0 && (empty || asset.Rows < 0 && design.Method == assay.DesignCensus)
}

// failed is the word on something of which n values were judged before the
// failure.
func (s *scan) failed(n int, failure error) verdict {
	v := verdict{assay.StatusPartial, assay.Explain(failure), oneLine(failure)}
	if n == 0 {
		v.status = assay.StatusNotExamined
	}
	return v
}

// assetCoverage is the word on the asset as a whole.
func (s *scan) assetCoverage(reading assay.Reading, failure error) assay.Coverage {
	judged := 0
	for _, f := range s.order {
		judged += f.judged
	}
	v := verdict{status: assay.StatusScanned} // it has no fields
	switch {
	case failure != nil:
		v = s.failed(judged, failure)
	case len(s.dropped) > 0:
		v = verdict{assay.StatusPartial, assay.ReasonBudget, fmt.Sprintf("the asset has more than %d fields", maxFields)}
	case !s.known(reading.Design):
		v = verdict{assay.StatusNotExamined, assay.ReasonNoSample, "nothing was read from it"}
	}
	return assay.Coverage{
		Asset: s.task.Asset.ID, Status: v.status, Reason: v.reason, Detail: v.detail, Sampled: judged, Design: reading.Design,
	}
}

// maxDetail is the most bytes of an error's text that are kept.
const maxDetail = 500

// oneLine is an error's text as coverage and queues keep it.
func oneLine(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > maxDetail {
		text = strings.ToValidUTF8(text[:maxDetail], "") + " …"
	}
	return text
}
