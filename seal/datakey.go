package seal

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// A data key seals for an hour or a million times, so that a scanner asks KMS
// once an hour and not for every match. (AES-GCM with random nonces is good for
// 2^32 messages a key: NIST SP 800-38D, 8.3.)
const (
	dataKeyAge  = time.Hour
	dataKeyUses = 1 << 20
)

// maxOpened bounds the data keys that are kept open for reading.
const maxOpened = 256

// purpose is bound to every wrapped data key, so that nothing else that the key
// encrypts can pass for one.
var purpose = []byte("assay data key 1")

// dataKey is a key for content, in use and wrapped.
type dataKey struct {
	aead    tink.AEAD
	id      string // of the key that wrapped it
	wrapped []byte
	made    time.Time
	uses    int
}

// dataKeys holds the data keys in use.
type dataKeys struct {
	now func() time.Time

	mu        sync.Mutex
	sealing   *dataKey
	opened    map[string]tink.AEAD // by the wrapped key
	rewrapped map[string]dataKey   // by the wrapped key as it was
}

// current returns the data key to seal with, a new one when it is due or the key
// was rotated.
func (d *dataKeys) current(ctx context.Context, key Key) (*dataKey, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if k := d.sealing; k != nil && k.id == key.ID() && k.uses < dataKeyUses && d.now().Sub(k.made) < dataKeyAge {
		k.uses++
		return k, nil
	}
	handle, err := keyset.NewHandle(aead.AES256GCMNoPrefixKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a data key: %w", err)
	}
	fresh, err := wrap(ctx, key, handle)
	if err != nil {
		return nil, err
	}
	if fresh.aead, err = aead.New(handle); err != nil {
		return nil, fmt.Errorf("use a data key: %w", err)
	}
	fresh.made, fresh.uses = d.now(), 1
	d.sealing = &fresh
	return d.sealing, nil
}

// open returns a wrapped data key ready for use.
func (d *dataKeys) open(ctx context.Context, key Key, wrapped []byte) (tink.AEAD, error) {
	d.mu.Lock()
	known := d.opened[string(wrapped)]
	d.mu.Unlock()
	if known != nil {
		return known, nil
	}
	handle, err := unwrap(ctx, key, wrapped)
	if err != nil {
		return nil, err
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("use a data key: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened == nil || len(d.opened) == maxOpened {
		d.opened = map[string]tink.AEAD{}
	}
	d.opened[string(wrapped)] = primitive
	return primitive, nil
}

// rewrap encrypts a data key by another key. Content that shares a data key
// shares it afterwards too.
func (d *dataKeys) rewrap(ctx context.Context, from, to Key, wrapped []byte) (dataKey, error) {
	d.mu.Lock()
	known, ok := d.rewrapped[string(wrapped)]
	d.mu.Unlock()
	if ok && known.id == to.ID() {
		return known, nil
	}
	handle, err := unwrap(ctx, from, wrapped)
	if err != nil {
		return dataKey{}, err
	}
	fresh, err := wrap(ctx, to, handle)
	if err != nil {
		return dataKey{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rewrapped == nil || len(d.rewrapped) == maxOpened {
		d.rewrapped = map[string]dataKey{}
	}
	d.rewrapped[string(wrapped)] = fresh
	return fresh, nil
}

func wrap(ctx context.Context, key Key, handle *keyset.Handle) (dataKey, error) {
	var out bytes.Buffer
	id := key.ID()
	if err := handle.WriteWithContext(ctx, keyset.NewBinaryWriter(&out), key, purpose); err != nil {
		return dataKey{}, fmt.Errorf("encrypt a data key with %s: %w", id, err)
	}
	return dataKey{id: id, wrapped: out.Bytes()}, nil
}

func unwrap(ctx context.Context, key Key, wrapped []byte) (*keyset.Handle, error) {
	handle, err := keyset.ReadWithContext(ctx, keyset.NewBinaryReader(bytes.NewReader(wrapped)), key, purpose)
	if err != nil {
		return nil, fmt.Errorf("decrypt a data key: %w", err)
	}
	return handle, nil
}
