package sqlsample

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"example.com/assay"
)

// paged is a table of pages, some of which are without rows.
type paged struct {
	memory
	pages [][]string
	draws []int
}

func (p *paged) MoreThan(context.Context, int) (bool, error) { return true, nil }

func (p *paged) Pages(_ context.Context, seed uint64, n int) ([][]string, error) {
	p.draws = append(p.draws, n)
	var out [][]string
	for i := range p.pages { // every so many-th
		step := max(len(p.pages)/n, 1)
		if i%step == int(seed)%step && len(p.pages[i]) > 0 {
			out = append(out, slices.Clone(p.pages[i]))
		}
	}
	return out, nil
}

func (p *paged) ReadAt(_ context.Context, addresses []string, row func(key, values [][]byte) error) error {
	for _, a := range addresses {
		if err := row([][]byte{[]byte(a)}, [][]byte{[]byte("value of " + a)}); err != nil {
			return err
		}
	}
	return nil
}

// pagesOf makes n pages of which every used-th holds rows.
func pagesOf(n, used, rows int) *paged {
	p := &paged{pages: make([][]string, n)}
	for i := range p.pages {
		for r := range rows {
			if i%used == 0 {
				p.pages[i] = append(p.pages[i], fmt.Sprintf("(%d,%d)", i, r))
			}
		}
	}
	return p
}

func TestPages(t *testing.T) {
	keyless := oneColumn
	keyless.Key = nil
	tests := []struct {
		name         string
		table        *paged
		plan         assay.Plan
		rows, starts int
		draws        int
	}{
		{"full pages", pagesOf(10_000, 1, 50), assay.Plan{}, 1000, 100, 1},
		{"short pages", pagesOf(10_000, 1, 2), assay.Plan{}, 200, 100, 1},
		{"few pages", pagesOf(5, 1, 300), assay.Plan{}, 1000, 5, 3},
		{"mostly without rows", pagesOf(10_000, 4, 50), assay.Plan{}, 1000, 100, 2},
		{"one start", pagesOf(10_000, 1, 50), assay.Plan{Starts: 1}, 50, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values := map[string]bool{}
			r, err := Sample(t.Context(), "test:", tt.table, keyless, tt.plan, func(d assay.Datum) error {
				values[string(d.Value)] = true
				return nil
			})
			if d := r.Design; err != nil || d.Method != assay.DesignClusters || len(values) != tt.rows || int(d.Units) != tt.rows || d.Starts != tt.starts {
				t.Errorf("%d values, %+v, %v", len(values), r.Design, err)
			}
			if len(tt.table.draws) != tt.draws {
				t.Errorf("draws of %v pages, want %d", tt.table.draws, tt.draws)
			}
		})
	}
	if r, err := Sample(t.Context(), "test:", pagesOf(100, 1, 0), keyless, assay.Plan{}, nil); assay.Explain(err) != assay.ReasonNoSample {
		t.Errorf("no rows although there are some: %+v, %v", r, err)
	}
}
