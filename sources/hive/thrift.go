package hive

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/apache/thrift/lib/go/thrift"

	"example.com/assay"
)

// longestFrame is the most bytes of one answer.
const longestFrame = 128 << 20

// wire is a Thrift connection.
type wire struct {
	conn      net.Conn
	transport thrift.TTransport
}

// dial connects to a Thrift server. The context ends the connecting; see call
// for what ends a call.
func (s *Source) dial(ctx context.Context, address, auth string, secure *tls.Config) (*wire, error) {
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, s.connectTimeout())
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	w := &wire{conn: conn}
	if secure != nil {
		encrypted := tls.Client(conn, secure)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, tlsFailure(outer, err)
		}
		w.conn = encrypted
	}
	limits := &thrift.TConfiguration{MaxMessageSize: longestFrame, MaxFrameSize: longestFrame}
	socket := thrift.NewTSocketFromConnConf(w.conn, limits)
	if auth == AuthNoSASL {
		w.transport = thrift.NewTBufferedTransport(socket, 16<<10)
		return w, nil
	}
	if err := w.call(ctx, func(context.Context) error { return s.login(w.conn) }); err != nil {
		conn.Close()
		return nil, saslFailure(outer, err)
	}
	w.transport = thrift.NewTFramedTransportConf(socket, limits)
	return w, nil
}

func (s *Source) connectTimeout() time.Duration {
	return cmp.Or(s.options.ConnectTimeout, 30*time.Second)
}

// call makes a call that ends with the context: Thrift can neither be
// interrupted nor used after that, so the connection is closed.
func (w *wire) call(ctx context.Context, f func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { w.conn.Close() })
	defer stop()
	err := f(ctx)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Close closes the connection.
func (w *wire) Close() error { return w.conn.Close() }

// protocol returns the Thrift client of a connection.
func (w *wire) protocol() thrift.TClient {
	p := thrift.NewTBinaryProtocolConf(w.transport, &thrift.TConfiguration{MaxMessageSize: longestFrame, MaxFrameSize: longestFrame})
	return thrift.NewTStandardClient(p, p)
}

// The status of a message of Thrift's SASL negotiation. A message is the status,
// four bytes of length, and so many bytes; what follows the negotiation are
// frames, as long as only authentication was agreed on.
const (
	saslStart    = 1
	saslOK       = 2
	saslComplete = 5
)

// longestGreeting is the most bytes of a message of the negotiation.
const longestGreeting = 64 << 10

// login authenticates by SASL PLAIN (RFC 4616). Servers that ask for no name and
// password take any, but not none.
func (s *Source) login(conn io.ReadWriter) error {
	secret := "\x00" + cmp.Or(s.user, anonymous) + "\x00" + cmp.Or(s.options.Password, anonymous)
	out := append(saslMessage(saslStart, "PLAIN"), saslMessage(saslOK, secret)...)
	if _, err := conn.Write(out); err != nil {
		return err
	}
	var head [5]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return err
	}
	status, length := head[0], binary.BigEndian.Uint32(head[1:])
	if length > longestGreeting || status < saslStart || status > saslComplete {
		return errHandshake
	}
	if _, err := io.CopyN(io.Discard, conn, int64(length)); err != nil {
		return err
	}
	if status != saslComplete {
		return errLogin
	}
	return nil
}

// anonymous is the user without a name.
const anonymous = "anonymous"

func saslMessage(status byte, text string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{status}, uint32(len(text))), text...)
}

// saslFailure is the error of a connection that SASL did not open.
func saslFailure(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errLogin):
		return &assay.Error{Reason: assay.ReasonDenied, Err: errLogin, Hint: "check user and password, or ASSAY_HIVE_PASSWORD"}
	}
	return &assay.Error{Reason: assay.ReasonUnavailable, Err: errHandshake, Hint: "if the server does not speak SASL, write ?auth=nosasl; if it speaks TLS, ?tls=true"}
}

// tlsFailure is the error of a connection that TLS did not open.
func tlsFailure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &assay.Error{Reason: assay.ReasonUnavailable, Err: fmt.Errorf("the encrypted connection failed: %w", err), Hint: "see the option tls in the address"}
}
