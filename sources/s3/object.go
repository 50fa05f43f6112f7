package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"example.com/assay"
)

// How much is read ahead.
const (
	wholeSize = 1 << 20  // an object of at most this is read by one request
	headSize  = 64 << 10 // what is read first of a larger one
	minHead   = 4 << 10  // the same where the plan allows little
	tailSize  = 64 << 10 // what is read of the end, where formats with a directory have it
	maxAhead  = 8 << 20  // largest request when an object is read on and on
	maxBroken = 3        // answers that may break off
)

// object reads an object by ranges, as an io.ReaderAt. The first read of a place
// asks for exactly what is wanted; when reading goes on from there, requests
// double, so that reading n bytes in a row takes about log n of them. All
// requests are for the same content: if the object is replaced meanwhile, they
// fail.
type object struct {
	ctx         context.Context
	client      *client
	bucket, key string
	spare       int64 // what may still be read ahead

	etag     string
	metadata map[string]string
	size     int64
	head     []byte
	tail     []byte // the last bytes, once they were needed

	body    io.ReadCloser // of the last request, at the offset at
	at, end int64
	ahead   int64
	broken  int // answers that broke off
	fetched int64
}

// open reads the beginning of the object, or all of it if it is small, and with
// it what has to be known. listed is the size by the listing, -1 if unknown.
func (o *object) open(listed int64) error {
	want := min(headSize, max(o.spare/4, minHead))
	if listed >= 0 && listed <= wholeSize && listed <= o.spare {
		want = wholeSize
	}
	out, err := o.get(0, want)
	if err == errPastEnd { // it is empty
		return nil
	}
	if err != nil {
		return err
	}
	defer out.Body.Close()
	o.etag, o.metadata = aws.ToString(out.ETag), out.Metadata
	if o.size, err = sizeOf(out); err != nil {
		return err
	}
	o.head = make([]byte, min(want, o.size))
	_, err = io.ReadFull(out.Body, o.head)
	o.count(int64(len(o.head)))
	return broken(err)
}

// broken returns the error of an answer that broke off.
func broken(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &assay.Error{Op: "read", Reason: assay.ReasonUnavailable, Err: errors.New("an answer of S3 broke off"), Hint: "scan it later"}
}

// sizeOf returns the size of the object of which out is a part.
func sizeOf(out *s3.GetObjectOutput) (int64, error) {
	if out.ContentRange == nil {
		return aws.ToInt64(out.ContentLength), nil
	}
	_, total, _ := strings.Cut(*out.ContentRange, "/")
	size, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		return 0, &assay.Error{Op: "read", Reason: assay.ReasonUnreadable, Err: errors.New("S3 does not say how large the object is")}
	}
	return size, nil
}

// get asks for n bytes from off.
func (o *object) get(off, n int64) (*s3.GetObjectOutput, error) {
	in := &s3.GetObjectInput{
		Bucket: &o.bucket, Key: &o.key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", off, off+n-1)),
		ExpectedBucketOwner: o.client.owner, RequestPayer: o.client.payer,
	}
	if o.etag != "" {
		in.IfMatch = &o.etag
	}
	out, err := o.client.GetObject(o.ctx, in)
	if statusOf(err) == http.StatusRequestedRangeNotSatisfiable {
		return nil, errPastEnd
	}
	if err != nil {
		return nil, fail("read", "", err) // before it is quoted in a field's detail
	}
	if off > 0 && out.ContentRange == nil {
		out.Body.Close()
		return nil, &assay.Error{Op: "read", Reason: assay.ReasonUnsupported, Err: errors.New("the server does not answer requests for ranges")}
	}
	return out, nil
}

// errPastEnd says that an object ends before a range.
var errPastEnd = errors.New("the object ends before the range")

// count counts bytes that were asked for: S3 may have sent them all even where
// they are not read to the end.
func (o *object) count(n int64) {
	o.fetched += n
	o.spare -= n
}

// encrypted reports whether the client that wrote the object encrypted it, and
// left the mark of the AWS encryption clients.
func (o *object) encrypted() bool {
	for name := range o.metadata {
		switch strings.ToLower(name) {
		case "x-amz-key", "x-amz-key-v2", "x-amz-3": // envelope keys of their versions 1, 2 and 3
			return true
		}
	}
	return false
}

// ReadAt implements io.ReaderAt. It must not be called concurrently.
func (o *object) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = o.read(p[n:], off+int64(n))
		n += k
	}
	return n, err
}

// read reads some bytes from off.
func (o *object) read(p []byte, off int64) (int, error) {
	switch {
	case off >= o.size:
		return 0, io.EOF
	case off < int64(len(o.head)):
		return copy(p, o.head[off:]), nil
	case o.body != nil && o.at == off && off < o.end:
		return o.next(p)
	case off >= o.size-tailSize && o.tail == nil && o.spare >= 4*tailSize:
		if err := o.readTail(); err != nil {
			return 0, err
		}
	}
	if start := o.size - int64(len(o.tail)); off >= start {
		return copy(p, o.tail[off-start:]), nil
	}
	return o.request(p, off)
}

// readTail reads the end of the object, what the head has of it left out.
func (o *object) readTail() error {
	start := max(o.size-tailSize, int64(len(o.head)))
	out, err := o.get(start, o.size-start)
	if err != nil {
		return err
	}
	defer out.Body.Close()
	tail := make([]byte, o.size-start)
	o.count(int64(len(tail)))
	_, err = io.ReadFull(out.Body, tail)
	if err == nil {
		o.tail = tail
	}
	return broken(err)
}

// request begins to read at off.
func (o *object) request(p []byte, off int64) (int, error) {
	want := int64(len(p))
	if off == o.at && o.body != nil {
		o.ahead = min(2*o.ahead, maxAhead)
		want = max(want, min(o.ahead, o.spare))
	} else {
		o.ahead = want
	}
	want = min(want, o.size-off)
	o.close()
	out, err := o.get(off, want)
	if err != nil {
		return 0, err
	}
	o.count(want)
	o.body, o.at, o.end = out.Body, off, off+want
	return o.next(p)
}

// next reads from the request under way.
func (o *object) next(p []byte) (int, error) {
	n, err := o.body.Read(p[:min(int64(len(p)), o.end-o.at)])
	o.at += int64(n)
	if err == io.EOF {
		err = nil
		if n == 0 && o.at < o.end {
			err = io.ErrUnexpectedEOF
		}
	}
	if err != nil && o.ctx.Err() == nil && o.broken < maxBroken { // the SDK only retries whole requests
		o.broken++
		o.close()
		err = nil
	}
	return n, broken(err)
}

// close ends the request under way.
func (o *object) close() {
	if o.body != nil {
		o.body.Close()
		o.body = nil
	}
}
