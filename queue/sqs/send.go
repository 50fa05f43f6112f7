package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/assay"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"
)

// maxBytes is how much the messages of one request may weigh together: what
// every server of SQS takes. A message alone may weigh what its queue allows.
const maxBytes = 256 << 10

// sendTries is how often a message is sent that SQS did not take, through no
// fault of the message; sendConns how many requests are under way.
const (
	sendTries = 6
	sendConns = 4
)

// Send implements assay.Sender. What could not be sent is named in the error, and
// the rest is sent. Standard queues do not recognise a task that they have: it
// is then delivered twice, and its result committed twice to the same effect.
func (q *Queue) Send(ctx context.Context, tasks ...assay.Task) error {
	entries := make([]types.SendMessageBatchRequestEntry, len(tasks))
	trace := traceOf(ctx)
	for i, task := range tasks {
		body, err := json.Marshal(task)
		if err != nil {
			return fmt.Errorf("send task %s: %w", task.ID, err)
		}
		entries[i].MessageBody = aws.String(escape(string(body)))
		entries[i].MessageAttributes = withTrace(nil, trace)
	}
	errs := q.sendAll(ctx, q.live.url, entries)
	for i, err := range errs {
		if err != nil {
			errs[i] = fmt.Errorf("send task %s: %w", tasks[i].ID, err)
		}
	}
	return errors.Join(errs...)
}

// escape writes the two characters that JSON allows and SQS refuses.
func escape(body string) string {
	return strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`).Replace(body)
}

// sendAll sends messages in batches and returns an error, or nil, for each. It
// sets their ids.
func (q *Queue) sendAll(ctx context.Context, url string, entries []types.SendMessageBatchRequestEntry) []error {
	for i := range entries {
		entries[i].Id = aws.String(strconv.Itoa(i))
	}
	errs := make([]error, len(entries))
	var group errgroup.Group // every error is some message's
	group.SetLimit(sendConns)
	for len(entries) > 0 {
		n := batchSize(entries)
		part := entries[:n]
		entries = entries[n:]
		group.Go(func() error {
			q.sendPart(ctx, url, part, errs)
			return nil
		})
	}
	_ = group.Wait()
	return errs
}

// batchSize is how many of the first messages go into one request.
func batchSize(entries []types.SendMessageBatchRequestEntry) int {
	total := 0
	for i, e := range entries {
		if total += weight(e); i == maxBatch || i > 0 && total > maxBytes {
			return i
		}
	}
	return len(entries)
}

// weight is what a message counts in bytes.
func weight(e types.SendMessageBatchRequestEntry) int {
	n := len(aws.ToString(e.MessageBody))
	for name, a := range e.MessageAttributes {
		n += len(name) + len(aws.ToString(a.DataType)) + len(aws.ToString(a.StringValue))
	}
	return n
}

// sendPart sends one batch, and again what of it SQS did not take. The messages'
// ids are their places in errs.
func (q *Queue) sendPart(ctx context.Context, url string, part []types.SendMessageBatchRequestEntry, errs []error) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 100*time.Millisecond, 5*time.Second
	for try := 1; ; try++ {
		part = q.sendOnce(ctx, url, part, errs)
		if len(part) == 0 || try == sendTries {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause.NextBackOff()):
		}
	}
}

// sendOnce makes one request, notes the error of each message, and returns those
// that are worth another try.
func (q *Queue) sendOnce(ctx context.Context, url string, part []types.SendMessageBatchRequestEntry, errs []error) (again []types.SendMessageBatchRequestEntry) {
	failed := map[string]types.BatchResultErrorEntry{}
	out, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: part}) // tries again by itself
	if err == nil {
		for _, f := range out.Failed {
			failed[aws.ToString(f.Id)] = f
		}
	}
	for _, e := range part {
		id := aws.ToString(e.Id)
		result := err
		if f, ok := failed[id]; ok {
			result = entryError(f)
			if !f.SenderFault {
				again = append(again, e)
			}
		}
		if i, bad := strconv.Atoi(id); bad == nil {
			errs[i] = result
		}
	}
	return again
}
