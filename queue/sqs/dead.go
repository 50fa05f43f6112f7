package sqs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/assay"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// The attributes of a message that bury sends.
const (
	reasonAttribute   = "assay.reason"
	receivedAttribute = "assay.received"
	sentAttribute     = "assay.sent"
)

// maxReason is how many bytes of a reason are kept.
const maxReason = 4096

// epitaph is what is kept with a task that died.
type epitaph struct {
	reason   string
	received int
	sent     string // milliseconds since 1970
}

// attributes leaves out what is empty, which SQS does not take.
func (e epitaph) attributes() map[string]types.MessageAttributeValue {
	out := map[string]types.MessageAttributeValue{}
	for name, value := range map[string]string{
		reasonAttribute: plain(e.reason), receivedAttribute: strconv.Itoa(e.received), sentAttribute: e.sent,
	} {
		if value != "" {
			out[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(value)}
		}
	}
	return out
}

// plain is a text that SQS takes: it refuses control characters.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF' {
			return '\uFFFD'
		}
		return r
	}, s)
	return strings.ToValidUTF8(s[:min(len(s), maxReason)], "")
}

// abandoned is the reason of a dead task that its last worker did not give back.
const abandoned = "never given back: its worker stopped, or needed longer than its lease"

// letter is a message of the dead-letter queue, held by us for a while.
type letter struct {
	assay.Queued
	id, handle, body, trace string
}

// letterOf reads a dead message. A task that SQS itself moved has no reason: an
// attribute, if there is one, is of an earlier death.
func (q *Queue) letterOf(m types.Message) letter {
	l := letter{id: aws.ToString(m.MessageId), handle: aws.ToString(m.ReceiptHandle), body: aws.ToString(m.Body), trace: attribute(m, traceAttribute)}
	sent := number(m, types.MessageSystemAttributeNameSentTimestamp)
	l.State, l.Received, l.Reason = assay.QueueDead, q.maxReceives, abandoned
	_, moved := m.Attributes[string(types.MessageSystemAttributeNameDeadLetterQueueSourceArn)]
	if received, err := strconv.Atoi(attribute(m, receivedAttribute)); err == nil && !moved {
		l.Received, l.Reason = received, attribute(m, reasonAttribute)
		if n, err := strconv.Atoi(attribute(m, sentAttribute)); err == nil {
			sent = n
		}
	}
	l.Sent = time.UnixMilli(int64(sent))
	var err error
	if l.Task, err = assay.ParseTask([]byte(l.body)); err != nil {
		l.Task, l.Reason = assay.Task{ID: l.id}, err.Error() // named so that it can be dropped
	}
	return l
}

func attribute(m types.Message, name string) string {
	return aws.ToString(m.MessageAttributes[name].StringValue)
}

// held is how long an operator keeps the dead letters from others, in seconds;
// they are given back sooner.
const held = 120

// letters receives all dead letters, oldest first, and holds them in memory.
func (q *Queue) letters(ctx context.Context) (all []letter, err error) {
	seen := map[string]int{} // by message id
	for {
		out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &q.dead.url, MaxNumberOfMessages: maxBatch, VisibilityTimeout: held,
			WaitTimeSeconds:             1, // asks all servers, not some
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
			MessageAttributeNames:       []string{"All"},
		})
		if err != nil {
			q.giveBack(ctx, all)
			return nil, err
		}
		news := false
		for _, m := range out.Messages {
			l := q.letterOf(m)
			if at, ok := seen[l.id]; ok { // our hold on it has run out
				all[at] = l
				continue
			}
			news, seen[l.id] = true, len(all)
			all = append(all, l)
		}
		if !news {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b letter) int { return a.Sent.Compare(b.Sent) })
	return all, nil
}

// giveBack lets others see the letters; where it fails, they see them when our
// hold has run out.
func (q *Queue) giveBack(ctx context.Context, letters []letter) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
	defer cancel()
	for part := range slices.Chunk(letters, maxBatch) {
		entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(part))
		for i, l := range part {
			entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(l.handle)}
		}
		_, err := q.client.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.dead.url, Entries: entries})
		if err != nil {
			return
		}
	}
}

// choose splits the letters into those of the tasks with the ids, all where ids
// is nil, and the others, and counts the tasks: one may be dead twice.
func choose(all []letter, ids []string) (chosen, others []letter, tasks int) {
	counted := map[string]bool{}
	for _, l := range all {
		if ids != nil && !slices.Contains(ids, l.Task.ID) {
			others = append(others, l)
			continue
		}
		chosen = append(chosen, l)
		counted[l.Task.ID] = true
	}
	return chosen, others, len(counted)
}

// remove deletes dead letters for good. It returns the first error, and then has
// deleted some.
func (q *Queue) remove(ctx context.Context, letters []letter) error {
	for part := range slices.Chunk(letters, maxBatch) {
		handles := make([]string, len(part))
		for i, l := range part {
			handles[i] = l.handle
		}
		for i, err := range q.deleteFrom(ctx, q.dead.url, handles) {
			if err != nil {
				return fmt.Errorf("dead letter %s: %w", part[i].Task.ID, err)
			}
		}
	}
	return nil
}
