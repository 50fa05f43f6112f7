package s3

import (
	"context"
	"iter"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"example.com/assay"
)

// describers is how many keys are described at the same time.
const describers = 8

// described is what is known of a key.
type described struct {
	asset assay.Asset
	err   error
	gone  bool // removed since the listing
}

// describe asks for the metadata and tags of the keys, some at the same time,
// and yields their assets in the order of the keys.
func (s *Source) describe(ctx context.Context, c *client, account, bucket string, keys []key) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		for len(keys) > 0 {
			batch := keys[:min(len(keys), describers)]
			keys = keys[len(batch):]
			out := make([]described, len(batch))
			var wg sync.WaitGroup
			for i, k := range batch {
				wg.Go(func() { out[i] = s.describeOne(ctx, c, account, bucket, k) })
			}
			wg.Wait()
			if err := ctx.Err(); err != nil {
				yield(assay.Asset{}, fail("list", string(id(bucket, s.prefix)), err))
				return
			}
			for _, d := range out {
				if !d.gone && !yield(d.asset, d.err) {
					return
				}
			}
		}
	}
}

func (s *Source) describeOne(ctx context.Context, c *client, account, bucket string, k key) described {
	a := assay.Asset{ID: id(bucket, k.name), Kind: assay.KindObject, Rows: -1, Bytes: k.size, Modified: k.modified.UTC(), Attributes: map[string]string{}}
	set(a.Attributes, attributeAccount, account)
	set(a.Attributes, "storage_class", k.class)
	head, err := c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &k.name, ExpectedBucketOwner: c.owner, RequestPayer: c.payer})
	if err != nil {
		err = fail("list", string(a.ID), err)
		return described{asset: a, err: err, gone: assay.Explain(err) == assay.ReasonVanished}
	}
	set(a.Attributes, "content_type", aws.ToString(head.ContentType))
	set(a.Attributes, "encryption", string(head.ServerSideEncryption))
	set(a.Attributes, "archive_status", string(head.ArchiveStatus))
	for name, value := range head.Metadata {
		set(a.Attributes, "metadata."+strings.ToLower(name), value)
	}
	// Tags have a right of their own. Without it the content is still examined.
	tags, err := c.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: &bucket, Key: &k.name, ExpectedBucketOwner: c.owner, RequestPayer: c.payer})
	if err == nil {
		for _, t := range tags.TagSet {
			set(a.Attributes, "tag."+aws.ToString(t.Key), aws.ToString(t.Value))
		}
	}
	return described{asset: a}
}

// attributeAccount is the attribute that tells whose bucket an object is in.
const attributeAccount = "account"

func set(attributes map[string]string, name, value string) {
	if value != "" {
		attributes[name] = value
	}
}
