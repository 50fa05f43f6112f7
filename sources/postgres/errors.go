package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/assay"
)

// cause is what an answer of the server means here.
type cause struct {
	text   string
	reason assay.Reason
	hint   string
}

// causes says what the server's error codes mean
// (https://www.postgresql.org/docs/current/errcodes-appendix.html). The server's
// own text is not repeated: it is in any language, and may quote the user's name
// or a value.
var causes = map[string]cause{
	"28000": {"access denied", assay.ReasonDenied, "let the user log in from this host; see pg_hba.conf, and the option sslmode in the URI"},
	"28P01": {"access denied", assay.ReasonDenied, "check the user and the password, which may be in ASSAY_POSTGRES_PASSWORD"},
	"3D000": {"no such database", assay.ReasonVanished, "check the name of the database"},
	"42501": {"no right to read it", assay.ReasonDenied, "grant USAGE on the schema and SELECT on the table to the user"},
	"42P01": {"no such table", assay.ReasonVanished, ""},
	"42703": {"a column is gone", assay.ReasonVanished, "scan it again"},
	"3F000": {"no such schema", assay.ReasonVanished, ""},
	"40001": {"a standby server had to end the statement", assay.ReasonTimeout, "scan it again"},
	"55000": {"it holds nothing yet", assay.ReasonUnreadable, "refresh the materialised view"},
	"55P03": {"somebody has locked it", assay.ReasonTimeout, "scan it later"},
	"57014": {"the server ended the statement at its time limit", assay.ReasonTimeout, "a view can be too slow to be read"},
	"25P03": {"the server ended an idle transaction", assay.ReasonTimeout, "scan it again"},
	"53300": {"the server has no free connection", assay.ReasonUnavailable, "scan it later"},
	"57P01": {"the server is shutting down", assay.ReasonUnavailable, "scan it later"},
	"57P02": {"the server has crashed", assay.ReasonUnavailable, "scan it later"},
	"57P03": {"the server is starting", assay.ReasonUnavailable, "scan it later"},
	"58P01": {"a file of the table is gone", assay.ReasonUnreadable, "restore the table"},
	"XX001": {"the table is damaged", assay.ReasonUnreadable, "restore the table"},
	"XX002": {"an index is damaged", assay.ReasonUnreadable, "rebuild the index"},
}

// classes are the causes for all other codes that begin so.
var classes = map[string]cause{
	"08": {"the connection failed", assay.ReasonUnavailable, "scan it later; of a foreign table, the other server may be down"},
	"53": {"the server is out of resources", assay.ReasonUnavailable, "scan it later"},
	"HV": {"the foreign table's server cannot be read", assay.ReasonUnavailable, "check the foreign server and its user mapping"},
}

// fail returns err as an *assay.Error about item, with the reason and the mend
// that follow from what the server or the network says.
func (s *Source) fail(op, item string, err error) error {
	if err == nil {
		return nil
	}
	out := &assay.Error{Op: op, Item: item, Reason: assay.Explain(err), Err: err}
	var known *assay.Error
	var answer *pgconn.PgError
	var connect *pgconn.ConnectError
	var unknown *net.DNSError
	var network *net.OpError
	switch {
	case errors.As(err, &known):
		out.Hint, out.Err = known.Hint, known.Err
	case errors.As(err, &answer):
		explain(out, answer.Code)
	case out.Reason == assay.ReasonCancelled:
		out.Err = context.Canceled
	case errors.As(err, &unknown):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "check the name of the host", unknown
	case errors.As(err, &network) && (network.Op == "dial" || !network.Timeout()):
		out.Reason, out.Hint, out.Err = assay.ReasonUnavailable, "is the server running, and may this host reach it?", network
	case errors.As(err, &connect): // its text names the user
		out.Reason, out.Hint = assay.ReasonUnavailable, "see the options sslmode and sslrootcert in the URI"
		out.Err = errors.New("the connection, or its encryption, failed")
	case out.Reason == assay.ReasonTimeout:
		out.Err = context.DeadlineExceeded
	case pgconn.SafeToRetry(err) || errors.Is(err, net.ErrClosed):
		out.Reason, out.Hint = assay.ReasonUnavailable, "the server closed the connection; scan it later"
	}
	return out
}

// explain fills in what the server's answer means.
func explain(out *assay.Error, code string) {
	c, ok := causes[code]
	if !ok {
		c, ok = classes[code[:min(2, len(code))]]
	}
	if !ok {
		c = cause{"the server cannot answer", assay.ReasonUnreadable, ""}
	}
	out.Reason, out.Hint = c.reason, c.hint
	out.Err = fmt.Errorf("%s (SQLSTATE %s)", c.text, code)
}
