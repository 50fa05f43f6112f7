package s3

import (
	"context"
	"errors"
	"path"
	"time"

	"example.com/assay"
	"example.com/assay/sources/container"
	"example.com/assay/sources/format"
)

// DefaultTimeout is what a zero Plan.Timeout means.
const DefaultTimeout = 2 * time.Minute

// Sample reads a sample of an object; see container.Sample. What a zero
// Plan.Bytes and Plan.Starts mean is in Options.
func (s *Source) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	if plan.Timeout <= 0 {
		plan.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, plan.Timeout)
	defer cancel()
	var yieldErr error
	keep := func(d assay.Datum) error {
		yieldErr = yield(d)
		return yieldErr
	}
	reading, err := s.sample(ctx, asset, plan, keep)
	if err == nil || err == yieldErr {
		return reading, err
	}
	return reading, fail("sample", string(asset.ID), err)
}

func (s *Source) sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	bucket, name, err := s.locate(asset.ID)
	if err != nil {
		return assay.Reading{}, err
	}
	c, err := s.clientFor(ctx, asset.Attributes[attributeAccount], bucket)
	if err != nil {
		return assay.Reading{}, err
	}
	o := &object{ctx: ctx, client: c, bucket: bucket, key: name, spare: s.withDefaults(plan, nil).Bytes}
	defer o.close()
	if err := o.open(asset.Bytes); err != nil {
		return assay.Reading{}, err
	}
	if o.encrypted() {
		return assay.Reading{Bytes: o.fetched}, &assay.Error{Op: "read", Reason: assay.ReasonEncrypted,
			Err: errors.New("the object was encrypted before it was stored"), Hint: "only who has the key can examine it"}
	}
	plan = s.withDefaults(plan, o.head)
	o.spare = plan.Bytes - o.fetched
	reading, err := container.Sample(ctx, format.Input{At: o, Size: o.size, Name: path.Base(name)}, plan, yield)
	reading.Bytes = o.fetched
	return reading, err
}

// Of a Parquet file a start costs pages of every column, so that there are fewer
// starts, and more bytes, where the plan does not say.
const (
	fewerRanges = 4
	moreBytes   = 4
)

// withDefaults puts in what the zero limits of a plan mean for an object that
// begins so.
func (s *Source) withDefaults(plan assay.Plan, head []byte) assay.Plan {
	starts, bytes := s.options.Ranges, int64(s.options.Ranges)*s.options.RangeBytes
	if container.IsColumnar(head) {
		starts, bytes = max(starts/fewerRanges, 1), moreBytes*bytes
	}
	if plan.Starts <= 0 {
		plan.Starts = starts
	}
	if plan.Bytes <= 0 {
		plan.Bytes = bytes
	}
	return plan
}
