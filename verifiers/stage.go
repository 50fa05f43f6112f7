package verifiers

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"

	"example.com/assay"
	"example.com/assay/engine"
)

// stagedSet is a set, and what becomes of it for assets that are in the share of
// versions that are being rolled out. It is immutable.
type stagedSet struct {
	base   *engine.Set
	shares map[assay.Element]int
	steps  []step // by share, the least first
}

// step is the set for assets whose bucket is below a share and in no step before.
type step struct {
	share int
	set   *engine.Set
}

// newStagedSet prepares a set for every share of its elements. All elements use
// the same buckets, so that there are no more sets than different shares.
func newStagedSet(base *engine.Set, shares map[assay.Element]int) *stagedSet {
	s := &stagedSet{base: base, shares: shares}
	for _, share := range slices.Compact(slices.Sorted(maps.Values(shares))) {
		var in []assay.Element
		for element, of := range shares {
			if of >= share {
				in = append(in, element)
			}
		}
		s.steps = append(s.steps, step{share, base.Swap(in...)})
	}
	return s
}

// of returns the set for an asset.
func (s *stagedSet) of(asset assay.AssetID) *engine.Set {
	if len(s.steps) == 0 {
		return s.base
	}
	at := bucket(asset)
	for _, step := range s.steps {
		if at < step.share {
			return step.set
		}
	}
	return s.base
}

// bucket is a number from 0 to 99 that follows from an asset's id alone, so that
// every scanner, and every scan, treats it the same.
func bucket(asset assay.AssetID) int {
	sum := sha256.Sum256([]byte(asset))
	return int(binary.BigEndian.Uint64(sum[:8]) % 100)
}
