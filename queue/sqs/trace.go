package sqs

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"go.opentelemetry.io/otel/propagation"
)

// traceAttribute is the attribute of a message with the trace context (W3C) of
// who sent its task. The task itself stays as it is.
const traceAttribute = "traceparent"

// traceOf returns the trace context that ctx carries, or "".
func traceOf(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceAttribute]
}

// withTrace adds a trace context to a message's attributes, where there is one.
func withTrace(attributes map[string]types.MessageAttributeValue, trace string) map[string]types.MessageAttributeValue {
	if trace == "" {
		return attributes
	}
	if attributes == nil {
		attributes = map[string]types.MessageAttributeValue{}
	}
	attributes[traceAttribute] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(trace)}
	return attributes
}
