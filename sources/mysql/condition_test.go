package mysql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAtLeast(t *testing.T) {
	columns, marks := []string{"a", "b", "c"}, []string{"?", "UNHEX(?)", "?"}
	tests := []struct {
		values []any
		want   string
		args   []any
	}{
		{[]any{1}, "a >= ?", []any{1}},
		{[]any{1, 2}, "a > ? OR a = ? AND b >= UNHEX(?)", []any{1, 1, 2}},
		{[]any{1, 2, 3}, "a > ? OR a = ? AND b > UNHEX(?) OR a = ? AND b = UNHEX(?) AND c >= ?", []any{1, 1, 2, 1, 2, 3}},
	}
	for _, tt := range tests {
		got, args := atLeast(columns, marks, tt.values)
		if got != tt.want {
			t.Errorf("atLeast(%v) = %s, want %s", tt.values, got, tt.want)
		}
		if diff := cmp.Diff(tt.args, args); diff != "" {
			t.Errorf("arguments of atLeast(%v) (-want +got):\n%s", tt.values, diff)
		}
	}
}
