package sqs

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/assay"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// maxBatch is the most messages in one request of SQS.
const maxBatch = 10

// maxWait is how long the server waits for a message. SQS allows 20 s; a scanner
// that stops has to wait for the request that is under way (see Close).
const maxWait = 5 * time.Second

// sooner is how much before the context's end the server's answer should come.
const sooner = 200 * time.Millisecond

// Receive implements assay.Receiver: at most 10 tasks, after at most 5 s. When
// ctx ends first, the request goes on, since one that is broken off may take
// messages with it, which then would be hidden and nobody's; what it brings is
// given back at once. Close waits for that.
func (q *Queue) Receive(ctx context.Context, limit int, visibility time.Duration) ([]assay.Lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	input := &sqs.ReceiveMessageInput{
		QueueUrl: &q.live.url, MaxNumberOfMessages: int32(min(max(limit, 1), maxBatch)),
		VisibilityTimeout: max(seconds(visibility), 1), // 0 would mean the queue's default
		WaitTimeSeconds:   wait(ctx),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{
			types.MessageSystemAttributeNameApproximateReceiveCount, types.MessageSystemAttributeNameSentTimestamp,
		},
		MessageAttributeNames: []string{traceAttribute},
	}
	answers := make(chan received)
	q.polls.Go(func() { q.poll(ctx, input, answers) })
	select {
	case a := <-answers:
		if a.err != nil {
			return nil, fmt.Errorf("receive: %w", a.err)
		}
		return leasesOf(a.messages, time.Duration(input.VisibilityTimeout)*time.Second), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// received is the answer to one request for messages.
type received struct {
	messages []types.Message
	err      error
}

// poll makes one request for messages and hands its answer over, or back to the
// queue where nobody waits for it any more.
func (q *Queue) poll(ctx context.Context, input *sqs.ReceiveMessageInput, answers chan<- received) {
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Duration(input.WaitTimeSeconds)*time.Second+requestTime)
	defer cancel()
	var a received
	out, err := q.client.ReceiveMessage(detached, input)
	if a.err = err; err == nil {
		a.messages = out.Messages
	}
	select {
	case answers <- a:
		return
	case <-ctx.Done():
	}
	for _, m := range a.messages {
		if err := q.hide(detached, receipt{handle: aws.ToString(m.ReceiptHandle)}, 0); err != nil {
			return // they reappear when their visibility ends
		}
	}
}

// leasesOf reads messages that were received just now.
func leasesOf(messages []types.Message, visibility time.Duration) []assay.Lease {
	until := time.Now().Add(visibility)
	leases := make([]assay.Lease, len(messages))
	for i, m := range messages {
		lease := assay.Lease{Until: until, Received: number(m, types.MessageSystemAttributeNameApproximateReceiveCount),
			Trace: attribute(m, traceAttribute)}
		lease.Task, lease.Err = assay.ParseTask([]byte(aws.ToString(m.Body)))
		lease.Receipt = receipt{m.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)], aws.ToString(m.ReceiptHandle)}.String()
		leases[i] = lease
	}
	return leases
}

// Close waits for requests that nobody waits for any more, at most some seconds.
func (q *Queue) Close() error {
	q.polls.Wait()
	return nil
}

// wait is how many seconds the server may wait for a message.
func wait(ctx context.Context) int32 {
	d := maxWait
	if deadline, ok := ctx.Deadline(); ok {
		d = max(0, min(d, time.Until(deadline)-sooner))
	}
	return int32(d / time.Second)
}

// number is a message's attribute that is a number, or 0.
func number(m types.Message, name types.MessageSystemAttributeName) int {
	n, err := strconv.Atoi(m.Attributes[string(name)])
	if err != nil {
		return 0
	}
	return n
}

// receipt is what a lease has to know of its message: when it was sent, in
// milliseconds since 1970, and the handle of this delivery.
type receipt struct{ sent, handle string }

func (r receipt) String() string { return r.sent + "." + r.handle }

func receiptOf(lease assay.Lease) (receipt, error) {
	sent, handle, ok := strings.Cut(lease.Receipt, ".")
	if !ok || handle == "" {
		return receipt{}, fmt.Errorf("receipt is not of this queue: %w", assay.ErrLeaseLost)
	}
	return receipt{sent, handle}, nil
}

// Extend implements assay.Receiver. SQS lends a message for at most 12 hours
// from its receipt: then the lease is lost.
func (q *Queue) Extend(ctx context.Context, lease assay.Lease, visibility time.Duration) error {
	r, err := receiptOf(lease)
	if err == nil {
		err = q.hide(ctx, r, max(seconds(visibility), 1))
	}
	if err != nil {
		return fmt.Errorf("extend task %s: %w", lease.Task.ID, err)
	}
	return nil
}

// hide makes a leased message visible again in some seconds.
func (q *Queue) hide(ctx context.Context, r receipt, seconds int32) error {
	_, err := q.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.live.url, ReceiptHandle: &r.handle, VisibilityTimeout: seconds,
	})
	return judge(err)
}

// Release implements assay.Receiver. A task that was received as often as it may
// be is dead at once, with the reason; one that is no task is left to SQS, since
// what is wrong with it can be read from it.
func (q *Queue) Release(ctx context.Context, lease assay.Lease, delay time.Duration, reason string) error {
	r, err := receiptOf(lease)
	switch {
	case err != nil:
	case lease.Received >= q.maxReceives && lease.Err == nil:
		err = q.bury(ctx, lease, r, reason)
	default:
		err = q.hide(ctx, r, seconds(delay))
	}
	if err != nil {
		return fmt.Errorf("release task %s: %w", lease.Task.ID, err)
	}
	return nil
}

// burial is for how many seconds a task is kept while it moves to the dead letters.
const burial = 60

// bury moves a task to the dead-letter queue, after making sure that it is ours.
func (q *Queue) bury(ctx context.Context, lease assay.Lease, r receipt, reason string) error {
	if err := q.hide(ctx, r, burial); err != nil {
		return err
	}
	body, err := json.Marshal(lease.Task)
	if err != nil {
		return err
	}
	entry := types.SendMessageBatchRequestEntry{MessageBody: aws.String(escape(string(body))),
		MessageAttributes: withTrace(epitaph{reason: reason, received: lease.Received, sent: r.sent}.attributes(), lease.Trace)}
	if err := q.sendAll(ctx, q.dead.url, []types.SendMessageBatchRequestEntry{entry})[0]; err != nil {
		return fmt.Errorf("send it to the dead-letter queue: %w", err)
	}
	return q.finish.do(ctx, r.handle)
}

// Finish implements assay.Receiver. Calls that come at about the same time share
// a request. For Amazon SQS a lease that another worker has is no error.
func (q *Queue) Finish(ctx context.Context, lease assay.Lease) error {
	r, err := receiptOf(lease)
	if err == nil {
		err = q.finish.do(ctx, r.handle)
	}
	if err != nil {
		return fmt.Errorf("finish task %s: %w", lease.Task.ID, err)
	}
	return nil
}

// deleteBatch removes up to 10 leased messages.
func (q *Queue) deleteBatch(ctx context.Context, handles []string) []error {
	return q.deleteFrom(ctx, q.live.url, handles)
}

// deleteFrom removes up to 10 messages of a queue, and returns an error, or nil,
// for each.
func (q *Queue) deleteFrom(ctx context.Context, url string, handles []string) []error {
	entries := make([]types.DeleteMessageBatchRequestEntry, len(handles))
	for i, h := range handles {
		entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(h)}
	}
	errs := make([]error, len(handles))
	out, err := q.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: entries})
	if err != nil {
		for i := range errs {
			errs[i] = judge(err)
		}
		return errs
	}
	for _, f := range out.Failed {
		if i, err := strconv.Atoi(aws.ToString(f.Id)); err == nil && i >= 0 && i < len(errs) {
			errs[i] = judgeCode(aws.ToString(f.Code), entryError(f))
		}
	}
	return errs
}

// entryError says what SQS said about one entry of a batch.
func entryError(f types.BatchResultErrorEntry) error {
	return fmt.Errorf("%s: %s", aws.ToString(f.Code), aws.ToString(f.Message))
}
