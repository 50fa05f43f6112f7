package assay

import "math"

// Design is how the units of a sample were drawn. From it alone follows what a
// sample without a hit proves.
type Design struct {
	Method DesignMethod `json:"method"`
	// Unit is what was drawn: rows, lines, records, bytes, documents.
	Unit string `json:"unit"`
	// Population names what the statement is about, for a person: "all rows",
	// "the range of primary key id, 1 to 88,120".
	Population string `json:"population"`
	// Units is how many were read.
	Units int64 `json:"units"`
	// Starts is how many independent random places they were read from; only
	// for DesignClusters.
	Starts int `json:"starts,omitempty"`
}

// DesignMethod is the sampling method of a Design.
type DesignMethod string

// The sampling methods.
const (
	DesignCensus   DesignMethod = "census"   // every unit was read
	DesignSimple   DesignMethod = "simple"   // units drawn independently and uniformly
	DesignClusters DesignMethod = "clusters" // runs of neighbouring units from independent uniform starts
	DesignPrefix   DesignMethod = "prefix"   // the first units in the store's order: proves nothing about the rest
)

// boundConfidence is the probability of a Bound.
const boundConfidence = 0.95

// Bound returns the smallest share p of the population such that an element in
// at least p of it would have been in the sample with probability 0.95, and
// whether the design supports such a statement at all.
//
// A simple sample of n units misses a share p with probability (1-p)^n. Where
// runs of neighbours were read from k independent starts, neighbours may be all
// alike, so each start counts once: (1-p)^k. (Cochran, Sampling Techniques, 3rd
// ed., ch. 3 and 9; for small p this is the "rule of three", p = 3/n.)
func (d Design) Bound() (p float64, ok bool) {
	n := float64(d.Units)
	switch d.Method {
	case DesignCensus:
		return 0, true
	case DesignClusters:
		n = float64(d.Starts)
	case DesignSimple:
	default:
		return 1, false
	}
	if n < 1 {
		return 1, false
	}
	return 1 - math.Pow(1-boundConfidence, 1/n), true
}
