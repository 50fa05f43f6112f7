package web

import (
	"context"
	"sync"
	"time"

	"example.com/assay"
)

// freshness is how old the counts of stores on pages may be. Counting a million
// fields takes seconds, and several people look at the first page.
const freshness = 10 * time.Second

// coverageCache keeps the counts of stores for a while. Those who ask at the same
// time wait for one counting.
type coverageCache struct {
	mu     sync.Mutex
	at     time.Time
	stores []assay.StoreCoverage
}

// storeCoverage returns the counts of stores for a page.
func (s *Server) storeCoverage(ctx context.Context) ([]assay.StoreCoverage, error) {
	c := &s.coverage
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := s.Now(); c.stores == nil || now.Sub(c.at) >= freshness {
		stores, err := s.Store.StoreCoverage(ctx)
		if err != nil {
			return nil, err
		}
		c.stores, c.at = stores, now
	}
	return c.stores, nil
}
