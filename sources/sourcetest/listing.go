package sourcetest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

// list returns all assets of the source. Errors that concern one asset are
// logged: a store may hold more than the suite put there.
func list(t *testing.T, o Options, s assay.Source) []assay.Asset {
	t.Helper()
	var out []assay.Asset
	for a, err := range s.Assets(t.Context()) {
		noSecrets(t, o, a, err)
		switch {
		case err != nil && a.ID == "":
			t.Fatalf("listing ended: %v", err)
		case err != nil:
			t.Logf("asset not listed: %v", err)
		default:
			out = append(out, a)
		}
	}
	return out
}

// find returns the listed asset with an id.
func find(t *testing.T, o Options, s assay.Source, id assay.AssetID) assay.Asset {
	t.Helper()
	for _, a := range list(t, o, s) {
		if a.ID == id {
			return a
		}
	}
	t.Fatalf("asset %s is not in the listing", id)
	return assay.Asset{}
}

func testListingStable(t *testing.T, o Options) {
	o.Put(t, "stable_one", records(fewRecords))
	o.Put(t, "stable_two", records(fewRecords))
	s := open(t, o)
	first, again, other := ids(list(t, o, s)), ids(list(t, o, s)), ids(list(t, o, open(t, o)))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("a second listing differs (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(first, other); diff != "" {
		t.Errorf("the listing of a newly opened source differs (-first +other):\n%s", diff)
	}
	seen := map[assay.AssetID]bool{}
	for _, id := range first {
		if seen[id] {
			t.Errorf("asset %s is listed twice", id)
		}
		seen[id] = true
	}
}

func testListingStops(t *testing.T, o Options) {
	o.Put(t, "stops_one", records(1))
	o.Put(t, "stops_two", records(1))
	s := open(t, o)
	for range s.Assets(t.Context()) {
		break // must neither hang nor panic
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, err := range s.Assets(ctx) {
		last = err
	}
	if got := assay.Explain(last); last == nil || got != assay.ReasonCancelled {
		t.Errorf("listing with a cancelled context ended with %v, want reason %s", last, assay.ReasonCancelled)
	}
}

func testCanonicalIDs(t *testing.T, o Options) {
	want := o.Put(t, "canonical", records(fewRecords))
	s := open(t, o)
	a := find(t, o, s, want)
	if a.Kind == "" {
		t.Errorf("asset %s has no kind", a.ID)
	}
	for _, a := range list(t, o, s) {
		u, err := url.Parse(string(a.ID))
		switch {
		case err != nil:
			t.Errorf("id is no URI: %v", err)
		case u.Scheme == "":
			t.Errorf("id %s has no scheme", a.ID)
		case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
			t.Errorf("id %s has credentials, options or a fragment", a.ID)
		}
	}
}

func ids(assets []assay.Asset) []assay.AssetID {
	var out []assay.AssetID
	for _, a := range assets {
		out = append(out, a.ID)
	}
	return out
}

// noSecrets checks that none of the planted credentials shows in the things.
func noSecrets(t *testing.T, o Options, things ...any) {
	t.Helper()
	for _, thing := range things {
		text := fmt.Sprintf("%+v", thing)
		if j, err := json.Marshal(thing); err == nil {
			text += string(j)
		}
		for _, secret := range o.Secrets {
			if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) {
				t.Errorf("a planted credential shows in a %T", thing)
			}
		}
	}
}
