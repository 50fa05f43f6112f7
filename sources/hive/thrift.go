package hive

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/apache/thrift/lib/go/thrift"
	"github.com/beltran/gohive"

	"example.com/assay"
)

// longestFrame is the most bytes of one answer.
const longestFrame = 128 << 20

// wire is a Thrift connection.
type wire struct {
	conn net.Conn
	thrift.TTransport
}

// dial connects to a Thrift server. The context ends the connecting; see call
// for what ends a call.
func (s *Source) dial(ctx context.Context, address, auth string, secure *tls.Config) (*wire, error) {
	ctx, cancel := context.WithTimeout(ctx, s.connectTimeout())
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	w := &wire{conn: conn}
	if secure != nil {
		w.conn = tls.Client(conn, secure)
	}
	limits := &thrift.TConfiguration{MaxMessageSize: longestFrame, MaxFrameSize: longestFrame}
	socket := thrift.NewTSocketFromConnConf(w.conn, limits)
	if auth == AuthNoSASL {
		w.TTransport = thrift.NewTBufferedTransport(socket, 16<<10)
		return w, nil
	}
	host, _, _ := net.SplitHostPort(address) // it was dialled
	// An empty name or password is no message of PLAIN; servers that ask for none
	// take any.
	sasl, err := gohive.NewTSaslTransport(socket, host, "PLAIN", map[string]string{
		"username": cmp.Or(s.user, "anonymous"), "password": cmp.Or(s.options.Password, "anonymous"),
	}, longestFrame)
	if err == nil {
		err = w.call(ctx, func(context.Context) error { return sasl.Open() })
	}
	if err != nil {
		conn.Close()
		return nil, saslFailure(err)
	}
	w.TTransport = sasl
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
	p := thrift.NewTBinaryProtocolConf(w.TTransport, &thrift.TConfiguration{MaxMessageSize: longestFrame, MaxFrameSize: longestFrame})
	return thrift.NewTStandardClient(p, p)
}

// saslFailure is the error of a connection that SASL did not open.
func saslFailure(err error) error {
	if isTimeout(err) || isEOF(err) {
		return &assay.Error{Reason: assay.ReasonUnavailable, Err: errHandshake, Hint: "does the server speak SASL? if not, write ?auth=nosasl"}
	}
	return &assay.Error{Reason: assay.ReasonDenied, Err: errLogin, Hint: "check user and password, or ASSAY_HIVE_PASSWORD"}
}
