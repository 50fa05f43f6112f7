package hive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/apache/thrift/lib/go/thrift"
	"github.com/beltran/gohive/hive_metastore"

	"example.com/assay"
)

var (
	errHandshake = errors.New("the server did not answer the handshake")
	errLogin     = errors.New("the server refused the login")
)

// answer is an answer of HiveServer2 that is an error. Its message is looked at
// and not repeated, since it can quote values and places.
type answer struct {
	code    int32
	state   string // SQLSTATE
	message string
}

func (a *answer) Error() string {
	return fmt.Sprintf("the server answered with error %d (%s)", a.code, a.state)
}

// causes says what parts of messages mean, and the codes of
// https://github.com/apache/hive/blob/master/common/src/java/org/apache/hadoop/hive/ql/ErrorMsg.java
// do; the first that fits.
var causes = []struct {
	code   int32 // 0 is any
	part   string
	reason assay.Reason
	hint   string
}{
	{0, "HiveAccessControlException", assay.ReasonDenied, "grant SELECT on the table to the user"},
	{0, "Permission denied", assay.ReasonDenied, "grant SELECT on the table to the user, and let the server read its files"},
	{0, "AccessControlException", assay.ReasonDenied, "let the server read the files of the table"},
	{10001, "", assay.ReasonVanished, ""},
	{10072, "", assay.ReasonVanished, ""},
	{0, "Table not found", assay.ReasonVanished, ""},
	{0, "timed out", assay.ReasonTimeout, "the server ended the statement at its time limit; a view can be too slow to be read"},
	{0, "OutOfMemoryError", assay.ReasonUnavailable, "the server has no memory left; scan it later"},
	{0, "TOO_MANY_COMPILING", assay.ReasonUnavailable, "the server is busy; scan it later"},
	{0, "Error while compiling statement", assay.ReasonUnsupported, "is the table's definition still valid?"},
}

// fail returns err as an *assay.Error about item, with the reason and the mend
// that follow from what the server or the network says.
func (s *Source) fail(op, item string, err error) error {
	if err == nil {
		return nil
	}
	out := &assay.Error{Op: op, Item: item, Reason: assay.Explain(err), Err: err}
	var known *assay.Error
	var said *answer
	var gone *hive_metastore.NoSuchObjectException
	var nowhere *hive_metastore.UnknownDBException
	var meta *hive_metastore.MetaException
	var unknown *net.DNSError
	var network *net.OpError
	switch {
	case errors.Is(err, context.Canceled):
		out.Err = context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		out.Err = context.DeadlineExceeded
	case errors.As(err, &known):
		out.Hint, out.Err = known.Hint, known.Err
	case errors.As(err, &said):
		explain(out, said)
	case errors.As(err, &gone), errors.As(err, &nowhere):
		out.Reason, out.Err = assay.ReasonVanished, errors.New("the metastore does not know it")
	case errors.As(err, &meta):
		out.Reason, out.Err = assay.ReasonUnreadable, errors.New("the metastore cannot answer")
		out.Hint = "see the metastore's log"
	case errors.As(err, &unknown):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "check the name of the host", unknown
	case errors.As(err, &network) && !isTimeout(err):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "is the server running, and may this host reach it? ?metastore= names the metastore", network
	case isTimeout(err), isEOF(err):
		out.Reason, out.Err = assay.ReasonUnavailable, errors.New("the server ended the connection, or does not answer")
		out.Hint = "if it is there, ?auth= and ?tls= may be wrong"
	case isThrift(err):
		out.Reason, out.Err = assay.ReasonUnavailable, errors.New("the server's answer is not Hive's")
		out.Hint = "check port, ?auth= and ?tls="
	}
	return out
}

// explain fills in what an answer means.
func explain(out *assay.Error, said *answer) {
	for _, c := range causes {
		if (c.code == 0 || c.code == said.code) && strings.Contains(said.message, c.part) {
			out.Reason, out.Hint = c.reason, c.hint
			return
		}
	}
	out.Reason, out.Hint = assay.ReasonUnreadable, "the server's log says more"
}

// isTimeout reports whether an error is that of a connection at its deadline.
func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout() || errors.Is(err, os.ErrDeadlineExceeded)
}

// isEOF reports whether a connection ended.
func isEOF(err error) bool {
	var transport thrift.TTransportException
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &transport) && (transport.TypeId() == thrift.END_OF_FILE || transport.TypeId() == thrift.NOT_OPEN)
}

// isThrift reports whether an error is that of an answer that cannot be
// understood.
func isThrift(err error) bool {
	var protocol thrift.TProtocolException
	var application thrift.TApplicationException
	var transport thrift.TTransportException
	return errors.As(err, &protocol) || errors.As(err, &application) || errors.As(err, &transport)
}
