package sqlsample

import "testing"

func TestEqual(t *testing.T) {
	columns, marks := []string{"a", "b"}, []string{"?", "?"}
	for want, values := range map[string][]any{
		"1 = 1":           nil,
		"a = ?":           {1},
		"a = ? AND b = ?": {1, 2},
	} {
		if got := Equal(columns, marks, values); got != want {
			t.Errorf("Equal(%v) = %s, want %s", values, got, want)
		}
	}
}
