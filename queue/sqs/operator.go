package sqs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"example.com/assay"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// List implements assay.Operator for dead tasks; of others SQS has no list. The
// dead letters are received, and given back before the first is yielded: what
// another operator has at that moment is missing.
func (q *Queue) List(ctx context.Context, state assay.QueueState) iter.Seq2[assay.Queued, error] {
	return func(yield func(assay.Queued, error) bool) {
		if state != assay.QueueDead {
			yield(assay.Queued{}, fmt.Errorf("list %s tasks: %w (SQS has a list of dead ones only; see the depth)", state, errors.ErrUnsupported))
			return
		}
		all, err := q.letters(ctx)
		if err != nil {
			yield(assay.Queued{}, fmt.Errorf("list dead tasks: %w", err))
			return
		}
		q.giveBack(ctx, all)
		for _, l := range once(all) {
			if !yield(l.Queued, nil) {
				return
			}
		}
	}
}

// once drops the second letter of a task that is dead twice: the one without a
// reason, if there is one.
func once(all []letter) (out []letter) {
	at := map[string]int{}
	for _, l := range all {
		i, twice := at[l.Task.ID]
		switch {
		case !twice:
			at[l.Task.ID] = len(out)
			out = append(out, l)
		case out[i].Reason == abandoned:
			out[i] = l
		}
	}
	return out
}

// Drop implements assay.Operator for dead tasks.
func (q *Queue) Drop(ctx context.Context, ids ...string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	all, err := q.letters(ctx)
	if err != nil {
		return 0, fmt.Errorf("drop: %w", err)
	}
	chosen, others, n := choose(all, ids)
	q.giveBack(ctx, others)
	if err := q.remove(ctx, chosen); err != nil {
		return 0, fmt.Errorf("drop: %w", err)
	}
	return n, nil
}

// fewDead is up to how many dead tasks are sent again one by one, when all are to be.
const fewDead = 1000

// Redrive implements assay.Operator. Tasks are sent again and then removed, so
// that a failure in between leaves a task both waiting and dead. Where all are
// meant and there are many, the server moves them if it can: then their number is
// its estimate, and a task that is dead twice is moved twice.
func (q *Queue) Redrive(ctx context.Context, ids ...string) (int, error) {
	depth, err := q.Depth(ctx)
	if err != nil {
		return 0, fmt.Errorf("redrive: %w", err)
	}
	if len(ids) == 0 && depth.Dead > fewDead {
		n, err := q.moveAll(ctx)
		if err == nil {
			return n, nil
		}
		if !isUnsupported(err) {
			return n, fmt.Errorf("redrive: %w", err)
		}
		ids = nil
	}
	n, err := q.resend(ctx, ids)
	if err != nil {
		return n, fmt.Errorf("redrive: %w", err)
	}
	return n, nil
}

// isUnsupported reports whether the server cannot move messages, or is at it.
func isUnsupported(err error) bool {
	api := smithy.APIError(nil)
	if !errors.As(err, &api) {
		return false
	}
	return slices.Contains([]string{"UnsupportedOperation", "InvalidAction", "UnknownOperationException"}, bare(api.ErrorCode()))
}

// movePoll is how often the server is asked how its move goes.
const movePoll = 250 * time.Millisecond

// moveAll has the server move all dead letters, waits for it, and returns how many.
func (q *Queue) moveAll(ctx context.Context) (int, error) {
	if _, err := q.client.StartMessageMoveTask(ctx, &sqs.StartMessageMoveTaskInput{SourceArn: &q.dead.arn, DestinationArn: &q.live.arn}); err != nil {
		return 0, err
	}
	for {
		out, err := q.client.ListMessageMoveTasks(ctx, &sqs.ListMessageMoveTasksInput{SourceArn: &q.dead.arn})
		if err != nil {
			return 0, err
		}
		if len(out.Results) > 0 { // the newest comes first
			switch move := out.Results[0]; aws.ToString(move.Status) {
			case "COMPLETED":
				return int(move.ApproximateNumberOfMessagesMoved), nil
			case "FAILED", "CANCELLED":
				return int(move.ApproximateNumberOfMessagesMoved), fmt.Errorf("the move ended as %s: %s", aws.ToString(move.Status), aws.ToString(move.FailureReason))
			}
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(movePoll):
		}
	}
}

// resend sends the dead tasks with the ids, all where ids is nil, again.
func (q *Queue) resend(ctx context.Context, ids []string) (n int, err error) {
	all, err := q.letters(ctx)
	if err != nil {
		return 0, err
	}
	chosen, others, _ := choose(all, ids)
	tasks := once(chosen)
	entries := make([]types.SendMessageBatchRequestEntry, len(tasks))
	for i, l := range tasks {
		entries[i].MessageBody, entries[i].MessageAttributes = &l.body, withTrace(nil, l.trace)
	}
	sent := map[string]bool{}
	errs := q.sendAll(ctx, q.live.url, entries)
	for i, err := range errs {
		if err == nil {
			sent[tasks[i].Task.ID] = true
			n++
		}
	}
	var done []letter
	for _, l := range chosen {
		if sent[l.Task.ID] {
			done = append(done, l)
		} else {
			others = append(others, l)
		}
	}
	q.giveBack(ctx, others)
	errs = append(errs, q.remove(ctx, done))
	return n, errors.Join(errs...)
}

// Depth implements assay.Operator with the estimates of SQS, which may lag by a
// minute. SQS does not tell the age of the oldest message here (CloudWatch does).
func (q *Queue) Depth(ctx context.Context) (assay.Depth, error) {
	const (
		visible = types.QueueAttributeNameApproximateNumberOfMessages
		hidden  = types.QueueAttributeNameApproximateNumberOfMessagesNotVisible
		delayed = types.QueueAttributeNameApproximateNumberOfMessagesDelayed
	)
	live, err := attributesOf(ctx, q.client, q.live.url, visible, hidden, delayed)
	if err != nil {
		return assay.Depth{}, fmt.Errorf("queue depth: %w", err)
	}
	dead, err := attributesOf(ctx, q.client, q.dead.url, visible, hidden, delayed)
	if err != nil {
		return assay.Depth{}, fmt.Errorf("depth of the dead-letter queue: %w", err)
	}
	count := func(attributes map[string]string, names ...types.QueueAttributeName) (n int) {
		for _, name := range names {
			if i, err := strconv.Atoi(attributes[string(name)]); err == nil {
				n += i
			}
		}
		return n
	}
	return assay.Depth{
		Waiting: count(live, visible, delayed), Leased: count(live, hidden), Dead: count(dead, visible, hidden, delayed),
	}, nil
}
