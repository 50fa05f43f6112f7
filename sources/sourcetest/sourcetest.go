// Package sourcetest is the conformance suite of assay.Source: the meaning of
// the interface, as tests that every source runs on its real store.
//
// A source's own test says how to fill the store and calls Run:
//
//	func TestConformance(t *testing.T) {
//		db := testserver.MySQL(t)
//		sourcetest.Run(t, sourcetest.Options{
//			Open:    func(t *testing.T) assay.Source { … },
//			Put:     func(t *testing.T, name string, records []sourcetest.Record) assay.AssetID { … },
//			Remove:  func(t *testing.T, id assay.AssetID) { … },
//			Deny:    func(t *testing.T, id assay.AssetID) { … },
//			Secrets: []string{"planted-user", "planted-password"},
//		})
//	}
//
// The package is for tests only and imports the root package.
package sourcetest

import (
	"fmt"
	"testing"

	"example.com/assay"
)

// Record is one row, line or document of an asset that the suite asks for.
type Record struct {
	ID   int    // unique, from 1: the primary key where the store has one
	Name string // never empty, unique
	Note string // empty in every seventh record: store it as NULL, or as the empty string where there is no NULL
}

// Options tells Run how to reach and fill one store. Open, Put and Remove are
// compulsory.
type Options struct {
	// Open opens a source on the store, over all assets that Put makes, with
	// the credentials of Secrets where the store has any. The suite closes it.
	// Connections that are the test's own must not be opened in here.
	Open func(t *testing.T) assay.Source

	// Put makes an asset that holds the records and nothing else, and returns
	// the id that a listing must give it. The name is unique in one call of
	// Run, lower-case letters and underscores. The asset may stay when the
	// test has ended; a store that outlives the test cleans up with t.Cleanup.
	Put func(t *testing.T, name string, records []Record) assay.AssetID

	// Remove takes an asset out of the store.
	Remove func(t *testing.T, id assay.AssetID)

	// Deny takes the right to read the asset from the user that Open connects
	// as. Nil where the store knows no such right. It may call t.Skip.
	Deny func(t *testing.T, id assay.AssetID)

	// Secrets are the user name and password that Open uses. They must be so
	// unlike anything else that their presence in an id, an error or a detail
	// can only mean a leak.
	Secrets []string

	// Fields are the paths at which ID, Name and Note of a record are read. The
	// default is id, name, note.
	Fields [3]string

	// NoSchema says that an asset without records has no fields (JSON Lines).
	NoSchema bool

	// Prefix says that the store can be read only from its beginning, so that
	// another seed gives the same sample.
	Prefix bool
}

// manyRecords is more than any of the suite's samples.
const manyRecords = 5000

// fewRecords fits into all of them.
const fewRecords = 20

// Run runs the suite. Each of its tests is a subtest of t.
func Run(t *testing.T, o Options) {
	if o.Open == nil || o.Put == nil || o.Remove == nil {
		t.Fatal("sourcetest: Options needs Open, Put and Remove")
	}
	if o.Fields == ([3]string{}) {
		o.Fields = [3]string{"id", "name", "note"}
	}
	for _, c := range []struct {
		name string
		run  func(*testing.T, Options)
	}{
		{"listing is stable", testListingStable},
		{"listing stops", testListingStops},
		{"ids are canonical", testCanonicalIDs},
		{"census", testCensus},
		{"empty asset", testEmptyAsset},
		{"rows limit", testRowsLimit},
		{"bytes limit", testBytesLimit},
		{"seed", testSeed},
		{"concurrent samples", testConcurrent},
		{"yield error", testYieldError},
		{"cancellation", testCancellation},
		{"timeout", testTimeout},
		{"vanished asset", testVanished},
		{"denied asset", testDenied},
		{"close", testClose},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, o) })
	}
}

// records returns the first n records of the suite's data.
func records(n int) []Record {
	out := make([]Record, n)
	for i := range out {
		out[i] = Record{ID: i + 1, Name: fmt.Sprintf("name-%06d", i+1)}
		if (i+1)%7 != 0 {
			out[i].Note = fmt.Sprintf("note number %d, which goes on for a while", i+1)
		}
	}
	return out
}

// open opens the source and closes it at the end of the test.
func open(t *testing.T, o Options) assay.Source {
	t.Helper()
	s := o.Open(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}
