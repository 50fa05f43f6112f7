package assay

import "context"

// Sealer encrypts content, so that it can be kept where others read: nobody can
// open it without the key, which is never kept beside it, nor in another place
// than the one it was sealed for.
type Sealer interface {
	// Seal encrypts content. What it is bound to (an asset, a field, a verifier)
	// is not in the result.
	Seal(ctx context.Context, content Value, bind ...string) ([]byte, error)
	// Open decrypts what Seal made. It fails unless bind is the same: a row that
	// was swapped for another one does not open.
	Open(ctx context.Context, sealed []byte, bind ...string) (Value, error)
}
