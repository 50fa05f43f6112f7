package cli

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"example.com/assay/secrets"
)

// bundles is where a company's rules come from.
type bundles struct {
	url   string
	key   ed25519.PublicKey
	pin   int // the only version to use; 0 means the newest
	cache string
	now   time.Time
}

// A bundle in the cache is fresh for an hour; fetching must not hold up a commit.
const (
	bundleFresh   = time.Hour
	bundleTimeout = 3 * time.Second
	maxBundle     = 32 << 20
)

// newBundles reads the configuration from the environment: ASSAY_RULES_URL, its
// public key ASSAY_RULES_KEY in base64, and ASSAY_RULES_VERSION to pin one. It
// returns nil when there is no URL.
func newBundles(env func(string) string, now time.Time) (*bundles, error) {
	b := &bundles{url: env("ASSAY_RULES_URL"), now: now}
	if b.url == "" {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(env("ASSAY_RULES_KEY"))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("ASSAY_RULES_KEY is not the public key of the rule bundle (32 bytes in base64)")
	}
	b.key = key
	if pin := env("ASSAY_RULES_VERSION"); pin != "" {
		if b.pin, err = strconv.Atoi(pin); err != nil || b.pin < 1 {
			return nil, errors.New("ASSAY_RULES_VERSION is not a version from 1")
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find the cache folder of the rule bundle: %w", err)
	}
	sum := sha256.Sum256([]byte(b.url))
	b.cache = filepath.Join(cache, "assay", "rules", hex.EncodeToString(sum[:8]))
	return b, nil
}

// load returns the bundle to use, which may be nil, and what to say of it. What
// is in the cache is checked like what was fetched.
func (b *bundles) load(ctx context.Context) (*secrets.Bundle, string) {
	cached, age := b.cached()
	if cached != nil && (age < bundleFresh || cached.Version == b.pin) {
		return cached, ""
	}
	fetched, err := b.fetch(ctx, cached)
	switch {
	case err == nil:
		return fetched, ""
	case cached != nil:
		return cached, fmt.Sprintf("rule bundle %s: %v; using version %d, fetched %s ago, signed %s", b.url, err, cached.Version,
			age.Round(time.Minute), cached.Created.Format(time.DateOnly))
	}
	return nil, fmt.Sprintf("rule bundle %s: %v; using the built-in rules only", b.url, err)
}

// cached returns the bundle in the cache, and how long ago it was fetched.
func (b *bundles) cached() (*secrets.Bundle, time.Duration) {
	info, err := os.Stat(b.cache + ".json")
	if err != nil {
		return nil, 0
	}
	data, err := os.ReadFile(b.cache + ".json")
	if err != nil {
		return nil, 0
	}
	sig, err := os.ReadFile(b.cache + ".json.sig")
	if err != nil {
		return nil, 0
	}
	bundle, err := b.open(data, sig)
	if err != nil {
		return nil, 0
	}
	return bundle, b.now.Sub(info.ModTime())
}

// open checks a bundle: its signature, and its version where one is pinned.
func (b *bundles) open(data, sig []byte) (*secrets.Bundle, error) {
	bundle, err := secrets.OpenBundle(data, sig, b.key)
	if err != nil {
		return nil, err
	}
	if b.pin != 0 && bundle.Version != b.pin {
		return nil, fmt.Errorf("version %d, but version %d is pinned", bundle.Version, b.pin)
	}
	return bundle, nil
}

// fetch returns the bundle at the URL and keeps it in the cache. One that is
// older than the cached one is refused, unless it is the one that is pinned.
func (b *bundles) fetch(ctx context.Context, cached *secrets.Bundle) (*secrets.Bundle, error) {
	ctx, cancel := context.WithTimeout(ctx, bundleTimeout)
	defer cancel()
	data, err := get(ctx, b.url)
	if err != nil {
		return nil, err
	}
	sig, err := get(ctx, b.url+".sig")
	if err != nil {
		return nil, err
	}
	bundle, err := b.open(data, sig)
	if err != nil {
		return nil, err
	}
	if cached != nil && bundle.Version < cached.Version && b.pin == 0 {
		return nil, fmt.Errorf("version %d is older than version %d, which is here already (refused)", bundle.Version, cached.Version)
	}
	return bundle, b.keep(data, sig)
}

// keep puts a bundle into the cache. The signature comes first, so that a pair
// that does not fit, which is no bundle, is the worst that can be left.
func (b *bundles) keep(data, sig []byte) error {
	if err := os.MkdirAll(filepath.Dir(b.cache), 0o700); err != nil {
		return fmt.Errorf("keep rule bundle: %w", err)
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{b.cache + ".json.sig", sig}, {b.cache + ".json", data}} {
		err := replaceFile(f.name, 0o600, func(w io.Writer) error { _, err := w.Write(f.data); return err })
		if err != nil {
			return err
		}
	}
	return nil
}

func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, errors.New("could not be fetched") // the cause may hold the URL's credentials
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", resp.Status)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxBundle+1))
	if err != nil {
		return nil, errors.New("could not be read to its end")
	}
	if len(data) > maxBundle {
		return nil, fmt.Errorf("more than %d bytes", maxBundle)
	}
	return data, nil
}
