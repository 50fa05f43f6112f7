package sqlsample

import (
	"context"
	"math"

	"example.com/assay"
)

// byPage reads rows of random pages, as many of each page as of any other. Where
// the database cannot draw pages, the first rows are read.
func (s *sampler) byPage(ctx context.Context) error {
	paged, ok := s.table.(Paged)
	if !ok {
		return s.prefix(ctx)
	}
	pages, err := s.pages(ctx, paged)
	if err != nil {
		return err
	}
	s.design = assay.Design{Method: assay.DesignClusters, Population: "all rows, every page of the table that holds any weighing the same"}
	for _, addresses := range pages {
		before := s.out.rows
		err := paged.ReadAt(ctx, addresses, func(key, values [][]byte) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return s.out.row(key, values)
		})
		if s.out.rows > before {
			s.design.Starts++
		}
		if err != nil {
			return err
		}
	}
	return s.some()
}

// Tables can have many pages without rows. So that there are enough with some,
// more than wanted are drawn, and if these do not suffice, moreTimes as many, in
// all at most mostDraws times.
const (
	moreTimes = 4
	mostDraws = 3
)

// pages draws the pages and from each of them the rows to read.
func (s *sampler) pages(ctx context.Context, paged Paged) ([][]string, error) {
	want := s.plan.Starts
	n := want + 4*int(math.Sqrt(float64(want))) + 8 // how many come of a draw of so many varies by its root
	var pages [][]string
	for range mostDraws {
		var err error
		if pages, err = paged.Pages(ctx, s.plan.Seed, n); err != nil {
			return nil, err
		}
		if len(pages) >= want {
			break
		}
		n *= moreTimes
	}
	s.rng.Shuffle(len(pages), func(i, j int) { pages[i], pages[j] = pages[j], pages[i] })
	pages = pages[:min(want, len(pages))]
	left := s.plan.Rows
	for i, addresses := range pages {
		n := min((left+len(pages)-i-1)/(len(pages)-i), len(addresses))
		left -= n
		s.rng.Shuffle(len(addresses), func(i, j int) { addresses[i], addresses[j] = addresses[j], addresses[i] })
		pages[i] = addresses[:n]
	}
	return pages, nil
}
