// Package sqs is the queue of a fleet: the three roles of a queue (see
// assay.Receiver, assay.Sender and assay.Operator) on a standard queue of Amazon
// SQS and its dead-letter queue. A message's body is the task as JSON.
//
// SQS keeps no reason with a message, so a task that is given back at its last
// receive is not left to the redrive policy: it is sent to the dead-letter queue
// with the reason as an attribute, and then removed. A failure between the two
// leaves it dead twice, never lost, and List shows it once. This needs no second
// store, and so keeps the reason also where the reason is that the store is
// down. A task whose last worker vanished gets there by the redrive policy, and
// is listed as never given back; what is no task, with what is wrong with it.
//
// What SQS cannot do: Send does not recognise a task that is in the queue
// already; List and Drop reach dead tasks only; Depth estimates. Times are whole
// seconds, rounded up.
//
// It imports the root package only.
package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/assay"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// Queue is a queue on Amazon SQS, safe for concurrent use.
type Queue struct {
	client      *sqs.Client
	live, dead  end
	maxReceives int
	finish      *batcher
	polls       sync.WaitGroup // requests for messages that are under way
}

// end is one of the two queues of SQS.
type end struct{ url, arn string }

var (
	_ assay.Receiver = (*Queue)(nil)
	_ assay.Sender   = (*Queue)(nil)
	_ assay.Operator = (*Queue)(nil)
)

// Open returns the queue at url, which must have a redrive policy: it names the
// dead-letter queue and the maximum of receives. Setup makes such a queue.
func Open(ctx context.Context, client *sqs.Client, url string) (*Queue, error) {
	q := &Queue{client: client, live: end{url: url}}
	q.finish = newBatcher(q.deleteBatch)
	if err := q.open(ctx); err != nil {
		return nil, fmt.Errorf("open queue %s: %w", url, err)
	}
	return q, nil
}

func (q *Queue) open(ctx context.Context) error {
	attributes, err := attributesOf(ctx, q.client, q.live.url, types.QueueAttributeNameQueueArn, types.QueueAttributeNameRedrivePolicy)
	if err != nil {
		return err
	}
	q.live.arn = attributes[string(types.QueueAttributeNameQueueArn)]
	var policy redrivePolicy
	if err := json.Unmarshal([]byte(attributes[string(types.QueueAttributeNameRedrivePolicy)]), &policy); err != nil {
		return errors.New("it has no redrive policy (give it a dead-letter queue and maxReceiveCount)")
	}
	if q.maxReceives, err = strconv.Atoi(policy.MaxReceives.String()); err != nil {
		return fmt.Errorf("maximum of receives in its redrive policy: %w", err)
	}
	q.dead.arn = policy.Target
	name, err := arn.Parse(policy.Target)
	if err != nil {
		return fmt.Errorf("dead-letter queue in its redrive policy: %w", err)
	}
	found, err := q.client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name.Resource, QueueOwnerAWSAccountId: &name.AccountID})
	if err != nil {
		return fmt.Errorf("dead-letter queue %s: %w", policy.Target, err)
	}
	q.dead.url = aws.ToString(found.QueueUrl)
	return nil
}

// redrivePolicy is the attribute RedrivePolicy, where the number may be a string.
type redrivePolicy struct {
	Target      string      `json:"deadLetterTargetArn"`
	MaxReceives json.Number `json:"maxReceiveCount"`
}

func attributesOf(ctx context.Context, client *sqs.Client, url string, names ...types.QueueAttributeName) (map[string]string, error) {
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: names})
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

// SetupOptions are the properties of a new queue. The zero value means the defaults.
type SetupOptions struct {
	// MaxReceives is how often a task is received before it is dead; 0 means 5.
	MaxReceives int
}

// deadSuffix makes the name of the dead-letter queue.
const deadSuffix = "-dead"

// retention is how long messages are kept, in seconds: 14 days, the most there is.
const retention = "1209600"

// Setup makes the queue of that name, and its dead-letter queue NAME-dead, where
// they are missing, gives them the options, and returns the queue's URL.
func Setup(ctx context.Context, client *sqs.Client, name string, opts SetupOptions) (url string, err error) {
	if opts.MaxReceives <= 0 {
		opts.MaxReceives = 5
	}
	dead, err := ensure(ctx, client, name+deadSuffix)
	if err != nil {
		return "", fmt.Errorf("set up queue %s: %w", name+deadSuffix, err)
	}
	attributes, err := attributesOf(ctx, client, dead, types.QueueAttributeNameQueueArn)
	if err != nil {
		return "", fmt.Errorf("set up queue %s: %w", name+deadSuffix, err)
	}
	policy, err := json.Marshal(redrivePolicy{
		Target:      attributes[string(types.QueueAttributeNameQueueArn)],
		MaxReceives: json.Number(strconv.Itoa(opts.MaxReceives)),
	})
	if err != nil {
		return "", err
	}
	if url, err = ensure(ctx, client, name); err == nil {
		_, err = client.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &url,
			Attributes: map[string]string{string(types.QueueAttributeNameRedrivePolicy): string(policy)}})
	}
	if err != nil {
		return "", fmt.Errorf("set up queue %s: %w", name, err)
	}
	return url, nil
}

// ensure returns the URL of the queue of that name, which it makes where it is
// missing.
func ensure(ctx context.Context, client *sqs.Client, name string) (url string, err error) {
	found, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err == nil {
		return aws.ToString(found.QueueUrl), nil
	}
	if missing := (*types.QueueDoesNotExist)(nil); !errors.As(err, &missing) {
		return "", err
	}
	made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name,
		Attributes: map[string]string{string(types.QueueAttributeNameMessageRetentionPeriod): retention}})
	if err != nil {
		return "", err
	}
	return aws.ToString(made.QueueUrl), nil
}

// maxVisibility is the most seconds that SQS hides a message.
const maxVisibility = 12 * 60 * 60

// seconds is a time in the unit of SQS, rounded up.
func seconds(d time.Duration) int32 {
	return int32(min(math.Ceil(max(d, 0).Seconds()), maxVisibility))
}

// lostCodes are the errors of SQS about a receipt that is no longer good. The
// parameter that is invalid can only be that of a message which is not there:
// times are kept within their limits.
var lostCodes = []string{"MessageNotInflight", "ReceiptHandleIsInvalid", "InvalidParameterValue"}

// judge makes assay.ErrLeaseLost of what SQS says about a receipt.
func judge(err error) error {
	api := smithy.APIError(nil)
	if errors.As(err, &api) {
		return judgeCode(api.ErrorCode(), err)
	}
	return err
}

// judgeCode is judge for an error known by its code.
func judgeCode(code string, err error) error {
	if slices.Contains(lostCodes, bare(code)) {
		return fmt.Errorf("%w: %w", assay.ErrLeaseLost, err)
	}
	return err
}

// bare is an error's code without the name space that some servers put before
// it, as in com.amazonaws.sqs#ReceiptHandleIsInvalid.
func bare(code string) string { return code[strings.LastIndexAny(code, ".#")+1:] }
