package verifiers_test

import (
	"fmt"
	"testing"

	"example.com/assay"
)

// TestStages: a version that is rolled out counts in its share of the assets, the
// same ones for everybody, and more of them when the share grows.
func TestStages(t *testing.T) {
	s := openStore(t)
	live, other := newLive(t, s), newLive(t, s)
	add(t, s, badge("B[0-9]{3}"), assay.StateActive)
	add(t, s, badge("B[0-9]{3,4}"), assay.StateShadow)
	add(t, s, badge("B[0-9]{3,5}"), assay.StateShadow)
	var before map[assay.AssetID]bool
	for _, share := range []int{10, 40} {
		if err := s.StageVerifier(t.Context(), "badge", 2, share, "ada", "carefully"); err != nil {
			t.Fatal(err)
		}
		refresh(t, live, "badge@1", "badge@2 in shadow") // not the newer version: findings are compared by state
		refresh(t, other, "badge@1", "badge@2 in shadow")
		in := map[assay.AssetID]bool{}
		for i := range 1000 {
			asset := assay.AssetID(fmt.Sprintf("mysql://db/shop/t%d", i))
			rules := live.SetFor(asset).Rules()
			if rules[0].Shadow == rules[1].Shadow {
				t.Fatalf("%s: both versions count, or none", asset)
			}
			in[asset] = rules[0].Shadow
			if other.SetFor(asset).Rules()[0].Shadow != in[asset] {
				t.Errorf("%s: two processes do not agree", asset)
			}
			if before[asset] && !in[asset] {
				t.Errorf("%s left the share while it grew", asset)
			}
		}
		n := 0
		for _, yes := range in {
			if yes {
				n++
			}
		}
		if want := 10 * share; n < want-60 || n > want+60 { // four standard deviations
			t.Errorf("%d of 1000 assets are in a share of %d %%", n, share)
		}
		before = in
	}
	if live.Shares()["badge"] != 40 {
		t.Errorf("shares %v", live.Shares())
	}
	if err := s.SetVerifierState(t.Context(), "badge", 2, assay.StateActive, "ada", "all of it"); err != nil {
		t.Fatal(err)
	}
	refresh(t, live, "badge@2", "badge@3 in shadow")
	if set := live.SetFor("mysql://db/shop/t1"); set != live.Set() || live.Shares()["badge"] != 0 {
		t.Error("a share is left after the roll-out")
	}
}
