package quality

import (
	"context"
	"fmt"

	"example.com/assay"
	"example.com/assay/engine"
	"example.com/assay/verifiers"
)

// Judge says what one version of a verifier makes of items.
type Judge struct {
	Hash    string
	Version int
	set     *engine.Set
	settler verifiers.Settler
	sealer  assay.Sealer
}

// NewJudge compiles a definition. settler asks the models that it names, and may
// be nil where it names none.
func NewJudge(def verifiers.Definition, opts verifiers.Options, settler verifiers.Settler, sealer assay.Sealer) (*Judge, error) {
	opts.Elements = []assay.Element{def.Element}
	set, err := verifiers.Compile([]verifiers.Definition{def}, opts)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", def.Name(), err)
	}
	hash, err := def.Hash()
	if err != nil {
		return nil, err
	}
	return &Judge{Hash: hash, Version: def.Version, set: set, settler: settler, sealer: sealer}, nil
}

// Score opens an item and returns the best score that the verifier gives its
// value, 0 for nothing. The value is forgotten.
func (j *Judge) Score(ctx context.Context, item assay.Item) (float64, error) {
	content, err := assay.OpenItem(ctx, j.sealer, item)
	if err != nil {
		return 0, err
	}
	asset := &assay.Asset{ID: item.Asset}
	field := j.set.Field(engine.FieldInfo{
		Asset: asset, Field: assay.Field{Path: item.Field, Type: content.Type, Comment: content.Comment}, Neighbours: content.Neighbours,
	})
	var block engine.Block
	var out engine.Result
	block.Append(content.Value, 0, 0)
	if err := field.Scan(ctx, &block, &out); err != nil {
		return 0, err
	}
	if err := j.settle(ctx, field, &block, &out); err != nil {
		return 0, fmt.Errorf("judge item %s: %w", item.ID, err)
	}
	best := 0.0
	for _, h := range out.Hits {
		best = max(best, h.Score)
	}
	return best, nil
}

// settle asks the models. An item that no model looked at is not one in which
// nothing is.
func (j *Judge) settle(ctx context.Context, field *engine.FieldScan, block *engine.Block, out *engine.Result) error {
	if len(out.Pending) == 0 {
		return nil
	}
	if j.settler == nil {
		return fmt.Errorf("it takes the model %s, which is not configured", out.Pending[0].Method.Name)
	}
	down, err := j.settler.Settle(ctx, field, block, out)
	if err == nil && len(down) > 0 {
		err = fmt.Errorf("the model %s is down", down[0])
	}
	return err
}
