package quality

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"example.com/assay"
)

// keyBind is what the key of the ids is sealed for.
const keyBind = "key of items"

// Maker makes items of values: it names each by a keyed hash and seals it.
type Maker struct {
	sealer assay.Sealer
	key    []byte
}

// NewMaker returns a Maker with the store's key, which it makes when there is none.
func NewMaker(ctx context.Context, store assay.ItemStore, sealer assay.Sealer) (*Maker, error) {
	fresh := make([]byte, sha256.Size)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("make a key for items: %w", err)
	}
	sealed, err := sealer.Seal(ctx, fresh, keyBind)
	if err != nil {
		return nil, fmt.Errorf("make a key for items: %w", err)
	}
	if sealed, err = store.ItemKey(ctx, sealed); err != nil {
		return nil, err
	}
	key, err := sealer.Open(ctx, sealed, keyBind)
	if err != nil {
		return nil, fmt.Errorf("the key of the items' ids does not open: %w (is key the one that they were kept with?)", err)
	}
	return &Maker{sealer: sealer, key: key}, nil
}

// ID returns the id of a value as an item of an element: an HMAC-SHA-256 (RFC
// 2104) in hexadecimal digits. Blanks at the value's ends do not count.
func (m *Maker) ID(element assay.Element, value assay.Value) string {
	return hex.EncodeToString(m.hash(string(element), value))
}

func (m *Maker) hash(element string, value assay.Value) []byte {
	h := hmac.New(sha256.New, m.key)
	h.Write([]byte(element))
	h.Write([]byte{0})
	h.Write(bytes.TrimSpace(value))
	return h.Sum(nil)
}

// Make completes an item with its id, its kind of store and its sealed content.
func (m *Maker) Make(ctx context.Context, item assay.Item, content assay.ItemContent) (assay.Item, error) {
	item.ID = m.ID(item.Element, content.Value)
	if item.Store == "" {
		item.Store, _, _ = strings.Cut(string(item.Asset), ":")
	}
	return assay.SealItem(ctx, m.sealer, item, content)
}
