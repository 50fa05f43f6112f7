package assay

import "context"

type requestKey struct{}

// OnRequest returns a context with which a Source calls before ahead of each
// request that it makes of its store: a statement, a call of an API.
func OnRequest(ctx context.Context, before func(context.Context) error) context.Context {
	return context.WithValue(ctx, requestKey{}, before)
}

// Request is what a Source calls ahead of a request of its store. It waits where
// the store is to be spared; an error, that of ctx, means that the request is not
// to be made.
func Request(ctx context.Context) error {
	if before, ok := ctx.Value(requestKey{}).(func(context.Context) error); ok {
		return before(ctx)
	}
	return nil
}
