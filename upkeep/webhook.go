package upkeep

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"example.com/assay"
)

// Webhook is a receiver of events over HTTP.
type Webhook struct {
	Name   string // by which the outbox remembers what it took
	URL    string
	Secret string // signs what is sent
	// Owners are those whose data it is told of; empty means everybody's. Unowned
	// stands for data that nobody owns.
	Owners  []string
	Kinds   []assay.EventKind // empty means all
	Timeout time.Duration     // of one request; 0 means 10 s
}

// Unowned is the owner of what nobody owns, among a webhook's Owners.
const Unowned = "-"

// wants reports whether the webhook is told of an event.
func (w Webhook) wants(e assay.Event) bool {
	owner := e.Owner
	if owner == "" {
		owner = Unowned
	}
	return (len(w.Owners) == 0 || slices.Contains(w.Owners, owner)) && (len(w.Kinds) == 0 || slices.Contains(w.Kinds, e.Kind))
}

// The headers of a delivery.
const (
	HeaderID        = "Assay-Event-Id"  // the same each time the event is sent
	HeaderSignature = "Assay-Signature" // t=SECONDS,v1=HEX: see sign
)

// defaultTimeout is that of one request.
const defaultTimeout = 10 * time.Second

// send posts an event. Any answer but 2xx is a failure. No error holds the URL,
// which may hold a token.
func (w Webhook) send(ctx context.Context, client *http.Client, e assay.Event, now time.Time) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	timeout := w.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("its URL cannot be used")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(HeaderID, e.ID)
	request.Header.Set(HeaderSignature, sign(w.Secret, now, body))
	response, err := client.Do(request)
	if e := (*url.Error)(nil); errors.As(err, &e) {
		return e.Err
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 1<<16) // so that the connection can be used again
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("it answered %s", response.Status)
	}
	return nil
}

// sign returns the signature's header: the HMAC-SHA256, with the webhook's
// secret, of the seconds since 1970, a dot and the body. A receiver refuses what
// is minutes old, so that nobody can send a recorded event again.
func sign(secret string, now time.Time, body []byte) string {
	seconds := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// noRedirects makes an answer 3xx a failure: a signed event goes nowhere but to
// the address that is configured.
func noRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
