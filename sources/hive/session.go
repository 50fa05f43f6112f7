package hive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/beltran/gohive/hiveserver"

	"example.com/assay"
)

// session is a session with HiveServer2.
type session struct {
	*wire
	client *hiveserver.TCLIServiceClient
	handle *hiveserver.TSessionHandle
}

// session opens a session, as soon as there are not too many.
func (s *Source) session(ctx context.Context) (*session, error) {
	select {
	case s.sessions <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	out, err := s.openSession(ctx)
	if err != nil {
		<-s.sessions
	}
	return out, err
}

func (s *Source) openSession(ctx context.Context) (*session, error) {
	w, err := s.dial(ctx, s.address, s.options.Auth, s.tls())
	if err != nil {
		return nil, err
	}
	out := &session{wire: w, client: hiveserver.NewTCLIServiceClient(w.protocol())}
	user, password := cmp.Or(s.user, anonymous), s.options.Password
	request := hiveserver.NewTOpenSessionReq()
	request.ClientProtocol = hiveserver.TProtocolVersion_HIVE_CLI_SERVICE_PROTOCOL_V8
	request.Username, request.Password = &user, &password
	limited, cancel := context.WithTimeout(ctx, s.connectTimeout())
	defer cancel()
	err = w.call(limited, func(ctx context.Context) error {
		answer, err := out.client.OpenSession(ctx, request)
		if err != nil {
			return err
		}
		out.handle = answer.SessionHandle
		return statusError(answer.Status)
	})
	if err == nil {
		return out, nil
	}
	w.Close()
	if ctx.Err() == nil && limited.Err() != nil {
		err = &assay.Error{Reason: assay.ReasonUnavailable, Err: errHandshake, Hint: "check port, ?auth= and ?tls="}
	}
	return nil, err
}

// goodbye is how long the server may take to be told that a session ends, or a
// statement is cancelled.
const goodbye = 500 * time.Millisecond

// end ends a session. A server that is told by the connection's end alone drops
// it, and cancels what it does (hive.server2.close.session.on.disconnect).
func (s *Source) end(ctx context.Context, q *session) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	_ = q.call(ctx, func(ctx context.Context) error {
		_, err := q.client.CloseSession(ctx, &hiveserver.TCloseSessionReq{SessionHandle: q.handle})
		return err
	})
	q.Close()
	<-s.sessions
}

// statusError is the error of an answer's status; nil if it is none.
func statusError(s *hiveserver.TStatus) error {
	switch s.GetStatusCode() {
	case hiveserver.TStatusCode_SUCCESS_STATUS, hiveserver.TStatusCode_SUCCESS_WITH_INFO_STATUS, hiveserver.TStatusCode_STILL_EXECUTING_STATUS:
		return nil
	}
	return &answer{code: s.GetErrorCode(), state: s.GetSqlState(), message: s.GetErrorMessage()}
}

// query runs a statement and hands over its rows, of which a value is nil where
// it is NULL, and valid until row returns.
func (q *session) query(ctx context.Context, statement string, row func(values [][]byte) error) error {
	request := hiveserver.NewTExecuteStatementReq()
	request.SessionHandle, request.Statement, request.RunAsync = q.handle, statement, true
	if deadline, ok := ctx.Deadline(); ok { // the server ends it too, in whole seconds
		request.QueryTimeout = int64(math.Ceil(time.Until(deadline).Seconds())) + 1
	}
	var operation *hiveserver.TOperationHandle
	err := q.call(ctx, func(ctx context.Context) error {
		answer, err := q.client.ExecuteStatement(ctx, request)
		if err != nil {
			return err
		}
		operation = answer.OperationHandle
		return statusError(answer.Status)
	})
	if err != nil {
		return err
	}
	if err := q.wait(ctx, operation); err != nil {
		return err
	}
	if err := q.fetch(ctx, operation, row); err != nil {
		return err
	}
	return q.call(ctx, func(ctx context.Context) error {
		_, err := q.client.CloseOperation(ctx, &hiveserver.TCloseOperationReq{OperationHandle: operation})
		return err
	})
}

// wait waits until the rows of a statement are there. When the context ends, the
// server is told to cancel.
func (q *session) wait(ctx context.Context, operation *hiveserver.TOperationHandle) error {
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 250*time.Millisecond) {
		var state *hiveserver.TGetOperationStatusResp
		err := q.call(ctx, func(ctx context.Context) (err error) {
			state, err = q.client.GetOperationStatus(ctx, &hiveserver.TGetOperationStatusReq{OperationHandle: operation})
			if err == nil {
				err = statusError(state.Status)
			}
			return err
		})
		if err != nil {
			return err
		}
		switch state.GetOperationState() {
		case hiveserver.TOperationState_FINISHED_STATE:
			return nil
		case hiveserver.TOperationState_TIMEDOUT_STATE:
			return &assay.Error{Reason: assay.ReasonTimeout, Err: errors.New("the server ended the statement at its time limit"), Hint: "allow a longer timeout"}
		case hiveserver.TOperationState_ERROR_STATE, hiveserver.TOperationState_CANCELED_STATE, hiveserver.TOperationState_CLOSED_STATE:
			return &answer{code: state.GetErrorCode(), state: state.GetSqlState(), message: state.GetErrorMessage()}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			q.cancel(ctx, operation)
			return ctx.Err()
		}
	}
}

func (q *session) cancel(ctx context.Context, operation *hiveserver.TOperationHandle) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer stop()
	_ = q.call(ctx, func(ctx context.Context) error {
		_, err := q.client.CancelOperation(ctx, &hiveserver.TCancelOperationReq{OperationHandle: operation})
		return err
	})
}

// Rows are fetched in pages that grow as long as they are small.
const (
	firstPage = 20
	lastPage  = 1000
	pageBytes = 1 << 20
)

// fetch reads the rows of a statement that has finished.
func (q *session) fetch(ctx context.Context, operation *hiveserver.TOperationHandle, row func([][]byte) error) error {
	page := int64(firstPage)
	for {
		var rows *hiveserver.TRowSet
		err := q.call(ctx, func(ctx context.Context) error {
			answer, err := q.client.FetchResults(ctx, &hiveserver.TFetchResultsReq{
				OperationHandle: operation, Orientation: hiveserver.TFetchOrientation_FETCH_NEXT, MaxRows: page})
			if err != nil {
				return err
			}
			rows = answer.Results
			return statusError(answer.Status)
		})
		if err != nil {
			return err
		}
		n, size, err := hand(rows, row)
		if err != nil || n == 0 {
			return err
		}
		if fits := int64(n) * pageBytes / int64(max(size, 1)); fits > page {
			page = min(4*page, fits, lastPage)
		} else {
			page = max(fits, 1)
		}
	}
}

// hand hands over the rows of a page, and returns how many there were, and their
// bytes.
func hand(rows *hiveserver.TRowSet, row func([][]byte) error) (n, size int, err error) {
	if rows == nil || len(rows.Columns) == 0 {
		return 0, 0, nil
	}
	columns := make([]column, len(rows.Columns))
	for i, c := range rows.Columns {
		columns[i] = columnOf(c)
		if i > 0 && columns[i].len != columns[0].len {
			return 0, 0, &assay.Error{Reason: assay.ReasonUnreadable, Err: fmt.Errorf("columns of %d and of %d rows came", columns[0].len, columns[i].len)}
		}
	}
	values := make([][]byte, len(columns))
	for i := range columns[0].len {
		for j, c := range columns {
			values[j] = nil
			if i/8 >= len(c.nulls) || c.nulls[i/8]&(1<<(i%8)) == 0 {
				values[j] = c.at(i)
				size += len(values[j])
			}
		}
		if err := row(values); err != nil {
			return i, size, err
		}
	}
	return columns[0].len, size, nil
}

// column is a column of a page: its rows, which of them are NULL, and their
// text.
type column struct {
	len   int
	nulls []byte // a bit for a row, the lowest first
	at    func(i int) []byte
}

func columnOf(c *hiveserver.TColumn) column {
	switch {
	case c.StringVal != nil:
		return column{len(c.StringVal.Values), c.StringVal.Nulls, func(i int) []byte { return []byte(c.StringVal.Values[i]) }}
	case c.BinaryVal != nil:
		return column{len(c.BinaryVal.Values), c.BinaryVal.Nulls, func(i int) []byte { return c.BinaryVal.Values[i] }}
	case c.BoolVal != nil:
		return column{len(c.BoolVal.Values), c.BoolVal.Nulls, func(i int) []byte { return strconv.AppendBool(nil, c.BoolVal.Values[i]) }}
	case c.DoubleVal != nil:
		return column{len(c.DoubleVal.Values), c.DoubleVal.Nulls, func(i int) []byte {
			return strconv.AppendFloat(nil, c.DoubleVal.Values[i], 'f', -1, 64) // no phone number is 4.1e15
		}}
	case c.ByteVal != nil:
		return integers(c.ByteVal.Values, c.ByteVal.Nulls)
	case c.I16Val != nil:
		return integers(c.I16Val.Values, c.I16Val.Nulls)
	case c.I32Val != nil:
		return integers(c.I32Val.Values, c.I32Val.Nulls)
	case c.I64Val != nil:
		return integers(c.I64Val.Values, c.I64Val.Nulls)
	}
	return column{}
}

func integers[T int8 | int16 | int32 | int64](values []T, nulls []byte) column {
	return column{len(values), nulls, func(i int) []byte { return strconv.AppendInt(nil, int64(values[i]), 10) }}
}
