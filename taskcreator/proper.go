package taskcreator

import (
	"errors"
	"net/url"
	"unicode/utf8"

	"example.com/assay"
)

// proper refuses an asset that no task could name rightly.
func proper(asset *assay.Asset) error {
	if !utf8.ValidString(string(asset.ID)) {
		return &assay.Error{Op: "list", Item: string(asset.ID), Reason: assay.ReasonUnsupported,
			Err: errors.New("its id is no UTF-8"), Hint: "rename it"}
	}
	return withoutCredentials(asset)
}

// withoutCredentials refuses an asset id with a user in it, and takes the user
// away: a source that lists such ids has a bug, and its tasks would carry a
// password into the queue.
func withoutCredentials(asset *assay.Asset) error {
	u, err := url.Parse(string(asset.ID))
	if err != nil || u.User == nil {
		return nil // what is no URI has no user part
	}
	u.User = nil
	asset.ID = assay.AssetID(u.String())
	return &assay.Error{Op: "list", Item: string(asset.ID), Reason: assay.ReasonUnsupported,
		Err: errors.New("its id names a user"), Hint: "this is a bug of the source"}
}

// storeAsset stands for a store as a whole, where it cannot be listed.
func storeAsset(store assay.DataStore) assay.Asset {
	asset := assay.Asset{ID: assay.AssetID(store.URI), Rows: -1, Bytes: -1, Owner: store.Owner}
	if asset.ID == "" {
		asset.ID = assay.AssetID(store.Name)
	}
	_ = withoutCredentials(&asset) // the error is for assets
	return asset
}
