package sqlsample

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"time"
)

// memory is a table in memory with an int64, string or []byte key, ascending.
type memory struct {
	keys   []any
	values [][][]byte
	seeks  int
	reads  int // rows
	err    error
}

func less(a, b any) bool {
	switch a := a.(type) {
	case int64:
		return a < b.(int64)
	case uint64:
		return a < b.(uint64)
	case float64:
		return a < b.(float64)
	case time.Time:
		return a.Before(b.(time.Time))
	case string:
		return cmp.Less(a, b.(string))
	}
	return bytes.Compare(a.([]byte), b.([]byte)) < 0
}

func (m *memory) from(at any) int {
	return sort.Search(len(m.keys), func(i int) bool { return !less(m.keys[i], at) })
}

func (m *memory) MoreThan(_ context.Context, n int) (bool, error) { return len(m.keys) > n, m.err }

func (m *memory) Bounds(context.Context, []any) (any, any, error) {
	if len(m.keys) == 0 {
		return nil, nil, nil
	}
	return m.keys[0], m.keys[len(m.keys)-1], nil
}

func (m *memory) Seek(_ context.Context, at any) (any, error) {
	m.seeks++
	if i := m.from(at); i < len(m.keys) {
		return m.keys[i], nil
	}
	return nil, nil
}

func (m *memory) Read(_ context.Context, from []any, limit int, row func(key, values [][]byte) error) error {
	i := 0
	if from != nil {
		i = m.from(from[0])
	}
	for ; i < len(m.keys) && limit > 0; i, limit = i+1, limit-1 {
		m.reads++
		if err := row([][]byte{fmt.Appendf(nil, "%v", m.keys[i])}, m.values[i]); err != nil {
			return err
		}
	}
	return nil
}

// table makes a table of one column. Keys must ascend.
func table[K any](keys []K, value func(i int) string) *memory {
	m := &memory{}
	for i, k := range keys {
		m.keys = append(m.keys, k)
		m.values = append(m.values, [][]byte{[]byte(value(i))})
	}
	return m
}

// ints returns the keys 1…n.
func ints(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i + 1)
	}
	return out
}

func sorted[K cmp.Ordered](keys []K) []K {
	slices.Sort(keys)
	return slices.Compact(keys)
}
