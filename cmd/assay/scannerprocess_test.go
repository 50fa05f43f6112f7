package main

import (
	"testing"

	"example.com/assay/internal/config"
	"example.com/assay/scanner"
)

// TestStoreLimits: a store without limits leaves a part of the pool to others,
// where there are others.
func TestStoreLimits(t *testing.T) {
	limited := config.Store{Limits: config.Limits{Connections: 2, RequestsPerSecond: 1.5, BytesPerSecond: 1000}}
	tests := []struct {
		name   string
		stores map[string]config.Store
		pool   int
		want   scanner.Limits
	}{
		{"its own limits", map[string]config.Store{"shop": limited, "lake": {}}, 8, scanner.Limits{AtOnce: 2, PerSecond: 1.5, BytesPerSecond: 1000}},
		{"alone", map[string]config.Store{"shop": {}}, 8, scanner.Limits{}},
		{"beside another", map[string]config.Store{"shop": {}, "lake": {}}, 8, scanner.Limits{AtOnce: 6}},
		{"a pool of one", map[string]config.Store{"shop": {}, "lake": {}}, 1, scanner.Limits{AtOnce: 1}},
	}
	for _, tt := range tests {
		cfg := &config.Config{Stores: tt.stores, Scanner: config.Scanner{Pool: tt.pool}}
		if got := storeLimits(cfg)("shop"); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
