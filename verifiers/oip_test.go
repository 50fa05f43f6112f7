package verifiers

import "testing"

// FuzzAnswers: whatever a server answers, decoding it neither panics nor lets a
// span through that is not in its value.
func FuzzAnswers(f *testing.F) {
	f.Add(`{"outputs": [{"name": "spans", "shape": [2], "data": ["[{\"start\":0,\"end\":3,\"label\":\"X\",\"score\":0.5}]", "[]"]}]}`)
	f.Add(`{"outputs": [{"name": "score", "datatype": "FP32", "shape": [2, 1], "data": [0, 1]}]}`)
	f.Add(`{"outputs": [{"name": "score", "shape": [-1, -2], "data": [1e400, null]}]}`)
	inputs := []Input{{Value: []byte("ä, b")}, {Value: []byte("\xff")}}
	f.Fuzz(func(t *testing.T, answer string) {
		answers, err := decodeAnswers([]byte(answer), inputs)
		if err != nil {
			return
		}
		for _, a := range answers {
			if a.Value < 0 || a.Value >= len(inputs) || a.Start > a.End || a.End > len(inputs[a.Value].Value) || a.Score < 0 || a.Score > 1 {
				t.Fatalf("answer %+v", a)
			}
			_ = inputs[a.Value].Value[a.Start:a.End]
		}
	})
}
