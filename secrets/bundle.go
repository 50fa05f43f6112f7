package secrets

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/assay/verifiers"
)

// Bundle is a company's own rules in one file, signed, so that whoever serves it
// cannot change it.
type Bundle struct {
	Version     int       // grows with every change
	Created     time.Time // when it was signed
	Definitions []verifiers.Definition
}

// bundleFile is the form of a bundle.
type bundleFile struct {
	Bundle      int               `json:"assay_bundle"` // version of the form
	Version     int               `json:"version"`
	Created     time.Time         `json:"created"`
	Definitions []json.RawMessage `json:"definitions"`
}

// bundleContext is signed before the bundle's bytes, so that no signature made
// for something else fits.
const bundleContext = "assay rule bundle 1\x00"

// errSignature says that a bundle is not from who holds the key.
var errSignature = errors.New("the signature does not fit the bundle and the key (refused)")

// OpenBundle returns a bundle whose signature, in base64, fits. The signature is
// checked before anything else is looked at.
func OpenBundle(data, signature []byte, key ed25519.PublicKey) (*Bundle, error) {
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(signature)))
	if err != nil || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, append([]byte(bundleContext), data...), sig) {
		return nil, errSignature
	}
	var file bundleFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("read rule bundle: %w", err)
	}
	if file.Bundle != 1 || file.Version < 1 {
		return nil, fmt.Errorf("read rule bundle: form %d, version %d: want form 1 and a version from 1 (use a newer assay)", file.Bundle, file.Version)
	}
	b := &Bundle{Version: file.Version, Created: file.Created}
	var errs []error
	for i, raw := range file.Definitions {
		d, err := verifiers.Parse(fmt.Sprintf("bundle %d, definition %d", file.Version, i+1), raw)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		b.Definitions = append(b.Definitions, d)
	}
	return b, errors.Join(errs...)
}

// SignBundle makes a bundle of definitions and its signature.
func SignBundle(defs []verifiers.Definition, version int, created time.Time, key ed25519.PrivateKey) (data, signature []byte, err error) {
	file := bundleFile{Bundle: 1, Version: version, Created: created.UTC().Truncate(time.Second), Definitions: []json.RawMessage{}}
	for _, d := range defs {
		file.Definitions = append(file.Definitions, d.JSON)
	}
	if data, err = json.Marshal(file); err != nil {
		return nil, nil, fmt.Errorf("make rule bundle: %w", err)
	}
	sig := ed25519.Sign(key, append([]byte(bundleContext), data...))
	return data, []byte(base64.StdEncoding.EncodeToString(sig) + "\n"), nil
}
