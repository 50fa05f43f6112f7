// Package seal encrypts matched content and other samples before they are kept:
// assay.Sealer on envelope encryption.
//
//	content ──data key──▶ ciphertext        (Tink AEAD, AES-256-GCM, bound to its place)
//	data key ──key──▶ wrapped data key      (a file that is not in the database, or AWS KMS)
//
// What is sealed holds its wrapped data key, so that it needs nothing else but
// the key. A key is rotated by making a new one the first: the old one still
// opens what it sealed, and Rewrap moves that to the new key without reading the
// content.
//
// It imports the root package only.
package seal

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"example.com/assay"
)

// Key encrypts data keys. It never leaves its place: a file that only the
// service can read, or AWS KMS.
type Key interface {
	tink.AEADWithContext
	// ID names the key with which EncryptWithContext encrypts now. It is kept,
	// in the clear, with what is sealed.
	ID() string
	// Opens reports whether DecryptWithContext can open what the key of that id
	// has encrypted.
	Opens(id string) bool
}

// Sealer implements assay.Sealer. It is safe for concurrent use.
type Sealer struct {
	keys []Key
	data dataKeys
}

var _ assay.Sealer = (*Sealer)(nil)

// New returns a Sealer that seals with the first key and opens with all.
func New(keys ...Key) (*Sealer, error) {
	if len(keys) == 0 {
		return nil, errors.New("seal: no key is configured (assay key create makes one)")
	}
	return &Sealer{keys: keys, data: dataKeys{now: time.Now}}, nil
}

// Open returns a Sealer for keys as a configuration names them: file:PATH, or
// aws-kms:ARN with the credentials of the process. The first one seals.
func Open(ctx context.Context, uris ...string) (*Sealer, error) {
	keys := make([]Key, 0, len(uris))
	for _, uri := range uris {
		key, err := openKey(ctx, uri)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return New(keys...)
}

func openKey(ctx context.Context, uri string) (Key, error) {
	scheme, rest, _ := strings.Cut(uri, ":")
	switch scheme {
	case "file":
		return OpenFile(rest)
	case "aws-kms":
		return OpenKMS(ctx, rest)
	}
	return nil, fmt.Errorf("seal: key %q is neither file:PATH nor aws-kms:ARN", uri)
}

// Seal implements assay.Sealer.
func (s *Sealer) Seal(ctx context.Context, content assay.Value, bind ...string) ([]byte, error) {
	key, err := s.data.current(ctx, s.keys[0])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	body, err := key.aead.Encrypt(content, bound(bind))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return envelope{key.id, key.wrapped, body}.encode(), nil
}

// Open implements assay.Sealer.
func (s *Sealer) Open(ctx context.Context, sealed []byte, bind ...string) (assay.Value, error) {
	e, err := decode(sealed)
	if err != nil {
		return nil, fmt.Errorf("open sealed content: %w", err)
	}
	key, err := s.opener(e.keyID)
	if err != nil {
		return nil, fmt.Errorf("open sealed content: %w", err)
	}
	aead, err := s.data.open(ctx, key, e.wrapped)
	if err != nil {
		return nil, fmt.Errorf("open sealed content: %w", err)
	}
	content, err := aead.Decrypt(e.body, bound(bind))
	if err != nil {
		return nil, errors.New("open sealed content: it was changed, or sealed for another place")
	}
	return content, nil
}

// Rewrap returns sealed content with its data key encrypted by the first key,
// and whether that changed it. The content stays encrypted all the while.
func (s *Sealer) Rewrap(ctx context.Context, sealed []byte) ([]byte, bool, error) {
	e, err := decode(sealed)
	if err != nil {
		return nil, false, fmt.Errorf("rewrap: %w", err)
	}
	if e.keyID == s.keys[0].ID() {
		return sealed, false, nil
	}
	old, err := s.opener(e.keyID)
	if err != nil {
		return nil, false, fmt.Errorf("rewrap: %w", err)
	}
	fresh, err := s.data.rewrap(ctx, old, s.keys[0], e.wrapped)
	if err != nil {
		return nil, false, fmt.Errorf("rewrap: %w", err)
	}
	return envelope{fresh.id, fresh.wrapped, e.body}.encode(), true, nil
}

// opener returns the key that opens what the key of that id has encrypted.
func (s *Sealer) opener(id string) (Key, error) {
	for _, k := range s.keys {
		if k.Opens(id) {
			return k, nil
		}
	}
	return nil, fmt.Errorf("it is sealed with the key %s, which is not configured (add it to old_keys)", id)
}

// KeyOf returns the id of the key that sealed content needs.
func KeyOf(sealed []byte) (string, error) {
	e, err := decode(sealed)
	return e.keyID, err
}

// bound encodes what content is bound to so that no two lists collide by their
// joints.
func bound(parts []string) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.AppendUvarint(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}

// envelope is sealed content in its parts.
type envelope struct {
	keyID   string
	wrapped []byte // the data key, encrypted
	body    []byte // the content, encrypted
}

// envelopeVersion is the first byte of what is sealed.
const envelopeVersion = 1

func (e envelope) encode() []byte {
	out := make([]byte, 0, 1+4+len(e.keyID)+len(e.wrapped)+len(e.body))
	out = append(out, envelopeVersion)
	out = binary.AppendUvarint(out, uint64(len(e.keyID)))
	out = append(out, e.keyID...)
	out = binary.AppendUvarint(out, uint64(len(e.wrapped)))
	out = append(out, e.wrapped...)
	return append(out, e.body...)
}

func decode(sealed []byte) (e envelope, err error) {
	if len(sealed) == 0 || sealed[0] != envelopeVersion {
		return e, errors.New("it is no sealed content, or of a later version of assay")
	}
	rest := bytes.Clone(sealed[1:])
	id, rest, ok := cut(rest)
	if !ok {
		return e, errors.New("it is cut off")
	}
	wrapped, body, ok := cut(rest)
	if !ok {
		return e, errors.New("it is cut off")
	}
	return envelope{string(id), wrapped, body}, nil
}

// cut takes one part, written after its length, off the front.
func cut(from []byte) (part, rest []byte, ok bool) {
	n, size := binary.Uvarint(from)
	if size <= 0 || n > uint64(len(from)-size) {
		return nil, nil, false
	}
	from = from[size:]
	return from[:n:n], from[n:], true
}
