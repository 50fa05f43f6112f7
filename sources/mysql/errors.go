package mysql

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/go-sql-driver/mysql"

	"example.com/assay"
)

// causes says what the server's error numbers mean here
// (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html,
// https://mariadb.com/kb/en/mariadb-error-code-reference/). The texts of these
// errors hold names and no content.
var causes = map[uint16]struct {
	reason assay.Reason
	hint   string
}{
	1040: {assay.ReasonUnavailable, "the server has no free connection; scan it later"},
	1044: {assay.ReasonDenied, "grant SELECT on the database to the user"},
	1045: {assay.ReasonDenied, "check the user and the password, which may be in ASSAY_MYSQL_PASSWORD"},
	1049: {assay.ReasonVanished, "check the name of the database"},
	1053: {assay.ReasonUnavailable, "the server is shutting down; scan it later"},
	1130: {assay.ReasonDenied, "allow the user to log in from this host"},
	1142: {assay.ReasonDenied, "grant SELECT on the table to the user"},
	1143: {assay.ReasonDenied, "grant SELECT on the column to the user"},
	1146: {assay.ReasonVanished, ""},
	1129: {assay.ReasonUnavailable, "the server blocks this host; run FLUSH HOSTS on it"},
	1203: {assay.ReasonUnavailable, "the user has no free connection; scan it later"},
	1205: {assay.ReasonTimeout, "somebody has locked the table; scan it later"},
	1226: {assay.ReasonUnavailable, "the user has used up its resources; scan it later"},
	1317: {assay.ReasonTimeout, "the server ended the statement"},
	1356: {assay.ReasonUnreadable, "the view refers to what is gone, or its definer lacks rights; mend or drop it"},
	1449: {assay.ReasonUnreadable, "the view's definer does not exist; mend or drop it"},
	1698: {assay.ReasonDenied, "the user cannot log in by password; use another"},
	1820: {assay.ReasonDenied, "the user's password has expired"},
	1932: {assay.ReasonUnreadable, "the table's files are damaged or gone; repair it"},
	1969: {assay.ReasonTimeout, "the server ended the statement at its time limit; a view can be too slow to be read"},
	3024: {assay.ReasonTimeout, "the server ended the statement at its time limit; a view can be too slow to be read"},
	3159: {assay.ReasonDenied, "the server insists on TLS; write ?tls=true"},
	4151: {assay.ReasonDenied, "the account is locked"},
	145:  {assay.ReasonUnreadable, "repair the table"},
}

// fail returns err as an *assay.Error about item, with the reason and the mend
// that follow from what the server or the network says.
func (s *Source) fail(op, item string, err error) error {
	if err == nil {
		return nil
	}
	out := &assay.Error{Op: op, Item: item, Reason: assay.Explain(err), Err: err}
	var known *assay.Error
	var answer *mysql.MySQLError
	var unknown *net.DNSError
	var network *net.OpError
	switch {
	case errors.As(err, &known):
		out.Hint, out.Err = known.Hint, known.Err
	case errors.As(err, &answer):
		s.explain(out, answer)
	case out.Reason == assay.ReasonCancelled:
	case errors.As(err, &unknown):
		out.Reason, out.Hint = assay.ReasonUnavailable, "check the name of the host"
	case errors.As(err, &network) && (network.Op == "dial" || !network.Timeout()):
		out.Reason, out.Hint = assay.ReasonUnavailable, "is the server running, and may this host reach it?"
	case errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, driver.ErrBadConn):
		out.Reason, out.Hint = assay.ReasonUnavailable, "the server closed the connection; scan it later"
	case strings.HasPrefix(err.Error(), "tls: "), strings.HasPrefix(err.Error(), "x509: "), errors.Is(err, mysql.ErrNoTLS):
		out.Reason, out.Hint = assay.ReasonUnavailable, "the encrypted connection failed; see the option tls in the URI"
	}
	return out
}

// explain fills in what the server's answer means. The text of an answer that
// is not in the list is left out, since it may quote a value.
func (s *Source) explain(out *assay.Error, answer *mysql.MySQLError) {
	cause, ok := causes[answer.Number]
	if !ok {
		out.Reason = assay.ReasonUnreadable
		out.Err = fmt.Errorf("the server answered with error %d (%s)", answer.Number, answer.SQLState[:])
		return
	}
	out.Reason, out.Hint = cause.reason, cause.hint
	out.Err = fmt.Errorf("%s (error %d)", s.anonymous(answer.Message), answer.Number)
}

// anonymous takes the user's name out of a message.
func (s *Source) anonymous(message string) string {
	if s.user == "" {
		return message
	}
	return strings.ReplaceAll(message, "'"+s.user+"'", "the user")
}
