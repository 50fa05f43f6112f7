package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"example.com/assay"
)

// tokenPrefix begins every token, so that scanners for secrets know one.
const tokenPrefix = "assay"

// NewToken makes a token: what to keep of it, and its secret, which is
// assay_ID_RANDOM with 256 random bits and is nowhere kept. A ttl of 0 makes one
// that does not expire.
func NewToken(name string, role assay.Role, author string, now time.Time, ttl time.Duration) (assay.Token, string) {
	id, random := make([]byte, 6), make([]byte, 32)
	_, _ = rand.Read(id) // crypto/rand does not fail: it ends the process
	_, _ = rand.Read(random)
	token := assay.Token{ID: hex.EncodeToString(id), Name: name, Role: role, Author: author, Created: now.UTC()}
	if ttl > 0 {
		token.Expires = token.Created.Add(ttl)
	}
	secret := strings.Join([]string{tokenPrefix, token.ID, hex.EncodeToString(random)}, "_")
	token.Hash = hashSecret(secret)
	return token, secret
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// errNoToken says that a secret belongs to no token that is in force.
var errNoToken = errors.New("the token is unknown, expired or revoked")

// tokenOf returns the token that a secret proves.
func (s *Server) tokenOf(ctx context.Context, secret string) (assay.Token, error) {
	parts := strings.Split(secret, "_")
	if len(parts) != 3 || parts[0] != tokenPrefix {
		return assay.Token{}, errNoToken
	}
	token, err := s.Store.Token(ctx, parts[1])
	if errors.Is(err, assay.ErrNotFound) {
		return assay.Token{}, errNoToken
	}
	if err != nil {
		return assay.Token{}, fmt.Errorf("look up the token: %w", err)
	}
	same := subtle.ConstantTimeCompare([]byte(token.Hash), []byte(hashSecret(secret))) == 1
	if !same || !token.Live(s.Now()) {
		return assay.Token{}, errNoToken
	}
	return token, nil
}

// callerKey is the context key of the token that a request came with.
type callerKey struct{}

func callerOf(ctx context.Context) (assay.Token, bool) {
	token, ok := ctx.Value(callerKey{}).(assay.Token)
	return token, ok
}

// authenticate finds out who calls. A request with a secret that is wrong is
// refused, whatever it asks for; one without any goes on as nobody's.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret, bearer := secretOf(r)
		if secret == "" {
			s.asNobody(w, r, next)
			return
		}
		if !s.limits.mayTry(addressOf(r)) {
			s.refuse(w, r, http.StatusTooManyRequests, "too many wrong tokens")
			return
		}
		token, err := s.tokenOf(r.Context(), secret)
		switch {
		case errors.Is(err, errNoToken) && !bearer: // a session that has ended
			s.endCookie(w)
			s.asNobody(w, r, next)
		case errors.Is(err, errNoToken):
			s.limits.failed(addressOf(r))
			s.refuse(w, r, http.StatusUnauthorized, err.Error())
		case err != nil:
			s.fail(w, r, err)
		case !s.limits.allow(token.ID):
			s.refuse(w, r, http.StatusTooManyRequests, "too many requests")
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, token)))
		}
	})
}

// asNobody serves a request that proves nothing, counted by its address.
func (s *Server) asNobody(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if !s.limits.allow(addressOf(r)) {
		s.refuse(w, r, http.StatusTooManyRequests, "too many requests")
		return
	}
	next.ServeHTTP(w, r)
}

// secretOf returns the secret that a request carries, and whether it stands in
// the Authorization header rather than in the session's cookie.
func secretOf(r *http.Request) (secret string, bearer bool) {
	scheme, rest, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(rest), true
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		return cookie.Value, false
	}
	return "", false
}

// addressOf is the host that a request came from: of the last proxy, where there
// is one.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
