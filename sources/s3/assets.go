package s3

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"example.com/assay"
)

// Assets lists the objects that are drawn, bucket by bucket, in the order of
// their keys. An error about a bucket (s3://bucket/) or a prefix says what of it
// is not examined: the keys that were not drawn, older versions of objects, or
// all of it where it cannot be listed.
func (s *Source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		accounts := s.options.Accounts
		if len(accounts) == 0 {
			accounts = []string{""}
		}
		l := &listing{source: s, ctx: ctx, yield: yield}
		for _, account := range accounts {
			if !l.account(account) {
				return
			}
		}
	}
}

// listing is one call of Assets. Its methods report whether to go on.
type listing struct {
	source *Source
	ctx    context.Context
	yield  func(assay.Asset, error) bool
}

// account lists the buckets of an account. If one of several accounts cannot be
// listed, the others are.
func (l *listing) account(account string) bool {
	if l.source.bucket != "" {
		return l.bucket(account, l.source.bucket)
	}
	c, err := l.source.client(l.ctx, account, "")
	for pages := newBuckets(c); err == nil && pages.HasMorePages(); {
		var page *s3.ListBucketsOutput
		if page, err = pages.NextPage(l.ctx); err != nil {
			break
		}
		for _, b := range page.Buckets {
			if !l.bucket(account, aws.ToString(b.Name)) {
				return false
			}
		}
	}
	if err == nil {
		return true
	}
	if account == "" || l.ctx.Err() != nil {
		l.yield(assay.Asset{}, fail("list", Scheme+"://", err))
		return false
	}
	item := fmt.Sprintf("%s://account-%s", Scheme, account)
	return l.yield(assay.Asset{ID: assay.AssetID(item), Kind: assay.KindObject, Rows: -1, Bytes: -1}, fail("list", item, err))
}

// newBuckets pages through the buckets of a client; c is nil where there was an
// error before.
func newBuckets(c *client) *s3.ListBucketsPaginator {
	if c == nil {
		return nil
	}
	return s3.NewListBucketsPaginator(c, &s3.ListBucketsInput{MaxBuckets: aws.Int32(1000)})
}

// bucket lists the keys that are drawn from a bucket.
func (l *listing) bucket(account, bucket string) bool {
	whole := assay.Asset{ID: id(bucket, l.source.prefix), Kind: assay.KindObject, Rows: -1, Bytes: -1}
	c, err := l.source.clientFor(l.ctx, account, bucket)
	var d *draw
	if err == nil {
		d, err = l.draw(c, bucket)
	}
	switch {
	case l.ctx.Err() != nil:
		l.yield(assay.Asset{}, fail("list", string(whole.ID), l.ctx.Err()))
		return false
	case err != nil:
		return l.yield(whole, fail("list", string(whole.ID), err))
	case d.seen == 0 && l.source.prefix != "":
		err := &assay.Error{Op: "list", Item: string(whole.ID), Reason: assay.ReasonVanished, Err: errors.New("no object whose key begins so")}
		return l.yield(whole, err)
	}
	keys := d.drawn()
	if err := l.left(c, bucket, d.seen-len(keys)); err != nil && !l.yield(whole, err) {
		return false
	}
	for a, err := range l.source.describe(l.ctx, c, account, bucket, keys) {
		if !l.yield(a, err) || a.ID == "" {
			return false
		}
	}
	return true
}

// draw lists all keys and draws from them.
func (l *listing) draw(c *client, bucket string) (*draw, error) {
	d := newDraw(l.source.options)
	pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{
		Bucket: &bucket, Prefix: &l.source.prefix, EncodingType: types.EncodingTypeUrl, // XML has no control characters
		ExpectedBucketOwner: c.owner, RequestPayer: c.payer,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(l.ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			name := aws.ToString(o.Key)
			if page.EncodingType == types.EncodingTypeUrl {
				if name, err = url.QueryUnescape(name); err != nil {
					return nil, fmt.Errorf("a key is not encoded as it should be: %w", err)
				}
			}
			if size := aws.ToInt64(o.Size); size > 0 || !strings.HasSuffix(name, "/") { // a folder's mark holds nothing
				d.add(key{name: name, size: size, modified: aws.ToTime(o.LastModified), class: string(o.StorageClass)})
			}
		}
	}
	return d, nil
}

// left returns an error that says what of a bucket is not examined, nil if that
// is nothing.
func (l *listing) left(c *client, bucket string, undrawn int) error {
	var what []string
	e := &assay.Error{Op: "list", Item: string(id(bucket, l.source.prefix)), Reason: assay.ReasonUnsupported}
	if undrawn > 0 {
		what = append(what, fmt.Sprintf("%d objects were not drawn", undrawn))
		e.Reason, e.Hint = assay.ReasonBudget, "percent, min-keys and max-keys say how many are"
	}
	out, err := c.GetBucketVersioning(l.ctx, &s3.GetBucketVersioningInput{Bucket: &bucket, ExpectedBucketOwner: c.owner})
	switch {
	case l.ctx.Err() != nil:
		return nil // the next request says so
	case err != nil && statusOf(err) != 0:
		what = append(what, "whether it has older versions of objects, which are not read, could not be seen")
		if e.Hint == "" {
			e.Hint = "grant s3:GetBucketVersioning"
		}
	case err == nil && out.Status != "":
		what = append(what, "older versions of objects are not read")
	}
	if len(what) == 0 {
		return nil
	}
	e.Err = errors.New(strings.Join(what, "; "))
	return e
}
